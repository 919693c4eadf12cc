//! The text that goes with a link: with tone marks, and short without them.

use surveys::text::unaccented;
use surveys::unit::Commune;

/// How many characters of the GSM 03.38 alphabet one SMS holds.
pub(super) const SMS: usize = 160;

/// What is sent with `address`.
pub(super) fn full(commune: &Commune, address: &str) -> String {
    format!(
        "{} mời ông/bà đánh giá việc giải quyết hồ sơ. Không cần tên, không cần số điện thoại: {address}",
        commune.name
    )
}

/// The same for one SMS; `None` when the address is too long for any.
pub(super) fn short(commune: &Commune, address: &str) -> Option<String> {
    let name = unaccented(commune.name);
    let wordings = [
        format!("{name} moi ong/ba danh gia viec giai quyet ho so: {address}"),
        format!("{name} moi ong/ba danh gia: {address}"),
        format!("Moi ong/ba danh gia: {address}"),
    ];
    wordings.into_iter().find(|text| septets(text).is_some_and(|length| length <= SMS))
}

/// The length of `text` in an SMS; `None` when the alphabet has not all of it.
fn septets(text: &str) -> Option<usize> {
    let one = |c: char| match c {
        '~' => Some(2),
        c if c.is_ascii_alphanumeric() || " .,:/?=&-_'".contains(c) => Some(1),
        _ => None,
    };
    text.chars().map(one).sum()
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
            let text = short(unit::commune(code).unwrap(), ADDRESS).unwrap();
            assert!(text.is_ascii() && text.len() <= SMS && text.ends_with(ADDRESS), "{text}");
            assert!(text.contains("danh gia viec giai quyet ho so"), "{text}");
        }
    }

    #[test]
    fn a_longer_address_has_fewer_words_before_it_and_the_longest_none() {
        let commune = unit::commune("22651").unwrap();
        let lengths = [60, 115, 130, 150];
        let told = lengths.map(|length| short(commune, &"x".repeat(length)));
        assert!(told[0].as_ref().unwrap().contains("ho so"));
        assert!(told[1].as_ref().unwrap().starts_with("Xa Dien Khanh moi"));
        assert!(told[2].as_ref().unwrap().starts_with("Moi"));
        assert_eq!(told[3], None);
        assert_eq!(septets("~a"), Some(3));
        assert_eq!(septets("ạ"), None);
    }

    #[test]
    fn the_full_text_neither_pleads_nor_promises() {
        let text = full(unit::commune("22651").unwrap(), ADDRESS);
        assert!(text.starts_with("Xã Diên Khánh mời ông/bà đánh giá"), "{text}");
        assert!(!text.contains('!') && !text.contains("điểm cao"), "{text}");
    }
}
