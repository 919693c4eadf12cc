//! Why weights cannot be made to meet totals.

use surveys::Text;

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
            Self::NobodyIn { variable, category } => format!(
                "Không có người trả lời nào thuộc `{category}` của `{variable}` nên không quyền số nào đại diện được: hãy gộp với nhóm khác, cả trong tệp tổng thể và tệp phiếu"
            ),
            Self::OutOfReach { variable, category, wanted, reached } => format!(
                "Những người đã trả lời không thể khớp mọi tổng cùng lúc: `{category}` của `{variable}` phải là {wanted} nhưng chỉ đến {reached:.4}: hãy gộp nhóm, hoặc bỏ bớt một biến"
            ),
            Self::NegativeWeight { row, weight } => format!(
                "Dòng {row}: hiệu chỉnh tuyến tính cho quyền số {weight:.4}: hãy dùng raking, hoặc gộp các nhóm nhỏ"
            ),
            Self::TrimOutOfReach { times } => format!(
                "Không thể khớp các tổng khi không quyền số nào vượt {times} lần trung bình: hãy cho phép quyền số lớn hơn, hoặc gộp các nhóm nhỏ"
            ),
        };
        Text::new(vi, self.to_string())
    }
}
