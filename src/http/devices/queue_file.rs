//! The file that a tablet's maintenance screen saves where there is no network: whose it
//! is, and the responses that wait there, one a line.

use serde::Deserialize;
use surveys::response::{Admission, DeviceTimes, Fault, response_id};
use surveys::{Submission, Text, catalog};
use uuid::Uuid;

use super::super::interview::misplaced::misplaced;
use crate::clock::Clock;
use crate::store::devices::{Device, Sent};
use crate::store::responses::{MAX_BATCH, NewResponse, Outcome};
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

/// A file as a tablet saved it.
#[derive(Debug)]
pub struct QueueFile<'t> {
    head: Head,
    /// The lines of responses with their numbers, from 1.
    lines: Vec<(usize, &'t str)>,
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

impl<'t> QueueFile<'t> {
    /// Reads `text`; `None` when no tablet saved it.
    pub fn read(text: &'t str) -> Option<Self> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let head = serde_json::from_str(lines.next()?.1).ok()?;
        Some(Self { head, lines: lines.collect() })
    }

    /// The id of the tablet that saved it.
    pub fn device(&self) -> Uuid {
        self.head.device_id
    }

    /// Stores what was not yet stored of it, as if `device`, which saved it, had sent it.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be used; what was stored until then is found
    /// again the next time.
    pub async fn take_in(
        &self,
        db: &Db,
        clock: &Clock,
        device: &Device,
    ) -> Result<Taken, store::Error> {
        let (mut batch, mut taken) = (Vec::new(), Taken::default());
        for (number, line) in &self.lines {
            match self.parsed(db, clock, device, line).await? {
                Ok(new) => batch.push(new),
                Err(faults) => {
                    taken.refused += 1;
                    if taken.told.len() < MOST_TOLD {
                        taken.told.push((*number, faults));
                    }
                }
            }
            if batch.len() == MAX_BATCH {
                taken.store(db, &mut batch).await?;
            }
        }
        taken.store(db, &mut batch).await?;
        Ok(taken)
    }

    /// One line as it would have been stored had the device sent it.
    async fn parsed(
        &self,
        db: &Db,
        clock: &Clock,
        device: &Device,
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
        if let Some(fault) = misplaced(db, device, &response).await? {
            return Ok(Err(vec![fault]));
        }
        let lead = self.head.clock_lead_seconds.saturating_mul(1000);
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
    /// Stores `batch` and counts what came of it.
    async fn store(&mut self, db: &Db, batch: &mut Vec<NewResponse>) -> Result<(), store::Error> {
        for outcome in db.insert_responses(batch).await? {
            match outcome {
                Outcome::Stored(_) => self.stored += 1,
                Outcome::Same(_) => self.same += 1,
                Outcome::Conflict => self.conflicting += 1,
            }
        }
        batch.clear();
        Ok(())
    }

    /// Whether every response of the file is stored now.
    pub fn is_whole(&self) -> bool {
        self.conflicting + self.refused == 0
    }
}
