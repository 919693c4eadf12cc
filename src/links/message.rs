//! The text that goes with a link: with tone marks, and short without them.

use surveys::Language;
use surveys::text::unaccented;
use surveys::unit::Commune;

use crate::mail::Letter;
use crate::texts::Words;

/// How many characters of the GSM 03.38 alphabet one SMS holds, and each of several that
/// belong together.
const SEPTETS: [usize; 2] = [160, 153];
/// The same in UTF-16, which is sent as soon as one character is not in that alphabet.
const UNITS: [usize; 2] = [70, 67];
/// That alphabet but for Latin letters without marks and digits, and what takes two places.
const GSM: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
const GSM_OF_TWO: &str = "^{}\\[~]|€";
/// What is said where nothing else is chosen.
const VIETNAMESE: Words = Words::new(Language::Vi);

/// What is sent with `address`.
pub(super) fn full(t: Words, commune: &Commune, address: &str) -> String {
    t.with("link-text", &[("commune", commune.name), ("address", address)])
}

/// The same for one SMS, without tone marks; in writing that an SMS has not, the fewest words.
/// `None` when the address is too long for any.
pub(super) fn short(t: Words, commune: &Commune, address: &str) -> Option<String> {
    let said = [("commune", commune.name), ("address", address)];
    let wordings = [
        t.with("link-sms", &said),
        t.with("link-sms-shorter", &said),
        t.with("link-sms-shortest", &said[1..]),
    ];
    let mut bare = wordings.map(|wording| unaccented(&wording));
    match bare.iter().position(|text| sms(text) == 1) {
        Some(n) => Some(std::mem::take(&mut bare[n])),
        None => bare.into_iter().next_back().filter(|text| septets(text).is_none()),
    }
}

/// How many SMS `text` takes.
pub(super) fn sms(text: &str) -> usize {
    let (length, [alone, each]) = match septets(text) {
        Some(length) => (length, SEPTETS),
        None => (text.encode_utf16().count(), UNITS),
    };
    if length <= alone { 1 } else { length.div_ceil(each) }
}

/// The length of `text` in an SMS; `None` when the alphabet has not all of it.
fn septets(text: &str) -> Option<usize> {
    let one = |c: char| match c {
        c if c.is_ascii_alphanumeric() || GSM.contains(c) => Some(1),
        c if GSM_OF_TWO.contains(c) => Some(2),
        _ => None,
    };
    text.chars().map(one).sum()
}

