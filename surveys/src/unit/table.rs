//! The embedded tables and their parsing, once, on first use.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::{Commune, CommuneKind, OldPlace, Predecessor, Province};
use crate::code::{CommuneCode, ProvinceCode};

const PROVINCES: &str = include_str!("../../units/provinces.csv");
const COMMUNES: &str = include_str!("../../units/communes.csv");
const PLACES: &str = include_str!("../../units/places.csv");
const SUCCESSORS: &str = include_str!("../../units/successors.csv");

/// The units of today.
pub(super) struct Current {
    /// By code.
    pub(super) provinces: Vec<Province>,
    /// By code.
    pub(super) communes: Vec<Commune>,
}

/// The units before the merger.
pub(super) struct Past {
    /// By old code.
    pub(super) predecessors: Vec<Predecessor>,
    /// Rows of `predecessors`, by the code of today's commune, then by old code.
    pub(super) by_commune: Vec<u16>,
}

/// Parsed apart from [`PAST`], for most processes need no more than this.
pub(super) static CURRENT: LazyLock<Current> = LazyLock::new(|| Current {
    provinces: rows(PROVINCES)
        .map(|[code, name, valid_from]| Province {
            code: ProvinceCode::parse(code).expect("a province code"),
            name,
            valid_from: day(valid_from),
        })
        .collect(),
    communes: rows(COMMUNES)
        .map(|[code, name, province, valid_from]| Commune {
            code: CommuneCode::parse(code).expect("a commune code"),
            name,
            kind: kind(name),
            province: ProvinceCode::parse(province).expect("a province code"),
            valid_from: day(valid_from),
        })
        .collect(),
});

/// Districts and provinces as they were; a row's number is its name in the other table.
pub(super) static OLD_PLACES: LazyLock<Vec<OldPlace>> = LazyLock::new(|| {
    rows(PLACES).map(|[_, district, province]| OldPlace { district, province }).collect()
});

/// The communes before the merger.
pub(super) static PAST: LazyLock<Past> = LazyLock::new(|| {
    let mut predecessors: Vec<Predecessor> = rows(SUCCESSORS)
        .map(|[old_code, old_name, place, new_code, merged_on]| Predecessor {
            old_code,
            old_name,
            old_place: &OLD_PLACES[place.parse::<usize>().expect("the number of a place")],
            commune: super::commune(new_code).expect("the code of a commune of today"),
            merged_on: day(merged_on),
        })
        .collect();
    predecessors.shrink_to_fit();
    let count = u16::try_from(predecessors.len()).expect("fewer than 65,536 rows");
    let mut by_commune: Vec<u16> = (0..count).collect();
    by_commune.sort_by_key(|&row| &predecessors[usize::from(row)].commune.code);
    Past { predecessors, by_commune }
});

/// The rows below the header. The generating script guarantees that no cell
/// needs quotes.
fn rows<const N: usize>(table: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    table.lines().skip(1).map(|line| {
        let mut cells = line.split(',');
        let row = std::array::from_fn(|_| cells.next().expect("as many cells as columns"));
        assert!(cells.next().is_none(), "more cells than columns in `{line}`");
        row
    })
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date as year-month-day")
}

fn kind(name: &str) -> CommuneKind {
    [CommuneKind::Xa, CommuneKind::Phuong, CommuneKind::DacKhu]
        .into_iter()
        .find(|kind| name.starts_with(kind.word()))
        .expect("a name that begins with its type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_so_that_lookups_by_bisection_hold() {
        assert!(PAST.predecessors.is_sorted_by_key(|p| (p.old_code, &p.commune.code)));
        assert_eq!(PAST.predecessors.len(), PAST.by_commune.len());
    }

    #[test]
    fn places_are_numbered_by_their_row() {
        for (at, [number, _, _]) in rows::<3>(PLACES).enumerate() {
            assert_eq!(number.parse(), Ok(at));
        }
    }

    #[test]
    fn the_files_have_unix_line_ends_and_no_quotes() {
        for table in [PROVINCES, COMMUNES, PLACES, SUCCESSORS] {
            assert!(table.ends_with('\n'));
            assert!(!table.contains(['\r', '"', '\u{feff}']));
        }
    }
}
