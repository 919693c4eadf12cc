//! `hailong paper`: the instrument on paper, which serial numbers were given out, and how
//! the batches of sheets stand.

mod batch;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::{PointCode, Serial};

use super::database::Database;
use super::output::{Format, Listing, Pending, cannot_write};
use super::point::in_use;
use super::printed::{Printed, Tongue, moment, place};
use super::{Done, Failure, block_on, noted};
use crate::points;
use crate::staff::audit::Action;

/// Print paper forms with serial numbers; list the numbers given out and batches of sheets
#[derive(Debug, Subcommand)]
pub(super) enum Paper {
    /// Make forms and write them as a PDF
    Make(Make),
    /// List the serial numbers given out
    List(List),
    #[command(subcommand)]
    Batch(batch::BatchCommand),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong paper make --point 22651 --sheets 50 --out forms.pdf

Every form has a serial number of its own, with a check digit; the numbers given out
are kept, so that it can be seen later which forms did not come back.")]
pub(super) struct Make {
    /// The collection point at which they are given out
    #[arg(long)]
    point: PointCode,
    /// How many forms, up to 500
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(points::MOST_FORMS)))]
    sheets: u32,
    #[command(flatten)]
    tongue: Tongue,
    /// The file
    #[arg(long, value_name = "FILE.pdf")]
    out: PathBuf,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those of this collection point
    #[arg(long)]
    point: Option<PointCode>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

impl Paper {
    pub(super) fn run(self) -> Done {
        match self {
            Self::Make(make) => block_on(make.run())?,
            Self::List(list) => block_on(list.run())?,
            Self::Batch(batch) => batch.run(),
        }
    }
}

impl Make {
    async fn run(self) -> Done {
        if Printed::of(&self.out)? != Printed::Pdf {
            return Err(Failure::new(
                "Phiếu giấy có nhiều trang; hãy đặt tên tệp kết thúc bằng .pdf",
                "paper forms have several pages; give a file whose name ends in .pdf",
            ));
        }
        let db = self.database.open_existing().await?;
        let point = in_use(&db, &self.point).await?;
        let place = place(&point)?;
        let words = self.tongue.words(place.instrument)?;
        let pending = Pending::begin_only(&self.out)?;
        let event = noted::event(&db, point.code.as_str(), Action::MakePaper, "").await?;
        let range = db
            .issue_paper(&point, place.instrument, self.sheets, &event)
            .await?
            .ok_or_else(|| {
                Failure::new(
                    format!("Cơ sở dữ liệu này không còn đủ {} số phiếu", self.sheets),
                    format!("this database has fewer than {} serial numbers left", self.sheets),
                )
            })?;
        let bytes = place.paper(words, range, db.is_simulated());
        let written = pending.file().and_then(|mut file| file.write_all(&bytes));
        written.map_err(|error| cannot_write(pending.path(), &error))?;
        pending.finish()?;
        tell!("{} – {}", range.first, range.last);
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let ranges = db.paper_ranges(self.point.as_ref()).await?;
        let serial = |n: i64| {
            let serial = u32::try_from(n).ok().and_then(Serial::new);
            json!(serial.map(|serial| serial.to_string()))
        };
        let rows = ranges.iter().map(|range| {
            vec![
                serial(range.first),
                serial(range.last),
                json!(range.last - range.first + 1),
                json!(range.collection_point),
                json!(format!("{}@{}", range.instrument, range.version)),
                json!(moment(range.issued_at)),
            ]
        });
        let columns = &["first", "last", "forms", "collection_point", "instrument", "issued_at"];
        Listing { columns, rows: rows.collect() }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}
