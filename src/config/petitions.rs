//! How petitions are handled: working days, and how long a contact is kept.

use chrono::NaiveDate;
use serde::Deserialize;
use surveys::WorkingDays;
use surveys::petition::Terms;

/// The settings of petitions. The numbers of days are this program's own assumptions:
/// set them to what your rules say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Petitions {
    /// Working days until a petition is acknowledged.
    pub acknowledge_days: u8,
    /// Working days until a petition is answered.
    pub answer_days: u8,
    /// Working days that an extension adds.
    pub extension_days: u8,
    /// Days for which a contact is kept after a petition is answered or ended otherwise.
    pub contact_days: u16,
    /// Days off beside the shipped ones.
    pub days_off: Vec<NaiveDate>,
    /// Days that are worked although they are weekends or shipped as days off.
    pub days_worked: Vec<NaiveDate>,
}

impl Default for Petitions {
    fn default() -> Self {
        Self {
            acknowledge_days: 2,
            answer_days: 10,
            extension_days: 5,
            contact_days: 90,
            days_off: Vec::new(),
            days_worked: Vec::new(),
        }
    }
}

impl Petitions {
    /// How long each step may take.
    pub fn terms(&self) -> Terms {
        Terms {
            acknowledge: self.acknowledge_days.into(),
            answer: self.answer_days.into(),
            extension: self.extension_days.into(),
        }
    }

    /// The calendar of working days.
    pub fn working_days(&self) -> WorkingDays {
        WorkingDays::shipped().with(&self.days_off, &self.days_worked)
    }
}
