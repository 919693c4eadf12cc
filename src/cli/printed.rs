//! What the commands that print have in common: the point that is printed for,
//! the address that is printed, and the kind of file.

use std::path::Path;

use clap::Args;
use surveys::collection_point::CollectionPoint;
use surveys::unit::Commune;
use surveys::{Instrument, PointCode, catalog};

use super::{Failure, choice};
use crate::config::PublicAddress;
use crate::store::Db;

/// Vietnam's time, in seconds ahead of UTC.
const AHEAD: i32 = 7 * 3600;

/// A collection point with what it belongs to.
pub(super) struct Place {
    pub(super) point: CollectionPoint,
    pub(super) commune: &'static Commune,
    /// What it puts, in its newest version.
    pub(super) instrument: &'static Instrument,
}

impl Place {
    /// The point with this code.
    pub(super) async fn of(db: &Db, code: &PointCode) -> Result<Self, Failure> {
        let point = db.collection_point(code.as_str()).await?.ok_or_else(|| {
            Failure::new(
                format!("Không có điểm khảo sát {code}; xem hailong point list"),
                format!("there is no collection point {code}; see hailong point list"),
            )
        })?;
        let commune = choice::commune(&point.commune_code)?;
        let id = &point.instrument;
        let instrument = catalog::instrument(id.as_str(), None).ok_or_else(|| {
            Failure::new(
                format!("Chương trình này không biết mẫu phiếu {id}; hãy dùng bản mới hơn"),
                format!("this program does not know the instrument {id}; use a newer one"),
            )
        })?;
        Ok(Self { point, commune, instrument })
    }
}

/// The address to print.
#[derive(Debug, Args)]
pub(super) struct Address {
    /// The address that people type and scan: `https://HOST`
    #[arg(long, value_name = "URL", env = "HAILONG_PUBLIC_ADDRESS")]
    public_address: Option<PublicAddress>,
}

impl Address {
    /// The address, which must have been given: a guess would be on every wall.
    pub(super) fn known(self) -> Result<PublicAddress, Failure> {
        self.public_address.ok_or_else(|| {
            Failure::new(
                "Chưa biết địa chỉ công khai để in; hãy nêu bằng --public-address, như https://hailong.example.vn",
                "the public address to print is not known; give it with --public-address, such as https://hailong.example.vn",
            )
        })
    }
}

/// The kind of file that a name asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    Svg,
    Pdf,
}

impl Printed {
    pub(super) fn of(path: &Path) -> Result<Self, Failure> {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("svg") => Ok(Self::Svg),
            Some("pdf") => Ok(Self::Pdf),
            _ => Err(Failure::new(
                format!("{}: tên tệp cần kết thúc bằng .svg hoặc .pdf", path.display()),
                format!("{}: the file's name must end in .svg or .pdf", path.display()),
            )),
        }
    }
}

/// A moment in Vietnam's time, to the minute, for lists.
pub(super) fn moment(millis: i64) -> String {
    let ahead = chrono::FixedOffset::east_opt(AHEAD);
    let local = ahead.zip(chrono::DateTime::from_timestamp_millis(millis));
    local.map_or_else(String::new, |(ahead, at)| {
        at.with_timezone(&ahead).format("%Y-%m-%dT%H:%M%:z").to_string()
    })
}
