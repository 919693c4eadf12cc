//! Files of indicators that are written: the template, and what was entered.

use std::io;

use analytics::export::csv_text::CsvText;
use analytics::export::sheet::{Cell, Sheet};
use chrono::NaiveDate;
use serde_json::{Value, json};
use surveys::indicator::{Entered, months_of};
use surveys::plan::TargetUnit;
use surveys::{CommuneCode, Period, Plan, catalog};

use super::super::moment::in_vietnam;
use super::{Column, is_counted};
use crate::store::indicators::{Ledger, StoredEntry};

/// The column of the template that says for people what the code stands for; it is not
/// read.
pub const NAME: &str = "ten_chi_tieu";

/// The columns of [`entered`].
pub const ENTERED: [&str; 15] = [
    "commune",
    "indicator",
    "period",
    "kind",
    "numerator",
    "denominator",
    "result",
    "day",
    "source",
    "link",
    "entered_by",
    "entered_at",
    "entry",
    "holds",
    "unit",
];

/// What `ledger` has of `commune`, one row an entry, the oldest first, in the order of
/// [`ENTERED`].
pub fn entered(commune: &CommuneCode, ledger: &Ledger) -> Vec<Vec<Value>> {
    let holding: Vec<i64> = ledger.holding().iter().map(|stored| stored.number).collect();
    let row = |stored: &StoredEntry| {
        let StoredEntry { number, entry, entered_by, entered_at } = stored;
        let (mut counts, mut result, mut day) = ([None; 2], None, None);
        match &entry.entered {
            Entered::Counts { numerator, denominator } => {
                counts = [Some(*numerator), Some(*denominator)];
            }
            Entered::Number { value, published_on } => {
                (result, day) = (Some(value.to_string()), Some(*published_on));
            }
            Entered::Rank { rank, published_on } => {
                (result, day) = (Some(rank.clone()), Some(*published_on));
            }
            Entered::Done { on } => day = Some(*on),
            Entered::Withdrawn => {}
        }
        vec![
            json!(commune),
            json!(entry.indicator),
            json!(entry.period),
            json!(entry.entered.name()),
            json!(counts[0]),
            json!(counts[1]),
            json!(result),
            json!(day),
            json!(entry.source),
            json!(entry.link),
            json!(entered_by),
            json!(in_vietnam(*entered_at)),
            json!(number),
            json!(holding.contains(number)),
            json!(unit(commune, &entry.indicator)),
        ]
    };
    ledger.all().iter().map(row).collect()
}

/// The unit in which the plan of `commune` counts `indicator`; empty for none.
fn unit(commune: &CommuneCode, indicator: &str) -> &'static str {
    let targets = catalog::plan_of(commune).map_or(&[][..], |plan| &plan.targets);
    let target = targets.iter().find(|target| target.indicator == indicator);
    target
        .map(|target| target.unit)
        .filter(|unit| *unit != TargetUnit::None)
        .map_or("", TargetUnit::name)
}

/// The same as a table; months and codes are texts.
pub fn entered_sheet(commune: &CommuneCode, ledger: &Ledger) -> Sheet {
    let cell = |value: Value| match value {
        Value::String(text) => Cell::Text(text),
        Value::Null => Cell::Number(None),
        Value::Bool(truth) => Cell::Truth(truth),
        other => other.as_u64().map_or_else(|| Cell::Text(other.to_string()), Cell::Count),
    };
    let row = |row: Vec<Value>| row.into_iter().map(cell).collect();
    Sheet {
        columns: ENTERED.map(str::to_owned).into(),
        rows: entered(commune, ledger).into_iter().map(row).collect(),
    }
}

/// A CSV file to fill in: every indicator of `plan` that is counted, with the months of
/// `period` that have begun by `today` and have no entry in `ledger`.
///
/// # Errors
/// Never, as memory takes what is written to it.
pub fn template(
    plan: &Plan,
    period: &Period,
    today: NaiveDate,
    ledger: &Ledger,
) -> io::Result<Vec<u8>> {
    let mut csv =
        CsvText::new(Vec::new(), Column::ALL.map(Column::name).into_iter().chain([NAME]))?;
    let targets = plan.targets.iter().filter(|target| target.binding && is_counted(target));
    for target in targets {
        let held = |month: &Period| {
            let last = ledger.last(&target.indicator, &month.code);
            last.is_some_and(|last| last.entry.entered != Entered::Withdrawn)
        };
        for month in months_of(period).iter().filter(|m| m.start <= today && !held(m)) {
            let about = [plan.commune_code.as_str(), &target.indicator, &month.code, "", "", ""];
            for cell in about.into_iter().chain([target.title.vi.as_str()]) {
                csv.text(cell)?;
            }
            csv.end_row()?;
        }
    }
    csv.finish()
}
