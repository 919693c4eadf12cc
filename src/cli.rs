//! The command line: one file per subcommand.

/// Says a line on standard error. Nobody may be listening, and the work goes on.
macro_rules! tell {
    ($($said:tt)*) => {
        drop(std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!("{}\n", format_args!($($said)*)),
        ))
    };
}

mod action;
mod asked;
mod batch;
mod chart;
mod check;
mod choice;
mod comparison;
mod database;
mod design;
mod device;
mod estimate;
mod export;
mod import;
mod index;
mod indicator;
mod input;
mod instrument;
mod language;
mod links;
mod map;
mod noted;
mod output;
mod paper;
mod petition;
mod plan;
mod point;
mod poster;
mod printed;
mod recording;
mod reliability;
mod responses_file;
mod retention;
mod sample;
mod sample_size;
mod serve;
mod staff;
mod summed;
mod table_file;
mod tally;
mod visits;

use std::process::ExitCode;

use analytics::chart::ChartError;
use clap::{Parser, Subcommand};
use surveys::{Language, Text};

use crate::store;

/// Citizen satisfaction surveys at one-stop counters, and an honest verdict
/// against each commune's own plan.
#[derive(Debug, Parser)]
#[command(name = "hailong", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    /// Language of reasons and tables meant for people: vi or en
    #[arg(long, global = true, env = "HAILONG_LANG", default_value = "vi", value_parser = language)]
    lang: Language,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Estimate(estimate::Estimate),
    Change(comparison::ChangeCommand),
    Trend(comparison::TrendCommand),
    Compare(comparison::CompareCommand),
    Reliability(reliability::ReliabilityCommand),
    Export(export::Export),
    Import(import::Import),
    #[command(subcommand)]
    Batch(batch::BatchCommand),
    #[command(subcommand)]
    Map(map::MapCommand),
    Tally(tally::Tally),
    #[command(subcommand)]
    Chart(chart::Chart),
    #[command(subcommand)]
    Instrument(instrument::InstrumentCommand),
    #[command(subcommand)]
    Language(language::LanguageCommand),
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    #[command(subcommand)]
    Point(point::Point),
    #[command(subcommand)]
    Device(device::DeviceCommand),
    #[command(subcommand)]
    Recording(recording::RecordingCommand),
    #[command(subcommand)]
    Visits(visits::Visits),
    #[command(subcommand)]
    Links(links::Links),
    #[command(subcommand)]
    Paper(paper::Paper),
    #[command(subcommand)]
    Petition(petition::PetitionCommand),
    #[command(subcommand)]
    Sample(sample::SampleCommand),
    #[command(subcommand)]
    Action(action::ActionCommand),
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    Retention(retention::Retention),
    #[command(subcommand)]
    Index(index::Index),
    #[command(subcommand)]
    Indicator(indicator::IndicatorCommand),
    #[command(subcommand)]
    SampleSize(sample_size::SampleSize),
}

fn language(tag: &str) -> Result<Language, String> {
    Language::of_tag(tag).ok_or_else(|| "write vi or en".to_owned())
}

/// Why a command failed: one sentence that says what happened and what to do.
#[derive(Debug)]
pub struct Failure(Text);

impl Failure {
    fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self(Text::new(vi, en))
    }

    /// What is wrong with the file `path`.
    fn in_file(path: &std::path::Path, Text { vi, en }: Text) -> Self {
        let path = path.display();
        Self::new(format!("{path}: {vi}"), format!("{path}: {en}"))
    }

    /// That the system refused; its own words have no translation.
    fn of_system(error: impl std::error::Error) -> Self {
        Self::new(format!("Hệ thống báo lỗi: {error}"), error.to_string())
    }
}

impl From<Text> for Failure {
    fn from(text: Text) -> Self {
        Self(text)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self(error.text())
    }
}

