//! Reading a query: its words with and without marks, and the parts of it that
//! can be the name of a unit.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::index::kind;
use crate::text::fold;

/// More characters than the longest name with its place has in any normal form.
const MOST_CHARACTERS: usize = 160;
const MOST_WORDS: usize = 16;
/// District, province then, province now.
const MOST_PLACES: usize = 3;

/// What stands before the name of a commune, and the type that it means.
const TYPES: [(&str, &str); 8] = [
    ("xa ", "Xã "),
    ("x ", "Xã "),
    ("phuong ", "Phường "),
    ("p ", "Phường "),
    ("dac khu ", "Đặc khu "),
    ("dk ", "Đặc khu "),
    ("thi tran ", "Thị trấn "),
    ("tt ", "Thị trấn "),
];

/// What people also write before a name, and what says nothing about it.
const SURROUNDINGS: [&str; 4] = ["ubnd ", "uy ban nhan dan ", "huyen ", "quan "];

/// What stands before the name of a district or province.
const PLACE_TYPES: [&str; 10] =
    ["tinh ", "t ", "thanh pho ", "tp ", "huyen ", "h ", "thi xa ", "tx ", "quan ", "q "];

/// A query, read.
pub(super) struct Query {
    /// The folded words with one space between them.
    folded: String,
    /// Where each word begins and ends in `folded`.
    words: Vec<(usize, usize)>,
    /// The same words with their marks, the tone mark last; empty when they
    /// could not be told apart in the same way.
    marked: Vec<String>,
}

/// Words of a query that can be the name of a unit.
pub(super) struct Span {
    first: usize,
    end: usize,
    /// The type that the query names before them.
    pub(super) kind: Option<u8>,
    /// Whether all the rest of the query has been understood; not so when it is
    /// only the beginning of the name of a place.
    pub(super) sure: bool,
}

impl Query {
    /// `None` when there is no letter or digit in it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let start: String = text.trim_start().chars().take(MOST_CHARACTERS).collect();
        let mut query = Self { folded: String::new(), words: Vec::new(), marked: Vec::new() };
        for word in fold(&start).split(' ').flat_map(without_glued_type) {
            if word.is_empty() || query.words.len() == MOST_WORDS {
                continue;
            }
            if !query.folded.is_empty() {
                query.folded.push(' ');
            }
            let begin = query.folded.len();
            query.folded.push_str(word);
            query.words.push((begin, query.folded.len()));
        }
        let with_marks = marked(&start);
        let words = with_marks.split(' ').flat_map(without_glued_type);
        query.marked =
            words.filter(|w| !w.is_empty()).take(MOST_WORDS).map(str::to_owned).collect();
        (!query.words.is_empty()).then_some(query)
    }

    /// Its words that have the form of a commune's code.
    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().map(|&(begin, end)| &self.folded[begin..end]);
        words.filter(|word| word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit()))
    }

    /// The folded words of a span.
    pub(super) fn text(&self, span: &Span) -> &str {
        self.slice(span.first, span.end)
    }

    fn slice(&self, first: usize, end: usize) -> &str {
        &self.folded[self.words[first].0..self.words[end - 1].1]
    }

    /// Whether the words of a span have the same marks as `name`.
    pub(super) fn has_marks_of(&self, span: &Span, name: &str) -> bool {
        let mine = self.marked.get(span.first..span.end).unwrap_or_default();
        self.marked.len() == self.words.len() && marked(name).split(' ').eq(mine)
    }

    /// The whole query as a name, with and without its type.
    pub(super) fn spans(&self) -> Vec<Span> {
        let mut spans = Vec::new();
        self.push(&mut spans, 0, self.words.len(), true);
        spans
    }

    /// What remains as a name when the rest of the query names a place.
    pub(super) fn spans_beside(&self, place: &[Box<str>]) -> Vec<Span> {
        let count = self.words.len();
        let mut spans = Vec::new();
        for cut in 1..count {
            if let Some(sure) = names_place(self.slice(cut, count), place, MOST_PLACES) {
                self.push(&mut spans, 0, cut, sure);
            }
            if names_place(self.slice(0, cut), place, MOST_PLACES) == Some(true) {
                self.push(&mut spans, cut, count, true);
            }
        }
        spans
    }

    fn push(&self, spans: &mut Vec<Span>, first: usize, end: usize, sure: bool) {
        spans.push(Span { first, end, kind: None, sure });
        let text = self.slice(first, end);
        if let Some((word, full)) = TYPES.iter().find(|(word, _)| text.starts_with(word)) {
            let first = first + word.matches(' ').count();
            spans.push(Span { first, end, kind: Some(kind(full)), sure });
        }
        if let Some(word) = SURROUNDINGS.iter().find(|word| text.starts_with(**word)) {
            self.push(spans, first + word.matches(' ').count(), end, sure);
        }
    }
}

