//! What the commands that print have in common: the point that is printed for,
//! the address that is printed, and the kind of file.

use std::path::{Path, PathBuf};

use clap::Args;
use surveys::Instrument;
use surveys::collection_point::CollectionPoint;

use super::Failure;
use crate::config::PublicAddress;
use crate::languages::Languages;
use crate::points::Place;
use crate::texts::Words;

/// Vietnam's time, in seconds ahead of UTC.
const AHEAD: i32 = 7 * 3600;

/// `point` with what it belongs to.
pub(super) fn place(point: &CollectionPoint) -> Result<Place<'_>, Failure> {
    Place::of(point).ok_or_else(|| {
        let code = &point.code;
        Failure::new(
            format!(
                "Chương trình này không biết xã hoặc mẫu phiếu của điểm {code}; hãy dùng bản mới hơn"
            ),
            format!("this program knows not the commune or instrument of {code}; use a newer one"),
        )
    })
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

/// The language of what citizens are given.
#[derive(Debug, Args)]
pub(super) struct Tongue {
    /// Its language: vi, en, or a further one that lacks nothing
    #[arg(long, value_name = "TAG", default_value = "vi")]
    language: String,
    /// A folder with further languages, as of hailong serve
    #[arg(long, value_name = "DIR")]
    languages: Option<PathBuf>,
}

impl Tongue {
    /// What is said in it to citizens who are asked `instrument`.
    pub(super) fn words(&self, instrument: &Instrument) -> Result<Words, Failure> {
        words(self.languages.as_deref(), &self.language, instrument)
    }
}

/// What is said in the language `tag` to citizens who are asked `instrument`; further
/// languages are the shipped ones and those in `folder`.
pub(super) fn words(
    folder: Option<&Path>,
    tag: &str,
    instrument: &Instrument,
) -> Result<Words, Failure> {
    let languages = Languages::load(folder).map_err(|e| e.text())?;
    languages.words(tag, instrument).ok_or_else(|| {
        let id = &instrument.id;
        Failure::new(
            format!("Chưa có ngôn ngữ {tag} dịch đủ cho phiếu {id}; xem hailong language list --languages DIR"),
            format!("there is no language {tag} that lacks nothing for {id}; see hailong language list --languages DIR"),
        )
    })
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
