//! `hailong change`, `hailong trend` and `hailong compare`: figures beside those of
//! another period, over months, and between groups.

use std::path::Path;

use analytics::comparison::{
    Association, Change, ChangeMethod, Trend, Untested, associations, changes, trends,
};
use analytics::frame::csv_file::PERIOD;
use analytics::{EstimateOptions, Flag};
use clap::Args;
use serde_json::{Value, json};
use surveys::{Language, Period};

use super::asked::{Asked, needed};
use super::output::{Format, Listing};
use super::responses_file::{Held, ResponsesFile};
use super::{Done, Failure};

/// The column of months that a trend goes over.
const MONTH: &str = "month";

/// Tell what changed since the period with which a period is compared
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong change phieu.csv --instrument quick-counter --period 2026-Q3
  hailong change phieu.csv --instrument quick-counter --plan dien-khanh-2025 --period 2025-Q4 --by commune_code

With which period another one is compared is declared in the plan's reporting calendar: the one
before it, or the same part of the year before. Without a plan it is the one before.")]
pub(super) struct ChangeCommand {
    #[command(flatten)]
    comparing: Comparing,
}

/// Tell how the odds of a satisfied answer go with the months
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong trend phieu.csv --instrument quick-counter --from 2026-01-01 --to 2026-12-31")]
pub(super) struct TrendCommand {
    #[command(flatten)]
    comparing: Comparing,
}

/// Test whether groups differ: Rao and Scott's test
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong compare phieu.csv --instrument quick-counter --by channel")]
pub(super) struct CompareCommand {
    #[command(flatten)]
    comparing: Comparing,
}

#[derive(Debug, Args)]
struct Comparing {
    #[command(flatten)]
    responses: ResponsesFile,
    #[command(flatten)]
    asked: Asked,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Comparing {
    /// The request, when nothing that is read would be written over.
    fn options(&self) -> Result<EstimateOptions, Failure> {
        let design = &self.asked.design;
        let read: Vec<&Path> = design.read_from().into_iter().collect();
        let written: Vec<&Path> = design.written_to().into_iter().collect();
        self.responses.apart(&read, &written)?;
        self.asked.options()
    }

    /// Writes a table and tells what became of the file's rows.
    fn print(
        &self,
        held: &Held,
        columns: &[&str],
        by: &[String],
        rows: Vec<Vec<Value>>,
        language: Language,
    ) -> Done {
        // The columns grouped by stand after the level and the code.
        let (before, after) = columns.split_at(2);
        let grouped = by.iter().map(String::as_str);
        let columns: Vec<&str> =
            before.iter().copied().chain(grouped).chain(after.iter().copied()).collect();
        Listing { columns: &columns, rows }.print(self.format)?;
        self.responses.conclude(&held.responses, &self.asked.by, language)
    }
}

/// A row: what the figure is, its group, and the rest.
fn row(level: &str, code: &str, group: &[String], rest: Vec<Value>) -> Vec<Value> {
    let start = [json!(level), json!(code)];
    start.into_iter().chain(group.iter().map(|value| json!(value))).chain(rest).collect()
}

impl ChangeCommand {
    pub(super) fn run(self, language: Language) -> Done {
        let Self { comparing } = self;
        let options = comparing.options()?;
        let (held, [before, now]) =
            comparing.responses.read_compared(needed(&options, &comparing.asked.design, None))?;
        let frame = &held.responses.frame;
        let names = (before.code.as_str(), now.code.as_str());
        let found = changes(frame, held.instrument, &options, PERIOD, names)
            .map_err(|e| comparing.responses.refused(&e))?;
        comparing.asked.design.tell(&options.design, frame, language)?;
        tell_periods(&before, &now, language);
        if found.is_empty() && !frame.is_empty() {
            match language {
                Language::Vi => tell!("hailong: không nhóm nào có phiếu trong cả hai kỳ"),
                Language::En => tell!("hailong: no group has responses in both periods"),
            }
        }
        let one = |c: &Change| {
            let rest = vec![
                json!(c.before.people),
                json!(c.before.rate),
                json!(c.now.people),
                json!(c.now.rate),
                json!(c.change),
                json!(c.se),
                json!(c.low),
                json!(c.upp),
                json!(c.df),
                json!(c.method.map(ChangeMethod::name)),
                json!(c.direction.name()),
                json!(c.flags.codes()),
            ];
            row(c.now.level.name(), &c.now.code, &c.now.group, rest)
        };
        comparing.print(
            &held,
            &Change::COLUMNS,
            &options.by,
            found.iter().map(one).collect(),
            language,
        )
    }
}

fn tell_periods(before: &Period, now: &Period, language: Language) {
    let day = |day: chrono::NaiveDate| match language {
        Language::Vi => day.format("%d/%m/%Y"),
        Language::En => day.format("%Y-%m-%d"),
    };
    let days = |period: &Period| format!("{}–{}", day(period.start), day(period.last_day()));
    let (first, second) = (days(before), days(now));
    let (before, now) = (&before.title.get(language), &now.title.get(language));
    match language {
        Language::Vi => tell!("hailong: {now} ({second}) so với {before} ({first})"),
        Language::En => tell!("hailong: {now} ({second}) compared with {before} ({first})"),
    }
}

impl TrendCommand {
    pub(super) fn run(self, language: Language) -> Done {
        let Self { comparing } = self;
        let options = comparing.options()?;
        let held = comparing
            .responses
            .read(needed(&options, &comparing.asked.design, Some(MONTH)), None)?;
        let frame = &held.responses.frame;
        let found = trends(frame, held.instrument, &options, MONTH)
            .map_err(|e| comparing.responses.refused(&e))?;
        comparing.asked.design.tell(&options.design, frame, language)?;
        let one = |t: &Trend| {
            let rest = vec![
                json!(t.n),
                json!(t.months),
                json!(t.model.name()),
                json!(t.slope),
                json!(t.se),
                json!(t.low),
                json!(t.upp),
                json!(t.df),
                json!(t.direction.name()),
                json!(t.flags.codes()),
            ];
            row(t.level.name(), &t.code, &t.group, rest)
        };
        comparing.print(
            &held,
            &Trend::COLUMNS,
            &options.by,
            found.iter().map(one).collect(),
            language,
        )
    }
}

/// What must be known of a test: why there is none, or on how little it stands.
fn note(test: &Association) -> Option<&'static str> {
    let few = test.has_few_df().then_some(Flag::FewDf.code());
    test.untested.map(Untested::code).or(few)
}

