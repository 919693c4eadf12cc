//! Why what was typed is no entry, and where it is to be mended.

use super::{LONGEST_LINK, LONGEST_SOURCE};
use crate::text::Text;

/// A part of what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryField {
    /// The month or the year.
    Period,
    /// The numerator.
    Numerator,
    /// The denominator.
    Denominator,
    /// The published number or rank.
    Result,
    /// The day.
    Day,
    /// The source.
    Source,
    /// The link.
    Link,
}

/// Why what was typed is no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{}", self.text().en)]
pub enum BadEntry {
    /// It is no month.
    Month,
    /// It is a month before those that can be told.
    LongAgo,
    /// The month has not begun.
    MonthAhead,
    /// It is no year, or one that has not begun.
    Year,
    /// The numerator is no whole number from 0 to [`MAX_COUNT`](super::MAX_COUNT).
    Numerator,
    /// The denominator is no whole number from 0 to [`MAX_COUNT`](super::MAX_COUNT).
    Denominator,
    /// More were counted than there are.
    MoreThanAll,
    /// Something was counted of nothing.
    OfNothing,
    /// The result is no number, or no percentage for a target in percent.
    Number,
    /// The result is a number that may have a mark of thousands or of decimals.
    TwoMeanings,
    /// The result is none of the target's ranks.
    Rank,
    /// It is no day, or one that has not come.
    Day,
    /// The source is missing, too long or of several lines.
    Source,
    /// The link is no address of a page.
    Link,
}

impl BadEntry {
    /// Every one.
    pub const ALL: [Self; 14] = [
        Self::Month,
        Self::LongAgo,
        Self::MonthAhead,
        Self::Year,
        Self::Numerator,
        Self::Denominator,
        Self::MoreThanAll,
        Self::OfNothing,
        Self::Number,
        Self::TwoMeanings,
        Self::Rank,
        Self::Day,
        Self::Source,
        Self::Link,
    ];

    /// Where it is to be mended.
    pub const fn field(self) -> EntryField {
        match self {
            Self::Month | Self::LongAgo | Self::MonthAhead | Self::Year => EntryField::Period,
            Self::Numerator | Self::MoreThanAll | Self::OfNothing => EntryField::Numerator,
            Self::Denominator => EntryField::Denominator,
            Self::Number | Self::TwoMeanings | Self::Rank => EntryField::Result,
            Self::Day => EntryField::Day,
            Self::Source => EntryField::Source,
            Self::Link => EntryField::Link,
        }
    }

    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::Month => (
                "Hãy ghi tháng và năm, ví dụ 10/2026 hoặc 2026-10.".into(),
                "Write the month and the year, such as 10/2026 or 2026-10.".into(),
            ),
            Self::LongAgo => (
                "Chỉ nhập được từ năm 2000. Hãy kiểm tra lại năm.".into(),
                "Only months from the year 2000 on can be entered. Check the year.".into(),
            ),
            Self::MonthAhead => (
                "Tháng này chưa bắt đầu. Hãy kiểm tra lại tháng và năm.".into(),
                "This month has not begun. Check the month and the year.".into(),
            ),
            Self::Year => (
                "Hãy ghi năm của kết quả bằng bốn chữ số, không muộn hơn năm nay, ví dụ 2025."
                    .into(),
                "Write the year of the result in four digits, no later than this year, such as 2025."
                    .into(),
            ),
            Self::Numerator => (
                "Hãy ghi tử số bằng chữ số, viết liền: số nguyên từ 0 đến một tỷ.".into(),
                "Write the numerator in digits only: a whole number from 0 to one billion.".into(),
            ),
            Self::Denominator => (
                "Hãy ghi mẫu số bằng chữ số, viết liền: số nguyên từ 0 đến một tỷ.".into(),
                "Write the denominator in digits only: a whole number from 0 to one billion."
                    .into(),
            ),
            Self::MoreThanAll => (
                "Tử số lớn hơn mẫu số: không thể có nhiều hơn tổng số. Hãy kiểm tra lại hai số."
                    .into(),
                "The numerator is larger than the denominator: there cannot be more than all. Check both numbers."
                    .into(),
            ),
            Self::OfNothing => (
                "Mẫu số là 0 nên tử số cũng phải là 0. Hãy kiểm tra lại hai số.".into(),
                "The denominator is 0, so the numerator must be 0 as well. Check both numbers."
                    .into(),
            ),
            Self::Number => (
                "Hãy ghi kết quả là một số không âm (từ 0 đến 100 nếu là phần trăm), ví dụ 88,5."
                    .into(),
                "Write the result as a number that is not negative (0 to 100 for percent), such as 88.5."
                    .into(),
            ),
            Self::TwoMeanings => (
                "Số viết như 1.234 có thể là một nghìn hai trăm ba mươi tư hoặc một phẩy hai ba tư. Hãy ghi 1234 hoặc 1,234."
                    .into(),
                "A number such as 1.234 may be read in two ways. Write 1234, or 1,234 with a decimal comma."
                    .into(),
            ),
            Self::Rank => (
                "Hãy chọn một hạng trong danh sách của kế hoạch; nếu kế hoạch không nêu, ghi hạng trên một dòng, nhiều nhất 60 ký tự."
                    .into(),
                "Choose one of the plan's ranks; where it names none, write the rank on one line of at most 60 characters."
                    .into(),
            ),
            Self::Day => (
                "Hãy ghi ngày, không muộn hơn hôm nay, ví dụ 05/10/2026.".into(),
                "Write the day, no later than today, such as 05/10/2026.".into(),
            ),
            Self::Source => (
                format!(
                    "Hãy ghi nguồn trên một dòng, từ 1 đến {LONGEST_SOURCE} ký tự, ví dụ tên hệ thống hoặc số văn bản."
                ),
                format!(
                    "Name the source on one line, in 1 to {LONGEST_SOURCE} characters, such as a system or a document's number."
                ),
            ),
            Self::Link => (
                format!(
                    "Hãy ghi địa chỉ bắt đầu bằng https:// hoặc http://, nhiều nhất {LONGEST_LINK} ký tự, hoặc để trống."
                ),
                format!(
                    "Write an address that begins with https:// or http://, of at most {LONGEST_LINK} characters, or leave it empty."
                ),
            ),
        };
        Text::new(vi, en)
    }
}
