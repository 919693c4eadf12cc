//! Provinces and communes as they are now, what they were before the merger of
//! 1 July 2025, and the search by which people find theirs.
//!
//! Only a code is a key: names repeat, even inside a province, and an old code
//! can be the code of another commune today. The lists are compiled in and
//! parsed on first use; `units/README.md` says where they come from.

mod search;
mod table;

use chrono::NaiveDate;
use serde::Serialize;

use crate::code::{CommuneCode, ProvinceCode};

pub use search::{Found, search};

/// A province or centrally run city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Province {
    /// Its two-digit code.
    pub code: ProvinceCode,
    /// Its name with its type, such as `Tỉnh Khánh Hòa` or `Thành phố Hà Nội`.
    pub name: &'static str,
    /// The day from which it has this name.
    pub valid_from: NaiveDate,
}

impl Province {
    /// Its name without its type, such as `Khánh Hòa`.
    pub fn short_name(&self) -> &'static str {
        without_type(self.name)
    }
}

/// What a commune is by law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommuneKind {
    /// Xã, a rural commune.
    Xa,
    /// Phường, a ward.
    Phuong,
    /// Đặc khu, a special zone (the islands).
    DacKhu,
}

impl CommuneKind {
    /// The type as it stands at the beginning of a name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Xa => "Xã",
            Self::Phuong => "Phường",
            Self::DacKhu => "Đặc khu",
        }
    }
}

/// A commune: xã, phường or đặc khu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commune {
    /// Its five-digit code.
    pub code: CommuneCode,
    /// Its name with its type, such as `Xã Diên Khánh`.
    pub name: &'static str,
    /// What it is by law.
    pub kind: CommuneKind,
    /// The province that it is in.
    pub province: ProvinceCode,
    /// The day from which it is what is said here.
    pub valid_from: NaiveDate,
}

impl Commune {
    /// Its name without its type, such as `Diên Khánh`.
    pub fn short_name(&self) -> &'static str {
        without_type(self.name)
    }
}

/// A commune that was merged into one of today's, wholly or in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predecessor {
    /// The five-digit code that it had. Today another commune may have it.
    pub old_code: &'static str,
    /// The name that it had, with its type, such as `Xã Lộc Hòa`.
    pub old_name: &'static str,
    /// Where it was.
    pub old_place: &'static OldPlace,
    /// The commune that it is part of now.
    pub commune: &'static Commune,
    /// The day from which it is part of that commune.
    pub merged_on: NaiveDate,
}

/// A district and its province as they were before 1 July 2025.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OldPlace {
    /// The district with its type, such as `Huyện Lộc Ninh`.
    pub district: &'static str,
    /// The province with its type, such as `Tỉnh Bình Phước`.
    pub province: &'static str,
}

/// Every province, by code.
pub fn provinces() -> &'static [Province] {
    &table::CURRENT.provinces
}

/// Every commune, by code.
pub fn communes() -> &'static [Commune] {
    &table::CURRENT.communes
}

/// The province with this code.
pub fn province(code: &str) -> Option<&'static Province> {
    let all = provinces();
    all.binary_search_by(|p| p.code.as_str().cmp(code)).ok().map(|at| &all[at])
}

/// The commune that has this code today.
pub fn commune(code: &str) -> Option<&'static Commune> {
    let all = communes();
    all.binary_search_by(|c| c.code.as_str().cmp(code)).ok().map(|at| &all[at])
}

/// What became of the commune that had `old_code`: one entry for each commune
/// that it is part of now, none when there was no such commune.
pub fn successors(old_code: &str) -> &'static [Predecessor] {
    let all = &table::PAST.predecessors;
    let start = all.partition_point(|p| p.old_code < old_code);
    let count = all[start..].partition_point(|p| p.old_code == old_code);
    &all[start..start + count]
}

/// The communes that were merged into the one that has `code` today, by old code.
pub fn predecessors(code: &str) -> impl Iterator<Item = &'static Predecessor> + use<> {
    let past = &*table::PAST;
    let new_code = |row: u16| past.predecessors[usize::from(row)].commune.code.as_str();
    let start = past.by_commune.partition_point(|&row| new_code(row) < code);
    let count = past.by_commune[start..].partition_point(|&row| new_code(row) == code);
    past.by_commune[start..start + count].iter().map(|&row| &past.predecessors[usize::from(row)])
}

/// The words with which names of units begin, the longer ones first.
const TYPE_WORDS: [&str; 9] = [
    "Thành phố ",
    "Thị trấn ",
    "Đặc khu ",
    "Phường ",
    "Thị xã ",
    "Huyện ",
    "Quận ",
    "Tỉnh ",
    "Xã ",
];

