//! Eight characters that people can read out: Crockford's base 32, without the
//! letters that look like digits.

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The first 40 bits of `bytes`, of which there are five or more.
pub fn eight_digits(bytes: &[u8]) -> String {
    let bits = bytes[..5].iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let digit = |i: u32| char::from(DIGITS[(bits >> (35 - 5 * i) & 31) as usize]);
    (0..8).map(digit).collect()
}

/// What somebody typed, as it would be written here: `o7kq-2m4l` is `07KQ2M41`.
/// `None` when it is no eight characters of this kind.
pub fn read(typed: &str) -> Option<String> {
    let digits: Option<String> = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(9)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => Some('0'),
            'I' | 'L' => Some('1'),
            c => u8::try_from(c).ok().filter(|b| DIGITS.contains(b)).map(char::from),
        })
        .collect();
    digits.filter(|digits| digits.len() == 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_out_is_read_back_as_it_is_heard_and_typed() {
        let code = eight_digits(&[0, 255, 1, 2, 3]);
        assert_eq!(read(&code), Some(code));
        assert_eq!(read(" o7kq-2m4l "), Some("07KQ2M41".to_owned()));
        for bad in ["", "07KQ2M4", "07KQ2M411", "07KQ2M4U", "07KQ2M4é"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
