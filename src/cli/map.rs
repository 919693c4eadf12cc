//! `hailong map`: maps from other tools' files to ours.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::Language;

use super::output::{self, Format, Listing};
use super::{Done, Failure, choice, import, responses_file};
use crate::importing;
use crate::importing::map::SHIPPED;
use crate::importing::suggestion::{Match, suggest};
use crate::importing::table::Table;

/// List, show or suggest maps for files of other tools
#[derive(Debug, Subcommand)]
pub(super) enum MapCommand {
    /// List the shipped maps
    List(List),
    /// Print a shipped map
    Show(Show),
    /// Make a map for a file by matching its columns
    Suggest(Suggest),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Its name, as hailong map list gives it
    name: String,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong map suggest cau-tra-loi.csv --instrument quick-counter --out map.toml

Look the map over, fill in what is missing, and try it with hailong import --preview 3.")]
pub(super) struct Suggest {
    /// The file (CSV or XLSX)
    file: PathBuf,
    /// The instrument that was answered
    #[arg(long, value_name = "ID")]
    instrument: String,
    /// The sheet of a spreadsheet; by default the first
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Where the map goes; without it to standard output
    #[arg(long, value_name = "MAP.toml")]
    out: Option<PathBuf>,
}

impl MapCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(List { format }) => {
                let first = |text: &str| {
                    text.lines().next().unwrap_or("").trim_start_matches("# ").to_owned()
                };
                let rows = SHIPPED.iter().map(|(name, text)| vec![json!(name), json!(first(text))]);
                Listing { columns: &["name", "title"], rows: rows.collect() }.print(format)?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Show(Show { name }) => {
                let shipped = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
                let (_, text) = shipped.ok_or_else(|| {
                    let known = SHIPPED.map(|(name, _)| name).join(", ");
                    Failure::new(
                        format!("Không có bản đồ cột {name}; có {known}"),
                        format!("there is no map {name}; there are {known}"),
                    )
                })?;
                output::to_stdout(|out| out.write_all(text.as_bytes()))?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Suggest(suggest) => suggest.run(language),
        }
    }
}

impl Suggest {
    fn run(self, language: Language) -> Done {
        let instrument = choice::instrument(&self.instrument)?;
        output::not_over(&self.file, self.out.as_deref())?;
        let failed = |error| match error {
            importing::Error::Read(error) => choice::cannot_read(&self.file, &error),
            other => Failure::from(other.text()),
        };
        let table = Table::open(import::open(&self.file)?, self.sheet.as_deref());
        let found = table.and_then(|table| suggest(table, instrument)).map_err(failed)?;
        for column in &found.columns {
            let (name, ours) = (column.name.replace(char::is_control, " "), &column.ours);
            let how = column.matched.text();
            match column.matched {
                Match::None | Match::Personal => tell!("hailong: {name}: {}", how.get(language)),
                _ => tell!("hailong: {name} → {ours}: {}", how.get(language)),
            }
            if !column.unknown.is_empty() {
                let texts = responses_file::some_of(&column.unknown);
                match language {
                    Language::Vi => tell!("hailong: {name}: chưa biết là phương án nào: {texts}"),
                    Language::En => tell!("hailong: {name}: no option is called {texts}"),
                }
            }
        }
        let missing = responses_file::some_of(&found.missing);
        match language {
            _ if found.missing.is_empty() => {}
            Language::Vi => tell!("hailong: chưa tìm thấy cột cho {missing}"),
            Language::En => tell!("hailong: no column was found for {missing}"),
        }
        output::write(self.out.as_deref(), |out| out.write_all(found.map.as_bytes()))?;
        Ok(ExitCode::from(u8::from(!found.missing.is_empty())))
    }
}
