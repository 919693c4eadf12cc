//! `hailong point`: collection points.

mod contact;

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;
use surveys::collection_point::CollectionPoint;
use surveys::{
    CommuneCode, InstrumentId, Language, OpeningHours, PointCode, ServiceFields, catalog,
};

use self::contact::Contact;
use super::database::{Database, List};
use super::output::{Listing, to_stdout};
use super::poster::PosterCommand;
use super::{Done, Failure, block_on, choice};
use crate::points::{self, by_operator};
use crate::staff::audit::Action;
use crate::store::Db;

/// List, add, rename and retire collection points, set what they ask and when, print their posters
#[derive(Debug, Subcommand)]
pub(super) enum Point {
    /// List every collection point
    List(List),
    /// Add a collection point
    Add(Add),
    /// Give a collection point another name
    Rename(Rename),
    /// End a collection point: no more answers are begun; what was begun still counts
    Retire(One),
    /// Take a retired collection point into use again
    Reopen(One),
    /// Show or set when a point's tablets take answers
    Hours(Hours),
    /// Show or set the fields of procedures that a visitor may name
    Fields(Fields),
    /// Show or set whether a point's tablets go on by themselves once an option was touched
    Advance(Advance),
    /// Show or set how citizens reach the centre
    Contact(Contact),
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
Example:
  hailong point rename mot-cua-2 'Quầy số 2 – Đất đai'")]
pub(super) struct Rename {
    /// The collection point's code, which stays
    code: PointCode,
    /// What people call it from now on
    name: String,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// The collection point's code
    code: PointCode,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong point hours 22651                        show them
  hailong point hours 22651 'Mon-Fri 07:00-11:30,13:30-17:00; Sat 07:30-11:00'
  hailong point hours 22651 'T2-T6 07:00-11:30,13:30-17:00; T7 07:30-11:00'
  hailong point hours 22651 always

Days are Mon Tue Wed Thu Fri Sat Sun, or T2 (Monday) T3 T4 T5 T6 T7 (Saturday) CN (Sunday).
Times are those of Vietnam, from 00:00 to 24:00. A day that is not named is off.")]
pub(super) struct Hours {
    /// The collection point's code
    code: PointCode,
    /// Days and times in Vietnam, or `always`; without them they are shown
    #[arg(value_name = "HOURS")]
    new: Option<String>,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong point fields 22651                       show them, one a line
  hailong point fields 22651 'Đất đai' 'Hộ tịch' 'Chứng thực'
  hailong point fields 22651 --none                ask for none")]
pub(super) struct Fields {
    /// The collection point's code
    code: PointCode,
    /// At most 6, in the order in which they are offered; "Khác" comes after them by itself
    #[arg(value_name = "FIELD")]
    names: Vec<String>,
    /// Offer no field
    #[arg(long, conflicts_with = "names")]
    none: bool,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Advance {
    /// The collection point's code
    code: PointCode,
    /// Without it, how it is set is shown
    new: Option<OnOff>,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnOff {
    On,
    Off,
}

impl Point {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::List(List { format, database }) => block_on(async {
                let points = database.open_existing().await?.collection_points().await?;
                let row = |p: &CollectionPoint| {
                    vec![
                        json!(p.code),
                        json!(p.commune_code),
                        json!(p.instrument),
                        json!(p.name),
                        json!(p.retired),
                    ]
                };
                let rows = points.iter().map(row).collect();
                let columns = &["code", "commune_code", "instrument", "name", "retired"];
                Listing { columns, rows }.print(format)?;
                Ok(ExitCode::SUCCESS)
            })?,
            Self::Add(add) => block_on(add.run())?,
            Self::Rename(rename) => block_on(rename.run())?,
            Self::Retire(one) => block_on(one.run(true, language))?,
            Self::Reopen(one) => block_on(one.run(false, language))?,
            Self::Hours(hours) => block_on(hours.run())?,
            Self::Fields(fields) => block_on(fields.run())?,
            Self::Advance(advance) => block_on(advance.run())?,
            Self::Contact(contact) => block_on(contact.run())?,
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
        let name = points::name(&self.name).map_err(|error| error.text())?;
        let point = CollectionPoint {
            code: self.code,
            commune_code: self.commune,
            name,
            instrument: self.instrument,
            retired: false,
        };
        let db = self.database.open().await?;
        let event = by_operator(&point, Action::AddPoint);
        if points::is_reserved(&point.code) || !db.make_collection_point(&point, &event).await? {
            return Err(Failure::new(
                format!("Mã {} đã có điểm khảo sát dùng; hãy chọn mã khác", point.code),
                format!("the code {} is taken; choose another", point.code),
            ));
        }
        to_stdout(|out| writeln!(out, "/s/{}", point.code))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Rename {
    async fn run(self) -> Done {
        let name = points::name(&self.name).map_err(|error| error.text())?;
        let db = self.database.open_existing().await?;
        let point = existing(&db, &self.code).await?;
        let event = by_operator(&point, Action::RenamePoint);
        db.rename_point(&point.code, &name, &event).await?;
        Ok(ExitCode::SUCCESS)
    }
}

impl One {
    async fn run(self, retired: bool, language: Language) -> Done {
        let db = self.database.open_existing().await?;
        let point = existing(&db, &self.code).await?;
        let action = if retired { Action::RetirePoint } else { Action::ReopenPoint };
        let changed = db.set_retired(&point.code, retired, &by_operator(&point, action)).await?;
        let code = &point.code;
        match (changed, retired, language) {
            (false, true, Language::Vi) => tell!("hailong: điểm {code} đã ngừng từ trước"),
            (false, true, Language::En) => tell!("hailong: {code} was retired before"),
            (false, false, Language::Vi) => tell!("hailong: điểm {code} đang mở"),
            (false, false, Language::En) => tell!("hailong: {code} is open"),
            (true, ..) => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Hours {
    async fn run(self) -> Done {
        let hours = self.new.map(|text| OpeningHours::parse(&text)).transpose();
        let hours = hours.map_err(|error| error.text())?;
        let db = self.database.open_existing().await?;
        let point = existing(&db, &self.code).await?;
        if let Some(hours) = hours {
            let event = by_operator(&point, Action::SetHours);
            db.set_opening_hours(&self.code, &hours, &event).await?;
        }
        let hours = db.opening_hours(&self.code).await?;
        to_stdout(|out| writeln!(out, "{hours}"))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Fields {
    async fn run(self) -> Done {
        let fields = ServiceFields::new(&self.names).map_err(|error| error.text())?;
        let db = self.database.open_existing().await?;
        let point = existing(&db, &self.code).await?;
        if self.none || !self.names.is_empty() {
            let event = by_operator(&point, Action::SetFields);
            db.set_service_fields(&self.code, &fields, &event).await?;
        }
        let options = db.service_fields(&self.code).await?.options();
        to_stdout(|out| options.iter().try_for_each(|option| writeln!(out, "{}", option.vi)))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Advance {
    async fn run(self) -> Done {
        let db = self.database.open_existing().await?;
        let point = existing(&db, &self.code).await?;
        if let Some(new) = self.new {
            let event = by_operator(&point, Action::SetAdvance);
            db.set_auto_advance(&self.code, new == OnOff::On, &event).await?;
        }
        let on = db.auto_advance(&self.code).await?;
        to_stdout(|out| writeln!(out, "{}", if on { "on" } else { "off" }))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The collection point `code`, which must be there and not retired: what is handed out
/// for it is to lead to a survey.
pub(super) async fn in_use(db: &Db, code: &PointCode) -> Result<CollectionPoint, Failure> {
    let point = existing(db, code).await?;
    if point.retired {
        return Err(Failure::new(
            format!(
                "Điểm {code} đã ngừng, mã in ra sẽ không dẫn đến khảo sát; hãy chạy hailong point reopen {code} trước"
            ),
            format!(
                "{code} is retired, what is handed out leads to no survey; run hailong point reopen {code} first"
            ),
        ));
    }
    Ok(point)
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
