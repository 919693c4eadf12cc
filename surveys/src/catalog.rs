//! The instruments and plans that are shipped inside the program.

use std::sync::LazyLock;

use crate::code::CommuneCode;
use crate::instrument::{self, Instrument};
use crate::period::{BadPeriod, Period};
use crate::plan::{self, Plan};

macro_rules! shipped {
    ($folder:literal: $($file:literal),+ $(,)?) => {
        &[$(($file, include_str!(concat!("../", $folder, "/", $file, ".toml")))),+]
    };
}

/// Every shipped instrument file: its name without `.toml`, and its text.
/// Published versions are never edited; a new version is a new file, named before the
/// former ones.
pub const INSTRUMENT_FILES: &[(&str, &str)] = shipped!("instruments": "quick-counter-2", "quick-counter-1",
    "sipas-style-1", "one-stop-rating-1", "papi-style-1");

/// Every shipped plan file: its name without `.toml`, and its text.
pub const PLAN_FILES: &[(&str, &str)] = shipped!("plans": "long-phung-2025-1", "trung-gia-2025-1",
    "dien-khanh-2025-1", "loc-hoa-2025-1", "long-xuyen-2025-1");

static INSTRUMENTS: LazyLock<Vec<Instrument>> = LazyLock::new(|| {
    let parse = |(name, source): &(&str, &str)| {
        instrument::file::parse(source)
            .unwrap_or_else(|mistakes| panic!("shipped instrument {name}: {}", mistakes[0]))
    };
    let instruments: Vec<Instrument> = INSTRUMENT_FILES.iter().map(parse).collect();
    for instrument in &instruments {
        let former =
            |i: &&Instrument| i.id == instrument.id && Some(i.version) == instrument.continues;
        if let Err(why) = instrument.keeps(instruments.iter().find(former)) {
            panic!("shipped instrument {} {}: {why}", instrument.id, instrument.version);
        }
    }
    instruments
});

static PLANS: LazyLock<Vec<Plan>> = LazyLock::new(|| {
    let parse = |(name, source): &(&str, &str)| {
        plan::file::parse(source)
            .unwrap_or_else(|mistakes| panic!("shipped plan {name}: {}", mistakes[0]))
    };
    PLAN_FILES.iter().map(parse).collect()
});

/// The shipped instruments in all their versions, in the order in which they are offered:
/// the newest version of each first.
pub fn instruments() -> &'static [Instrument] {
    &INSTRUMENTS
}

/// The newest version of each shipped instrument, in the same order.
pub fn newest() -> impl Iterator<Item = &'static Instrument> {
    instruments().iter().filter(|i| is_newest(i))
}

/// The versions of shipped instruments for which there is a newer one, in the same order.
pub fn former() -> impl Iterator<Item = &'static Instrument> {
    instruments().iter().filter(|i| !is_newest(i))
}

/// What leads to `instrument`, one of the shipped ones, in an address: its id, with its
/// version where there is a newer one.
pub fn name_of(instrument: &Instrument) -> String {
    let Instrument { id, version, .. } = instrument;
    if is_newest(instrument) { id.to_string() } else { format!("{id}@{version}") }
}

fn is_newest(one: &Instrument) -> bool {
    instruments().iter().all(|other| other.id != one.id || other.version <= one.version)
}

/// The shipped instrument `id`, in `version` or else in its newest version.
pub fn instrument(id: &str, version: Option<u32>) -> Option<&'static Instrument> {
    instruments()
        .iter()
        .filter(|i| i.id.as_str() == id && version.is_none_or(|v| v == i.version))
        .max_by_key(|i| i.version)
}

/// The shipped versions of which each continues another or is continued, `instrument`'s
/// among them, the newest first: figures of one may be compared with those of another.
pub fn lineage(instrument: &Instrument) -> impl Iterator<Item = &'static Instrument> {
    let (id, first) = (instrument.id.as_str(), first_of(instrument));
    let mut versions: Vec<&'static Instrument> =
        instruments().iter().filter(|i| i.id.as_str() == id && first_of(i) == first).collect();
    versions.sort_by_key(|i| std::cmp::Reverse(i.version));
    versions.into_iter()
}

/// The version with which what `instrument` continues began.
fn first_of(instrument: &Instrument) -> u32 {
    let Instrument { id, version, continues, .. } = instrument;
    let former = continues.and_then(|former| self::instrument(id.as_str(), Some(former)));
    former.map_or(*version, first_of)
}

/// The shipped plans.
pub fn plans() -> &'static [Plan] {
    &PLANS
}

/// The newest version of the shipped plan `id`.
pub fn plan(id: &str) -> Option<&'static Plan> {
    plans().iter().filter(|p| p.id.as_str() == id).max_by_key(|p| p.version)
}

/// The newest plan that binds `commune`.
pub fn plan_of(commune: &CommuneCode) -> Option<&'static Plan> {
    plans().iter().filter(|p| p.commune_code == *commune).max_by_key(|p| (p.valid_from, p.version))
}

/// The reporting period `code` of `commune`, by the calendar of its plan if it
/// has one.
///
/// # Errors
/// [`BadPeriod`] with the accepted forms.
pub fn period_of(commune: &CommuneCode, code: &str) -> Result<Period, BadPeriod> {
    plan_of(commune).map_or_else(|| Period::parse(code), |plan| plan.calendar.period(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_file_is_without_a_mistake() {
        for (name, source) in INSTRUMENT_FILES {
            let mistakes = instrument::file::parse(source).err().unwrap_or_default();
            assert!(mistakes.is_empty(), "{name}: {mistakes:?}");
        }
        for (name, source) in PLAN_FILES {
            let mistakes = plan::file::parse(source).err().unwrap_or_default();
            assert!(mistakes.is_empty(), "{name}: {mistakes:?}");
        }
    }

    #[test]
    fn the_newest_version_is_found_when_none_is_named() {
        assert_eq!(instrument("quick-counter", None).unwrap().version, 2);
        assert!(instrument("quick-counter", Some(99)).is_none());
        assert!(plan("no-such-plan").is_none());
    }

    #[test]
    fn versions_that_continue_one_another_are_found_from_each_of_them() {
        for version in [1, 2] {
            let from = instrument("quick-counter", Some(version)).unwrap();
            let versions: Vec<u32> = lineage(from).map(|i| i.version).collect();
            assert_eq!(versions, [2, 1]);
        }
        let alone = instrument("sipas-style", None).unwrap();
        assert!(lineage(alone).eq([alone]));
    }

    #[test]
    fn the_newest_version_is_offered_first_and_a_former_one_is_named_with_its_version() {
        let first =
            |i: &&Instrument| instruments().iter().find(|other| other.id == i.id) == Some(*i);
        assert!(newest().eq(instruments().iter().filter(first)));
        let named = |version| name_of(instrument("quick-counter", version).unwrap());
        assert_eq!((&*named(None), &*named(Some(1))), ("quick-counter", "quick-counter@1"));
    }
}