/// The mail that goes with `address`: the first, or the only reminder. It is said in the
/// first of `languages`, and below in one paragraph for each of the others.
pub(super) fn letter(
    to: String,
    languages: &[Words],
    commune: &Commune,
    address: &str,
    reminder: bool,
) -> Letter {
    let said = [("commune", commune.name)];
    let (subject, once) = if reminder {
        ("mail-subject-reminder", "mail-only-reminder")
    } else {
        ("mail-subject", "mail-reminded-once")
    };
    let (t, others) = languages.split_first().map_or((VIETNAMESE, languages), |(t, o)| (*t, o));
    let before = [t.get("mail-greeting").into_owned(), t.with("mail-why", &said)];
    let after = [t.get("mail-voluntary").into_owned(), t.get(once).into_owned()];
    let others: Vec<(&str, String)> = others
        .iter()
        .map(|t| {
            let parts = [&t.with("mail-why", &said), &*t.get("mail-voluntary"), &*t.get(once)];
            (t.tag(), format!("{}: {}", t.name(), parts.join(" ")))
        })
        .collect();
    let paragraph = |text: &String| format!("<p>{}</p>\n", escaped(text));
    let other = |(tag, text): &(&str, String)| {
        format!("<p lang=\"{}\">{}</p>\n", escaped(tag), escaped(text))
    };
    let link = format!("<p><a href=\"{0}\">{0}</a></p>\n", escaped(address));
    let html: String = before
        .iter()
        .map(paragraph)
        .chain([link])
        .chain(after.iter().map(paragraph))
        .chain(others.iter().map(other))
        .collect();
    let html = format!(
        "<!doctype html>\n<html lang=\"{}\">\n<body>\n{html}</body>\n</html>\n",
        escaped(t.tag())
    );
    let others = others.iter().map(|(_, text)| text.as_str());
    let after: Vec<&str> = after.iter().map(String::as_str).chain(others).collect();
    let text = format!("{}\n\n{address}\n\n{}\n", before.join("\n\n"), after.join("\n\n"));
    Letter { to, subject: t.with(subject, &said), text, html }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use surveys::unit;

    use super::*;

    const ADDRESS: &str =
        "https://hailong.example.vn/s/22651?v=7ZZZZZZZZZZZZZZZZZZZZZZZZZ&via=online";

    #[test]
    fn the_short_text_of_every_commune_fits_one_sms() {
        for code in ["22651", "21409"] {
            let text = short(VIETNAMESE, unit::commune(code).unwrap(), ADDRESS).unwrap();
            assert!(text.is_ascii() && sms(&text) == 1 && text.ends_with(ADDRESS), "{text}");
            assert!(text.contains("danh gia viec giai quyet ho so"), "{text}");
        }
    }

    #[test]
    fn a_longer_address_has_fewer_words_before_it_and_the_longest_none() {
        let commune = unit::commune("22651").unwrap();
        let lengths = [60, 115, 130, 150];
        let told = lengths.map(|length| short(VIETNAMESE, commune, &"x".repeat(length)));
        assert!(told[0].as_ref().unwrap().contains("ho so"));
        assert!(told[1].as_ref().unwrap().starts_with("Xa Dien Khanh moi"));
        assert!(told[2].as_ref().unwrap().starts_with("Moi"));
        assert_eq!(told[3], None);
        assert_eq!(septets("~a"), Some(3));
        assert_eq!(septets("ạ"), None);
    }

    #[test]
    fn sms_are_counted_as_phones_do() {
        // GSM 03.38: 160 places alone, 153 each with a head of 7; UCS-2: 70 and 67.
        for (text, places) in [("a", 1), ("~", 2), ("€", 2), ("é", 1)] {
            for (most, count) in [(160, 1), (306, 2)] {
                assert_eq!(sms(&text.repeat(most / places)), count, "{text} {most}");
                assert_eq!(sms(&text.repeat(most / places + 1)), count + 1, "{text} {most}");
            }
        }
        for (times, count) in [(70, 1), (71, 2), (134, 2), (135, 3)] {
            assert_eq!(sms(&"ạ".repeat(times)), count, "{times}");
        }
        // Beyond the basic plane a character takes two.
        assert_eq!(sms(&"😀".repeat(36)), 2);
    }

    #[test]
    fn english_has_a_short_text_of_one_sms_too() {
        let commune = unit::commune("22651").unwrap();
        let english = short(Words::new(Language::En), commune, ADDRESS).unwrap();
        assert!(sms(&english) == 1 && english.ends_with(ADDRESS), "{english}");
    }

    #[test]
    fn a_mail_says_who_why_where_and_that_nobody_needs_to_answer() {
        let commune = unit::commune("22651").unwrap();
        let languages = Language::ALL.map(Words::new);
        for reminder in [false, true] {
            let mail = letter("a@b.vn".into(), &languages, commune, ADDRESS, reminder);
            assert!(mail.text.contains(&format!("\n{ADDRESS}\n")), "{}", mail.text);
            assert!(mail.html.contains("via=online</a>") && mail.html.contains("?v=7ZZZ"));
            assert!(
                mail.html.find("<a href").unwrap()
                    < mail.html.find("<p lang=\"en\">English: ").unwrap()
            );
            for said in ["Xã Diên Khánh", "tùy ông/bà", "không gắn với hồ sơ", "need not answer"]
            {
                assert!(mail.text.contains(said) && mail.html.contains(said), "{said}");
            }
            for never in ["!\n", "<img", "http://", "style"] {
                assert!(!mail.html.contains(never), "{never}");
            }
            assert_eq!(mail.subject.contains("nhắc một lần"), reminder);
        }
    }

    #[test]
    fn the_full_text_neither_pleads_nor_promises() {
        let text = full(VIETNAMESE, unit::commune("22651").unwrap(), ADDRESS);
        assert!(text.starts_with("Xã Diên Khánh mời ông/bà đánh giá"), "{text}");
        assert!(!text.contains('!') && !text.contains("điểm cao"), "{text}");
    }
}
