//! Why tallies cannot be used.

use surveys::Text;

use crate::estimate::EstimateError;
use crate::frame::FrameError;

/// Why tallies cannot be used. Nothing of a file with a mistake is used: a sum
/// that lacks a part is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TallyError {
    /// They belong to another instrument or version.
    #[error(
        "these are not responses to version {version} of instrument `{instrument}`: use the instrument they were made with"
    )]
    OtherInstrument {
        /// The instrument asked for.
        instrument: String,
        /// Its version.
        version: u32,
    },
    /// A column asked for is missing.
    #[error(
        "there is no column `{name}`: make the tallies again with it, or leave it out of the request. The columns are: {found}"
    )]
    NoColumn {
        /// The column.
        name: String,
        /// The columns there are, separated by commas.
        found: String,
    },
    /// Two columns have the same name.
    #[error("two columns are called `{name}`: rename or delete one of them")]
    RepeatedColumn {
        /// The column.
        name: String,
    },
    /// Reading failed.
    #[error("the file could not be read ({0}): check the disk or the connection and try again")]
    Unreadable(#[from] std::io::Error),
    /// It is no text in a known encoding, or there is nothing in it.
    #[error(
        "this is no CSV file of tallies: its first line must name the columns level, a, b, respondents and the sums"
    )]
    NotTallies,
    /// A line is not what it should be.
    #[error("line {line}{}: {}", at(*.column, "column"), .mistake.text(.value).en)]
    Line {
        /// The line, from 1.
        line: u64,
        /// The column, where the mistake is in one.
        column: Option<&'static str>,
        /// The cell.
        value: String,
        /// What is wrong.
        mistake: Mistake,
    },
    /// Sums do not go together though each of them is possible.
    #[error(
        "the sums contradict each other, a standard error would be the root of a negative number: make the tallies again from the responses"
    )]
    Impossible,
    /// Sums are larger than can be reckoned with exactly.
    #[error(
        "the sums are too large to be added up exactly, beyond some 10^12 answers: estimate in smaller pieces"
    )]
    TooLarge,
    /// A sampling design was asked for.
    #[error(
        "tallies and Parquet files say nothing of the sampling design and its weights: estimate from the responses in a CSV file, or leave the design out"
    )]
    Design,
    /// What was asked of them does not fit.
    #[error(transparent)]
    Request(#[from] EstimateError),
    /// The instrument cannot be estimated.
    #[error(transparent)]
    Frame(#[from] FrameError),
}

fn at(column: Option<&'static str>, word: &str) -> String {
    column.map_or_else(String::new, |column| format!(", {word} `{column}`"))
}

/// What is wrong with a line of tallies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mistake {
    /// It has more or fewer cells than the header, or a quote is not closed.
    Cells,
    /// It is of another instrument or version.
    OtherInstrument,
    /// The cell is no whole number from 0 on.
    NoCount,
    /// The day is missing or has another form.
    NoDate,
    /// The text cannot be read.
    NoText,
    /// The level or code is none of the instrument.
    NoMember,
    /// The same line was there before.
    Repeated {
        /// Where.
        first: u64,
    },
    /// The number of respondents is not that of the group's first line.
    Respondents {
        /// Where that is.
        first: u64,
    },
    /// The group lacks what another one has.
    Missing,
    /// The sum cannot come from any answers.
    Impossible,
    /// The counts are not those of the line where a and b are this a.
    OtherCounts,
}

