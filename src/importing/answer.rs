//! The answer that a cell holds: by value, by words, or by another tool's code.

use surveys::Instrument;
use surveys::instrument::{Item, ItemKind, ResponseOption};
use surveys::response::Raw;

use super::map::Map;
use super::matching::{folded, of_code, without_number};

/// What a cell answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answered {
    /// The option or options.
    pub(super) raw: Raw,
    /// What somebody wrote in addition, each with the words of its option before it.
    pub(super) more: Vec<String>,
}

/// One option, and what somebody wrote in addition.
#[derive(Debug)]
struct One {
    value: i64,
    more: Option<String>,
}

/// The answer in a cell: a value, an option's text, or several of them.
pub(super) fn answer(
    cell: &str,
    item: &Item,
    instrument: &Instrument,
    map: &Map,
) -> Option<Answered> {
    let alone = one(cell, item, instrument, map);
    // What was written in addition may itself have what stands between two answers.
    let is_whole = alone.as_ref().is_some_and(|one| one.more.is_none());
    let several =
        if item.multiple && !is_whole { several(cell, item, instrument, map) } else { None };
    several.or_else(|| {
        let One { value, more } = alone?;
        Some(Answered { raw: Raw::Value(value), more: Vec::from_iter(more) })
    })
}

/// The answers in a cell that takes several.
fn several(cell: &str, item: &Item, instrument: &Instrument, map: &Map) -> Option<Answered> {
    if cell.len() > LONGEST_LIST {
        return None;
    }
    let pieces = cell.split([';', '|', '\n']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut all = Vec::new();
    for piece in pieces {
        all.extend(listed(piece, item, instrument, map)?);
    }
    let raw = match &all[..] {
        [one] => Raw::Value(one.value),
        all => Raw::Values(all.iter().map(|one| one.value).collect()),
    };
    Some(Answered { raw, more: all.into_iter().filter_map(|one| one.more).collect() })
}

/// The value of `text`: a number, the text of an option in either language or in the
/// map, or a code where the map says that there are some.
fn one(text: &str, item: &Item, instrument: &Instrument, map: &Map) -> Option<One> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let said = worded(text, item, instrument);
    // The map goes before the number: it may turn a scale round.
    let mapped =
        [text, whole].into_iter().find_map(|text| map.value(item.code.as_str(), &folded(text)));
    if let Some(value) = mapped {
        let means = |option: &&ResponseOption| i64::from(option.value) == value;
        let open = || options(item, instrument).find(means).filter(|option| is_open(option));
        let more = match said {
            Some((option, added)) => added.and_then(|added| labelled(option, added, item)),
            None => open().and_then(|option| labelled(option, text, item)),
        };
        return Some(One { value, more });
    }
    if let Ok(value) = whole.parse() {
        return Some(One { value, more: None });
    }
    if let Some((option, added)) = said {
        let more = added.and_then(|added| labelled(option, added, item));
        return Some(One { value: option.value.into(), more });
    }
    let coded = of_code(text).filter(|_| map.codes)?;
    Some(One { value: coded.into(), more: None })
}

/// The value of the option that `text` names by its value or its words; a number may stand
/// before the words, and behind them a colon and what somebody wrote in addition.
pub(super) fn option_value(text: &str, item: &Item, instrument: &Instrument) -> Option<u8> {
    worded(text, item, instrument).map(|(option, _)| option.value)
}

/// The option that `text` names, and what stands behind its words and a colon.
fn worded<'a, 't>(
    text: &'t str,
    item: &Item,
    instrument: &'a Instrument,
) -> Option<(&'a ResponseOption, Option<&'t str>)> {
    let (plain, unnumbered) = (folded(text), folded(without_number(text)));
    let calls = |option: &ResponseOption, said: &str| {
        [&option.text.vi, &option.text.en].into_iter().any(|words| folded(words) == said)
    };
    let says = |o: &&ResponseOption| {
        calls(o, &plain) || calls(o, &unnumbered) || plain == o.value.to_string()
    };
    if let Some(option) = options(item, instrument).find(says) {
        return Some((option, None));
    }
    text.match_indices(':').find_map(|(at, _)| {
        let before = folded(without_number(&text[..at]));
        let option = options(item, instrument).find(|option| calls(option, &before))?;
        Some((option, Some(&text[at + 1..])))
    })
}

/// Whether an option asks for words of one's own, as "Điều khác" does.
fn is_open(option: &ResponseOption) -> bool {
    folded(&option.text.vi).ends_with("khác")
}

/// The value of the option of `item` that asks for words of one's own, if there is one.
pub(super) fn open_value(item: &Item, instrument: &Instrument) -> Option<u8> {
    options(item, instrument).find(|option| is_open(option)).map(|option| option.value)
}

/// What was `added` to `option`, as it is kept; nothing that tells of the person.
fn labelled(option: &ResponseOption, added: &str, item: &Item) -> Option<String> {
    let added = added.trim();
    let is_kept = item.kind != ItemKind::Demographic && !added.is_empty();
    is_kept.then(|| format!("{}: {added}", option.text.vi))
}

/// Whether a cell under one option says that it was chosen, and what was written there in
/// addition: under "Điều khác" any words say both.
pub(super) fn is_chosen(
    cell: &str,
    value: u8,
    item: usize,
    instrument: &Instrument,
) -> Option<(bool, Option<String>)> {
    match folded(cell).as_str() {
        "1" | "1.0" | "y" | "yes" | "true" | "có" | "x" | "đúng" => return Some((true, None)),
        "0" | "0.0" | "n" | "no" | "false" | "không" | "sai" | "n/a" => {
            return Some((false, None));
        }
        _ => {}
    }
    let item = &instrument.items[item];
    let own = || options(item, instrument).find(|o| o.value == value && is_open(o));
    let (option, added) = worded(cell, item, instrument).or_else(|| Some((own()?, Some(cell))))?;
    let more = added.and_then(|added| labelled(option, added, item));
    (option.value == value).then_some((true, more))
}

