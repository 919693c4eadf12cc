//! A sample of households for interviews: strata, primary sampling units (PSU, such
//! as villages) and households by number. Nobody is named anywhere.

mod draw;
mod file;
mod rows;
mod weights;

use serde::{Deserialize, Serialize};

use crate::code::SampleCode;
use crate::text::Text;

pub use draw::{Drawing, MAX_DRAWN, draw, read_frame, written};
pub use file::{MAX_HOUSEHOLDS, MAX_NAME_CHARS, read};
pub use weights::{Fieldwork, TooManyResponses, Weighted, response_rate, weigh};

/// Where the household of a response was drawn: all that a response says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SampleUnit {
    /// The sample.
    pub code: SampleCode,
    /// The stratum.
    pub stratum: String,
    /// The primary sampling unit.
    pub psu: String,
}

/// A primary sampling unit as it was drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Psu {
    /// What it is called, such as a village's name.
    pub name: String,
    /// Its stratum.
    pub stratum: String,
    /// How many primary sampling units the stratum has in the population.
    pub psus_in_stratum: u32,
    /// How many households it has in the population.
    pub households_in_psu: u32,
    /// The design weight of each household of the first draw, where units were not
    /// drawn with equal chances; computed when `None`.
    pub weight: Option<f64>,
}

/// A household of the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// The name of its primary sampling unit.
    pub psu: String,
    /// Its number there.
    pub number: u32,
    /// Whether it is visited only in place of another.
    pub reserve: bool,
}

/// The households of a sample, each in the order in which it is visited.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SampleList {
    /// Its primary sampling units.
    pub psus: Vec<Psu>,
    /// Its households.
    pub households: Vec<Household>,
}

/// Strata of `psus` of which one primary sampling unit was drawn and there are several:
/// a sample with one has no figures, because nothing shows how villages there differ.
pub fn lonely_strata(psus: &[Psu]) -> Vec<&str> {
    let alone = |psu: &&Psu| psus.iter().filter(|other| other.stratum == psu.stratum).count() == 1;
    let lonely = psus.iter().filter(alone).filter(|psu| psu.psus_in_stratum > 1);
    lonely.map(|psu| psu.stratum.as_str()).collect()
}

/// What has become of a household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HouseholdStatus {
    /// Nobody was there yet.
    Waiting,
    /// Visited, and to be visited again.
    Later,
    /// Interviewed.
    Answered,
    /// Declined.
    Refused,
    /// Nobody was in at [`VISITS_BEFORE_ABSENT`] visits.
    Absent,
    /// Nobody lives there: no household of the population.
    Vacant,
}

/// How often a household is visited before it counts as absent.
pub const VISITS_BEFORE_ABSENT: u32 = 3;

impl HouseholdStatus {
    /// Every status, in the order of tables.
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Later, Self::Answered, Self::Refused, Self::Absent, Self::Vacant];

    /// The name used in files and over HTTP.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Later => "later",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Absent => "absent",
            Self::Vacant => "vacant",
        }
    }

    /// The status of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// What people call it.
    pub fn text(self) -> Text {
        match self {
            Self::Waiting => Text::new("Chưa đến", "Not visited yet"),
            Self::Later => Text::new("Hẹn lại", "To be visited again"),
            Self::Answered => Text::new("Đã trả lời", "Interviewed"),
            Self::Refused => Text::new("Từ chối", "Declined"),
            Self::Absent => Text::new("Vắng 3 lần", "Absent three times"),
            Self::Vacant => Text::new("Nhà không có người ở", "Nobody lives there"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_back_from_its_name() {
        for status in HouseholdStatus::ALL {
            assert_eq!(HouseholdStatus::named(status.name()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        }
        assert_eq!(HouseholdStatus::named("gone"), None);
    }

    #[test]
    fn what_a_response_says_of_its_household_has_no_room_for_a_number() {
        let told = r#"{"code":"s1","stratum":"a","psu":"b"}"#;
        assert!(serde_json::from_str::<SampleUnit>(told).is_ok());
        let more = r#"{"code":"s1","stratum":"a","psu":"b","household":7}"#;
        assert!(serde_json::from_str::<SampleUnit>(more).is_err());
    }
}
