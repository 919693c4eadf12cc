//! From the raw submission to the parsed response. Past [`Instrument::parse`](crate::Instrument::parse)
//! nothing about an answer is checked twice.

mod clock;
mod document;
mod moment;
mod parse;
mod submission;

use std::fmt;

use serde::{Serialize, Serializer};
use uuid::Uuid;

use crate::code::{CommuneCode, InstrumentId, ItemCode, PointCode};
use crate::sample::SampleUnit;
use crate::text::Text;

pub use clock::{CLOCK_TOLERANCE_MILLIS, ClockFlag, DeviceTimes};
pub use document::{BadDocument, Document};
pub use moment::{MAX_CLOCK_LEAD_MILLIS, earliest_millis, read_moment};
pub use parse::{Admission, response_id};
pub use submission::{MAX_ANSWERS, MAX_COMMENT_CHARS, MAX_SERVICE_FIELD_CHARS, Raw, Submission};

/// The columns of a responses file that are not items: those before the items,
/// then the comment and the mark of rows that are made up, which stand after them
/// and may be left out.
pub const COLUMNS: [&str; 8] = [
    "response_id",
    "commune_code",
    "collection_point",
    "channel",
    "answered_at",
    "service_field",
    "comment",
    "simulated",
];

/// How an answer reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The shared tablet beside the counter.
    Kiosk,
    /// A poster's QR code, on the citizen's own phone.
    Qr,
    /// A link sent or published.
    Online,
    /// A paper form keyed in by staff.
    Paper,
    /// An interviewer at the household.
    Interview,
}

impl Channel {
    /// Every channel, in the order of tables.
    pub const ALL: [Self; 5] = [Self::Kiosk, Self::Qr, Self::Online, Self::Paper, Self::Interview];

    /// The name used in files and over HTTP.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Qr => "qr",
            Self::Online => "online",
            Self::Paper => "paper",
            Self::Interview => "interview",
        }
    }

    /// The channel of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// What people call it.
    pub fn title(self) -> Text {
        match self {
            Self::Kiosk => Text::new("Máy tính bảng tại quầy", "Tablet at the counter"),
            Self::Qr => Text::new("Quét mã QR", "QR code"),
            Self::Online => Text::new("Đường dẫn trực tuyến", "Online link"),
            Self::Paper => Text::new("Phiếu giấy", "Paper form"),
            Self::Interview => Text::new("Phỏng vấn", "Interview"),
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What was answered to one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Skipped.
    Unanswered,
    /// One option, "no opinion" included.
    Chosen(u8),
    /// Several options, ascending; only for items that allow it.
    Several(Vec<u8>),
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, ser: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unanswered => ser.serialize_none(),
            Self::Chosen(value) => ser.serialize_u8(*value),
            Self::Several(values) => ser.collect_seq(values),
        }
    }
}

/// One respondent's answers, known to fit their instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Minted by the device; the key under which it is stored once.
    pub id: Uuid,
    /// The instrument answered.
    pub instrument: InstrumentId,
    /// Its version.
    pub version: u32,
    /// The commune whose results it feeds.
    pub commune_code: CommuneCode,
    /// Where it was collected.
    pub collection_point: PointCode,
    /// How it was collected.
    pub channel: Channel,
    /// When it was answered, in UTC milliseconds of the Unix epoch.
    pub answered_at: i64,
    /// One answer to every item a citizen is asked, in the instrument's order,
    /// the comment excepted.
    pub answers: Vec<(ItemCode, Answer)>,
    /// The field of the procedure (lĩnh vực), if it was told.
    pub service_field: Option<String>,
    /// Free text, private until somebody decides otherwise.
    pub comment: Option<String>,
    /// Whether the respondent left before the end; what was answered counts.
    pub partial: bool,
    /// Where the household was drawn, when it was; never which one it is.
    pub sample: Option<SampleUnit>,
}

/// One thing wrong with a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where in the submission, as a JSON pointer; empty for the whole.
    pub pointer: String,
    /// A stable code that programs may rely on.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub detail: Text,
}

impl Fault {
    /// A fault at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &'static str, detail: Text) -> Self {
        Self { pointer: pointer.into(), code, detail }
    }
}
