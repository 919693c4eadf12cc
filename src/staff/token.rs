//! Secret tokens: sessions and one-time links. Who has the text has the right; the
//! store has only a hash of it.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// 256 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A token of these random bits.
    pub const fn of(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// Reads what [`Token::text`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The token as text of 43 letters, digits, - and _.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the store knows of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// What a form of this session carries, to show that it came from one of our
    /// pages. It says nothing about the token.
    pub fn form_mark(&self) -> String {
        let mut hash = Sha256::new_with_prefix(b"form of a session");
        hash.update(self.0);
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_from_its_text_and_never_shown_otherwise() {
        let token = Token::of([7; 32]);
        assert_eq!(token.text().len(), 43);
        assert_eq!(Token::parse(&token.text()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(…)");
        for wrong in ["", "AAAA", "not base64 at all", &"A".repeat(44), &"A".repeat(100_000)] {
            assert_eq!(Token::parse(wrong), None);
        }
    }

    #[test]
    fn what_the_store_and_the_forms_have_is_not_the_token() {
        let token = Token::of([7; 32]);
        assert_ne!(token.hash(), [7; 32]);
        assert_ne!(token.form_mark(), token.text());
        assert_ne!(token.form_mark(), Token::of([8; 32]).form_mark());
    }
}
