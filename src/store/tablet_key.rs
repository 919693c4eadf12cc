//! The key by which a tablet signs the file of its queue. Its secret half never leaves the
//! tablet; here is the other half, by which a file is found to be as the tablet saved it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// An uncompressed point of a curve of 256 bits: one byte that says so, and two numbers.
const KEY_BYTES: usize = 65;
const UNCOMPRESSED: u8 = 4;

/// The public half of a tablet's key: a point of P-256, uncompressed (SEC 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TabletKey(Vec<u8>);

impl TabletKey {
    /// The key that a tablet sent, in Base64; `None` when it has not the form of one.
    pub fn sent(text: &str) -> Option<Self> {
        Self::kept(STANDARD.decode(text).ok()?)
    }

    /// The key of these bytes, as the store keeps it.
    pub(super) fn kept(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() == KEY_BYTES && bytes[0] == UNCOMPRESSED).then_some(Self(bytes))
    }

    /// What the store keeps.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether `signature`, in Base64, is that of `text` by this key (ECDSA with SHA-256, both
    /// numbers one after the other).
    pub fn has_signed(&self, text: &str, signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0);
        key.verify(text.as_bytes(), &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Example A.2.5 of RFC 6979: key, message "sample", SHA-256.
    const X: &str = "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6";
    const Y: &str = "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";
    const R: &str = "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716";
    const S: &str = "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";

    fn base64(parts: &[&str]) -> String {
        let digits = parts.concat();
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        STANDARD.encode((0..digits.len()).step_by(2).map(byte).collect::<Vec<u8>>())
    }

    #[test]
    fn a_signature_of_the_standard_is_known_and_of_that_text_only() {
        let key = TabletKey::sent(&base64(&["04", X, Y])).unwrap();
        let signature = base64(&[R, S]);
        assert!(key.has_signed("sample", &signature));
        for (text, signature) in [
            ("sample ", signature.as_str()),
            ("test", &signature),
            ("sample", &base64(&[S, R])),
            ("sample", &base64(&[R])),
            ("sample", "no Base64"),
            ("sample", ""),
        ] {
            assert!(!key.has_signed(text, signature), "{text} {signature}");
        }
        let nowhere = TabletKey::sent(&base64(&["04", X, X])).unwrap();
        assert!(!nowhere.has_signed("sample", &signature), "no point of the curve");
    }

    #[test]
    fn what_is_no_key_is_told() {
        for text in ["", "no Base64", &base64(&[X, Y]), &base64(&["02", X]), &base64(&["05", X, Y])]
        {
            assert_eq!(TabletKey::sent(text), None, "{text}");
        }
        let key = TabletKey::sent(&base64(&["04", X, Y])).unwrap();
        assert_eq!(TabletKey::kept(key.bytes().to_vec()), Some(key));
    }
}
