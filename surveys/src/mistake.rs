//! A mistake in a file a person wrote: where it is, what is wrong, what to do.

use std::{fmt, ops::Range};

use crate::text::{Language, Text};

/// One mistake in an instrument or plan file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do about it, in both languages.
    pub text: Text,
}

impl Mistake {
    /// A mistake at the start of the byte range `span` of `source`.
    pub fn at(source: &str, span: &Range<usize>, text: Text) -> Self {
        let mut start = span.start.min(source.len());
        while !source.is_char_boundary(start) {
            start -= 1;
        }
        let before = &source[..start];
        Self {
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
            text,
        }
    }

    /// The mistake as one line, `line:column: text`, in `language`.
    pub fn line_in(&self, language: Language) -> String {
        format!("{}:{}: {}", self.line, self.column, self.text.get(language))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line_in(Language::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_lines_and_characters() {
        let source = "một = 1\nđây = 2\n";
        let at = source.find('2').unwrap();
        let mistake = Mistake::at(source, &(at..at + 1), Text::new("x", "x"));
        assert_eq!((mistake.line, mistake.column), (2, 7));
    }
}
