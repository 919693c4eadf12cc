//! Where mistakes are collected, so that a person mends a file in one go.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use crate::mistake::Mistake;
use crate::text::Text;

/// The most mistakes told at once; a last one then says how many more there are.
const MOST_TOLD: usize = 200;

/// Every mistake found so far in one file.
#[derive(Debug)]
pub(crate) struct Ledger<'a> {
    source: &'a str,
    line_starts: Vec<usize>,
    found: RefCell<Vec<(Range<usize>, Text)>>,
}

impl<'a> Ledger<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let after_breaks = source.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Self { source, line_starts, found: RefCell::new(Vec::new()) }
    }

    /// Notes a mistake at the byte range `place`: what is wrong and what to do.
    pub(crate) fn wrong(&self, place: &Range<usize>, vi: impl Into<String>, en: impl Into<String>) {
        self.found.borrow_mut().push((place.clone(), Text::new(vi, en)));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.borrow().is_empty()
    }

    /// The line, from 1, on which `place` begins.
    pub(super) fn line(&self, place: &Range<usize>) -> usize {
        self.line_starts.partition_point(|start| *start <= place.start)
    }

    /// The mistakes in the order of the file.
    pub(crate) fn into_mistakes(self) -> Vec<Mistake> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|(place, _)| place.start);
        found.dedup();
        let untold = found.len().saturating_sub(MOST_TOLD);
        let mut mistakes: Vec<Mistake> = found
            .into_iter()
            .take(MOST_TOLD)
            .map(|(place, text)| Mistake::at(self.source, &place, text))
            .collect();
        if let (true, Some(last)) = (untold > 0, mistakes.last()) {
            let text = Text::new(
                format!("Còn {untold} lỗi nữa; hãy sửa các lỗi trên rồi kiểm tra lại."),
                format!("There are {untold} more mistakes; mend those above, then check again."),
            );
            mistakes.push(Mistake { line: last.line, column: last.column, text });
        }
        mistakes
    }
}

/// Names that may be used once only, upper and lower case alike, with the place of
/// their first use.
#[derive(Debug, Default)]
pub(crate) struct Distinct {
    seen: HashMap<String, Range<usize>>,
}

impl Distinct {
    /// Notes `name`; `false`, and a mistake, when it was used before.
    pub(crate) fn admit(&mut self, ledger: &Ledger<'_>, place: Range<usize>, name: &str) -> bool {
        let folded = name.to_lowercase();
        if let Some(first) = self.seen.get(&folded) {
            let line = ledger.line(first);
            ledger.wrong(
                &place,
                format!("`{name}` đã dùng ở dòng {line}; hãy đặt tên khác."),
                format!("`{name}` is already used on line {line}; choose another."),
            );
            return false;
        }
        self.seen.insert(folded, place);
        true
    }
}
