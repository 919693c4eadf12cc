//! `hailong indicator`: what was entered of indicators, and entering a file of them.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use surveys::period::date_of_millis;
use surveys::{CommuneCode, Language, catalog};

use super::database::{Database, List};
use super::import::rejects::Rejects;
use super::output::Listing;
use super::{Done, Failure, block_on, choice, output};
use crate::clock::Clock;
use crate::importing::indicators::look;
use crate::importing::indicators::written::{ENTERED, entered};
use crate::importing::table::Table;
use crate::staff::audit::{Action, Event, OPERATOR, Outcome};

/// List or enter the results of indicators, such as dossiers on time
#[derive(Debug, Subcommand)]
pub(super) enum IndicatorCommand {
    /// List everything that was entered, the oldest first
    List(Listed),
    /// Enter a file: good rows are stored, the others come back
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Listed {
    /// The commune [default: every commune with a plan]
    #[arg(long, value_name = "CODE")]
    commune: Option<CommuneCode>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong indicator import chi-tieu.csv --rejects can-sua.csv

Columns: commune, indicator, month, numerator, denominator, source; at most 10,000 rows,
CSV or XLSX. The same file twice adds nothing; other numbers for a month correct it.")]
pub(super) struct Import {
    /// The file
    file: PathBuf,
    /// Where rows go that cannot be stored, with their reasons
    #[arg(long, value_name = "FILE.csv")]
    rejects: Option<PathBuf>,
    /// Only tell what the file would do
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    database: Database,
}

impl IndicatorCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(asked) => block_on(asked.run())?,
            Self::Import(asked) => block_on(asked.run(language))?,
        }
    }
}

impl Listed {
    async fn run(self) -> Done {
        let Self { commune, list: List { format, database } } = self;
        let communes = match commune {
            Some(code) => vec![choice::commune(&code)?.code.clone()],
            None => catalog::plans().iter().map(|plan| plan.commune_code.clone()).collect(),
        };
        let db = database.open_existing().await?;
        let mut rows = Vec::new();
        for commune in communes {
            rows.extend(entered(&commune, &db.indicator_entries(&commune).await?));
        }
        Listing { columns: &ENTERED, rows }.print(format)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    async fn run(self, language: Language) -> Done {
        let failed = |error: crate::importing::Error| Failure::in_file(&self.file, error.text());
        output::not_over(&self.file, self.rejects.as_deref())?;
        let file = File::open(&self.file).map_err(|e| choice::cannot_read(&self.file, &e))?;
        let table = Table::open(BufReader::new(file), None).map_err(failed)?;
        let db = self.database.open_existing().await?;
        let now = Clock::System.now();
        let looked = look(&db, table, |_| true, date_of_millis(now)).await.map_err(failed)?;
        let mut rejects =
            Rejects::begin(self.rejects.as_deref(), &self.file, &looked.columns, language)?;
        for row in &looked.rejected {
            rejects.add(row)?;
        }
        rejects.finish()?;
        let name = self.file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into());
        let event = Event::new(now, OPERATOR, Action::EnterIndicators, Outcome::Done);
        let entries = looked.entries();
        let event = event.about(&format!("{name}: {}", entries.len()));
        let stored = if self.check { entries.len() } else { db.enter(&entries, &event).await? };
        let (read, corrections, known) = (looked.read, looked.corrections(), looked.known);
        let rejected = looked.rejected.len();
        match (language, self.check) {
            (Language::Vi, false) => tell!(
                "hailong: {read} dòng: đã lưu {stored} (trong đó sửa {corrections}), {known} đã có từ trước, {rejected} cần sửa"
            ),
            (Language::Vi, true) => tell!(
                "hailong: {read} dòng: có thể lưu {stored} (trong đó sửa {corrections}), {known} đã có từ trước, {rejected} cần sửa"
            ),
            (Language::En, false) => tell!(
                "hailong: {read} rows: {stored} stored ({corrections} of them corrections), {known} were there before, {rejected} to mend"
            ),
            (Language::En, true) => tell!(
                "hailong: {read} rows: {stored} can be stored ({corrections} of them corrections), {known} were there before, {rejected} to mend"
            ),
        }
        Ok(if rejected > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}
