//! The serial number of a paper form, with a check digit.

use std::fmt;
use std::str::FromStr;

use crate::text::Text;

/// The number of a paper form: eight digits and a check digit by Damm's scheme
/// (H. M. Damm, 2004), which catches every single wrong digit and every two
/// neighbours changed about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Serial(u32);

/// A text that is no serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSerial {
    /// Not nine digits.
    #[error("a serial number has nine digits; read it once more from the sheet")]
    Form,
    /// The check digit is another.
    #[error("the digits do not fit together; read the serial number once more from the sheet")]
    Check,
}

impl BadSerial {
    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        let vi = match self {
            Self::Form => "Số phiếu có chín chữ số; xin đọc lại số trên tờ phiếu",
            Self::Check => "Các chữ số chưa khớp nhau; xin đọc lại số phiếu trên tờ phiếu",
        };
        Text::new(vi, self.to_string())
    }
}

impl Serial {
    /// The last number there is.
    pub const LAST: u32 = 99_999_999;

    /// The serial with this number; from 1 to [`Serial::LAST`].
    pub fn new(number: u32) -> Option<Self> {
        (1..=Self::LAST).contains(&number).then_some(Self(number))
    }

    /// The number without its check digit.
    pub fn number(self) -> u32 {
        self.0
    }

    /// All nine digits without spaces, as a code reader gives them.
    pub fn as_digits(self) -> String {
        let number = format!("{:08}", self.0);
        let check = number.bytes().fold(0, |check, digit| step(check, digit - b'0'));
        format!("{number}{check}")
    }
}

/// One step of the check: a digit after what was read so far.
fn step(check: u8, digit: u8) -> u8 {
    /// A totally anti-symmetric quasigroup of order 10 with zeros on its diagonal.
    const TABLE: [[u8; 10]; 10] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ];
    TABLE[usize::from(check)][usize::from(digit)]
}

impl fmt::Display for Serial {
    /// Writes three groups of three digits, as people read them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.as_digits();
        write!(f, "{} {} {}", &digits[..3], &digits[3..6], &digits[6..])
    }
}

impl FromStr for Serial {
    type Err = BadSerial;

    /// Reads nine digits; spaces, dots and dashes between them are passed over.
    fn from_str(text: &str) -> Result<Self, BadSerial> {
        let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b' ' | b'.' | b'-')).collect();
        if digits.len() != 9 || !digits.iter().all(u8::is_ascii_digit) {
            return Err(BadSerial::Form);
        }
        if digits.iter().fold(0, |check, digit| step(check, digit - b'0')) != 0 {
            return Err(BadSerial::Check);
        }
        let number = digits[..8].iter().fold(0, |n, digit| n * 10 + u32::from(digit - b'0'));
        Self::new(number).ok_or(BadSerial::Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [u32; 6] = [1, 42, 572, 10_203_040, 98_765_432, Serial::LAST];

    #[test]
    fn the_check_digit_is_that_of_damms_own_example() {
        assert_eq!(Serial::new(572).unwrap().as_digits(), "000005724");
    }

    #[test]
    fn a_serial_is_read_back_as_printed_and_as_scanned() {
        for number in NUMBERS {
            let serial = Serial::new(number).unwrap();
            assert_eq!(serial.to_string().parse(), Ok(serial));
            assert_eq!(serial.as_digits().parse(), Ok(serial));
            assert_eq!(serial.to_string().len(), 11);
            assert_eq!(serial.number(), number);
        }
    }

    #[test]
    fn every_single_wrong_digit_is_caught() {
        let mut tried = 0;
        for number in NUMBERS {
            let right = Serial::new(number).unwrap().as_digits().into_bytes();
            for place in 0..right.len() {
                for digit in (b'0'..=b'9').filter(|digit| *digit != right[place]) {
                    let mut wrong = right.clone();
                    wrong[place] = digit;
                    let wrong = String::from_utf8(wrong).unwrap();
                    assert_eq!(wrong.parse::<Serial>(), Err(BadSerial::Check), "{wrong}");
                    tried += 1;
                }
            }
        }
        assert_eq!(tried, 6 * 9 * 9);
    }

    #[test]
    fn every_two_neighbours_changed_about_are_caught() {
        // Whatever stands before them: any check so far, any two digits, any one behind.
        for before in 0..10 {
            for a in 0..10 {
                for b in (0..10).filter(|b| *b != a) {
                    let (one, other) = (step(step(before, a), b), step(step(before, b), a));
                    assert_ne!(one, other, "{before} {a} {b}");
                    // The check digit itself and the digit before it.
                    let check = step(before, a);
                    assert!(check == a || step(step(before, check), a) != 0, "{before} {a}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_serial_is_told_so() {
        for bad in ["", "1", "0000057240", "00000572x", "０00005724", "000000000"] {
            assert_eq!(bad.parse::<Serial>(), Err(BadSerial::Form), "{bad}");
        }
        assert_eq!((Serial::new(0), Serial::new(Serial::LAST + 1)), (None, None));
        assert!(BadSerial::Check.text().vi.contains("đọc lại"));
    }
}
