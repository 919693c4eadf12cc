//! The secrets of petitions: the PIN that a citizen has, and the contact that only
//! those who handle petitions see. Without the key nobody can try PINs on a copy of the
//! database, or read a contact in it.

use surveys::PetitionCode;
use surveys::petition::Contact;

use super::Key;
use super::key::Once;

/// The six digits that a citizen reads a petition with.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(String);

impl std::fmt::Debug for Pin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pin(…)")
    }
}

impl Pin {
    /// The PIN that was `typed`, with or without spaces and hyphens.
    pub fn typed(typed: &str) -> Option<Self> {
        let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(7);
        let digits: String = kept.collect();
        let six = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
        six.then_some(Self(digits))
    }

    /// Its six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Key {
    /// The code and the PIN of the petition that a form with the secret token `form`
    /// and this `content` makes. The same form sent twice makes the same petition;
    /// `attempt` gives another one when the code is taken.
    pub fn petition_pass(&self, form: &str, content: &[&str], attempt: u8) -> (PetitionCode, Pin) {
        let mut said = vec![attempt];
        for part in [form].iter().chain(content) {
            said.extend((part.len() as u64).to_be_bytes());
            said.extend(part.as_bytes());
        }
        let bits = self.mark("petition", &said);
        let code = PetitionCode::of([bits[0], bits[1], bits[2], bits[3], bits[4]]);
        let number = bits[8..16].iter().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
        (code, Pin(format!("{:06}", number % 1_000_000)))
    }

    /// What the store knows of the PIN of the petition `code`.
    pub fn pin_mark(&self, code: &PetitionCode, pin: &Pin) -> [u8; 32] {
        self.mark("petition PIN", format!("{code} {}", pin.0).as_bytes())
    }

    /// `contact` so that only this key opens it, and only for the petition `code`.
    pub fn seal_contact(&self, once: Once, code: &PetitionCode, contact: &Contact) -> Vec<u8> {
        let text = serde_json::to_vec(contact).expect("texts can be written as JSON");
        self.seal(once, &contact_of(code), &text)
    }

    /// What [`Key::seal_contact`] sealed for the petition `code`.
    pub fn open_contact(&self, code: &PetitionCode, sealed: &[u8]) -> Option<Contact> {
        serde_json::from_slice(&self.open(&contact_of(code), sealed)?).ok()
    }
}

fn contact_of(code: &PetitionCode) -> String {
    format!("contact of the petition {code}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_sent_twice_has_one_code_and_one_pin_and_another_form_others() {
        let key = Key::of([1; 32]);
        let pass = |form, content: &[&str], n| key.petition_pass(form, content, n);
        let first = pass("f", &["a", "b"], 0);
        assert_eq!(first, pass("f", &["a", "b"], 0));
        for other in [
            pass("g", &["a", "b"], 0),
            pass("f", &["ab", ""], 0),
            pass("f", &["a", "b"], 1),
            Key::of([2; 32]).petition_pass("f", &["a", "b"], 0),
        ] {
            assert!(other.0 != first.0 && other.1 != first.1);
        }
        assert_eq!(first.1.as_str().len(), 6);
        assert_eq!(format!("{:?}", first.1), "Pin(…)");
    }

    #[test]
    fn a_pin_is_read_however_it_is_typed_and_marked_for_one_petition() {
        let pin = Pin::typed(" 012-345 ").unwrap();
        assert_eq!(pin.as_str(), "012345");
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６", "'; --"] {
            assert_eq!(Pin::typed(wrong), None, "{wrong}");
        }
        let key = Key::of([1; 32]);
        let [one, other] = [[1; 5], [2; 5]].map(PetitionCode::of);
        assert_eq!(key.pin_mark(&one, &pin), key.pin_mark(&one, &pin));
        assert_ne!(key.pin_mark(&one, &pin), key.pin_mark(&other, &pin));
    }

    #[test]
    fn a_contact_opens_with_its_key_for_its_petition_only() {
        let key = Key::of([1; 32]);
        let [one, other] = [[1; 5], [2; 5]].map(PetitionCode::of);
        let contact = Contact::typed("Lan", "0905 123 456", "");
        let sealed = key.seal_contact([3; 12], &one, &contact);
        assert_eq!(key.open_contact(&one, &sealed), Some(contact));
        assert_eq!(key.open_contact(&other, &sealed), None);
        assert_eq!(Key::of([2; 32]).open_contact(&one, &sealed), None);
        assert!(!String::from_utf8_lossy(&sealed).contains("0905"));
    }
}
