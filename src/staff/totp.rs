//! The second factor: time-based one-time passwords as phones make them (RFC 6238
//! with SHA-1, six digits, 30 seconds).

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Milliseconds for which one code is shown.
pub const STEP_MILLIS: i64 = 30_000;
/// Bytes of a secret: the length of a SHA-1 value, as RFC 4226 asks for.
pub const SECRET_BYTES: usize = 20;

/// What phone and server share.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// A secret of these random bits.
    pub const fn of(random: [u8; SECRET_BYTES]) -> Self {
        Self(random)
    }

    /// Its bytes, to be sealed.
    pub const fn bytes(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// The secret in Base32 (RFC 4648), in groups of four for typing.
    pub fn text(&self) -> String {
        const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut text = String::new();
        // Five bytes are eight letters.
        for group in self.0.chunks(5) {
            let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
            for letter in (0..8).rev() {
                if text.len() % 5 == 4 {
                    text.push(' ');
                }
                text.push(char::from(LETTERS[(bits >> (5 * letter) & 31) as usize]));
            }
        }
        text
    }

    /// The address that an authenticator application reads from a QR code.
    pub fn address(&self, name: &str) -> String {
        let secret = self.text().replace(' ', "");
        format!("otpauth://totp/Hai%20Long:{name}?secret={secret}&issuer=Hai%20Long")
    }

    /// The code of `step`.
    pub fn code(&self, step: i64) -> u32 {
        let mut mac =
            Hmac::<Sha1>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        let at = usize::from(hash[19] & 15);
        let four = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]);
        (four & 0x7fff_ffff) % 1_000_000
    }

    /// The step whose code was `typed` at the moment `now`: this one, the one
    /// before or the one after, and later than the step `last` that was used.
    pub fn step_of(&self, typed: &str, now: i64, last: i64) -> Option<i64> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let typed: u32 = digits
            .parse()
            .ok()
            .filter(|_| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()))?;
        let step = now.div_euclid(STEP_MILLIS);
        (step - 1..=step + 1).find(|step| *step > last && self.code(*step) == typed)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> Secret {
        Secret::of(*b"12345678901234567890")
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            // The RFC prints eight digits.
            assert_eq!(secret().code(seconds / 30), code % 1_000_000, "{seconds}");
        }
    }

    #[test]
    fn a_code_counts_one_step_before_and_after_and_once() {
        let now = 1_700_000_010_000;
        let step = now / STEP_MILLIS;
        let typed = |step| format!("{:06}", secret().code(step));
        for (of, found) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let code = typed(step + of);
            assert_eq!(secret().step_of(&code, now, 0).is_some(), found, "{of}");
        }
        assert_eq!(secret().step_of(&typed(step), now, step), None, "a used code is refused");
        let spaced = format!("{} {}", &typed(step)[..3], &typed(step)[3..]);
        assert_eq!(secret().step_of(&spaced, now, 0), Some(step));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "12345", "1234567", "+12345", "１２３４５６", "abcdef", "-00001"] {
            assert_eq!(secret().step_of(typed, 59_000, -1), None, "{typed}");
        }
    }

    #[test]
    fn the_secret_is_written_in_base32() {
        assert_eq!(secret().text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert!(secret().address("lan").contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"));
    }
}
