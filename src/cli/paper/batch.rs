//! `hailong paper batch`: how batches of paper forms stand. They are opened, keyed and
//! closed on the pages of staff.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::catalog;
use surveys::period::date_of_millis;

use super::super::database::{Database, List};
use super::super::output::{Format, Listing};
use super::super::printed::moment;
use super::super::{Done, Failure, block_on};
use crate::reporting::paper::Sheets;
use crate::staff::Scope;
use crate::store;
use crate::store::paper_batches::{PaperBatch, Purpose};

/// List or show batches of paper forms
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BatchCommand {
    /// List every batch of paper forms, the newest first
    List(List),
    /// Show one batch of paper forms
    Show(Show),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Its number, as hailong paper batch list gives it
    batch: i64,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

impl BatchCommand {
    pub(super) fn run(self) -> Done {
        match self {
            Self::List(List { format, database }) => block_on(async {
                let db = database.open_existing().await?;
                let row = |batch: &PaperBatch| {
                    vec![
                        json!(batch.batch_id),
                        json!(batch.stage.name()),
                        json!(batch.point),
                        json!(format!("{}@{}", batch.instrument, batch.version)),
                        json!(date_of_millis(batch.emptied_at).to_string()),
                        json!(batch.in_box),
                    ]
                };
                let rows = db.paper_batches(&Scope::Everywhere).await?.iter().map(row).collect();
                let columns =
                    &["batch", "stage", "collection_point", "instrument", "emptied_on", "sheets"];
                Listing { columns, rows }.print(format)?;
                Ok(ExitCode::SUCCESS)
            })?,
            Self::Show(show) => block_on(show.run())?,
        }
    }
}

impl Show {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let batch = db.paper_batch(&Scope::Everywhere, self.batch).await?.ok_or_else(|| {
            Failure::new(
                format!("Không có đợt phiếu giấy {}; xem hailong paper batch list", self.batch),
                format!(
                    "there is no batch {} of paper forms; see hailong paper batch list",
                    self.batch
                ),
            )
        })?;
        let ranges = db.paper_batch_ranges(self.batch).await?;
        let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        let counts = db.sheet_counts(self.batch).await?;
        let counts: Vec<String> =
            counts.iter().map(|count| format!("{}: {}", count.by, count.sheets)).collect();
        let drawn = db.drawn_sheets(self.batch).await?;
        let sheets = Sheets::of(db.every_keying(self.batch).await?, drawn);
        let instrument = catalog::instrument(&batch.instrument, Some(batch.version));
        let damaged = |what: String| Failure::from(store::Error::Damaged(what).text());
        let instrument = instrument.ok_or_else(|| damaged(batch.instrument.clone()))?;
        let sample = sheets.sample(instrument).map_err(|error| damaged(error.to_string()))?;
        let discrepancy = sample.discrepancy;
        let of = |purpose| sheets.keyed(purpose).count();
        let sha256_now = batch.closed_at.map(|_| sheets.sha256());
        let rows = vec![
            vec![json!("batch"), json!(batch.batch_id)],
            vec![json!("stage"), json!(batch.stage.name())],
            vec![json!("collection_point"), json!(batch.point)],
            vec![json!("instrument"), json!(format!("{}@{}", batch.instrument, batch.version))],
            vec![json!("emptied_on"), json!(date_of_millis(batch.emptied_at).to_string())],
            vec![json!("serials"), json!(ranges.join("; "))],
            vec![json!("counts"), json!(counts.join("; "))],
            vec![json!("sheets"), json!(batch.in_box)],
            vec![json!("drawn"), json!(sheets.drawn.len())],
            vec![json!("rekeyed"), json!(sample.rekeyed)],
            vec![json!("items_compared"), json!(discrepancy.compared)],
            vec![json!("items_differing"), json!(discrepancy.differing)],
            vec![json!("decided"), json!(of(Purpose::Decided))],
            vec![json!("corrected"), json!(of(Purpose::Corrected))],
            vec![json!("waiting"), json!(of(Purpose::Proposed))],
            vec![json!("opened_by"), json!(batch.opened_by)],
            vec![json!("opened_at"), json!(moment(batch.opened_at))],
            vec![json!("closed_by"), json!(batch.closed_by)],
            vec![json!("closed_at"), json!(batch.closed_at.map(moment))],
            vec![json!("sha256"), json!(batch.sha256)],
            vec![json!("sha256_now"), json!(sha256_now)],
            vec![json!("given_up_because"), json!(batch.given_up_why)],
        ];
        Listing { columns: &["field", "value"], rows }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}
