//! Finding a commune from what a person types or a file holds.

mod index;
mod query;

use std::collections::HashSet;

use super::{Commune, Predecessor, Province, commune, communes, province, successors, table};
use index::{Entry, INDEX};
use query::{Query, Span};

/// One commune that a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The commune of today.
    pub commune: &'static Commune,
    /// Its province.
    pub province: &'static Province,
    /// The unit whose old name or old code matched ("…, nay là …"); `None` when
    /// the commune's present name or code did.
    pub formerly: Option<&'static Predecessor>,
}

impl Found {
    fn now(commune: &'static Commune) -> Self {
        Self { commune, province: province_of(commune), formerly: None }
    }

    fn before(unit: &'static Predecessor) -> Self {
        Self { formerly: Some(unit), ..Self::now(unit.commune) }
    }
}

fn province_of(commune: &Commune) -> &'static Province {
    province(commune.province.as_str()).expect("the table has every commune's province")
}

/// How well a name matches, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// The whole name with its marks, wherever the tone mark stands.
    Marks,
    /// The whole name without regard to marks.
    Folded,
    /// The beginning of the name.
    Beginning,
    /// All words in any order, or the whole name with its spaces elsewhere.
    Words,
}

/// At most `limit` communes that match `query`, the best first and each once.
///
/// The query may be a five-digit code, old or new, or a name: with or without
/// tone marks, in any case and normal form, with or without a type word in full
/// or abbreviated (xã, x., phường, p., đặc khu, thị trấn, tt), and with the
/// district or province, old or new, before or after it. Names of today come
/// before old ones that match as well; the order is always the same. Only the
/// first 160 characters and 16 words of a query are read; one that says nothing
/// finds nothing.
pub fn search(query: &str, limit: usize) -> Vec<Found> {
    let Some(query) = Query::read(query) else { return Vec::new() };
    let found = by_code(&query);
    let found = if found.is_empty() { by_name(&query) } else { found };
    let mut seen = HashSet::new();
    found.into_iter().filter(|f| seen.insert(&f.commune.code)).take(limit).collect()
}

fn by_code(query: &Query) -> Vec<Found> {
    query
        .codes()
        .flat_map(|code| {
            let now = commune(code).map(Found::now);
            now.into_iter().chain(successors(code).iter().map(Found::before))
        })
        .collect()
}

fn by_name(query: &Query) -> Vec<Found> {
    let index = &*INDEX;
    let nowhere = query.spans();
    let somewhere: Vec<Vec<Span>> =
        index.places.iter().map(|place| query.spans_beside(place)).collect();
    let mut ranked: Vec<(Tier, bool, bool, usize)> = Vec::new();
    for (row, entry) in index.entries.iter().enumerate() {
        let beside = &somewhere[usize::from(entry.place)];
        let best = nowhere.iter().chain(beside).filter_map(|span| rank(query, span, row, entry));
        if let Some((tier, other_kind)) = best.min() {
            ranked.push((tier, row >= communes().len(), other_kind, row));
        }
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, _, _, row)| found_in(row)).collect()
}

fn found_in(row: usize) -> Found {
    match communes().get(row) {
        Some(commune) => Found::now(commune),
        None => Found::before(&table::PAST.predecessors[row - communes().len()]),
    }
}

/// How well `span` of the query matches the name of `entry`, and whether it
/// asks for another type of unit.
fn rank(query: &Query, span: &Span, row: usize, entry: &Entry) -> Option<(Tier, bool)> {
    let (name, asked) = (INDEX.name(entry), query.text(span));
    let tier = if name == asked {
        let found = found_in(row);
        let short = found.formerly.map_or(found.commune.name, |unit| unit.old_name);
        if query.has_marks_of(span, super::without_type(short)) {
            Tier::Marks
        } else {
            Tier::Folded
        }
    } else if !span.sure {
        return None;
    } else if name.starts_with(asked) {
        Tier::Beginning
    } else if same_letters(name, asked) || all_words(name, asked) {
        Tier::Words
    } else {
        return None;
    };
    let tier = if span.sure { tier } else { Tier::Beginning };
    Some((tier, span.kind.is_some_and(|kind| kind != entry.kind)))
}

