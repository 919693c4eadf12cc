//! What a column of another tool's file holds, told by its name.
//!
//! A name is understood when it is our column's, an item's code, or an item's text
//! in either language; before it may stand a group (`nhom/A1`, `nhom-A1`,
//! `nhom.A1`) or a number (`3. …`), after it a colon. A name with an option in
//! brackets or after a stroke is one option of an item with several answers.

use surveys::Instrument;
use surveys::instrument::Item;
use surveys::text::typed_text;

use super::answer::{open_value, option_value};
use super::header::Holds;

/// How surely a name is understood; the lowest is the surest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Surety {
    /// The map says so.
    Mapped,
    /// It is our name.
    Named,
    /// It is the text of an item.
    Worded,
    /// It is one of these behind a group.
    Grouped,
}

/// What the column `name` holds.
pub(super) fn understood(name: &str, instrument: &Instrument) -> Option<(Surety, Holds)> {
    let name = name.trim();
    whole(name, instrument).or_else(|| choice(name, instrument))
}

/// A name that means a whole item or a column of ours.
fn whole(name: &str, instrument: &Instrument) -> Option<(Surety, Holds)> {
    if let Some(holds) = Holds::named(name, instrument) {
        return Some((Surety::Named, holds));
    }
    if let Some(holds) = worded(name, instrument) {
        return Some((Surety::Worded, holds));
    }
    let grouped = |stroke: char| {
        let (_, last) = name.rsplit_once(stroke)?;
        Holds::named(last, instrument)
    };
    let worded_in_group = || {
        let mut after = name.match_indices('/').map(|(at, _)| &name[at + 1..]);
        after.find_map(|rest| worded(rest, instrument))
    };
    let holds = ['/', '-', '.'].into_iter().find_map(grouped).or_else(worded_in_group)?;
    Some((Surety::Grouped, holds))
}

/// An item whose text is `name`.
fn worded(name: &str, instrument: &Instrument) -> Option<Holds> {
    let (plain, unnumbered) = (folded(name), folded(without_number(name)));
    let says = |item: &Item| {
        [&item.text.vi, &item.text.en].into_iter().any(|text| {
            let text = folded(text);
            text == plain || text == unnumbered
        })
    };
    let item = instrument.items.iter().find(|item| says(item))?;
    Holds::named(item.code.as_str(), instrument)
}

/// A name that means one option: `N1/3`, `N1[SQ003]`, `… ? [Thời gian chờ đợi]`.
fn choice(name: &str, instrument: &Instrument) -> Option<(Surety, Holds)> {
    let bracketed = name.strip_suffix(']').and_then(|name| name.rsplit_once('['));
    let (surety, base, option) = match bracketed {
        Some((base, option)) => (Surety::Named, base, option),
        // LimeSurvey puts a text after the codes: `N1[SQ003]. …? [Thời gian chờ đợi]`.
        None => name.rsplit_once('/').map(|(base, option)| (Surety::Named, base, option))?,
    };
    let (_, holds) = whole(base.trim(), instrument)?;
    let Holds::Item(place) = holds else { return None };
    let item = &instrument.items[place];
    if !item.multiple {
        return None;
    }
    // In the column that LimeSurvey calls so stands what somebody wrote themselves.
    let other = || {
        let is_other = ["other", "khác"].contains(&folded(option).as_str());
        open_value(item, instrument).filter(|_| is_other)
    };
    let value =
        option_value(option, item, instrument).or_else(|| of_code(option)).or_else(other)?;
    let offered = instrument.scale_of(item).is_some_and(|scale| scale.offers(value));
    offered.then_some((surety, Holds::Choice(place, value)))
}

/// The number of a code such as `SQ003`, `A5` or `L005`.
pub(super) fn of_code(code: &str) -> Option<u8> {
    let number = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let letters = code.len() - number.len();
    let short = (1..=2).contains(&letters) && (1..=4).contains(&number.len());
    short.then(|| number.parse().ok())?
}

