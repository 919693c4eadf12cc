//! `hailong index`: indices beside the satisfaction rates, each by itself.

use std::path::PathBuf;
use std::process::ExitCode;

use analytics::index::{papi, qd766};
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};
use surveys::Language;

use super::output::{Format, Listing};
use super::table_file::{bad_row, line_of, no_column, open};
use super::{Done, Failure};

mod nd61;

/// Totals of other indices, each by itself
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  hailong index nd61 phieu.csv --office diem-cham.csv --plan long-xuyen-2025 --period 2025-Q3
  hailong index qd766 ho-so-va-pakn.csv
  hailong index papi papi-2019.csv --dimensions D1,D2,D3,D4,D5,D6,D7,D8 --groups 16,16,15,16")]
pub(super) enum Index {
    Nd61(nd61::Nd61),
    /// Satisfaction points of the national service index (Decision 766), 0 to 18
    ///
    /// The file has the columns unit, dossiers, `dossiers_good` (neither late nor complained
    /// about), petitions, `petitions_on_time` and `petitions_satisfied`.
    Qd766(Table),
    /// Totals, ranks and rank groups of PAPI, from published dimension scores
    ///
    /// The file has the column unit and one column per dimension, empty where none is
    /// published. There is no official PAPI of a commune.
    Papi(Papi),
}

#[derive(Debug, Args)]
pub(super) struct Table {
    /// The table
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Papi {
    #[command(flatten)]
    table: Table,
    /// The columns of the dimensions
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',', required = true)]
    dimensions: Vec<String>,
    /// The lowest and the highest possible score of every dimension: scores are put on the
    /// scale from 1 to 10 by them before they are added up
    #[arg(long, value_name = "MIN,MAX", value_parser = bounds, allow_hyphen_values = true)]
    rescale: Option<(f64, f64)>,
    /// How many units each group has, the highest first, as published for the year
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    groups: Vec<usize>,
}

fn bounds(text: &str) -> Result<(f64, f64), String> {
    let number = |text: &str| text.trim().parse().ok().filter(|number: &f64| number.is_finite());
    let parts = text.split_once(',').and_then(|(min, max)| number(min).zip(number(max)));
    parts.filter(|(min, max)| min < max).ok_or_else(|| "write two numbers, such as 0,1".to_owned())
}

impl Index {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::Nd61(forms) => forms.run(language),
            Self::Qd766(table) => table.qd766(),
            Self::Papi(papi) => papi.run(),
        }
    }
}

/// A row of the table of Decision 766.
#[derive(Debug, Deserialize)]
struct Counted {
    unit: String,
    dossiers: u64,
    dossiers_good: u64,
    petitions: u64,
    petitions_on_time: u64,
    petitions_satisfied: u64,
}

/// Points as they are published, to the hundredth.
fn points(value: Option<f64>) -> Value {
    json!(value.map(|value| (value * 100.0).round() / 100.0))
}

impl Table {
    fn qd766(self) -> Done {
        let mut csv = open(&self.file)?;
        let mut rows = Vec::new();
        let header = csv.headers().map_err(|error| bad_row(&self.file, 1, &error))?.clone();
        for record in csv.records() {
            let record = record.map_err(|error| bad_row(&self.file, line_of(&error), &error))?;
            let line = record.position().map_or(1, csv::Position::line);
            let unit: Counted = record
                .deserialize(Some(&header))
                .map_err(|error| bad_row(&self.file, line, &error))?;
            let counts = qd766::Counts {
                dossiers: unit.dossiers,
                dossiers_good: unit.dossiers_good,
                petitions: unit.petitions,
                petitions_on_time: unit.petitions_on_time,
                petitions_satisfied: unit.petitions_satisfied,
            };
            let found =
                qd766::points(&counts).map_err(|error| bad_row(&self.file, line, &error))?;
            rows.push(vec![
                json!(unit.unit),
                points(Some(found.on_time)),
                points(Some(found.satisfied)),
                points(found.dossiers),
                points(found.total()),
            ]);
        }
        let columns = &["unit", "petitions_on_time", "petitions_satisfied", "dossiers", "total"];
        Listing { columns, rows }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Papi {
    fn run(self) -> Done {
        let path = &self.table.file;
        let mut csv = open(path)?;
        let header = csv.headers().map_err(|error| bad_row(path, 1, &error))?.clone();
        let column = |name: &str| {
            let place = header.iter().position(|column| column == name);
            place.ok_or_else(|| no_column(path, name, &header))
        };
        let unit = column("unit")?;
        let columns: Vec<usize> =
            self.dimensions.iter().map(|name| column(name)).collect::<Result<_, _>>()?;
        let (mut units, mut totals) = (Vec::new(), Vec::new());
        for record in csv.records() {
            let record = record.map_err(|error| bad_row(path, line_of(&error), &error))?;
            let line = record.position().map_or(1, csv::Position::line);
            let score = |column: &usize| match &record[*column] {
                "" | "NA" => Ok(None),
                text => text
                    .parse()
                    .ok()
                    .filter(|score: &f64| score.is_finite())
                    .and_then(|score| match self.rescale {
                        Some(bounds) => papi::rescaled(score, bounds),
                        None => Some(score),
                    })
                    .map(Some)
                    .ok_or_else(|| bad_row(path, line, &text)),
            };
            let scores: Vec<Option<f64>> = columns.iter().map(score).collect::<Result<_, _>>()?;
            units.push(record[unit].to_owned());
            totals.push(papi::total(&scores));
        }
        let ranked = papi::ranked(&totals, &self.groups).map_err(|wrong| {
            let papi::WrongSizes { room, ranked } = wrong;
            Failure::new(
                format!(
                    "Các nhóm có {room} chỗ mà có {ranked} đơn vị có tổng điểm; hãy sửa --groups"
                ),
                format!("{wrong}"),
            )
        })?;
        let groups = |groups: Option<(usize, usize)>| match groups {
            Some((first, last)) if first == last => json!(first.to_string()),
            Some((first, last)) => json!(format!("{first}-{last}")),
            None => Value::Null,
        };
        let mut rows: Vec<Vec<Value>> = ranked
            .iter()
            .map(|r| {
                let total = (r.total * 10_000.0).round() / 10_000.0;
                vec![json!(units[r.place]), json!(total), json!(r.rank), groups(r.groups)]
            })
            .collect();
        let missing = totals.iter().zip(&units).filter(|(total, _)| total.is_none());
        rows.extend(
            missing.map(|(_, unit)| vec![json!(unit), Value::Null, Value::Null, Value::Null]),
        );
        let columns = &["unit", "total", "rank", "group"];
        Listing { columns, rows }.print(self.table.format)?;
        Ok(ExitCode::SUCCESS)
    }
}