fn without_type(name: &'static str) -> &'static str {
    TYPE_WORDS.iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn there_are_34_provinces_and_3321_communes_with_unique_codes() {
        assert_eq!(provinces().len(), 34);
        assert_eq!(communes().len(), 3321);
        assert!(provinces().is_sorted_by(|a, b| a.code < b.code));
        assert!(communes().is_sorted_by(|a, b| a.code < b.code));
    }

    #[test]
    fn every_commune_is_in_a_known_province_and_every_province_has_communes() {
        let used: HashSet<&str> = communes().iter().map(|c| c.province.as_str()).collect();
        let known: HashSet<&str> = provinces().iter().map(|p| p.code.as_str()).collect();
        assert_eq!(used, known);
    }

    #[test]
    fn names_are_normalised_and_begin_with_their_type() {
        for commune in communes() {
            assert_eq!(crate::text::nfc(commune.name), commune.name);
            assert!(commune.name.starts_with(commune.kind.word()), "{}", commune.name);
            assert!(!commune.short_name().is_empty());
        }
        let count = |kind| communes().iter().filter(|c| c.kind == kind).count();
        assert_eq!(count(CommuneKind::DacKhu), 13);
        assert_eq!(count(CommuneKind::Xa) + count(CommuneKind::Phuong), 3308);
    }

    #[test]
    fn the_communes_of_the_five_plans_are_known() {
        for (code, name, province_code, province_name) in [
            ("21409", "Xã Long Phụng", "51", "Tỉnh Quảng Ngãi"),
            ("00385", "Xã Trung Giã", "01", "Thành phố Hà Nội"),
            ("22651", "Xã Diên Khánh", "56", "Tỉnh Khánh Hòa"),
            ("25280", "Xã Lộc Thạnh", "75", "Thành phố Đồng Nai"),
            ("10675", "Phường Kinh Môn", "31", "Thành phố Hải Phòng"),
        ] {
            let found = commune(code).unwrap();
            assert_eq!(found.name, name);
            assert_eq!(found.province.as_str(), province_code);
            assert_eq!(found.valid_from, day(2025, 7, 1));
            assert_eq!(province(province_code).unwrap().name, province_name);
        }
    }

    #[test]
    fn a_merged_commune_leads_to_its_successor() {
        for (old_code, old_name, district, old_province, code) in [
            ("25273", "Xã Lộc Hòa", "Huyện Lộc Ninh", "Tỉnh Bình Phước", "25280"),
            ("10738", "Phường Long Xuyên", "Thị xã Kinh Môn", "Tỉnh Hải Dương", "10675"),
            ("00391", "Xã Trung Giã", "Huyện Sóc Sơn", "Thành phố Hà Nội", "00385"),
            ("23938", "Xã Ia Mơ", "Huyện Chư Prông", "Tỉnh Gia Lai", "23938"),
        ] {
            let [became] = successors(old_code) else { panic!("{old_code} has no one successor") };
            assert_eq!(became.old_name, old_name);
            assert_eq!(*became.old_place, OldPlace { district, province: old_province });
            assert_eq!(became.commune.code.as_str(), code);
            assert_eq!(became.merged_on, day(2025, 7, 1));
        }
    }

    #[test]
    fn an_old_code_may_be_another_communes_code_today() {
        assert_eq!(successors("00385")[0].old_name, "Xã Hồng Kỳ");
        assert_eq!(commune("00385").unwrap().name, "Xã Trung Giã");
        assert!(commune("00391").is_none());
    }

    #[test]
    fn predecessors_are_found_from_the_commune_of_today() {
        let codes = |code| predecessors(code).map(|p| p.old_code).collect::<Vec<_>>();
        assert_eq!(codes("00385"), ["00379", "00385", "00388", "00391"]);
        assert_eq!(codes("21409"), ["21406", "21409", "21415"]);
        assert_eq!(codes("10675"), ["10675", "10735", "10738"]);
        assert!(codes("99999").is_empty());
    }

    #[test]
    fn every_predecessor_is_found_from_both_ends() {
        let total: usize = communes().iter().map(|c| predecessors(c.code.as_str()).count()).sum();
        assert_eq!(total, 10_035);
        let rows: usize = communes()
            .iter()
            .flat_map(|c| predecessors(c.code.as_str()))
            .map(|p| {
                let among = successors(p.old_code);
                assert!(among.contains(p), "{} is not among its successors", p.old_code);
                among.len()
            })
            .sum();
        assert_eq!(rows, 10_035, "a split commune would be counted for each part");
    }

    #[test]
    fn only_the_island_zones_without_communes_have_no_predecessor() {
        let without: Vec<&str> = communes()
            .iter()
            .filter(|c| predecessors(c.code.as_str()).next().is_none())
            .map(Commune::short_name)
            .collect();
        assert_eq!(without, ["Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo"]);
    }

    #[test]
    fn a_later_change_of_the_law_carries_its_own_day() {
        let ward = commune("25270").unwrap();
        assert_eq!((ward.name, ward.kind), ("Phường Lộc Ninh", CommuneKind::Phuong));
        assert_eq!(ward.valid_from, day(2026, 4, 30));
    }

    #[test]
    fn unknown_and_malformed_codes_find_nothing() {
        for code in
            ["", "0", "385", "00000", "99999", "0038A", "003850", "\0\0\0\0\0", "００３８５"]
        {
            assert!(commune(code).is_none(), "{code:?}");
            assert!(province(code).is_none(), "{code:?}");
            assert!(successors(code).is_empty(), "{code:?}");
        }
    }
}
