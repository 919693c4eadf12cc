//! The answer that a cell holds: by value, by words, or by another tool's code.

use surveys::Instrument;
use surveys::instrument::{Item, ResponseOption};
use surveys::response::Raw;

use super::map::Map;
use super::matching::{folded, of_code, without_number};

/// The answer in a cell: a value, an option's text, or several of them.
pub(super) fn answer(cell: &str, item: &Item, instrument: &Instrument, map: &Map) -> Option<Raw> {
    if let Some(value) = one(cell, item, instrument, map) {
        return Some(Raw::Value(value));
    }
    if !item.multiple {
        return None;
    }
    if cell.len() > LONGEST_LIST {
        return None;
    }
    let pieces = cell.split([';', '|', '\n']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut values = Vec::new();
    for piece in pieces {
        values.extend(listed(piece, item, instrument, map)?);
    }
    Some(Raw::Values(values))
}

/// The value of `text`: a number, the text of an option in either language or in the
/// map, or a code where the map says that there are some.
fn one(text: &str, item: &Item, instrument: &Instrument, map: &Map) -> Option<i64> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    // The map goes before the number: it may turn a scale round.
    let mapped =
        [text, whole].into_iter().find_map(|text| map.value(item.code.as_str(), &folded(text)));
    if mapped.is_none()
        && let Ok(value) = whole.parse()
    {
        return Some(value);
    }
    let worded = || option_value(text, item, instrument);
    let coded = || of_code(text).filter(|_| map.codes);
    mapped.or_else(|| worded().or_else(coded).map(i64::from))
}

/// The value of the option that `text` names by its value or its words; a number may stand
/// before the words, and behind them a colon and what somebody wrote in addition.
pub(super) fn option_value(text: &str, item: &Item, instrument: &Instrument) -> Option<u8> {
    let (plain, unnumbered) = (folded(text), folded(without_number(text)));
    let says = |o: &&ResponseOption| {
        let words = [&o.text.vi, &o.text.en].map(|text| folded(text));
        words.contains(&plain) || words.contains(&unnumbered) || plain == o.value.to_string()
    };
    let found = options(item, instrument).find(says);
    let with_more = || {
        let begins = text.match_indices(':').map(|(at, _)| folded(without_number(&text[..at])));
        let begins: Vec<String> = begins.collect();
        let says = |o: &&ResponseOption| {
            [&o.text.vi, &o.text.en].into_iter().any(|text| begins.contains(&folded(text)))
        };
        options(item, instrument).find(says)
    };
    found.or_else(with_more).map(|option| option.value)
}

/// Whether a cell under one option says that it was chosen.
pub(super) fn is_chosen(
    cell: &str,
    value: u8,
    item: usize,
    instrument: &Instrument,
) -> Option<bool> {
    match folded(cell).as_str() {
        "1" | "1.0" | "y" | "yes" | "true" | "có" | "x" | "đúng" => Some(true),
        "0" | "0.0" | "n" | "no" | "false" | "không" | "sai" | "n/a" => Some(false),
        _ => (option_value(cell, &instrument.items[item], instrument)? == value).then_some(true),
    }
}

/// The longest cell with several answers, in bytes.
const LONGEST_LIST: usize = 8 * 1024;

/// The values of texts or numbers with commas or blanks between them. Texts may hold
/// these themselves, so the longest text that fits is taken each time.
fn listed(text: &str, item: &Item, instrument: &Instrument, map: &Map) -> Option<Vec<i64>> {
    let mut values = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let ends = rest.match_indices([',', ' ']).map(|(at, _)| at).chain([rest.len()]);
        let ends: Vec<usize> = ends.collect();
        let (end, value) = ends
            .into_iter()
            .rev()
            .find_map(|end| Some((end, one(rest[..end].trim(), item, instrument, map)?)))?;
        values.push(value);
        rest = rest[end..].trim_start_matches([',', ' ']);
    }
    Some(values)
}

