//! Indicators of two communes, as tests enter them.

use hailong::staff::audit::{Action, Event};
use hailong::store::indicators::NewEntry;
use surveys::CommuneCode;
use surveys::indicator::{Decimal, Entered, Entry};

use super::staff::event;

/// The commune of Diên Khánh's plan, and what its plan counts.
pub(crate) const COMMUNE: &str = "22651";
pub(crate) const DIGITISED: &str = "DIGITISED";

/// What `numerator` of `denominator` in `month` says of [`DIGITISED`].
pub(crate) fn counts(month: &str, numerator: u64, denominator: u64) -> Entry {
    entry(DIGITISED, month, Entered::Counts { numerator, denominator })
}

pub(crate) fn entry(indicator: &str, period: &str, entered: Entered) -> Entry {
    Entry {
        indicator: indicator.to_owned(),
        period: period.to_owned(),
        entered,
        source: "Hệ thống một cửa".into(),
        link: String::new(),
    }
}

/// `entry` of [`COMMUNE`] in place of the entry numbered `replaces`.
pub(crate) fn new(entry: Entry, replaces: i64) -> NewEntry {
    NewEntry { commune: CommuneCode::parse(COMMUNE).unwrap(), entry, replaces }
}

/// The line of the log that `who` leaves by entering.
pub(crate) fn entering(who: &str, at: i64) -> Event {
    event(at, who, Action::EnterIndicators)
}

/// One entry of every kind.
pub(crate) fn of_every_kind() -> [Entry; 5] {
    let published_on = "2026-06-01".parse().unwrap();
    let value = Decimal::parse("88.47").unwrap();
    [
        counts("2026-09", 1_000_000_000, 1_000_000_000),
        entry("PAR_INDEX", "2025", Entered::Number { value, published_on }),
        entry("PAPI_GROUP", "2025", Entered::Rank { rank: "Cao nhất".into(), published_on }),
        entry("QUICK_SURVEY", "2026-06-01", Entered::Done { on: published_on }),
        entry("OTHER", "2026-09", Entered::Withdrawn),
    ]
}
