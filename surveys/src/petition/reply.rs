//! Reply templates: texts with which answers to petitions begin. Some are shipped; a
//! commune puts its own in their place and adds others.

use chrono::NaiveDate;

use super::{MAX_ANSWER_CHARS, PetitionCode, cleaned, cleaned_line};
use crate::text::Text;

/// The most characters of a title.
pub const MAX_TITLE_CHARS: usize = 100;
/// The most templates of one commune.
pub const MOST_TEMPLATES: u32 = 50;

/// What stands for the petition's code in a template.
pub const CODE: &str = "[mã]";
/// What stands for the day on which the template is used.
pub const DAY: &str = "[ngày]";
/// What stands for the commune.
pub const UNIT: &str = "[đơn vị]";

/// How a place begins in which something is still to be written.
const GAP: &str = "[ghi ";

/// A reply template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyTemplate {
    /// What it is found by.
    pub title: String,
    /// The text, with what stands for something and with gaps.
    pub text: String,
}

/// A template that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippedReply {
    /// What names it in addresses and in the store.
    pub name: &'static str,
    /// What it is found by.
    pub title: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Every template that comes with the program.
pub const SHIPPED: [ShippedReply; 6] = [
    ShippedReply {
        name: "fixed",
        title: "Đã khắc phục",
        text: "Kính gửi ông/bà,\n\n[đơn vị] cảm ơn ông/bà đã gửi phản ánh [mã].\n\nChúng tôi đã xem xét và thấy rằng: [ghi điều đã thấy].\n\nChúng tôi đã làm: [ghi việc đã làm và ngày làm].\n\nNếu thấy việc này chưa ổn, xin ông/bà cho chúng tôi biết ở trang tra cứu phản ánh.\n\nTrân trọng.",
    },
    ShippedReply {
        name: "explained",
        title: "Giải thích quy định",
        text: "Kính gửi ông/bà,\n\n[đơn vị] đã nhận và xem xét phản ánh [mã]. Cảm ơn ông/bà đã hỏi.\n\nTheo [ghi tên văn bản], việc này được thực hiện như sau: [ghi quy định bằng lời dễ hiểu].\n\nVới trường hợp của ông/bà: [ghi ông/bà cần làm gì, ở đâu, mất bao lâu].\n\nNếu còn điều chưa rõ, xin ông/bà hỏi tại Trung tâm Phục vụ hành chính công. Chúng tôi sẵn lòng giải thích thêm.\n\nTrân trọng.",
    },
    ShippedReply {
        name: "planned",
        title: "Đã có kế hoạch khắc phục",
        text: "Kính gửi ông/bà,\n\n[đơn vị] cảm ơn ông/bà đã gửi phản ánh [mã]. Phản ánh của ông/bà là đúng.\n\nViệc này cần thêm thời gian vì [ghi lý do]. Chúng tôi sẽ làm: [ghi việc sẽ làm], xong trước ngày [ghi ngày], do [ghi người hoặc bộ phận phụ trách] thực hiện.\n\nXin ông/bà thông cảm và tiếp tục góp ý.\n\nTrân trọng.",
    },
    ShippedReply {
        name: "late",
        title: "Xin lỗi vì trả lời trễ hạn",
        text: "Kính gửi ông/bà,\n\n[đơn vị] xin lỗi ông/bà vì đã trả lời phản ánh [mã] trễ hạn. Lý do là [ghi lý do].\n\nKết quả xem xét: [ghi kết quả].\n\nĐể việc này không lặp lại, chúng tôi đã: [ghi việc đã làm].\n\nMong ông/bà thông cảm.\n\nTrân trọng.",
    },
    ShippedReply {
        name: "more-time",
        title: "Cần thêm thời gian",
        text: "Việc ông/bà phản ánh cần được kiểm tra thêm: [ghi cần kiểm tra gì, với ai]. Chúng tôi xin thêm thời gian để trả lời cho đúng và đủ. Mong ông/bà thông cảm.",
    },
    ShippedReply {
        name: "not-ours",
        title: "Thuộc nơi khác giải quyết",
        text: "Cảm ơn ông/bà đã gửi phản ánh [mã]. Việc này do [ghi tên cơ quan] giải quyết, không thuộc thẩm quyền của [đơn vị]. Ông/bà có thể gửi đến: [ghi địa chỉ, số điện thoại của cơ quan đó].",
    },
];

impl ShippedReply {
    /// The one called `name`.
    pub fn named(name: &str) -> Option<&'static Self> {
        SHIPPED.iter().find(|reply| reply.name == name)
    }

    /// It as a template.
    pub fn template(&self) -> ReplyTemplate {
        ReplyTemplate { title: self.title.to_owned(), text: self.text.to_owned() }
    }
}

