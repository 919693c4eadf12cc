//! `hailong estimate`: rates with intervals and verdicts from responses or tallies.

use std::path::PathBuf;
use std::process::ExitCode;

use analytics::export::estimates::{Judged, to_json, to_text, write_csv};
use analytics::{
    EstimateOptions, EstimateTable, IntervalMethod, LonelyPsu, SurveyDesign, against, estimate,
};
use chrono::NaiveDate;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use surveys::instrument::Aggregation;
use surveys::plan::TargetLevel;
use surveys::{Instrument, Language, Plan};

use super::Done;
use super::output::{self, Format};
use super::responses_file::{Held, ResponsesFile};
use super::summed::Summed;

/// Estimate rates, intervals and verdicts from a file of responses
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong estimate phieu.csv --instrument quick-counter
  hailong estimate phieu.csv --instrument quick-counter --by commune_code,month --format csv --out uoc-luong.csv
  hailong estimate phieu.csv --instrument quick-counter --plan dien-khanh-2025 --period 2025-Q4
  hailong estimate 2026-*.parquet --instrument quick-counter --by commune_code,month
  hailong estimate --tallies so-cong-don.csv --instrument quick-counter --by commune_code
  hailong estimate ho.csv --instrument sipas-style --strata stratum --ids village --weights weight

The exit status is 1 when rows were left out for a mistake; the estimates of the
others are written all the same.")]
pub(super) struct Estimate {
    #[command(flatten)]
    responses: ResponsesFile,
    /// More Parquet files of the same responses
    #[arg(value_name = "MORE.parquet")]
    more: Vec<PathBuf>,
    /// The file has tallies, as `hailong tally` writes them or SQL makes them
    #[arg(long, conflicts_with_all = ["ids", "strata", "weights", "fpc", "rejects", "more"])]
    tallies: bool,
    /// Columns to group by; month is made from the day of the answer
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    by: Vec<String>,
    /// Another rule than the instrument's own for adding items up
    #[arg(long, value_name = "RULE", value_parser = rule())]
    aggregation: Option<Aggregation>,
    /// Another interval than the usual one
    #[arg(long, value_name = "METHOD", value_parser = method())]
    interval: Option<IntervalMethod>,
    /// Confidence level of the intervals
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    #[command(flatten)]
    design: Design,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How the respondents were sampled, by columns of the file.
#[derive(Debug, Args)]
struct Design {
    /// The column of the primary sampling units, such as villages
    #[arg(long, value_name = "COLUMN")]
    ids: Option<String>,
    /// The column of the strata
    #[arg(long, value_name = "COLUMN")]
    strata: Option<String>,
    /// The column of the sampling weights
    #[arg(long, value_name = "COLUMN")]
    weights: Option<String>,
    /// The column with the number of sampling units that the row's stratum has in the population
    #[arg(long, value_name = "COLUMN")]
    fpc: Option<String>,
    /// What becomes of a stratum with one sampling unit: fail, remove, adjust or average
    #[arg(long, value_name = "WHAT", default_value = "fail", value_parser = lonely())]
    lonely: LonelyPsu,
}

fn lonely() -> impl TypedValueParser<Value = LonelyPsu> {
    PossibleValuesParser::new(LonelyPsu::ALL.map(LonelyPsu::name)).map(|name| {
        let named = LonelyPsu::ALL.into_iter().find(|lonely| lonely.name() == name);
        named.expect("only names of treatments are accepted")
    })
}

fn rule() -> impl TypedValueParser<Value = Aggregation> {
    PossibleValuesParser::new(Aggregation::ALL.map(Aggregation::name)).map(|name| {
        let named = Aggregation::ALL.into_iter().find(|rule| rule.name() == name);
        named.expect("only names of rules are accepted")
    })
}

fn method() -> impl TypedValueParser<Value = IntervalMethod> {
    PossibleValuesParser::new(IntervalMethod::CHOICES.map(IntervalMethod::name))
        .map(|name| IntervalMethod::of_name(&name).expect("only names of methods are accepted"))
}

impl Estimate {
    pub(super) fn run(self, language: Language) -> Done {
        let Design { ids, strata, weights, fpc, lonely } = self.design;
        let design = SurveyDesign { ids, strata, weights, fpc, lonely };
        let mut keys = self.by.clone();
        for column in design.columns().map(str::to_owned) {
            if !keys.contains(&column) {
                keys.push(column);
            }
        }
        let numbers = design.number_columns().map(str::to_owned).collect();
        let options = EstimateOptions {
            by: self.by,
            aggregation: self.aggregation,
            level: self.level,
            interval: self.interval,
            design,
        };
        let out = self.out.as_deref();
        let summed = Summed::read(&self.responses, &self.more, self.tallies, &options, out)?;
        let (mut table, told) = if let Some(summed) = summed {
            (summed.estimate(&options)?, Told::Summed(summed))
        } else {
            let held = self.responses.read(keys, numbers, out)?;
            let table = estimate(&held.responses.frame, held.instrument, &options);
            (table.map_err(|e| e.text())?, Told::Held(held))
        };
        let (instrument, plan, last) = match &told {
            Told::Held(held) => (held.instrument, held.plan, held.last),
            Told::Summed(summed) => (summed.instrument, summed.plan, summed.last),
        };
        let judged = plan.map(|plan| judge(&mut table, instrument, plan, last));
        let judged = judged.as_deref();
        output::write(out, |out| match self.format {
            Format::Table => out.write_all(to_text(&table, judged).as_bytes()),
            Format::Csv => write_csv(&table, judged, out),
            Format::Json => output::json(&to_json(&table, judged), out),
        })?;
        let (simulated, left_out, empty) = match &told {
            Told::Held(held) => (
                self.responses.is_simulated(),
                self.responses.tell(&held.responses, language)?,
                held.responses.frame.is_empty(),
            ),
            Told::Summed(summed) => (
                summed.simulated,
                summed.tell(&self.responses, &options, language)?,
                summed.tallies.respondents() == 0,
            ),
        };
        if simulated {
            tell!("hailong: DỮ LIỆU MÔ PHỎNG / SIMULATED DATA");
        }
        if empty && !left_out {
            match language {
                Language::Vi => tell!("hailong: chưa có phiếu nào trong những ngày đã chọn"),
                Language::En => tell!("hailong: there are no responses in the days asked for"),
            }
        }
        Ok(ExitCode::from(u8::from(left_out)))
    }
}

/// What the figures come from.
enum Told {
    Held(Held),
    Summed(Summed),
}

/// Holds each row of `table` against the plan's target for it; marks those whose
/// target is not set for the `last` day asked for.
fn judge(
    table: &mut EstimateTable,
    instrument: &Instrument,
    plan: &Plan,
    last: Option<NaiveDate>,
) -> Vec<Option<Judged>> {
    let judge = |row: &mut analytics::Estimate| {
        let level = match row.level {
            analytics::Level::Index => TargetLevel::Index,
            analytics::Level::Component => TargetLevel::Component,
            analytics::Level::Part | analytics::Level::Item => return None,
        };
        let target = plan.target_for(&instrument.id, level, &row.code)?;
        let proportion = target.proportion()?;
        let verdict = against(row, target.operator, proportion)?;
        let in_force = last.is_none_or(|day| target.in_force(day));
        row.flags = row.flags.with_target(in_force, target.is_yardstick(&instrument.id, level));
        Some(Judged { target: proportion, operator: target.operator.name().to_owned(), verdict })
    };
    table.rows.iter_mut().map(judge).collect()
}
