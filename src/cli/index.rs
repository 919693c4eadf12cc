//! `hailong index`: indices beside the satisfaction rates, each by itself.

use std::path::PathBuf;
use std::process::ExitCode;

use analytics::index::qd766;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::{Language, Text};

use super::Done;
use super::output::{Format, Listing};
use super::table_file::{bad_cell, bad_row, no_column, open};

mod nd61;
mod papi;

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
    Papi(papi::Papi),
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

impl Index {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::Nd61(forms) => forms.run(language),
            Self::Qd766(table) => table.qd766(),
            Self::Papi(papi) => papi.run(),
        }
    }
}

/// The columns of the table of Decision 766, in the order of its counts.
const COUNTED: [&str; 5] =
    ["dossiers", "dossiers_good", "petitions", "petitions_on_time", "petitions_satisfied"];

/// Points as they are published, to the hundredth.
fn points(value: Option<f64>) -> Value {
    json!(value.map(|value| (value * 100.0).round() / 100.0))
}

impl Table {
    fn qd766(self) -> Done {
        let path = &self.file;
        let mut csv = open(path)?;
        let header = csv.headers().map_err(|error| bad_row(path, &error))?.clone();
        let column = |name: &str| {
            let place = header.iter().position(|column| column == name);
            place.ok_or_else(|| no_column(path, name, &header))
        };
        let unit = column("unit")?;
        let places = COUNTED.map(column).into_iter().collect::<Result<Vec<_>, _>>()?;
        let mut rows = Vec::new();
        for record in csv.records() {
            let record = record.map_err(|error| bad_row(path, &error))?;
            let line = record.position().map_or(1, csv::Position::line);
            let count = |place: &usize| {
                let cell = &record[*place];
                let wanted =
                    || Text::new("cần một số nguyên như 120", "write a whole number such as 120");
                cell.parse::<u64>()
                    .map_err(|_| bad_cell(path, line, &header[*place], cell, &wanted()))
            };
            let counts = places.iter().map(count).collect::<Result<Vec<_>, _>>()?;
            let counts = qd766::Counts {
                dossiers: counts[0],
                dossiers_good: counts[1],
                petitions: counts[2],
                petitions_on_time: counts[3],
                petitions_satisfied: counts[4],
            };
            let found = qd766::points(&counts).map_err(|error| {
                let place = header.iter().position(|column| column == error.part);
                let cell = place.map_or("", |place| &record[place]);
                bad_cell(path, line, error.part, cell, &error.text())
            })?;
            rows.push(vec![
                json!(record[unit]),
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