/// A field of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyField {
    /// The title.
    Title,
    /// The text.
    Text,
}

/// Why a field of a template cannot be as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum BadReply {
    /// It says nothing.
    Empty,
    /// It has so many characters more than it may have.
    TooLong(usize),
}

impl BadReply {
    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::new("Ghi nội dung ở ô này.", "Fill this in."),
            Self::TooLong(over) => Text::new(
                format!("Xin bớt {over} ký tự."),
                format!("Make it {over} characters shorter."),
            ),
        }
    }
}

impl ReplyTemplate {
    /// The template that was typed: in normal form C, the title on one line.
    ///
    /// # Errors
    /// Everything that is to be mended, by field.
    pub fn of(title: &str, text: &str) -> Result<Self, Vec<(ReplyField, BadReply)>> {
        let (title, text) = (cleaned_line(title), cleaned(text));
        let wrong = |text: &str, most: usize| match text.chars().count() {
            0 => Some(BadReply::Empty),
            long if long > most => Some(BadReply::TooLong(long - most)),
            _ => None,
        };
        let wrong: Vec<_> = [
            (ReplyField::Title, wrong(&title, MAX_TITLE_CHARS)),
            (ReplyField::Text, wrong(&text, MAX_ANSWER_CHARS)),
        ]
        .into_iter()
        .filter_map(|(field, bad)| Some((field, bad?)))
        .collect();
        if wrong.is_empty() { Ok(Self { title, text }) } else { Err(wrong) }
    }

    /// The text for the petition `code` to `unit`, used on `day`; its gaps stay.
    pub fn filled(&self, code: &PetitionCode, unit: &str, day: NaiveDate) -> String {
        let day = day.format("%d/%m/%Y").to_string();
        let text = self.text.replace(CODE, &code.to_string()).replace(DAY, &day);
        text.replace(UNIT, unit)
    }
}

/// The first place in `text` in which something is still to be written, such as
/// `[ghi lý do]`.
pub fn gap_in(text: &str) -> Option<&str> {
    let rest = &text[text.find(GAP)?..];
    let end = rest.find(']').map_or(rest.len(), |end| end + 1);
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal_data::personal_data;

    fn code() -> PetitionCode {
        "07KQ-2M41".parse().unwrap()
    }

    #[test]
    fn what_is_shipped_can_be_kept_as_it_is_and_is_about_nobody() {
        for shipped in SHIPPED {
            let kept = ReplyTemplate::of(shipped.title, shipped.text).unwrap();
            assert_eq!(kept, shipped.template(), "{}", shipped.name);
            assert_eq!(ShippedReply::named(shipped.name), Some(&shipped));
            let filled = kept.filled(&code(), "Xã Diên Khánh", "2026-10-05".parse().unwrap());
            assert_eq!(personal_data(&filled.replace("07KQ-2M41", ""), &[]), [], "{filled}");
            assert!(gap_in(&filled).is_some(), "{} says what is to be written", shipped.name);
            assert!(shipped.text.contains("ông/bà"), "{}", shipped.name);
        }
        let mut names: Vec<&str> = SHIPPED.iter().map(|shipped| shipped.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), SHIPPED.len());
        assert_eq!(ShippedReply::named("khác"), None);
    }

    #[test]
    fn what_stands_for_something_is_replaced_wherever_it_stands() {
        let typed = "[mã] [mã] của [đơn vị], ngày [ngày] [ghi lý do] [Mã]";
        let template = ReplyTemplate::of("  Mẫu\n một ", typed).unwrap();
        assert_eq!(template.title, "Mẫu một");
        let filled = template.filled(&code(), "Xã Diên Khánh", "2026-10-05".parse().unwrap());
        let wanted = "07KQ-2M41 07KQ-2M41 của Xã Diên Khánh, ngày 05/10/2026 [ghi lý do] [Mã]";
        assert_eq!(filled, wanted);
        assert_eq!(gap_in(&filled), Some("[ghi lý do]"));
        assert_eq!(gap_in("không còn [gì]"), None);
        assert_eq!(gap_in("quên đóng [ghi lý do"), Some("[ghi lý do"));
        assert_eq!(gap_in(""), None);
    }

    #[test]
    fn both_fields_are_bounded_and_both_are_told() {
        let long = "ế".repeat(MAX_ANSWER_CHARS + 3);
        let wrong = ReplyTemplate::of(" \n", &long).unwrap_err();
        let wanted =
            [(ReplyField::Title, BadReply::Empty), (ReplyField::Text, BadReply::TooLong(3))];
        assert_eq!(wrong, wanted);
        let most = ReplyTemplate::of(&"ế".repeat(MAX_TITLE_CHARS), &long[..long.len() - 9]);
        assert!(most.is_ok());
    }
}
