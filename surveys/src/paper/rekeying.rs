//! Keying again: how many sheets, and how many differences are too many.

use super::Keyed;
use crate::instrument::{Instrument, Item};
use crate::response::BadDocument;

/// The fewest sheets that are keyed again, where there are so many.
const FEWEST: u32 = 5;
/// One sheet in so many is keyed again.
const ONE_IN: u32 = 10;
/// The share of items that may differ, in percent.
const PERCENT: u64 = 1;
/// The share of items, in percent, above which two keyings of all sheets are so far apart
/// that neither of the two people closes the batch.
const FAR_PERCENT: u64 = 10;

/// How many of `sheets` sheets are keyed again: a tenth, rounded up; never fewer than
/// five, or all when there are fewer.
pub fn sample_size(sheets: u32) -> u32 {
    sheets.div_ceil(ONE_IN).max(FEWEST).min(sheets)
}

/// The items with options in which two keyings of one sheet differ: all of them when
/// they differ in what became of the sheet. Comments are not held against each other.
///
/// # Errors
/// [`BadDocument`] when a document was damaged.
pub fn differing<'i>(
    instrument: &'i Instrument,
    first: &Keyed,
    second: &Keyed,
) -> Result<Vec<&'i Item>, BadDocument> {
    let whole = first.fate != second.fate;
    let pairs = first.answers(instrument)?.into_iter().zip(second.answers(instrument)?);
    let differ = pairs.filter(|((_, one), (_, other))| whole || one != other);
    Ok(differ.map(|((item, _), _)| item).collect())
}

/// In how many items of how many two keyings differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Discrepancy {
    /// Items that differ.
    pub differing: u64,
    /// Items held against each other.
    pub compared: u64,
}

impl Discrepancy {
    /// Whether no more than one item in a hundred differs.
    pub fn is_accepted(self) -> bool {
        self.differing * 100 <= self.compared * PERCENT
    }

    /// Whether more than one item in ten differs.
    pub fn is_far(self) -> bool {
        self.differing * 100 > self.compared * FAR_PERCENT
    }

    /// The share of items that differ, in [0, 1]; 0 when none were compared.
    pub fn share(self) -> f64 {
        if self.compared == 0 { 0.0 } else { self.differing as f64 / self.compared as f64 }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use uuid::Uuid;

    use super::super::{Fate, read_typed};
    use super::*;
    use crate::collection_point::CollectionPoint;
    use crate::response::Admission;
    use crate::{CommuneCode, InstrumentId, PointCode, Submission, catalog};

    /// A sheet of the quick survey with what was typed at some items.
    pub(crate) fn answered(typed: &[(&str, &str)]) -> Keyed {
        answered_to(catalog::instrument("quick-counter", Some(1)).unwrap(), typed)
    }

    /// The same of `quick`, a version of the quick survey.
    pub(crate) fn answered_to(quick: &Instrument, typed: &[(&str, &str)]) -> Keyed {
        let raw = |(code, typed): &(&str, &str)| {
            let item = quick.item(code).unwrap();
            ((*code).to_owned(), read_typed(quick, item, typed).unwrap())
        };
        let point = CollectionPoint {
            code: PointCode::parse("mot-cua").unwrap(),
            commune_code: CommuneCode::parse("22651").unwrap(),
            name: "Một cửa".into(),
            instrument: InstrumentId::parse("quick-counter").unwrap(),
            retired: false,
        };
        let submission = Submission {
            instrument: "quick-counter".into(),
            version: quick.version,
            collection_point: "mot-cua".into(),
            channel: "paper".into(),
            answered_at: "2026-10-05".into(),
            answers: typed.iter().map(raw).collect(),
            ..Submission::default()
        };
        let at = Admission { id: Uuid::nil(), point: Some(&point), now: 1_795_143_600_000 };
        let response = quick.parse(submission, &at).unwrap();
        Keyed { fate: Fate::Answered, document: Some(response.document()) }
    }

    #[test]
    fn a_tenth_is_keyed_again_and_never_fewer_than_five() {
        for (sheets, chosen) in
            [(0, 0), (1, 1), (5, 5), (6, 5), (50, 5), (51, 6), (100, 10), (2_000, 200)]
        {
            assert_eq!(sample_size(sheets), chosen, "{sheets}");
        }
    }

    #[test]
    fn two_keyings_differ_where_their_answers_do() {
        let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
        let codes = |one: &Keyed, other: &Keyed| -> Vec<String> {
            differing(quick, one, other).unwrap().iter().map(|i| i.code.to_string()).collect()
        };
        let first = answered(&[("A1", "5"), ("A2", "4"), ("N1", "31")]);
        assert_eq!(codes(&first, &first), Vec::<String>::new());
        assert_eq!(codes(&first, &answered(&[("A1", "5"), ("A2", "4"), ("N1", "13")])), [""; 0]);
        assert_eq!(codes(&first, &answered(&[("A1", "4"), ("N1", "13")])), ["A1", "A2"]);
        let blank = Keyed { fate: Fate::Blank, document: None };
        assert_eq!(codes(&first, &blank).len(), 6, "another fate is another sheet");
        assert_eq!(codes(&blank, &blank).len(), 0);
    }

    #[test]
    fn one_item_in_a_hundred_may_differ() {
        for (differing, compared, accepted) in
            [(0, 6, true), (1, 99, false), (1, 100, true), (2, 199, false), (2, 200, true)]
        {
            let found = Discrepancy { differing, compared };
            assert_eq!(found.is_accepted(), accepted, "{found:?}");
        }
        assert_eq!(Discrepancy::default().share().to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn more_than_one_item_in_ten_is_far_apart() {
        for (differing, compared, far) in
            [(0, 0, false), (1, 10, false), (10, 100, false), (11, 100, true), (8, 9, true)]
        {
            assert_eq!(Discrepancy { differing, compared }.is_far(), far, "{differing}/{compared}");
        }
    }
}
