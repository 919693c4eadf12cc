//! `hailong point`: collection points, until staff can make them on a page.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, InstrumentId, OpeningHours, PointCode, catalog};

use super::database::{Database, List};
use super::output::{Listing, to_stdout};
use super::poster::PosterCommand;
use super::{Done, Failure, block_on, choice};
use crate::clock::Clock;
use crate::store::Db;

/// List or add collection points, set their opening hours, print their posters
#[derive(Debug, Subcommand)]
pub(super) enum Point {
    /// List every collection point
    List(List),
    /// Add a collection point
    Add(Add),
    /// Show or set when a point's tablets take answers
    Hours(Hours),
    /// Write the poster of a collection point, with its QR code and address
    Poster(PosterCommand),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong point add mot-cua-2 --commune 22651 --name 'Quầy số 2'")]
pub(super) struct Add {
    /// The last part of its address, /s/CODE
    code: PointCode,
    /// The five-digit code of its commune
    #[arg(long)]
    commune: CommuneCode,
    /// What people call it
    #[arg(long)]
    name: String,
    /// The instrument it puts
    #[arg(long, default_value = "quick-counter")]
    instrument: InstrumentId,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong point hours 22651                        show them
  hailong point hours 22651 'Mon-Fri 07:00-11:30,13:30-17:00; Sat 07:30-11:00'
  hailong point hours 22651 always")]
pub(super) struct Hours {
    /// The collection point's code
    code: PointCode,
    /// Days and times in Vietnam, or `always`; without them they are shown
    #[arg(value_name = "HOURS")]
    new: Option<String>,
    #[command(flatten)]
    database: Database,
}

impl Point {
    pub(super) fn run(self) -> Done {
        match self {
            Self::List(List { format, database }) => block_on(async {
                let points = database.open_existing().await?.collection_points().await?;
                let row = |p: &CollectionPoint| {
                    vec![json!(p.code), json!(p.commune_code), json!(p.instrument), json!(p.name)]
                };
                let rows = points.iter().map(row).collect();
                let columns = &["code", "commune_code", "instrument", "name"];
                Listing { columns, rows }.print(format)?;
                Ok(ExitCode::SUCCESS)
            })?,
            Self::Add(add) => block_on(add.run())?,
            Self::Hours(hours) => block_on(hours.run())?,
            Self::Poster(poster) => block_on(poster.run())?,
        }
    }
}

impl Add {
    async fn run(self) -> Done {
        choice::commune(&self.commune)?;
        if catalog::instrument(self.instrument.as_str(), None).is_none() {
            return Err(Failure::new(
                format!("Không có mẫu phiếu {}; xem hailong instrument list", self.instrument),
                format!("there is no instrument {}; see hailong instrument list", self.instrument),
            ));
        }
        let name = surveys::text::nfc(self.name.trim());
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(Failure::new(
                "Tên điểm khảo sát phải có chữ, trên một dòng; hãy nêu bằng --name",
                "a collection point needs a name on one line; give it with --name",
            ));
        }
        let point = CollectionPoint {
            code: self.code,
            commune_code: self.commune,
            name,
            instrument: self.instrument,
        };
        let db = self.database.open().await?;
        if !db.add_collection_point(&point, Clock::System.now()).await? {
            return Err(Failure::new(
                format!("Mã {} đã có điểm khảo sát dùng; hãy chọn mã khác", point.code),
                format!("the code {} is taken; choose another", point.code),
            ));
        }
        to_stdout(|out| writeln!(out, "/s/{}", point.code))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Hours {
    async fn run(self) -> Done {
        let hours = self.new.map(|text| OpeningHours::parse(&text)).transpose();
        let hours = hours.map_err(|error| error.text())?;
        let db = self.database.open_existing().await?;
        existing(&db, &self.code).await?;
        if let Some(hours) = hours {
            db.set_opening_hours(&self.code, &hours).await?;
        }
        let hours = db.opening_hours(&self.code).await?;
        to_stdout(|out| writeln!(out, "{hours}"))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The collection point `code`, which must be there.
pub(super) async fn existing(db: &Db, code: &PointCode) -> Result<CollectionPoint, Failure> {
    db.collection_point(code.as_str()).await?.ok_or_else(|| {
        Failure::new(
            format!("Chưa có điểm khảo sát {code}; xem hailong point list"),
            format!("there is no collection point {code}; see hailong point list"),
        )
    })
}