impl Mistake {
    /// What is wrong with `value` and what to do, in both languages.
    pub fn text(self, value: &str) -> Text {
        let (vi, en) = match self {
            Self::Cells => (
                "số ô khác với dòng tiêu đề, hoặc dấu ngoặc kép không đóng: hãy xuất lại tệp".to_owned(),
                "the number of cells is not that of the header, or a quote is not closed: export the file again".to_owned(),
            ),
            Self::OtherInstrument => (
                format!("`{value}` là của mẫu phiếu hoặc phiên bản khác: hãy dùng đúng mẫu phiếu, hoặc tách riêng từng phiên bản"),
                format!("`{value}` is of another instrument or version: use that instrument, or one file for each version"),
            ),
            Self::NoCount => (
                format!("`{value}` không phải là số nguyên từ 0 trở lên: hãy ghi đúng tổng đếm được, không làm tròn"),
                format!("`{value}` is no whole number from 0 on: write the sum as it was counted"),
            ),
            Self::NoDate => (
                format!("`{value}` không phải là ngày: hãy ghi như 2026-10-08"),
                format!("`{value}` is no day: write it like 2026-10-08"),
            ),
            Self::NoText => (
                format!("`{value}` có ký tự không đọc được: hãy lưu tệp dạng CSV UTF-8"),
                format!("`{value}` has characters that cannot be read: save the file as CSV UTF-8"),
            ),
            Self::NoMember => (
                format!("mẫu phiếu không có `{value}`: hãy dùng item, component, part hoặc index với mã của mẫu phiếu"),
                format!("the instrument has no `{value}`: use item, component, part or index with a code of the instrument"),
            ),
            Self::Repeated { first } => (
                format!("dòng {first} đã có các giá trị này, cộng lại sẽ tính phiếu hai lần: hãy bỏ dòng thừa; nếu là phiếu khác, hãy thêm cột để phân biệt, ví dụ collection_point"),
                format!("line {first} has these values already, the responses would count twice: delete the surplus line; if they are others, add a column that tells them apart, such as collection_point"),
            ),
            Self::Respondents { first } => (
                format!("`{value}` người trả lời, dòng {first} của cùng nhóm ghi số khác: hãy lập lại số liệu của nhóm này"),
                format!("`{value}` respondents, and line {first} of the same group has another number: make the tallies of this group again"),
            ),
            Self::Missing => (
                format!("nhóm của dòng này thiếu dòng cho {value} mà nhóm khác có: hãy lập lại số liệu của nhóm này"),
                format!("the group of this line has no line for {value}, and others have: make the tallies of this group again"),
            ),
            Self::Impossible => (
                format!("không có câu trả lời nào cho tổng `{value}` này bên cạnh các tổng khác của dòng: hãy lập lại số liệu"),
                format!("no answers give the sum `{value}` beside the other sums: make the tallies again"),
            ),
            Self::OtherCounts => (
                format!("`{value}` khác với dòng có a và b cùng là mục a này: hãy lập lại số liệu của nhóm này"),
                format!("`{value}` is not what the line says where both a and b are this a: make the tallies of this group again"),
            ),
        };
        Text::new(vi, en)
    }
}

impl TallyError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::OtherInstrument { instrument, version } => format!(
                "Đây không phải là phiếu của phiên bản {version} mẫu phiếu `{instrument}`: hãy dùng đúng mẫu phiếu"
            ),
            Self::NoColumn { name, found } => format!(
                "Không có cột `{name}`: hãy lập lại số liệu có cột này, hoặc bỏ khỏi yêu cầu. Các cột là: {found}"
            ),
            Self::RepeatedColumn { name } => {
                format!("Có hai cột cùng tên `{name}`: hãy đổi tên hoặc xóa một cột")
            }
            Self::Unreadable(error) => format!(
                "Không đọc được tệp ({error}): hãy kiểm tra ổ đĩa hoặc kết nối rồi thử lại"
            ),
            Self::NotTallies => "Đây không phải là tệp CSV số liệu cộng dồn: dòng đầu phải nêu các cột level, a, b, respondents và các tổng".to_owned(),
            Self::Line { line, column, value, mistake } => {
                format!("Dòng {line}{}: {}", at(*column, "cột"), mistake.text(value).vi)
            }
            Self::Impossible => "Các tổng mâu thuẫn với nhau, sai số chuẩn sẽ là căn của số âm: hãy lập lại số liệu từ các phiếu".to_owned(),
            Self::TooLarge => "Các tổng quá lớn để cộng chính xác, vượt khoảng 10^12 câu trả lời: hãy ước lượng từng phần".to_owned(),
            Self::Design => "Số liệu cộng dồn và tệp Parquet không có thiết kế mẫu và quyền số: hãy ước lượng từ các phiếu trong tệp CSV, hoặc bỏ thiết kế".to_owned(),
            Self::Request(error) => return error.text(),
            Self::Frame(error) => return error.text(),
        };
        Text::new(vi, self.to_string())
    }
}
