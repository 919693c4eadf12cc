//! Recovery codes: for when the phone is not at hand. Each is used once.

use super::Key;

/// How many codes somebody has.
pub const CODES: usize = 10;
/// Random bytes of a code: 80 bits.
pub const CODE_BYTES: usize = 10;

/// Letters and digits that are not mistaken for each other.
const LETTERS: &[u8; 32] = b"ABCDEFGHJKMNPQRSTVWXYZ0123456789";

/// The code of these random bits, in groups of four.
pub fn code(random: [u8; CODE_BYTES]) -> String {
    let bits = random.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let letters = (0..16).map(|i| char::from(LETTERS[(bits >> (5 * i) & 31) as usize]));
    let text: String = letters.collect();
    [&text[..4], &text[4..8], &text[8..12], &text[12..]].join("-")
}

/// What the store knows of the code that was `typed`, in capitals or not, with or
/// without its hyphens; `None` when it is none.
pub fn hash(typed: &str, key: &Key) -> Option<[u8; 32]> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    let is_code = code.len() == 16 && code.bytes().all(|b| LETTERS.contains(&b));
    is_code.then(|| key.mark("recovery code", code.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognised_however_it_is_typed() {
        let key = Key::of([1; 32]);
        let code = code([0, 17, 34, 51, 68, 85, 102, 119, 136, 153]);
        assert_eq!(code.len(), 19);
        let known = hash(&code, &key);
        assert!(known.is_some());
        for typed in
            [code.to_lowercase(), code.replace('-', ""), format!(" {} ", code.replace('-', " "))]
        {
            assert_eq!(hash(&typed, &key), known, "{typed}");
        }
        assert_eq!(hash(&code.replace('0', "o").replace('1', "l"), &key), known);
        for typed in ["", "123456", "ABCD-EFGH", "ẮBCD-EFGH-JKMN-PQRS"] {
            assert_eq!(hash(typed, &key), None, "{typed}");
        }
    }

    #[test]
    fn without_the_key_a_code_cannot_be_tried() {
        let code = code([9; 10]);
        assert_ne!(hash(&code, &Key::of([1; 32])), hash(&code, &Key::of([2; 32])));
    }
}
