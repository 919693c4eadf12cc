//! A sheet as it was keyed, and what the sheets of a batch come to.

use super::Fate;
use crate::code::ItemCode;
use crate::instrument::{Instrument, Item};
use crate::response::{BadDocument, Document, Raw};

/// A sheet as it was keyed: its fate, and its document when it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// What became of it.
    pub fate: Fate,
    /// The document of its answers; only with [`Fate::Answered`].
    pub document: Option<String>,
}

impl Keyed {
    /// What was ticked at each item of `instrument` that has options, in order.
    ///
    /// # Errors
    /// [`BadDocument`] when the document was damaged.
    pub fn answers<'i>(
        &self,
        instrument: &'i Instrument,
    ) -> Result<Vec<(&'i Item, Option<Raw>)>, BadDocument> {
        let items: Vec<&Item> = instrument.asked().filter(|item| !item.is_comment()).collect();
        let Some(document) = &self.document else {
            return Ok(items.into_iter().map(|item| (item, None)).collect());
        };
        let document = Document::read(document)?;
        let answers = document.answers_to(items.iter().map(|item| &item.code));
        Ok(items.iter().copied().zip(answers.map(Option::<&Raw>::cloned)).collect())
    }

    /// The comment that was keyed with it.
    ///
    /// # Errors
    /// [`BadDocument`] when the document was damaged.
    pub fn comment(&self) -> Result<Option<String>, BadDocument> {
        let Some(document) = &self.document else { return Ok(None) };
        Ok(Document::read(document)?.comment.map(std::borrow::Cow::into_owned))
    }
}

/// How often each option was ticked, over the sheets of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals<'i> {
    /// How many sheets were answered.
    pub answered: u32,
    /// Each item, in order.
    pub items: Vec<ItemTotals<'i>>,
}

/// How often each option of one item was ticked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTotals<'i> {
    /// The item.
    pub item: &'i Item,
    /// Value and count of each option, in the order printed.
    pub ticked: Vec<(u8, u32)>,
    /// How many sheets say nothing, of those on which it was to be answered.
    pub nothing: u32,
}

impl<'i> Totals<'i> {
    /// The totals of `sheets` to `instrument`; only answered ones are looked at.
    ///
    /// # Errors
    /// [`BadDocument`] when a document was damaged.
    pub fn of<'k>(
        instrument: &'i Instrument,
        sheets: impl IntoIterator<Item = &'k Keyed>,
    ) -> Result<Self, BadDocument> {
        let options = |item: &Item| {
            let scale = instrument.scale_of(item);
            scale
                .into_iter()
                .flat_map(|s| s.options.iter().chain(&s.no_opinion))
                .map(|option| (option.value, 0))
                .collect()
        };
        let items = instrument.asked().filter(|item| !item.is_comment());
        let empty = |item| ItemTotals { item, ticked: options(item), nothing: 0 };
        let mut totals = Self { answered: 0, items: items.map(empty).collect() };
        for sheet in sheets.into_iter().filter(|sheet| sheet.fate == Fate::Answered) {
            totals.answered += 1;
            let answers = sheet.answers(instrument)?;
            let chosen = |rating: &ItemCode| {
                let mut of_it = answers.iter().filter(|(item, _)| item.code == *rating);
                of_it.next().and_then(|(_, raw)| raw.as_ref()?.one())
            };
            let is_asked: Vec<bool> =
                answers.iter().map(|(item, _)| instrument.asks(item, chosen)).collect();
            for (((_, raw), of_item), is_asked) in
                answers.into_iter().zip(&mut totals.items).zip(is_asked)
            {
                let values = match raw {
                    None | Some(Raw::Null) => {
                        of_item.nothing += u32::from(is_asked);
                        continue;
                    }
                    Some(Raw::Value(value)) => vec![value],
                    Some(Raw::Values(values)) => values,
                };
                for (value, count) in &mut of_item.ticked {
                    *count += u32::from(values.contains(&i64::from(*value)));
                }
            }
        }
        Ok(totals)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rekeying::tests::{answered, answered_to};
    use super::*;
    use crate::catalog;

    #[test]
    fn totals_count_each_tick_once_and_leave_out_what_is_no_answer() {
        let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
        let sheets = [
            answered(&[("A1", "5"), ("N1", "13")]),
            answered(&[("A1", "5"), ("N1", "3")]),
            answered(&[("A1", "9")]),
            Keyed { fate: Fate::Blank, document: None },
        ];
        let totals = Totals::of(quick, &sheets).unwrap();
        assert_eq!(totals.answered, 3);
        let of = |code: &str| {
            let of_item = totals.items.iter().find(|one| one.item.code.as_str() == code).unwrap();
            let ticked: Vec<_> = of_item.ticked.iter().copied().filter(|(_, n)| *n > 0).collect();
            (ticked, of_item.nothing)
        };
        assert_eq!(of("A1"), (vec![(5, 2), (9, 1)], 0));
        assert_eq!(of("N1"), (vec![(1, 1), (3, 2)], 1));
        assert_eq!(of("A2"), (vec![], 3));
    }

    #[test]
    fn what_was_ticked_without_being_asked_is_counted_and_what_was_not_asked_is_not_missing() {
        let quick = catalog::instrument("quick-counter", Some(2)).unwrap();
        let sheets = [
            answered_to(quick, &[("A1", "5"), ("L1", "2")]),
            answered_to(quick, &[("A1", "5")]),
            answered_to(quick, &[("A1", "9"), ("A2", "1")]),
            answered_to(quick, &[("A1", "2"), ("L1", "12")]),
        ];
        let totals = Totals::of(quick, &sheets).unwrap();
        let reason = totals.items.iter().find(|one| one.item.code.as_str() == "L1").unwrap();
        assert_eq!((&reason.ticked[..3], reason.nothing), (&[(1, 1), (2, 2), (3, 0)][..], 1));
    }
}