/// What may be chosen, "no opinion" included.
pub(super) fn options<'a>(
    item: &Item,
    instrument: &'a Instrument,
) -> impl Iterator<Item = &'a ResponseOption> + use<'a> {
    let scale = instrument.scale_of(item);
    scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion))
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    fn read_answer(item: &str, cell: &str) -> Option<Raw> {
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        answer(cell, instrument.item(item).unwrap(), instrument, &Map::default())
    }

    #[test]
    fn an_answer_is_a_value_or_the_text_of_an_option() {
        for cell in [
            "5",
            "5.0",
            "Rất hài lòng",
            "RẤT HÀI LÒNG",
            "ra\u{302}\u{301}t hài lòng",
            "very satisfied",
        ] {
            assert_eq!(read_answer("A1", cell), Some(Raw::Value(5)), "{cell}");
        }
        assert_eq!(read_answer("A1", "Không có ý kiến"), Some(Raw::Value(9)));
        // Off the scale is settled by the instrument, which says so.
        assert_eq!(read_answer("A1", "77"), Some(Raw::Value(77)));
        for cell in ["tuyệt vời", "5 sao", "4;5", "-", "1e3"] {
            assert_eq!(read_answer("A1", cell), None, "{cell}");
        }
    }

    #[test]
    fn several_answers_may_stand_in_a_cell_even_with_commas_in_their_texts() {
        let several = |values: &[i64]| Some(Raw::Values(values.to_vec()));
        assert_eq!(read_answer("N1", "3"), Some(Raw::Value(3)));
        assert_eq!(read_answer("N1", "1;3"), several(&[1, 3]));
        assert_eq!(read_answer("N1", "1, 3"), several(&[1, 3]));
        assert_eq!(
            read_answer("N1", "Chỉ dẫn, chỗ ngồi, trang thiết bị, Thời gian chờ đợi"),
            several(&[1, 3])
        );
        assert_eq!(read_answer("N1", "Thời gian chờ đợi|7"), several(&[3, 7]));
        assert_eq!(
            read_answer("N1", "Chỉ dẫn, chỗ ngồi, trang thiết bị Thời gian chờ đợi"),
            several(&[1, 3])
        );
        assert_eq!(read_answer("N1", "1 3"), several(&[1, 3]));
        assert_eq!(read_answer("N1", "Thời gian chờ đợi, cà phê"), None);
        assert_eq!(read_answer("N1", &"1 ".repeat(8 * 1024)), None);
    }

    #[test]
    fn a_number_before_the_words_and_a_code_are_understood() {
        assert_eq!(read_answer("A1", "5. Rất hài lòng"), Some(Raw::Value(5)));
        assert_eq!(read_answer("A1", "1. Rất hài lòng"), Some(Raw::Value(5)));
        assert_eq!(read_answer("A1", "A5"), None, "only where a map says that there are codes");
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        let map = Map::shipped("limesurvey", instrument).unwrap();
        let read = |cell| answer(cell, instrument.item("A1").unwrap(), instrument, &map);
        assert_eq!(read("AO05"), Some(Raw::Value(5)));
        assert_eq!(read("-oth-"), None);
    }

    #[test]
    fn what_somebody_wrote_behind_an_option_does_not_cost_it() {
        let instrument = catalog::instrument("quick-counter", Some(2)).unwrap();
        let read =
            |cell: &str| answer(cell, instrument.item("L1").unwrap(), instrument, &Map::default());
        assert_eq!(read("Điều khác: chờ: rất lâu"), Some(Raw::Value(8)));
        assert_eq!(read("Trời mưa, Điều khác: ồn"), None, "no option is called Trời mưa");
        let both = read("Chờ lâu, Điều khác: ồn, nóng");
        assert_eq!(both, Some(Raw::Values(vec![1, 8])));
        assert_eq!(read("trời mưa: Điều khác"), None);
    }
}
