//! What the communes are in the order of. No order is a rank: no row has a number.

use std::cmp::Ordering;

use analytics::Verdict;
use surveys::text::unaccented;
use surveys::{ComponentCode, Instrument};

use crate::reporting::province::Place;
use crate::reporting::published::Shown;

/// What the rows are in the order of; those without it come last, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Order {
    /// The commune's name.
    #[default]
    Name,
    /// How many people, the most first.
    People,
    /// The index, the highest first.
    Index,
    /// The index, the lowest first.
    IndexFromLow,
    /// The verdict, those that have not met their target first.
    Verdict,
    /// The rate of a component, the highest first.
    Component(ComponentCode),
}

impl Order {
    /// Those that the table of the index can have.
    pub const OF_THE_INDEX: [Self; 5] =
        [Self::Name, Self::People, Self::Index, Self::IndexFromLow, Self::Verdict];

    /// The name used in addresses.
    pub fn name(&self) -> &str {
        match self {
            Self::Name => "name",
            Self::People => "people",
            Self::Index => "index",
            Self::IndexFromLow => "index-low",
            Self::Verdict => "verdict",
            Self::Component(code) => code.as_str(),
        }
    }

    /// The one of that name, of components those of `instrument`.
    pub fn named(name: &str, instrument: &Instrument) -> Option<Self> {
        let of_the_index = Self::OF_THE_INDEX.into_iter().find(|order| order.name() == name);
        of_the_index.or_else(|| {
            let component = instrument.components.iter().find(|c| c.code.as_str() == name)?;
            Some(Self::Component(component.code.clone()))
        })
    }

    /// The text that says it.
    pub(super) const fn key(&self) -> &'static str {
        match self {
            Self::Name => "province-by-name",
            Self::People => "province-by-people",
            Self::Index => "province-by-index",
            Self::IndexFromLow => "province-by-index-low",
            Self::Verdict => "province-by-verdict",
            Self::Component(_) => "province-by-component",
        }
    }

    /// How the column called `column` is sorted, as an attribute of its head; empty when
    /// it is not what the rows are sorted by.
    pub(super) fn aria(&self, column: &str) -> &'static str {
        match self {
            Self::Name if column == "name" => " aria-sort=\"ascending\"",
            Self::IndexFromLow if column == "index" => " aria-sort=\"ascending\"",
            Self::Verdict if column == "verdict" => " aria-sort=\"other\"",
            _ if self.name() == column => " aria-sort=\"descending\"",
            _ => "",
        }
    }

    /// `places` in this order.
    pub fn of<'a>(&self, places: &'a [Place]) -> Vec<&'a Place> {
        let mut places: Vec<&Place> = places.iter().collect();
        places.sort_by_cached_key(|place| {
            (unaccented(place.commune.short_name()), place.commune.code.as_str())
        });
        match self {
            Self::Name => {}
            Self::People => by(&mut places, Place::people, |a, b| b.cmp(a)),
            Self::Index => by(&mut places, index, |a, b| b.total_cmp(a)),
            Self::IndexFromLow => by(&mut places, index, f64::total_cmp),
            Self::Verdict => by(&mut places, |place| place.verdict().map(urgency), u8::cmp),
            Self::Component(code) => {
                by(&mut places, |place| component(place, code), |a, b| b.total_cmp(a));
            }
        }
        places
    }
}

/// Sorts `places` by what `of` tells of them; those of whom it tells nothing last.
fn by<T>(
    places: &mut [&Place],
    of: impl Fn(&Place) -> Option<T>,
    order: impl Fn(&T, &T) -> Ordering,
) {
    places.sort_by(|a, b| match (of(a), of(b)) {
        (Some(a), Some(b)) => order(&a, &b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
}

fn index(place: &Place) -> Option<f64> {
    place.rate().map(|(rate, ..)| rate)
}

fn component(place: &Place, code: &ComponentCode) -> Option<f64> {
    let figures = place.figures.as_ref()?;
    let found = figures.components.iter().find(|f| *f.estimate.code == *code.as_str())?;
    match found.shown() {
        Shown::Rate { rate, .. } => Some(rate),
        _ => None,
    }
}

const fn urgency(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NotMet => 0,
        Verdict::Undetermined => 1,
        Verdict::Met => 2,
        Verdict::TooFew => 3,
    }
}
