//! The file that a tablet's maintenance screen saves where there is no network: whose it
//! is, the responses that wait there, one a line, and the tablet's signature of all that.

use serde::Deserialize;
use surveys::response::{Admission, DeviceTimes, Fault, response_id};
use surveys::{Submission, Text, catalog};
use uuid::Uuid;

use super::super::interview::misplaced::misplaced;
use crate::clock::Clock;
use crate::staff::audit::Event;
use crate::store::devices::{Device, Sent};
use crate::store::responses::{NewResponse, Outcome};
use crate::store::{self, Db};

/// Of how many lines that are refused it is told why; further ones are only counted.
pub const MOST_TOLD: usize = 200;

/// The first line of the file: whose it is, and how far the tablet's clock was ahead when
/// it last knew.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    device_id: Uuid,
    clock_lead_seconds: i64,
}

/// The last line of the file: the signature of all lines before it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    signature: String,
}

/// A file that looks like one that a tablet saved.
#[derive(Debug)]
pub struct QueueFile {
    head: Head,
    /// The lines of responses with their numbers, from 1.
    lines: Vec<(usize, String)>,
    /// What is signed, and the signature; `None` when there is none.
    signed: Option<(String, String)>,
}

/// A file that is not as the tablet saved it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Altered;

/// A file as `device` saved it, as far as can be known.
#[derive(Debug)]
pub struct OwnFile {
    file: QueueFile,
    device: Device,
    /// Whether the tablet signed it. One that was enrolled without a key cannot.
    pub is_signed: bool,
}

/// What came of a file.
#[derive(Debug, Default)]
pub struct Taken {
    /// How many responses were stored.
    pub stored: usize,
    /// How many were there before.
    pub same: usize,
    /// How many have the id of another response; they were left out.
    pub conflicting: usize,
    /// How many lines were left out because something is wrong with them.
    pub refused: usize,
    /// The first [`MOST_TOLD`] of those with their numbers and what is wrong.
    pub told: Vec<(usize, Vec<Fault>)>,
}

impl QueueFile {
    /// Reads `text`; `None` when no tablet saved it.
    pub fn read(text: &str) -> Option<Self> {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let mut lines: Vec<(usize, &str)> = lines.collect();
        let head = serde_json::from_str(lines.first()?.1).ok()?;
        let seal = lines.last().and_then(|(_, line)| serde_json::from_str::<Seal>(line).ok());
        let signed = seal.map(|seal| {
            lines.pop();
            let all: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
            (all.join("\n"), seal.signature)
        });
        let owned = |(number, line): &(usize, &str)| (*number, (*line).to_owned());
        Some(Self { head, lines: lines[1..].iter().map(owned).collect(), signed })
    }

    /// The id of the tablet that saved it.
    pub fn device(&self) -> Uuid {
        self.head.device_id
    }

    /// The file as one of `device`, which says that it saved it.
    ///
    /// # Errors
    /// [`Altered`] when something was changed, added or taken away since: the signature is not
    /// that of a tablet with a key, or there is one and the tablet has no key.
    pub fn of(self, device: Device) -> Result<OwnFile, Altered> {
        let is_signed = match (&device.key, &self.signed) {
            (Some(key), Some((text, signature))) if key.has_signed(text, signature) => true,
            (None, None) => false,
            _ => return Err(Altered),
        };
        Ok(OwnFile { file: self, device, is_signed })
    }
}

impl Altered {
    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        Text::new(
            "Tệp này không còn nguyên như máy đã lưu, nên không phiếu nào được nhập. Xin lưu lại tệp trên màn hình bảo trì của máy và nhập nguyên tệp đó.",
            "This file is not as the tablet saved it any more, so none of its responses were taken in. Please save it again on the tablet's maintenance screen and take in that very file.",
        )
    }
}

impl OwnFile {
    /// The name of the tablet, and where its file is not signed, that.
    pub fn called(&self) -> String {
        let unsigned = if self.is_signed { "" } else { " (không có chữ ký / unsigned)" };
        format!("{}{unsigned}", self.device.name)
    }

    /// Stores what was not yet stored of it, as if the tablet had sent it, together with
    /// `event`.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be used; nothing of it is stored then.
    pub async fn take_in(
        &self,
        db: &Db,
        clock: &Clock,
        event: &Event,
    ) -> Result<Taken, store::Error> {
        let (mut queue, mut taken) = (Vec::new(), Taken::default());
        for (number, line) in &self.file.lines {
            match self.parsed(db, clock, line).await? {
                Ok(new) => queue.push(new),
                Err(faults) => {
                    taken.refused += 1;
                    if taken.told.len() < MOST_TOLD {
                        taken.told.push((*number, faults));
                    }
                }
            }
        }
        for outcome in db.insert_queue(&queue, event).await? {
            match outcome {
                Outcome::Stored(_) => taken.stored += 1,
                Outcome::Same(_) => taken.same += 1,
                Outcome::Conflict => taken.conflicting += 1,
            }
        }
        Ok(taken)
    }

    /// One line as it would have been stored had the device sent it.
    async fn parsed(
        &self,
        db: &Db,
        clock: &Clock,
        line: &str,
    ) -> Result<Result<NewResponse, Vec<Fault>>, store::Error> {
        let fault =
            |code, vi: &str, en: &str| Ok(Err(vec![Fault::new("", code, Text::new(vi, en))]));
        let Ok(submission) = serde_json::from_str::<Submission>(line) else {
            return fault(
                "malformed-line",
                "Không đọc được dòng này.",
                "This line cannot be read.",
            );
        };
        let id = submission.response_id.as_deref().and_then(response_id);
        let instrument = catalog::instrument(&submission.instrument, Some(submission.version));
        let (Some(id), Some(instrument)) = (id, instrument) else {
            return fault(
                "unknown-instrument",
                "Dòng này thiếu mã phản hồi hoặc thuộc phiếu chưa có.",
                "This line lacks its id or is of an instrument that is not there.",
            );
        };
        let point = db.collection_point(&submission.collection_point).await?;
        let now = clock.now();
        let at = Admission { id, point: point.as_ref(), now };
        let response = match instrument.parse_from_device(submission, &at) {
            Ok(response) => response,
            Err(faults) => return Ok(Err(faults)),
        };
        let device = &self.device;
        if let Some(fault) = misplaced(db, device, &response).await? {
            return Ok(Err(vec![fault]));
        }
        let lead = self.file.head.clock_lead_seconds.saturating_mul(1000);
        let times = DeviceTimes {
            answered_at: response.answered_at,
            device_clock: Some(now.saturating_add(lead)),
            received_at: now,
            enrolled_at: device.enrolled_at,
        };
        let (counted_at, flag) = times.counted();
        let sent = Sent { device: device.id, counted_at, flag };
        Ok(Ok(NewResponse::new(response, clock.salt(), now).sent(Some(sent))))
    }
}

impl Taken {
    /// Whether every response of the file is stored now.
    pub fn is_whole(&self) -> bool {
        self.conflicting + self.refused == 0
    }
}