impl CompareCommand {
    pub(super) fn run(self, language: Language) -> Done {
        let Self { comparing } = self;
        let options = comparing.options()?;
        if options.by.is_empty() {
            return Err(Failure::new(
                "Chưa nêu các nhóm cần so sánh; hãy thêm --by với tên cột, ví dụ --by channel",
                "no groups to compare were named; add --by with a column, such as --by channel",
            ));
        }
        let held =
            comparing.responses.read(needed(&options, &comparing.asked.design, None), None)?;
        let frame = &held.responses.frame;
        let found = associations(frame, held.instrument, &options)
            .map_err(|e| comparing.responses.refused(&e))?;
        comparing.asked.design.tell(&options.design, frame, language)?;
        let columns = [
            "level",
            "code",
            "groups",
            "valid",
            "pearson",
            "f",
            "df_groups",
            "df_design",
            "p",
            "note",
        ];
        let one = |a: &Association| {
            let rest = vec![
                json!(a.groups),
                json!(a.valid),
                json!(a.pearson),
                json!(a.f),
                json!(a.df_groups),
                json!(a.df_design),
                json!(a.p),
                json!(note(a)),
            ];
            row(a.level.name(), &a.code, &[], rest)
        };
        let rows = found.iter().map(one).collect();
        let done = comparing.print(&held, &columns, &[], rows, language)?;
        for why in [Untested::MeanOfRates, Untested::OwnGroups, Untested::NoSpread] {
            if found.iter().any(|a| a.untested == Some(why)) {
                tell!("hailong: {}: {}", why.code(), why.text().get(language));
            }
        }
        if found.iter().any(Association::has_few_df) {
            let few = Flag::FewDf;
            tell!("hailong: {}: {}", few.code(), few.text().get(language));
        }
        Ok(done)
    }
}
