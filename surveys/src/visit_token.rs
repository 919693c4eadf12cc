//! The visit token: what is printed on the slip of one visit.

use std::fmt;
use std::str::FromStr;

/// How many characters a token has.
pub const TOKEN_CHARS: usize = 26;

/// 128 random bits that stand for one visit and say nothing of who came. Shown
/// only where it is given away: `Debug` keeps it out of every log.
#[derive(Clone, PartialEq, Eq)]
pub struct VisitToken([u8; 16]);

/// A text that is no visit token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a visit token has 26 letters and digits")]
pub struct BadToken;

/// Crockford's base 32: no I, L, O or U.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl VisitToken {
    /// The token of these bits, which must be random.
    pub fn new(bits: [u8; 16]) -> Self {
        Self(bits)
    }

    /// The bits.
    pub fn bits(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for VisitToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisitToken(…)")
    }
}

impl fmt::Display for VisitToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = u128::from_be_bytes(self.0);
        (0..TOKEN_CHARS).rev().try_for_each(|place| {
            let digit = DIGITS[(bits >> (5 * place) & 31) as usize];
            fmt::Write::write_char(f, char::from(digit))
        })
    }
}

impl FromStr for VisitToken {
    type Err = BadToken;

    /// Reads a token in capital or small letters.
    fn from_str(text: &str) -> Result<Self, BadToken> {
        if text.len() != TOKEN_CHARS {
            return Err(BadToken);
        }
        let bits = text.bytes().try_fold(0_u128, |bits, byte| {
            let digit = DIGITS.iter().position(|d| *d == byte.to_ascii_uppercase())?;
            // The first character holds three bits.
            (bits >> 123 == 0).then_some(bits << 5 | digit as u128)
        });
        bits.map(|bits| Self(bits.to_be_bytes())).ok_or(BadToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_as_printed_in_capital_and_in_small_letters() {
        for bits in [[0; 16], [0xff; 16], [0x5a; 16], *b"0123456789abcdef"] {
            let token = VisitToken::new(bits);
            let printed = token.to_string();
            assert_eq!(printed.len(), TOKEN_CHARS);
            assert_eq!(printed.parse(), Ok(token.clone()));
            assert_eq!(printed.to_lowercase().parse(), Ok(token));
        }
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let too_large = "8".to_owned() + &"0".repeat(25);
        for bad in ["", "7ZZZZZZZZZZZZZZZZZZZZZZZZ", &"U".repeat(26), &too_large, &"đ".repeat(13)]
        {
            assert_eq!(bad.parse::<VisitToken>(), Err(BadToken), "{bad}");
        }
    }

    #[test]
    fn a_token_does_not_show_itself_to_a_log() {
        let token = VisitToken::new([7; 16]);
        assert!(!format!("{token:?}").contains(&token.to_string()[..6]));
    }
}
