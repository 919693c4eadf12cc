//! Why a number about the form is not defined.

use surveys::Text;

use super::FEWEST_COMPLETE;

/// Why a number about the form is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Undefined {
    /// There is one item, and nothing for it to agree with.
    SingleItem,
    /// An item's scale does not say which of its ends is the satisfied one.
    UnorderedScale,
    /// Fewer than [`FEWEST_COMPLETE`] respondents answered all of the items.
    TooFew,
    /// The complete cases do not differ in the item, in the rest or in their sum: there
    /// is no variance to share.
    NoSpread,
}

impl Undefined {
    /// The code used in files. Codes are stable.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SingleItem => "single_item",
            Self::UnorderedScale => "unordered_scale",
            Self::TooFew => "too_few",
            Self::NoSpread => "no_spread",
        }
    }

    /// What it says to a reader.
    pub fn text(self) -> Text {
        match self {
            Self::SingleItem => Text::new(
                "Thành phần chỉ có một câu hỏi nên không có gì để so.",
                "The component has one item, and nothing for it to agree with.",
            ),
            Self::UnorderedScale => Text::new(
                "Thang trả lời không cho biết đầu nào là hài lòng nên câu trả lời không thành điểm.",
                "The scale does not say which of its ends is the satisfied one, so answers are no scores.",
            ),
            Self::TooFew => Text::new(
                format!("Có ít hơn {FEWEST_COMPLETE} phiếu trả lời đủ mọi câu."),
                format!("Fewer than {FEWEST_COMPLETE} responses answer all of the items."),
            ),
            Self::NoSpread => Text::new(
                "Các phiếu trả lời đủ không khác nhau ở câu hỏi, ở phần còn lại hoặc ở tổng nên không tính được mức độ thống nhất.",
                "The complete responses do not differ in the item, in the rest or in their sum, so that agreement cannot be computed.",
            ),
        }
    }
}
