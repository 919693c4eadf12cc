//! `hailong batch`: what was imported, and taking it back.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::Language;

use super::database::{Database, List};
use super::output::{Format, Listing};
use super::{Done, Failure, block_on, noted};
use crate::importing::moment::in_vietnam;
use crate::staff::audit::Action;
use crate::store::batches::{self, Batch, Undone};

/// List, show or undo imports
#[derive(Debug, Subcommand)]
pub(super) enum BatchCommand {
    /// List every batch, the newest first
    List(List),
    /// Show one batch
    Show(Show),
    /// Undo a batch as a whole: its responses stay stored and no longer count
    Undo(Undo),
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Its number, as hailong batch list gives it
    batch: i64,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong batch undo 12 --reason 'nhập nhầm điểm khảo sát'

Importing the same file again brings its responses back, as a new batch.")]
pub(super) struct Undo {
    /// Its number, as hailong batch list gives it
    batch: i64,
    /// Why, for those who ask later: up to 500 characters
    #[arg(long, value_parser = reason)]
    reason: String,
    #[command(flatten)]
    database: Database,
}

fn reason(text: &str) -> Result<String, String> {
    batches::reason(text).ok_or_else(|| "write 1 to 500 characters in one line".to_owned())
}

impl BatchCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(List { format, database }) => block_on(async {
                let batches = database.open_existing().await?.batches().await?;
                let row = |batch: &Batch| {
                    vec![
                        json!(batch.batch_id),
                        json!(state(batch)),
                        json!(in_vietnam(batch.begun_at)),
                        json!(batch.file_name),
                        json!(format!("{}@{}", batch.instrument, batch.version)),
                        json!(batch.rows_read),
                        json!(batch.stored),
                        json!(batch.known),
                        json!(batch.rejected),
                        json!(batch.holds),
                    ]
                };
                let rows = batches.iter().map(row).collect();
                let columns = &[
                    "batch",
                    "state",
                    "begun",
                    "file",
                    "instrument",
                    "rows",
                    "stored",
                    "known",
                    "rejected",
                    "holds",
                ];
                Listing { columns, rows }.print(format)?;
                Ok(ExitCode::SUCCESS)
            })?,
            Self::Show(Show { batch, format, database }) => block_on(async {
                let found = database.open_existing().await?.batch(batch).await?;
                let rows = fields(&found.ok_or_else(|| unknown(batch))?);
                let rows = rows.into_iter().map(|(name, value)| vec![json!(name), value]).collect();
                Listing { columns: &["field", "value"], rows }.print(format)?;
                Ok(ExitCode::SUCCESS)
            })?,
            Self::Undo(undo) => block_on(undo.run(language))?,
        }
    }
}

impl Undo {
    async fn run(self, language: Language) -> Done {
        let batch = self.batch;
        let db = self.database.open_existing().await?;
        let point = db.batch(batch).await?.map(|batch| batch.point).unwrap_or_default();
        let about = format!("{batch}: {}", self.reason);
        let event = noted::event(&db, &point, Action::UndoBatch, &about).await?;
        let undone = db.undo_batch(batch, &self.reason, event.at, Some(&event)).await?;
        let holds = db.batch(batch).await?.map_or(0, |batch| batch.holds);
        match (undone, language) {
            (Undone::Unknown, _) => Err(unknown(batch)),
            (Undone::Before, _) => Err(Failure::new(
                format!(
                    "Đợt nhập {batch} đã được rút lại từ trước; xem hailong batch show {batch}"
                ),
                format!("batch {batch} was undone before; see hailong batch show {batch}"),
            )),
            (Undone::Now, Language::Vi) => {
                tell!(
                    "hailong: đã rút lại đợt nhập {batch}: {holds} phiếu vẫn được lưu và không còn được tính"
                );
                Ok(ExitCode::SUCCESS)
            }
            (Undone::Now, Language::En) => {
                tell!(
                    "hailong: batch {batch} is undone: {holds} responses stay stored and no longer count"
                );
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

/// Everything that is known of a batch.
fn fields(batch: &Batch) -> Vec<(&'static str, Value)> {
    vec![
        ("batch", json!(batch.batch_id)),
        ("state", json!(state(batch))),
        ("file", json!(batch.file_name)),
        ("sha256", json!(batch.sha256)),
        ("instrument", json!(format!("{}@{}", batch.instrument, batch.version))),
        ("channel", json!(batch.channel)),
        ("point", json!(batch.point)),
        ("map", json!(batch.map)),
        ("begun", json!(in_vietnam(batch.begun_at))),
        ("finished", json!(batch.finished_at.map(in_vietnam))),
        ("rows", json!(batch.rows_read)),
        ("stored", json!(batch.stored)),
        ("known", json!(batch.known)),
        ("rejected", json!(batch.rejected)),
        ("holds", json!(batch.holds)),
        ("undone", json!(batch.undone_at.map(in_vietnam))),
        ("reason", json!(batch.undone_why)),
    ]
}

/// Whether its responses count, in a word that programs may rely on.
fn state(batch: &Batch) -> &'static str {
    match (batch.undone_at, batch.finished_at) {
        (Some(_), _) => "undone",
        (None, Some(_)) => "counts",
        (None, None) => "unfinished",
    }
}

fn unknown(batch: i64) -> Failure {
    Failure::new(
        format!("Không có đợt nhập {batch}; xem hailong batch list"),
        format!("there is no batch {batch}; see hailong batch list"),
    )
}