fn same_letters(name: &str, asked: &str) -> bool {
    name.bytes().filter(|b| *b != b' ').eq(asked.bytes().filter(|b| *b != b' '))
}

fn all_words(name: &str, asked: &str) -> bool {
    asked.split(' ').all(|word| name.split(' ').any(|part| part.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(query: &str) -> Vec<&'static str> {
        search(query, 20).iter().map(|f| f.commune.code.as_str()).collect()
    }

    fn first(query: &str) -> &'static str {
        search(query, 1).first().map_or("nothing", |f| f.commune.code.as_str())
    }

    #[test]
    fn marks_case_and_normal_form_are_forgiven() {
        for query in [
            "dien khanh",
            "Diên Khánh",
            "DIÊN KHÁNH",
            "  diên\u{a0}\t khánh ",
            "Die\u{302}n Kha\u{301}nh",
            "die\u{302}n khánh",
            "dienkhanh",
            "Dien Khánh.",
        ] {
            assert_eq!(first(query), "22651", "{query:?}");
        }
        assert_eq!(first("Trung Gia"), "00385");
        assert_eq!(first("long phung quang ngai"), "21409");
    }

    #[test]
    fn a_tone_mark_may_stand_on_either_vowel() {
        assert_eq!(codes("Lộc Hoà"), codes("Lộc Hòa"));
        assert_eq!(codes("thuỷ nguyên"), codes("Thủy Nguyên"));
        assert_eq!(first("Thuỷ Nguyên"), "11560");
    }

    #[test]
    fn type_words_may_be_missing_abbreviated_or_wrong() {
        for query in [
            "xã Diên Khánh",
            "xa dien khanh",
            "x. Diên Khánh",
            "X.Diên Khánh",
            "TT Diên Khánh",
            "p dien khanh",
        ] {
            assert_eq!(first(query), "22651", "{query:?}");
        }
        assert_eq!(first("dac khu ly son"), "21548");
        assert_eq!(first("đk. Lý Sơn"), "21548");
    }

    #[test]
    fn a_name_that_looks_like_a_type_word_is_still_found() {
        let found = search("xa dung", 1)[0];
        assert_eq!(found.commune.name, "Xã Xa Dung");
    }

    #[test]
    fn the_type_asked_for_comes_first_among_equals() {
        let kinds = |query| {
            search(query, 40)
                .into_iter()
                .filter(|f| f.formerly.is_none() && f.commune.short_name() == "Hòa Bình")
                .map(|f| f.commune.kind)
                .collect::<Vec<_>>()
        };
        let (asked_xa, asked_phuong) = (kinds("xã hòa bình"), kinds("phường hòa bình"));
        assert!(asked_xa.is_sorted() && asked_xa.first() != asked_xa.last());
        assert!(asked_phuong.iter().rev().is_sorted());
    }

    #[test]
    fn an_old_name_finds_the_commune_of_today() {
        let found = search("loc hoa", 20);
        let in_question = found.iter().find(|f| f.commune.code.as_str() == "25280").unwrap();
        let unit = in_question.formerly.unwrap();
        assert_eq!((unit.old_code, unit.old_name), ("25273", "Xã Lộc Hòa"));
        assert_eq!(unit.old_place.district, "Huyện Lộc Ninh");
        assert_eq!(in_question.province.name, "Thành phố Đồng Nai");
        assert!(found.len() > 1, "there was more than one Lộc Hòa");
    }

    #[test]
    fn an_old_place_tells_namesakes_apart() {
        for query in [
            "Lộc Hòa, Lộc Ninh, Bình Phước",
            "xa loc hoa h. loc ninh t. binh phuoc",
            "Lộc Hòa Bình Phước",
            "lộc hòa lộc ninh đồng nai",
            "Bình Phước, Lộc Ninh, Lộc Hòa",
        ] {
            let found = search(query, 1)[0];
            assert_eq!(found.commune.code.as_str(), "25280", "{query:?}");
            assert_eq!(found.formerly.unwrap().old_code, "25273", "{query:?}");
        }
        assert_eq!(first("phường long xuyên, thị xã kinh môn, hải dương"), "10675");
        assert_eq!(first("P.12 Q.Gò Vấp TPHCM"), first("Phường 12, Quận Gò Vấp"));
        assert_eq!(first("p12 gò vấp"), "26882");
    }

    #[test]
    fn the_province_may_be_named_as_well() {
        for query in [
            "diên khánh khánh hòa",
            "Xã Diên Khánh, tỉnh Khánh Hoà",
            "dien khanh khanh h",
            "Khánh Hòa, Diên Khánh",
        ] {
            assert_eq!(first(query), "22651", "{query:?}");
        }
        assert_eq!(first("Trung Giã TP Hà Nội"), "00385");
        assert!(!codes("diên khánh hà nội").contains(&"22651"));
    }

    #[test]
    fn names_of_today_come_before_old_ones_that_match_as_well() {
        let found = search("long xuyên", 20);
        assert_eq!(found[0].commune.code.as_str(), "30307");
        assert_eq!(found[0].formerly, None);
        assert!(found[1..].iter().any(|f| f.commune.code.as_str() == "10675"));
        let trung_gia = search("Trung Giã", 5);
        assert_eq!(trung_gia[0].formerly, None, "its own name, not that of the old unit");
    }

    #[test]
    fn the_same_marks_come_before_other_marks() {
        let found = search("Tân Hòa", 60);
        let is_asked = |f: &Found| {
            let name = f.formerly.map_or(f.commune.name, |unit| unit.old_name);
            ["Tân Hòa", "Tân Hoà"].contains(&crate::unit::without_type(name))
        };
        let asked = found.iter().take_while(|f| is_asked(f)).count();
        assert!(asked > 3 && asked < found.len());
        assert!(!found[asked..].iter().any(is_asked));
    }

    #[test]
    fn each_commune_is_found_once_and_no_more_than_asked_for() {
        let found = search("tan", 500);
        let once: HashSet<&str> = found.iter().map(|f| f.commune.code.as_str()).collect();
        assert_eq!(once.len(), found.len());
        assert_eq!(search("tan", 7), found[..7]);
        assert!(search("tan", 0).is_empty());
    }

    #[test]
    fn a_code_finds_the_commune_that_has_it_and_the_one_that_had_it() {
        assert_eq!(codes("22651"), ["22651"]);
        assert_eq!(codes("00391"), ["00385"]);
        assert_eq!(search("00391", 1)[0].formerly.unwrap().old_name, "Xã Trung Giã");
        assert_eq!(codes("21409 - Xã Long Phụng"), ["21409"]);
        assert!(codes("99999").is_empty());
    }

    #[test]
    fn names_with_apostrophes_are_found_in_every_spelling() {
        for query in ["Ea H'Leo", "Ea H’Leo", "ea hleo", "ea h leo", "EaHleo"] {
            assert!(codes(query).contains(&"24184"), "{query:?}");
        }
    }

    #[test]
    fn words_may_come_in_another_order() {
        assert!(codes("khanh dien").contains(&"22651"));
    }

    #[test]
    fn communes_are_found_by_their_names_and_provinces() {
        for commune in communes().iter().step_by(41) {
            let query = format!("{}, {}", commune.name, province_of(commune).name);
            assert!(codes(&query).contains(&commune.code.as_str()), "{query}");
        }
    }

    #[test]
    fn queries_that_say_nothing_find_nothing() {
        for query in ["", " ", "\0\u{1}\u{1b}", "-.,'\"%_*?", "\u{301}", "😀"] {
            assert!(search(query, 10).is_empty(), "{query:?}");
        }
        assert!(search("không có xã nào tên như vậy", 10).is_empty());
    }

    #[test]
    fn hostile_queries_are_bounded_and_harmless() {
        let long: [String; 8] = [
            "a".repeat(10_000),
            "xã ".repeat(10_000),
            "vinh long ".repeat(10_000),
            "4 ".repeat(10_000),
            "a\u{301}".repeat(10_000),
            format!("a{}", "\u{301}".repeat(10_000)),
            "\0\u{7}\r\n\t".repeat(10_000),
            "\u{fdfa}\u{202e}İẞ'; DROP TABLE communes; --".repeat(300),
        ];
        for query in &long {
            assert!(search(query, 10).len() <= 10);
        }
        assert_eq!(first("Diên\0Khánh"), "22651");
        assert_eq!(first(&format!("Diên Khánh{}", " ".repeat(10_000))), "22651");
    }
}
