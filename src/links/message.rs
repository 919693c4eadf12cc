//! The text that goes with a link: with tone marks, and short without them.

use surveys::text::unaccented;
use surveys::unit::Commune;

use crate::mail::Letter;

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

/// The mail that goes with `address`: the first, or the only reminder.
pub(super) fn letter(to: String, commune: &Commune, address: &str, reminder: bool) -> Letter {
    let name = commune.name;
    let (subject, once, once_en) = if reminder {
        (
            format!("{name} xin nhắc một lần: mời ông/bà đánh giá"),
            "Đây là lời nhắc duy nhất. Chúng tôi không gửi thêm thư nào và đã xóa địa chỉ thư này.",
            "This is the only reminder. We send no further mail and have erased this address.",
        )
    } else {
        (
            format!("{name} mời ông/bà đánh giá việc giải quyết hồ sơ"),
            "Nếu ông/bà chưa trả lời, chúng tôi nhắc nhiều nhất một lần, sau đó xóa địa chỉ thư này. Không muốn được nhắc, xin trả lời thư này.",
            "If you have not answered we remind you at most once, then erase this mail address. If you do not want that, reply to this mail.",
        )
    };
    let before = [
        "Kính gửi ông/bà,".to_owned(),
        format!(
            "{name} vừa giải quyết một hồ sơ của ông/bà và mong được biết việc đó có thuận lợi không. Trả lời mất khoảng một phút, không cần tên, không cần số điện thoại; câu trả lời không gắn với hồ sơ."
        ),
    ];
    let after = [
        "Trả lời hay không là tùy ông/bà, không ảnh hưởng đến hồ sơ nào. Liên kết dùng được một lần.".to_owned(),
        once.to_owned(),
        format!(
            "In English: {name} has closed a dossier of yours and would like to know how it went. The link above takes about a minute and asks for no name; you need not answer. {once_en}"
        ),
    ];
    let paragraphs = before.iter().chain(&after);
    let html =
        paragraphs.fold(String::new(), |html, text| html + "<p>" + &escaped(text) + "</p>\n");
    let link = format!("<p><a href=\"{0}\">{0}</a></p>\n", escaped(address));
    let at = html.match_indices("</p>\n").nth(1).map_or(html.len(), |(at, end)| at + end.len());
    let (first, rest) = html.split_at(at);
    let html = format!(
        "<!doctype html>\n<html lang=\"vi\">\n<body>\n{first}{link}{rest}</body>\n</html>\n"
    );
    let text = format!("{}\n\n{address}\n\n{}\n", before.join("\n\n"), after.join("\n\n"));
    Letter { to, subject, text, html }
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
    fn a_mail_says_who_why_where_and_that_nobody_needs_to_answer() {
        let commune = unit::commune("22651").unwrap();
        for reminder in [false, true] {
            let mail = letter("a@b.vn".into(), commune, ADDRESS, reminder);
            assert!(mail.text.contains(&format!("\n{ADDRESS}\n")), "{}", mail.text);
            assert!(mail.html.contains("via=online</a>") && mail.html.contains("?v=7ZZZ"));
            assert!(mail.html.find("<a href").unwrap() < mail.html.find("In English").unwrap());
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
        let text = full(unit::commune("22651").unwrap(), ADDRESS);
        assert!(text.starts_with("Xã Diên Khánh mời ông/bà đánh giá"), "{text}");
        assert!(!text.contains('!') && !text.contains("điểm cao"), "{text}");
    }
}