/// A name without a number or code before it: `3. `, `A1. `, `Câu 3: `, `N1[SQ003]. `.
pub(super) fn without_number(name: &str) -> &str {
    let marks = [". ", ": ", ") ", "- ", "/ "];
    let cut = marks.iter().filter_map(|mark| name.find(mark).map(|at| (at, mark.len()))).min();
    let Some((at, length)) = cut else { return name };
    let number = &name[..at];
    let is_number = number.chars().count() <= 12 && number.chars().any(|c| c.is_ascii_digit());
    if is_number { name[at + length..].trim_start() } else { name }
}

/// The form in which names and option texts are compared: NFC, without regard to
/// capitals, runs of blanks as one, nothing that ends a question after it.
pub(super) fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = typed_text(&words.join(" ")).to_lowercase();
    text.trim_end_matches([':', '*', ' ', '.', '?']).to_owned()
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    fn holds(name: &str) -> Option<Holds> {
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        understood(name, instrument).map(|(_, holds)| holds)
    }

    #[test]
    fn an_item_is_known_by_code_text_and_last_part() {
        for name in [
            "A1",
            "thong_tin/A1",
            "thong_tin/hai_long/A1",
            "hai_long-A1",
            "data.A1",
            "Ông/bà hài lòng thế nào về nơi tiếp nhận hồ sơ?",
            "  ông/bà HÀI LÒNG thế nào  về nơi tiếp nhận hồ sơ ? :",
            "1. Ông/bà hài lòng thế nào về nơi tiếp nhận hồ sơ?",
            "Câu 1: Ông/bà hài lòng thế nào về nơi tiếp nhận hồ sơ?",
            "A1. Ông/bà hài lòng thế nào về nơi tiếp nhận hồ sơ?",
            "Nhóm 1/Ông/bà hài lòng thế nào về nơi tiếp nhận hồ sơ?",
            "How satisfied are you with the place where you were received?",
        ] {
            assert_eq!(holds(name), Some(Holds::Item(0)), "{name}");
        }
        assert_eq!(holds("G1"), Some(Holds::Comment));
        assert_eq!(holds("Ông/bà muốn góp ý thêm điều gì?"), Some(Holds::Comment));
        for name in ["", "A1. Họ và tên", "B1", "A11", "A1_other", "nơi tiếp nhận", "/", "]", "[]"]
        {
            assert_eq!(holds(name), None, "{name}");
        }
    }

    #[test]
    fn one_option_of_several_is_known_by_value_code_and_text() {
        for name in [
            "N1/3",
            "nhom/N1/3",
            "nhom-N1/3",
            "N1[3]",
            "N1[SQ003]",
            "N1[Thời gian chờ đợi]",
            "N1/Thời gian chờ đợi",
            "Ông/bà muốn chúng tôi cải thiện điều gì trước? [Thời gian chờ đợi]",
            "N1[SQ003]. Ông/bà muốn chúng tôi cải thiện điều gì trước? [Thời gian chờ đợi]",
            "Ông/bà muốn chúng tôi cải thiện điều gì trước?/Thời gian chờ đợi",
        ] {
            assert_eq!(holds(name), Some(Holds::Choice(5, 3)), "{name}");
        }
        for name in ["N1/8", "N1[other]", "N1[SQ099]", "A1[SQ001]", "N1[]", "N1/"] {
            assert_eq!(holds(name), None, "{name}");
        }
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let reasons = quick.items.iter().position(|item| item.code.as_str() == "L1").unwrap();
        for name in ["L1[other]", "L1[other]. Điều gì chưa tốt? [Khác]"] {
            let other = understood(name, quick).map(|(_, holds)| holds);
            assert_eq!(other, Some(Holds::Choice(reasons, 8)), "{name}");
        }
    }

    #[test]
    fn a_code_of_another_tool_ends_in_its_number() {
        for (code, value) in [("A5", 5), ("L005", 5), ("SQ010", 10), ("AO09", 9)] {
            assert_eq!(of_code(code), Some(value));
        }
        for code in ["5", "A", "", "A5x", "-oth-", "ABC5", "A99999", "A256", "Á5"] {
            assert_eq!(of_code(code), None, "{code}");
        }
    }
}
