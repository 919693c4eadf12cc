//! Passwords: which may be chosen, and how they are kept (Argon2id).

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use surveys::text::{fold, nfc};
use surveys::unit;

/// The fewest and the most characters of a password, after Unicode normalisation.
pub const LENGTH: (usize, usize) = (12, 128);
/// How many characters must be left when well-known words are taken out.
const BESIDE_KNOWN_WORDS: usize = 8;
/// How many different characters there must be.
const DIFFERENT: usize = 5;

/// Memory (in KiB) and passes of one hash: 165 ms on a server's core of 2026, and
/// within 500 ms on a mini PC. Raising them strengthens each password at its next
/// sign-in.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 4;

/// Why a password cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weak {
    /// It has fewer characters than [`LENGTH`].
    TooShort,
    /// It has more characters than [`LENGTH`].
    TooLong,
    /// It is little else than words that are tried first.
    WellKnown,
}

static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = include_str!("common-passwords.txt").lines();
    lines.filter(|line| !line.starts_with('#') && !line.is_empty()).collect()
});

fn letters_and_digits(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Checks whether `password` may be chosen by somebody of whom `about` is known:
/// their names, their unit.
///
/// # Errors
/// [`Weak`] says why not.
pub fn check(password: &str, about: &[&str]) -> Result<(), Weak> {
    let length = nfc(password).chars().count();
    if length < LENGTH.0 {
        return Err(Weak::TooShort);
    }
    if length > LENGTH.1 {
        return Err(Weak::TooLong);
    }
    let mut rest = letters_and_digits(password);
    let units = unit::communes()
        .iter()
        .map(|c| (c.name, c.short_name()))
        .chain(unit::provinces().iter().map(|p| (p.name, p.short_name())));
    let words: String = rest.chars().filter(|c| !c.is_ascii_digit()).collect();
    let mut named =
        units.flat_map(|(name, short)| [letters_and_digits(name), letters_and_digits(short)]);
    if named.any(|name| name == words) {
        return Err(Weak::WellKnown);
    }
    let about = about.iter().flat_map(|text| {
        text.split([' ', ',', '-', '.', '_']).chain([*text]).map(letters_and_digits)
    });
    let mut known: Vec<String> = WORDS.iter().map(|word| (*word).to_owned()).chain(about).collect();
    known.retain(|word| word.len() >= 3);
    // The longest first, so that what is left of it is no word of its own.
    known.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in known {
        // Something else in its place, so that what was apart does not become a word.
        rest = rest.replace(&word, " ");
    }
    let left = rest.chars().filter(|c| *c != ' ').count();
    let mut different: Vec<char> = nfc(password).chars().collect();
    different.sort_unstable();
    different.dedup();
    // Marks, spaces and signs count where nothing well known was found.
    let untouched = !rest.contains(' ');
    if different.len() < DIFFERENT || (!untouched && left < BESIDE_KNOWN_WORDS) {
        return Err(Weak::WellKnown);
    }
    Ok(())
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("parameters within their bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of `password` as a PHC string. It takes a good part of a second and
/// 64 MiB: never call it where requests are answered.
pub fn hash(password: &str, salt: [u8; 16]) -> String {
    let hash = hasher().hash_password_with_salt(nfc(password).as_bytes(), &salt);
    hash.expect("a salt of 16 bytes and a bounded password can be hashed").to_string()
}

/// Whether `password` is the one of which `stored` is the hash; as slow as [`hash()`].
pub fn verify(password: &str, stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else { return false };
    hasher().verify_password(nfc(password).as_bytes(), &stored).is_ok()
}

/// Whether `stored` was made with less than we ask for today.
pub fn is_outdated(stored: &str) -> bool {
    let params = PasswordHash::new(stored).ok().and_then(|hash| Params::try_from(&hash).ok());
    params.is_none_or(|p| p.m_cost() < MEMORY_KIB || p.t_cost() < PASSES)
}

/// The hash of no password: what is checked for a name that nobody has, so that it
/// takes as long.
pub fn of_nobody() -> &'static str {
    const NOBODY: &str = "$argon2id$v=19$m=65536,t=4,p=1$bm9ib2R5IGhhcyB0aGlz$\
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    NOBODY
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(password: &str) -> Result<(), Weak> {
        check(password, &["lan.nguyen", "Nguyễn Thị Lan", "Xã Diên Khánh", "Tỉnh Khánh Hòa"])
    }

    #[test]
    fn twelve_to_a_hundred_and_twenty_eight_characters_of_any_kind() {
        for good in [
            "con mèo ngủ trên mái",
            "Trời mưa, áo ướt 7 lần",
            "correct horse battery",
            "x9$kQ!v2#mT7",
            "密码很长的句子没有人知道",
            &"ậ2ịz9".repeat(25),
        ] {
            assert_eq!(chosen(good), Ok(()), "{good}");
        }
        assert_eq!(chosen("Xamau2026!"), Err(Weak::TooShort));
        assert_eq!(chosen("ngắn quá 11"), Err(Weak::TooShort));
        assert_eq!(chosen(&"ậ2ịz9".repeat(26)), Err(Weak::TooLong));
        let decomposed = "a\u{323}\u{302}".repeat(11);
        assert_eq!(chosen(&decomposed), Err(Weak::TooShort), "eleven letters in any form");
    }

    #[test]
    fn what_everybody_tries_first_is_refused_with_and_without_marks() {
        for known in [
            "Matkhau123456",
            "Mật khẩu 2026!",
            "matkhau-matkhau",
            "password12345",
            "P a s s w o r d 1",
            "qwertyuiop123",
            "aaaaaaaaaaaaaa",
            "1234567890123",
            "Diên Khánh 2026",
            "xadienkhanh2026!",
            "Khánh Hòa 12345",
            "lan.nguyen2026",
            "NguyenThiLan@123",
            "Quản trị viên 1",
            "Thành phố Hồ Chí Minh",
            "Phường Bến Nghé",
        ] {
            assert_eq!(chosen(known), Err(Weak::WellKnown), "{known}");
        }
    }

    #[test]
    fn a_hash_is_verified_in_either_normal_form_and_by_nobody_else() {
        let stored = hash("con mèo ngủ trên mái", [1; 16]);
        assert!(stored.starts_with("$argon2id$v=19$m=65536,t=4,p=1$"), "{stored}");
        assert!(verify("con me\u{300}o ngu\u{309} tre\u{302}n ma\u{301}i", &stored));
        assert!(!verify("con mèo ngủ trên má", &stored));
        assert!(!verify("", &stored) && !verify("x", "not a hash"));
        assert!(!is_outdated(&stored));
    }

    #[test]
    fn a_hash_with_less_work_is_still_verified_and_known_as_outdated() {
        let less = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(19 * 1024, 2, 1, None).unwrap(),
        );
        let stored = less.hash_password_with_salt(b"con meo", &[1; 16]).unwrap().to_string();
        assert!(verify("con meo", &stored));
        assert!(is_outdated(&stored) && is_outdated("not a hash"));
    }

    #[test]
    fn nobody_has_a_password_and_takes_as_much_work() {
        assert!(PasswordHash::new(of_nobody()).is_ok() && !is_outdated(of_nobody()));
        assert!(!verify("", of_nobody()));
    }
}