/// `p12` and `q4` as two words each: people write them so.
fn without_glued_type(word: &str) -> impl Iterator<Item = &str> {
    let digits = word.strip_prefix(['p', 'q']).unwrap_or_default();
    let glued = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let (letter, rest) = word.split_at(usize::from(glued));
    [letter, rest].into_iter()
}

/// Whether `text` says where: names of the place one after the other, each with
/// or without its type. `Some(false)` when the last is only begun.
fn names_place(text: &str, place: &[Box<str>], most: usize) -> Option<bool> {
    if most == 0 {
        return None;
    }
    let bare = PLACE_TYPES.iter().find_map(|word| text.strip_prefix(word));
    let mut begun = None;
    for text in [Some(text), bare].into_iter().flatten() {
        for name in place {
            let whole = match text.strip_prefix(&**name) {
                Some("") => Some(true),
                Some(rest) => rest.strip_prefix(' ').and_then(|r| names_place(r, place, most - 1)),
                None => name.starts_with(text).then_some(false),
            };
            match whole {
                Some(true) => return whole,
                Some(false) => begun = whole,
                None => {}
            }
        }
    }
    begun
}

/// Lower-case words with their marks, the tone mark of a word at its end, so
/// that `hoà` and `hòa` are the same.
fn marked(text: &str) -> String {
    const TONES: [char; 5] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}'];
    let mut out = String::with_capacity(text.len() + 8);
    let mut tone = None;
    for c in text.nfd().flat_map(char::to_lowercase) {
        if TONES.contains(&c) {
            tone = Some(c);
        } else if is_combining_mark(c) || c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.extend(tone.take());
            out.push(' ');
        }
    }
    out.extend(tone);
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(names: &[&str]) -> Vec<Box<str>> {
        names.iter().map(|name| Box::from(*name)).collect()
    }

    #[test]
    fn the_tone_mark_is_compared_wherever_it_stands() {
        assert_eq!(marked("Hoà"), marked("hòa"));
        assert_eq!(marked("THUỶ  Nguyên"), marked("Thủy Nguyên"));
        assert_ne!(marked("Hóa"), marked("Hòa"));
        assert_ne!(marked("Đức"), marked("Dức"));
        assert_ne!(marked("Tân"), marked("Tan"));
    }

    #[test]
    fn a_place_is_named_by_one_or_more_of_its_names() {
        let place = place(&["loc ninh", "binh phuoc", "dong nai"]);
        assert_eq!(names_place("loc ninh", &place, 3), Some(true));
        assert_eq!(names_place("huyen loc ninh tinh binh phuoc", &place, 3), Some(true));
        assert_eq!(names_place("loc ninh binh ph", &place, 3), Some(false));
        assert_eq!(names_place("loc ninhh", &place, 3), None);
        assert_eq!(names_place("loc ninh ha noi", &place, 3), None);
    }

    #[test]
    fn only_the_beginning_of_a_long_query_is_read() {
        let query = Query::read(&"ab ".repeat(1000)).unwrap();
        assert_eq!(query.words.len(), MOST_WORDS);
        assert_eq!(query.marked.len(), MOST_WORDS);
    }

    #[test]
    fn a_type_word_alone_is_taken_for_a_name() {
        let query = Query::read("xã").unwrap();
        assert_eq!(query.spans().len(), 1);
        assert_eq!(query.text(&query.spans()[0]), "xa");
    }
}