impl From<ChartError> for Failure {
    fn from(error: ChartError) -> Self {
        Self::new(format!("Không vẽ được biểu đồ: {error}"), error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::of_system(error)
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::of_system(error)
    }
}

/// What a command gives back: its own exit status, or why it failed (status 1).
type Done = Result<ExitCode, Failure>;

/// Runs the command line of this process. Exit status: 0 done, 1 the work
/// failed, 2 wrong usage.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    crate::telemetry::start();
    let done = match cli.command {
        Command::Serve(serve) => serve.run(),
        Command::Estimate(estimate) => estimate.run(cli.lang),
        Command::Change(change) => change.run(cli.lang),
        Command::Trend(trend) => trend.run(cli.lang),
        Command::Compare(compare) => compare.run(cli.lang),
        Command::Reliability(asked) => asked.run(cli.lang),
        Command::Export(export) => export.run(),
        Command::Import(import) => import.run(cli.lang),
        Command::Batch(batch) => batch.run(cli.lang),
        Command::Map(map) => map.run(cli.lang),
        Command::Tally(tally) => tally.run(cli.lang),
        Command::Chart(chart) => chart.run(cli.lang),
        Command::Instrument(instrument) => instrument.run(cli.lang),
        Command::Language(asked) => asked.run(cli.lang),
        Command::Plan(plan) => plan.run(cli.lang),
        Command::Point(point) => point.run(cli.lang),
        Command::Device(device) => device.run(cli.lang),
        Command::Recording(recording) => recording.run(),
        Command::Visits(visits) => visits.run(),
        Command::Links(links) => links.run(cli.lang),
        Command::Paper(paper) => paper.run(),
        Command::Petition(petition) => petition.run(),
        Command::Sample(sample) => sample.run(cli.lang),
        Command::Action(action) => action.run(cli.lang),
        Command::Staff(staff) => staff.run(),
        Command::Retention(retention) => retention.run(cli.lang),
        Command::Index(index) => index.run(cli.lang),
        Command::Indicator(asked) => asked.run(cli.lang),
        Command::SampleSize(asked) => asked.run(cli.lang),
    };
    done.unwrap_or_else(|Failure(text)| {
        tell!("hailong: {}", text.get(cli.lang));
        ExitCode::from(1)
    })
}

/// Runs `work` on a runtime of its own.
fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::of_system)?;
    let done = runtime.block_on(work);
    // A mail server may take its time to answer; nobody waits for it at the end.
    runtime.shutdown_background();
    Ok(done)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    /// Commands that change what is stored, or take along what not everybody may read:
    /// each leaves a line in the audit log.
    const NOTED: &str = "serve, import, export, batch undo, point add, point rename,
        point retire, point reopen, point hours, point fields, point advance, point contact,
        device enrol, device revoke, device import, recording add, recording remove, visits make,
        links make, links remind, links stop, paper make, sample add, sample assign,
        sample enrol, sample export, sample set-aside, sample withdraw, staff add,
        staff link, staff disable, staff enable, staff new-key, indicator import, retention";

    /// Commands that show what is stored, or have to do with files alone.
    const SHOWN: &str = "estimate, change, trend, compare, reliability, batch list,
        batch show, map list, map show, map suggest, tally, chart components, chart trend,
        chart heatmap, instrument list, instrument show, instrument check, instrument sql,
        language list, language check, language template, plan list, plan show, plan check,
        point list, point poster, device list, recording list, visits list, links status,
        paper list, paper batch list, paper batch show, petition list, petition show,
        petition figures, sample list, sample draw, sample show, action list, staff list,
        index nd61, index qd766, index papi, indicator list, sample-size margin,
        sample-size target, sample-size change, sample-size plan";

    /// The names of the commands under `command` that do something themselves.
    fn names(command: &clap::Command, before: &str) -> Vec<String> {
        let name = |sub: &clap::Command| format!("{before} {}", sub.get_name());
        let found = command.get_subcommands().flat_map(|sub| {
            if sub.has_subcommands() { names(sub, &name(sub)) } else { vec![name(sub)] }
        });
        found.map(|name| name.trim().to_owned()).collect()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn of_every_command_it_is_known_whether_the_audit_log_tells_of_it() {
        let said = [NOTED, SHOWN].map(|list| list.split(',').map(str::trim)).into_iter();
        let mut said: Vec<String> = said.flatten().map(str::to_owned).collect();
        let mut there = names(&super::Cli::command(), "");
        said.sort();
        there.sort();
        assert_eq!(there, said);
    }
}
