//! `hailong instrument`: the shipped instruments, and checking one's own.

use std::process::ExitCode;

use analytics::EstimateError;
use analytics::frame::csv_file::SIMULATED;
use analytics::tally::{is_own_column, tally_sql};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::instrument::file::parse_beside;
use surveys::instrument::{Item, ItemKind};
use surveys::mistake::Mistake;
use surveys::{Instrument, Language, catalog};

use super::check::check;
use super::output::{Format, Listing, json, to_stdout};
use super::{Done, choice};

/// List, show or check instruments, or print their SQL
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  hailong instrument list
  hailong instrument show quick-counter --format json
  hailong instrument check phieu-cua-xa.toml
  hailong instrument sql quick-counter --by commune_code,day")]
pub(super) enum InstrumentCommand {
    /// List the shipped instruments
    List(List),
    /// Show one instrument with its items
    Show(Show),
    /// Check instrument files and tell every mistake with its line and column
    Check(Check),
    /// Print the SQL that tallies its responses in a database
    Sql(Sql),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// An id, an id with its version (quick-counter@1), or a file
    #[arg(value_name = "ID|FILE")]
    instrument: String,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong instrument check phieu-cua-xa.toml --lang en")]
pub(super) struct Check {
    /// Files to check
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The table responses has a row for each response with a response_id, and an integer
column for each item, empty where unanswered.")]
pub(super) struct Sql {
    /// An id, an id with its version (quick-counter@1), or a file
    #[arg(value_name = "ID|FILE")]
    instrument: String,
    /// Columns to tally by; day and month are made from the day of the answer
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    by: Vec<String>,
    /// Also what the mean of items needs: the products of every two items
    #[arg(long)]
    item_pairs: bool,
}

impl InstrumentCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(list) => list.run(language),
            Self::Show(show) => show.run(language),
            Self::Sql(sql) => sql.run(),
            Self::Check(files) => check(&files.files, beside_shipped, language),
        }
    }
}

/// Reads an instrument file; what it says to continue is one of the shipped versions.
fn beside_shipped(source: &str) -> Result<Instrument, Vec<Mistake>> {
    parse_beside(source, Some(catalog::instruments()))
}

impl Sql {
    fn run(self) -> Done {
        let instrument = choice::instrument(&self.instrument)?;
        let own = |name: &&String| name.is_empty() || (is_own_column(name) && *name != SIMULATED);
        if let Some((_, name)) =
            self.by.iter().enumerate().find(|(place, name)| self.by[..*place].contains(name))
        {
            return Err(EstimateError::RepeatedColumn { name: name.clone() }.text().into());
        }
        if let Some(name) = self.by.iter().find(own) {
            return Err(EstimateError::ReservedColumn { name: name.clone() }.text().into());
        }
        let sql = tally_sql(instrument, &self.by, self.item_pairs);
        to_stdout(|out| out.write_all(sql.as_bytes()))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    fn run(self, language: Language) -> Done {
        let row = |i: &Instrument| {
            vec![
                json!(i.id),
                json!(i.version),
                json!(i.asked().count()),
                json!(i.aggregation.name()),
                json!(i.title.get(language)),
            ]
        };
        let rows = catalog::instruments().iter().map(row).collect();
        let columns = &["id", "version", "items", "aggregation", "title"];
        Listing { columns, rows }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What is shown of an item; `asked_after` is the rating after which it is asked, empty for
/// one that everybody is asked.
const COLUMNS: [&str; 6] = ["code", "kind", "component", "scale", "asked_after", "text"];

impl Show {
    fn run(self, language: Language) -> Done {
        let instrument = choice::instrument(&self.instrument)?;
        let row = |item: &Item| {
            vec![
                json!(item.code),
                json!(kind(item)),
                item.component().map_or(Value::Null, |c| json!(c)),
                item.scale.as_ref().map_or(Value::Null, |s| json!(s)),
                item.asked_after.map_or(Value::Null, |after| json!(format!("<={}", after.at_most))),
                json!(item.text.get(language)),
            ]
        };
        let rows = instrument.items.iter().map(row).collect();
        let items = Listing { columns: &COLUMNS, rows };
        match self.format {
            Format::Csv => items.print(Format::Csv)?,
            Format::Json => to_stdout(|out| json(&json!(instrument), out))?,
            Format::Table => to_stdout(|out| {
                writeln!(out, "{} {}", instrument.id, instrument.version)?;
                writeln!(out, "{}", instrument.title.get(language))?;
                writeln!(out, "{}", instrument.introduction.get(language))?;
                writeln!(out, "aggregation: {}\n", instrument.aggregation.name())?;
                out.write_all(items.table().as_bytes())?;
                for scale in &instrument.scales {
                    writeln!(out, "\n{}", scale.code)?;
                    for option in scale.options.iter().chain(&scale.no_opinion) {
                        let mark = if scale.satisfied.contains(&option.value) { "*" } else { " " };
                        writeln!(out, "{mark}{:>3}  {}", option.value, option.text.get(language))?;
                    }
                }
                Ok(())
            })?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn kind(item: &Item) -> &'static str {
    match item.kind {
        ItemKind::Satisfaction { .. } => "satisfaction",
        ItemKind::Experience => "experience",
        ItemKind::Need => "need",
        ItemKind::Demographic => "demographic",
        ItemKind::Comment => "comment",
    }
}
