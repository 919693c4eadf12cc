//! Why weights cannot be made to meet totals.

use surveys::Text;

use super::MOST_APART;

/// Why weights cannot be made to meet totals.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CalibrationError {
    /// A respondent is in a category without a total.
    #[error(
        "row {row}: there is no total for `{category}` of `{variable}` in the margins: add it, or correct the row"
    )]
    NoTotal {
        /// The row: its line in the file, or its number among the rows.
        row: u64,
        /// The variable.
        variable: String,
        /// The category.
        category: String,
    },
    /// A respondent's cell is empty, and empty is no category.
    #[error(
        "row {row}, column `{column}`: the cell is empty, and the margins have no total for that: fill it in, or add a line with an empty category and its total"
    )]
    Empty {
        /// The row: its line in the file, or its number among the rows.
        row: u64,
        /// The column.
        column: String,
    },
    /// A category with a total has no respondent.
    #[error(
        "nobody who answered is in `{category}` of `{variable}`, so no weight can stand for it: join it with another category in the margins and in the file"
    )]
    NobodyIn {
        /// The variable.
        variable: String,
        /// The category.
        category: String,
    },
    /// The totals cannot be met together by these respondents.
    #[error(
        "the margins cannot be met together by those who answered: `{category}` of `{variable}` should be {wanted} and stays at {reached:.4}: join categories, or leave a variable out"
    )]
    OutOfReach {
        /// The variable.
        variable: String,
        /// The category that is furthest off.
        category: String,
        /// Its total.
        wanted: f64,
        /// What the weights add up to.
        reached: f64,
    },
    /// Linear calibration would need a weight that is none.
    #[error(
        "row {row}: linear calibration makes its weight {weight:.4}: use raking, or join small categories"
    )]
    NegativeWeight {
        /// The row: its line in the file, or its number among the rows.
        row: u64,
        /// The weight.
        weight: f64,
    },
    /// The totals leave a weight beside which another one would not count.
    #[error(
        "row {row}: the margins make its weight {weight:e}, more than {MOST_APART} times the {smallest:e} of row {smallest_row}, which would not count beside it: correct the totals, or join small categories"
    )]
    FarApart {
        /// The row of the largest weight: its line in the file, or its number among the rows.
        row: u64,
        /// The largest weight.
        weight: f64,
        /// The row of the smallest weight.
        smallest_row: u64,
        /// The smallest weight.
        smallest: f64,
    },
    /// The totals cannot be met with weights that small.
    #[error(
        "the margins cannot be met with no weight above {times} times the mean: allow larger weights, or join small categories"
    )]
    TrimOutOfReach {
        /// The bound.
        times: f64,
    },
}

impl CalibrationError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::NoTotal { row, variable, category } => format!(
                "Dòng {row}: trong tệp tổng thể không có tổng của `{category}` thuộc `{variable}`: hãy thêm vào, hoặc sửa dòng này"
            ),
            Self::Empty { row, column } => format!(
                "Dòng {row}, cột `{column}`: ô trống, mà tệp tổng thể không có tổng cho ô trống: hãy điền vào, hoặc thêm một dòng có nhóm để trống và tổng của nó"
            ),
            Self::NobodyIn { variable, category } => format!(
                "Không có người trả lời nào thuộc `{category}` của `{variable}` nên không quyền số nào đại diện được: hãy gộp với nhóm khác, cả trong tệp tổng thể và tệp phiếu"
            ),
            Self::OutOfReach { variable, category, wanted, reached } => format!(
                "Những người đã trả lời không thể khớp mọi tổng cùng lúc: `{category}` của `{variable}` phải là {wanted} nhưng chỉ đến {reached:.4}: hãy gộp nhóm, hoặc bỏ bớt một biến"
            ),
            Self::NegativeWeight { row, weight } => format!(
                "Dòng {row}: hiệu chỉnh tuyến tính cho quyền số {weight:.4}: hãy dùng raking, hoặc gộp các nhóm nhỏ"
            ),
            Self::FarApart { row, weight, smallest_row, smallest } => format!(
                "Dòng {row}: các tổng cho quyền số {weight:e}, lớn hơn {MOST_APART} lần {smallest:e} của dòng {smallest_row}, khiến dòng ấy không còn được tính: hãy sửa các tổng, hoặc gộp các nhóm nhỏ"
            ),
            Self::TrimOutOfReach { times } => format!(
                "Không thể khớp các tổng khi không quyền số nào vượt {times} lần trung bình: hãy cho phép quyền số lớn hơn, hoặc gộp các nhóm nhỏ"
            ),
        };
        Text::new(vi, self.to_string())
    }
}