/// The longest cell with several answers, in bytes.
const LONGEST_LIST: usize = 8 * 1024;

/// The values of texts or numbers with commas or blanks between them. Texts may hold
/// these themselves, so the longest text that fits is taken each time.
fn listed(text: &str, item: &Item, instrument: &Instrument, map: &Map) -> Option<Vec<One>> {
    let mut all = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let ends = rest.match_indices([',', ' ']).map(|(at, _)| at).chain([rest.len()]);
        let ends: Vec<usize> = ends.collect();
        let (end, found) = ends
            .into_iter()
            .rev()
            .find_map(|end| Some((end, one(rest[..end].trim(), item, instrument, map)?)))?;
        all.push(found);
        rest = rest[end..].trim_start_matches([',', ' ']);
    }
    Some(all)
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
        let item = instrument.item(item).unwrap();
        answer(cell, item, instrument, &Map::default()).map(|answered| answered.raw)
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
        let item = instrument.item("A1").unwrap();
        let read = |cell| answer(cell, item, instrument, &map).map(|answered| answered.raw);
        assert_eq!(read("AO05"), Some(Raw::Value(5)));
        assert_eq!(read("-oth-"), None);
    }

    /// What `cell` answers to `item` of the instrument, and what it says in addition.
    fn with_more(of: &str, item: &str, cell: &str, map: &str) -> Option<(Raw, Vec<String>)> {
        let instrument = catalog::instrument(of, None).unwrap();
        let map = Map::parse(map, instrument).unwrap();
        let answered = answer(cell, instrument.item(item).unwrap(), instrument, &map)?;
        Some((answered.raw, answered.more))
    }

    #[test]
    fn what_somebody_wrote_behind_an_option_is_kept_and_does_not_cost_it() {
        let read = |cell| with_more("quick-counter", "L1", cell, "");
        let other = |more: &str| vec![format!("Điều khác: {more}")];
        let alone = Some((Raw::Value(8), other("chờ: rất lâu")));
        assert_eq!(read("Điều khác: chờ: rất lâu"), alone);
        assert_eq!(read("8. Điều khác:chờ: rất lâu "), alone);
        assert_eq!(read("Something else: chờ: rất lâu"), alone);
        assert_eq!(read("Điều khác: "), Some((Raw::Value(8), vec![])));
        assert_eq!(read("Trời mưa, Điều khác: ồn"), None, "no option is called Trời mưa");
        let both = Some((Raw::Values(vec![1, 8]), other("ồn, nóng")));
        assert_eq!(read("Chờ lâu, Điều khác: ồn, nóng"), both);
        let each = vec!["Chờ lâu: hai giờ".to_owned(), "Điều khác: ồn".to_owned()];
        let both = Some((Raw::Values(vec![1, 8]), each));
        assert_eq!(read("Chờ lâu: hai giờ; Điều khác: ồn"), both);
        assert_eq!(read("trời mưa: Điều khác"), None);
    }

    #[test]
    fn words_of_ones_own_that_a_map_takes_for_something_else_are_kept_too() {
        let map = "[options.L1]\n\"Ồn quá\" = 8\n\"đợi lâu\" = 1\n\"Điều khác: nóng\" = 7";
        let read = |cell| with_more("quick-counter", "L1", cell, map);
        let kept = |value, more: &[&str]| {
            Some((Raw::Value(value), more.iter().map(|&m| m.to_owned()).collect::<Vec<_>>()))
        };
        assert_eq!(read("ồn quá"), kept(8, &["Điều khác: ồn quá"]));
        assert_eq!(read("Đợi lâu"), kept(1, &[]), "it says what the option says");
        assert_eq!(read("Điều khác: nóng"), kept(7, &["Điều khác: nóng"]));
    }

    #[test]
    fn words_under_an_option_that_asks_for_them_choose_it() {
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        let place = instrument.items.iter().position(|item| item.code.as_str() == "L1").unwrap();
        let under = |value, cell| is_chosen(cell, value, place, instrument);
        assert_eq!(under(8, "1"), Some((true, None)));
        assert_eq!(under(8, "không"), Some((false, None)));
        assert_eq!(under(8, "Điều khác"), Some((true, None)));
        let kept = Some((true, Some("Điều khác: nóng quá".to_owned())));
        assert_eq!(under(8, "Điều khác: nóng quá"), kept);
        assert_eq!(under(8, "nóng quá"), kept);
        assert_eq!(under(1, "nóng quá"), None);
        assert_eq!(under(8, "Chờ lâu"), None, "another option than its column's");
    }

    #[test]
    fn what_somebody_wrote_about_themselves_is_not_kept() {
        let instrument = catalog::instrument("sipas-style", None).unwrap();
        let about = instrument.items.iter().find(|item| item.kind == ItemKind::Demographic);
        let about = about.unwrap();
        let option = options(about, instrument).next().unwrap();
        let cell = format!("{}: ở thôn 3", option.text.vi);
        let read = with_more("sipas-style", about.code.as_str(), &cell, "");
        assert_eq!(read, Some((Raw::Value(option.value.into()), vec![])));
    }
}
