//! The instrument that unit tests answer: components a (3 items), b (2), c (1)
//! and d (2); D2 has the scale 0 to 2, all others 1 to 5, each with 9 for no opinion.

use surveys::Instrument;
use surveys::instrument::file::parse;

use crate::frame::{Frame, FrameBuilder};

pub(crate) fn instrument() -> Instrument {
    parse(include_str!("../tests/reference/instrument.toml")).unwrap()
}

/// A frame with the key `group` from rows of a group and one digit per item, `-`
/// where unanswered.
pub(crate) fn frame(rows: &[(&str, &str)]) -> Frame {
    let mut builder = FrameBuilder::new(&instrument(), &["group"]).unwrap();
    for (group, digits) in rows {
        let answers: Vec<Option<u8>> =
            digits.chars().map(|c| c.to_digit(10).map(|d| u8::try_from(d).unwrap())).collect();
        builder.push(&[group], &answers).unwrap();
    }
    builder.finish()
}
