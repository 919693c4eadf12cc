//! A keying: what somebody typed of one sheet, for what, and what became of it.

use surveys::Serial;
use surveys::paper::{Fate, Keyed};
use uuid::Uuid;

use super::super::Error;
use super::super::paper_ranges::serial;

/// What a keying is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To have the sheet, or to explain that there is none.
    First,
    /// To check the first one.
    Second,
    /// To settle what the two say, or to correct what counts, as soon as another person
    /// agrees.
    Proposed,
    /// To settle what the two say: two people say so.
    Decided,
    /// To correct what counts already: two people say so.
    Corrected,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] =
        [Self::First, Self::Second, Self::Proposed, Self::Decided, Self::Corrected];

    /// The purpose as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Proposed => "proposed",
            Self::Decided => "decided",
            Self::Corrected => "corrected",
        }
    }
}

/// A keying on its way into the store; whoever does it and when is in its event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKeying {
    /// The sheet.
    pub serial: Serial,
    /// What it is for.
    pub purpose: Purpose,
    /// What the sheet says.
    pub keyed: Keyed,
    /// Why it says so, where somebody has to give a reason.
    pub reason: Option<String>,
    /// Who says the same, of a decision; nobody else may be the one who does this.
    pub agreed_by: Option<String>,
    /// The newest keying of the sheet that whoever does this has seen, with its purpose
    /// then; not looked at where there is none.
    pub seen: Option<(i64, Purpose)>,
}

impl NewKeying {
    /// A keying of the sheet `serial` that asks for nothing more.
    pub fn new(serial: Serial, purpose: Purpose, keyed: Keyed) -> Self {
        Self { serial, purpose, keyed, reason: None, agreed_by: None, seen: None }
    }
}

/// A keying as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keying {
    /// Its number.
    pub keying_id: i64,
    /// The batch it is in.
    pub batch_id: i64,
    /// The sheet.
    pub serial: Serial,
    /// What it is for.
    pub purpose: Purpose,
    /// What the sheet says.
    pub keyed: Keyed,
    /// Who keyed it.
    pub keyed_by: String,
    /// When, in UTC milliseconds.
    pub keyed_at: i64,
    /// Why it says so, where a reason was given.
    pub reason: Option<String>,
    /// Who says the same, of what was decided or corrected.
    pub agreed_by: Option<String>,
    /// The response it became.
    pub response_id: Option<Uuid>,
    /// Since when it no longer holds, in UTC milliseconds.
    pub replaced_at: Option<i64>,
}

/// What became of a keying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is stored.
    Stored,
    /// There is one of this sheet already, or a newer one than was seen, or the one who
    /// does this may not check it.
    Taken,
    /// The batch is no longer in a stage for it.
    Over,
}

/// A serial number of which something is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The serial number.
    pub serial: Serial,
    /// What became of its sheet.
    pub fate: Fate,
    /// The batch that says so.
    pub batch_id: i64,
}

/// A row of keyings as it is read.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    keying_id: i64,
    batch_id: i64,
    serial: i64,
    purpose: String,
    fate: String,
    document: Option<String>,
    keyed_by: String,
    keyed_at: i64,
    reason: Option<String>,
    agreed_by: Option<String>,
    response_id: Option<Uuid>,
    replaced_at: Option<i64>,
}

impl Row {
    pub(super) fn keying(self) -> Result<Keying, Error> {
        let damaged = || Error::Damaged(format!("keying {}", self.keying_id));
        let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.name() == self.purpose);
        Ok(Keying {
            serial: serial(self.serial)?,
            purpose: purpose.ok_or_else(damaged)?,
            keyed: Keyed {
                fate: Fate::named(&self.fate).ok_or_else(damaged)?,
                document: self.document,
            },
            keying_id: self.keying_id,
            batch_id: self.batch_id,
            keyed_by: self.keyed_by,
            keyed_at: self.keyed_at,
            reason: self.reason,
            agreed_by: self.agreed_by,
            response_id: self.response_id,
            replaced_at: self.replaced_at,
        })
    }
}
