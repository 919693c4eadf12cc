//! `hailong index nd61`: the one-stop rating of Decree 61.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use analytics::index::nd61::{COLUMNS, OfficeScores, UnitRating, office_items, ratings};
use clap::Args;
use serde_json::{Value, json};
use surveys::text::nfc;
use surveys::{Instrument, Language, Text};

use super::super::asked::Needed;
use super::super::output::{Format, Listing};
use super::super::responses_file::{ResponsesFile, some_of};
use super::super::table_file::{bad_row, open};
use super::super::{Done, Failure};

/// Points and rank of the one-stop rating (Decree 61), 0 to 18 per form
///
/// RESPONSES.csv has one row per form with the indicators that citizens answer (CS1 to CS4,
/// CS6, CS7), as `hailong export --raw` writes it. The office's file has one row per unit: the
/// column of the units and the indicators that the office scores at the end of the period
/// (CS5, CS8, CS9). A form with an unanswered indicator, or "no opinion", is incomplete: it is
/// counted and enters no mean. Ranks from 15, 12, 9 and 6 points; that 15 points are called
/// "Xuất sắc" follows a system in use and is not verified.
#[derive(Debug, Args)]
#[command(mut_arg("instrument", |arg| arg.required(false).default_value("one-stop-rating")))]
pub(in crate::cli) struct Nd61 {
    #[command(flatten)]
    forms: ResponsesFile,
    /// The office's own scores for the same period
    #[arg(long, value_name = "FILE.csv")]
    office: PathBuf,
    /// The column of the units, in both files
    #[arg(long, value_name = "COLUMN", default_value = "commune_code")]
    unit: String,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Nd61 {
    pub(super) fn run(self, language: Language) -> Done {
        self.forms.apart(&[&self.office], &[])?;
        let held = self.forms.read(Needed::texts(vec![self.unit.clone()]), None)?;
        let office = scores(&self.office, held.instrument, &self.unit)?;
        let rated = ratings(&held.responses.frame, held.instrument, &self.unit, &office)
            .map_err(|error| error.text())?;
        let columns: Vec<&str> = [self.unit.as_str()].into_iter().chain(COLUMNS).collect();
        let rows = rated.iter().flat_map(|unit| rows(unit, held.instrument, language)).collect();
        Listing { columns: &columns, rows }.print(self.format)?;
        let unscored: Vec<&str> =
            rated.iter().filter(|r| r.points().is_none()).map(|r| r.unit.as_str()).collect();
        if !unscored.is_empty() {
            tell_unscored(&self.office, &unscored, language);
        }
        let done = self.forms.conclude(&held.responses, &[self.unit], language)?;
        Ok(if unscored.is_empty() { done } else { ExitCode::from(1) })
    }
}

/// A row per indicator and one for their total.
fn rows(unit: &UnitRating, instrument: &Instrument, language: Language) -> Vec<Vec<Value>> {
    let row = |indicator: &str, points: Option<u64>, rank: [Value; 2]| {
        let counts = [json!(unit.complete), json!(unit.incomplete)];
        let mean = json!(unit.per_form(points));
        let mut row = vec![json!(unit.unit), json!(indicator)];
        row.extend(counts.into_iter().chain([json!(points), mean]).chain(rank));
        row
    };
    let none = [Value::Null, Value::Null];
    let indicators = unit.indicators.iter();
    let mut rows: Vec<_> =
        indicators.map(|i| row(i.code.as_str(), i.points, none.clone())).collect();
    let rank = unit.rank(instrument);
    let rank = rank.map_or(none, |r| [json!(r.at_least), json!(r.text.get(language))]);
    rows.push(row("total", unit.points(), rank));
    rows
}

/// Reads what the office scored: one row per unit.
fn scores(
    path: &Path,
    instrument: &Instrument,
    unit: &str,
) -> Result<BTreeMap<String, OfficeScores>, Failure> {
    let mut csv = open(path)?;
    let header = csv.headers().map_err(|error| bad_row(path, &error))?.clone();
    let column = |name: &str| {
        header.iter().position(|h| h == name).ok_or_else(|| {
            let path = path.display();
            Failure::new(
                format!("{path} không có cột {name}; cần cột {unit} và các chỉ số cơ quan chấm"),
                format!(
                    "{path} has no column {name}; it needs {unit} and the indicators that the office scores"
                ),
            )
        })
    };
    let place = column(unit)?;
    let items = office_items(instrument).map(|item| Ok((item, column(item.code.as_str())?)));
    let items = items.collect::<Result<Vec<_>, Failure>>()?;
    let mut scores = BTreeMap::new();
    for record in csv.records() {
        let record = record.map_err(|error| bad_row(path, &error))?;
        let line = record.position().map_or(1, csv::Position::line);
        let mut of_unit = OfficeScores::default();
        for (item, place) in &items {
            of_unit
                .score(instrument, item, &record[*place])
                .map_err(|error| at(path, line, &error.text()))?;
        }
        let name = nfc(&record[place]);
        if scores.insert(name.clone(), of_unit).is_some() {
            let twice = Text::new(
                format!("đơn vị {name} đã có ở dòng trước; hãy để mỗi đơn vị một dòng"),
                format!("the unit {name} stands in an earlier row; leave one row per unit"),
            );
            return Err(at(path, line, &twice));
        }
    }
    Ok(scores)
}

fn at(path: &Path, line: u64, what: &Text) -> Failure {
    let path = path.display();
    Failure::new(format!("{path}:{line}: {}", what.vi), format!("{path}:{line}: {}", what.en))
}

/// Tells which units have forms and no scores of the office.
fn tell_unscored(path: &Path, units: &[&str], language: Language) {
    let (count, path) = (units.len(), path.display());
    let names = some_of(units);
    match language {
        Language::Vi => tell!(
            "hailong: {path}: chưa có điểm cơ quan chấm cho {count} đơn vị nên chưa có tổng: {names}"
        ),
        Language::En => tell!(
            "hailong: {path}: no scores of the office for {count} units, so they have no total: {names}"
        ),
    }
}
