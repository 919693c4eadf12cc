//! Why a Parquet file cannot be tallied.

use surveys::Text;

use super::hybrid::Cut;
use crate::frame::FrameError;
use crate::frame::csv_file::CsvError;

/// Why the Parquet files cannot be tallied.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct ParquetError {
    /// The place of the file among those given.
    pub file: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a Parquet file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// It cannot be opened.
    #[error("the file could not be read ({0}): check the disk or the name and try again")]
    Unreadable(#[from] std::io::Error),
    /// It is no Parquet file, or damaged.
    #[error(
        "the Parquet file cannot be read ({0}): make it again, compressed with snappy, zstd or not at all"
    )]
    Damaged(String),
    /// Columns are missing, as in a CSV file, or the instrument cannot be estimated.
    #[error(transparent)]
    Columns(#[from] CsvError),
    /// A column has values of another kind.
    #[error(
        "column `{name}` holds {found}: write answers as whole numbers, columns to group by as texts, whole numbers or dates, and answered_at as a date, a timestamp or a text"
    )]
    Type {
        /// The column.
        name: String,
        /// What it holds.
        found: String,
    },
    /// Values are written in a way that is not read.
    #[error(
        "values are encoded as {encoding}: write the file with dictionaries or plain, which is what most programs do by themselves"
    )]
    Encoding {
        /// The encoding.
        encoding: String,
    },
    /// There are more groups than memory is kept for.
    #[error(
        "there are more than {most} groups: group by fewer columns, or estimate the files one after the other"
    )]
    TooManyGroups {
        /// How many there is room for.
        most: usize,
    },
    /// The sums have no room.
    #[error("{0}")]
    Sums(String, Text),
}

impl From<Cut> for Problem {
    fn from(_: Cut) -> Self {
        Self::Damaged("a column ends before its rows do".to_owned())
    }
}

impl From<parquet::errors::ParquetError> for Problem {
    fn from(error: parquet::errors::ParquetError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<FrameError> for Problem {
    fn from(error: FrameError) -> Self {
        Self::Columns(error.into())
    }
}

impl Problem {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Unreadable(error) => {
                format!("Không đọc được tệp ({error}): hãy kiểm tra ổ đĩa hoặc tên tệp rồi thử lại")
            }
            Self::Damaged(error) => format!(
                "Không đọc được tệp Parquet ({error}): hãy xuất lại tệp, nén bằng snappy, zstd hoặc không nén"
            ),
            Self::Columns(error) => return error.text(),
            Self::Type { name, found } => format!(
                "Cột `{name}` có kiểu {found}: hãy ghi câu trả lời bằng số nguyên, cột chia nhóm bằng văn bản, số nguyên hoặc ngày, answered_at bằng ngày, thời điểm hoặc văn bản"
            ),
            Self::Encoding { encoding } => format!(
                "Giá trị được mã hóa theo {encoding}: hãy xuất lại tệp theo từ điển (dictionary) hoặc plain như hầu hết phần mềm vẫn làm"
            ),
            Self::TooManyGroups { most } => {
                format!(
                    "Có hơn {most} nhóm: hãy chia nhóm theo ít cột hơn, hoặc ước lượng lần lượt từng tệp"
                )
            }
            Self::Sums(_, text) => return text.clone(),
        };
        Text::new(vi, self.to_string())
    }
}
