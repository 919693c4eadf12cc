//! Why a file of responses could not be read at all.

use surveys::Text;

use crate::frame::FrameError;

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvError {
    /// Reading failed.
    #[error("the file could not be read ({0}): check the disk or the connection and try again")]
    Unreadable(#[from] std::io::Error),
    /// It is no text in a known encoding.
    #[error(
        "this is no CSV text: in the spreadsheet, save it as “CSV UTF-8 (comma delimited)” and give that file"
    )]
    NotText,
    /// There is nothing in it.
    #[error(
        "the file is empty: its first line must name the columns, such as commune_code,answered_at,{example}"
    )]
    Empty {
        /// An item of the instrument.
        example: String,
    },
    /// Columns of items are missing.
    #[error(
        "the file has no column for {missing}: name one column after each item of instrument `{instrument}`. Its columns are: {found}"
    )]
    MissingItems {
        /// The instrument.
        instrument: String,
        /// The items, separated by commas.
        missing: String,
        /// The columns there are, separated by commas.
        found: String,
    },
    /// A column asked for is missing.
    #[error(
        "the file has no column `{name}`: add it or leave it out of the request. Its columns are: {found}"
    )]
    MissingColumn {
        /// The column.
        name: String,
        /// The columns there are, separated by commas.
        found: String,
    },
    /// Two columns have the same name.
    #[error("two columns of the file are called `{name}`: rename or delete one of them")]
    RepeatedColumn {
        /// The column.
        name: String,
    },
    /// The rows do not fit a frame.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

impl CsvError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Unreadable(error) => format!(
                "Không đọc được tệp ({error}): hãy kiểm tra ổ đĩa hoặc kết nối rồi thử lại"
            ),
            Self::NotText => "Đây không phải là văn bản CSV: trong bảng tính, hãy lưu thành “CSV UTF-8 (Comma delimited)” rồi dùng tệp đó".to_owned(),
            Self::Empty { example } => format!(
                "Tệp trống: dòng đầu phải nêu tên các cột, ví dụ commune_code,answered_at,{example}"
            ),
            Self::MissingItems { instrument, missing, found } => format!(
                "Tệp không có cột cho {missing}: hãy đặt một cột theo mã mỗi câu hỏi của mẫu phiếu `{instrument}`. Tệp có các cột: {found}"
            ),
            Self::MissingColumn { name, found } => format!(
                "Tệp không có cột `{name}`: hãy thêm cột này hoặc bỏ khỏi yêu cầu. Tệp có các cột: {found}"
            ),
            Self::RepeatedColumn { name } => {
                format!("Tệp có hai cột cùng tên `{name}`: hãy đổi tên hoặc xóa một cột")
            }
            Self::Frame(error) => return error.text(),
        };
        Text::new(vi, self.to_string())
    }
}
