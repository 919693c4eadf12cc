//! Why nothing can be estimated.

use surveys::Text;

use crate::design::DesignError;

/// Why nothing could be estimated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EstimateError {
    /// The responses belong to another instrument or version.
    #[error(
        "these responses are not of version {version} of instrument `{instrument}`: estimate them with the instrument they were read with"
    )]
    OtherInstrument {
        /// The instrument asked for.
        instrument: String,
        /// Its version.
        version: u32,
    },
    /// A column to group by is not in the frame.
    #[error("there is no column `{name}` to group by: use one of {known}")]
    NoColumn {
        /// The column asked for.
        name: String,
        /// The columns there are, separated by commas.
        known: String,
    },
    /// A column to group by was named twice.
    #[error("column `{name}` is grouped by twice: name it once")]
    RepeatedColumn {
        /// The column.
        name: String,
    },
    /// A column to group by is called like a column of the table.
    #[error(
        "column `{name}` cannot be grouped by, the table has a column of that name: rename it in the file"
    )]
    ReservedColumn {
        /// The column.
        name: String,
    },
    /// The confidence level is not usable.
    #[error(
        "the confidence level {level} is not usable: give a number from 0.5 to 0.999999, such as 0.95"
    )]
    BadLevel {
        /// The level.
        level: f64,
    },
    /// Parts are to be weighted and have no usable weights.
    #[error(
        "instrument `{instrument}` has no usable part weights for the rule weighted_parts: give each part a weight so that they add up to 1 and each component a part, or choose another rule"
    )]
    NoWeights {
        /// The instrument.
        instrument: String,
    },
    /// A column of months holds something else.
    #[error("row {row}, column `{column}`: `{value}` is no month: write one such as 2026-10")]
    NotMonth {
        /// The row: its line in the file, or its number among the rows.
        row: u64,
        /// The column.
        column: String,
        /// The cell.
        value: String,
    },
    /// More groups than can be compared with each other.
    #[error(
        "there are {groups} groups, and at most {most} can be compared: choose a column with fewer values"
    )]
    TooManyGroups {
        /// The groups there are.
        groups: usize,
        /// How many there may be.
        most: usize,
    },
    /// The sampling design does not fit the rows.
    #[error(transparent)]
    Design(#[from] DesignError),
}

impl EstimateError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::OtherInstrument { instrument, version } => format!(
                "Các phiếu này không thuộc phiên bản {version} của mẫu phiếu `{instrument}`: hãy ước lượng với đúng mẫu phiếu đã dùng khi đọc"
            ),
            Self::NoColumn { name, known } => {
                format!("Không có cột `{name}` để chia nhóm: hãy dùng một trong các cột {known}")
            }
            Self::RepeatedColumn { name } => {
                format!("Cột `{name}` được nêu hai lần để chia nhóm: hãy nêu một lần")
            }
            Self::ReservedColumn { name } => format!(
                "Không chia nhóm được theo cột `{name}` vì bảng kết quả có cột cùng tên: hãy đổi tên cột trong tệp"
            ),
            Self::BadLevel { level } => format!(
                "Không dùng được độ tin cậy {level}: hãy cho một số từ 0.5 đến 0.999999, ví dụ 0.95"
            ),
            Self::NoWeights { instrument } => format!(
                "Mẫu phiếu `{instrument}` không có trọng số phần dùng được cho quy tắc weighted_parts: hãy cho mỗi phần một trọng số sao cho tổng bằng 1 và mỗi thành phần thuộc một phần, hoặc chọn quy tắc khác"
            ),
            Self::NotMonth { row, column, value } => format!(
                "Dòng {row}, cột `{column}`: `{value}` không phải là tháng: hãy viết như 2026-10"
            ),
            Self::TooManyGroups { groups, most } => format!(
                "Có {groups} nhóm, chỉ so sánh được nhiều nhất {most} nhóm: hãy chọn cột có ít giá trị hơn"
            ),
            Self::Design(error) => return error.text(),
        };
        Text::new(vi, self.to_string())
    }
}
