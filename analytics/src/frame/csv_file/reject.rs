//! A row that could not be used, and why.

use surveys::Text;

use crate::frame::records::Broken;

/// One mistake in a row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The line on which the row begins, from 1; the header is line 1 of most files.
    /// In a Parquet file the row, from 1.
    pub line: u64,
    /// The column, where the mistake is in one.
    pub column: Option<String>,
    /// The cell, or the row, as far as it can be shown: control characters made
    /// visible, shortened to 80 characters.
    pub value: String,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It has more or fewer cells than the header.
    Cells {
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// The answer is no whole number.
    NoNumber,
    /// The answer is no option of the item's scale.
    OffScale,
    /// The date is missing or not ISO 8601.
    NoDate,
    /// The text has control characters or is in no known encoding.
    NoText,
    /// The weight or count is no positive number.
    NotPositive,
    /// An earlier row has the same response id.
    RepeatedId,
    /// A quote was opened and never closed.
    OpenQuote,
    /// Something stands between a closing quote and the next delimiter.
    AfterQuote,
    /// The row is longer than any response.
    TooLong,
}

impl From<Broken> for Reason {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::OpenQuote => Self::OpenQuote,
            Broken::AfterQuote => Self::AfterQuote,
            Broken::TooLong => Self::TooLong,
        }
    }
}

impl Reason {
    /// The code used in files, such as `off_scale`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cells { .. } => "cells",
            Self::NoNumber => "no_number",
            Self::OffScale => "off_scale",
            Self::NoDate => "no_date",
            Self::NoText => "no_text",
            Self::NotPositive => "not_positive",
            Self::RepeatedId => "repeated_id",
            Self::OpenQuote => "open_quote",
            Self::AfterQuote => "after_quote",
            Self::TooLong => "too_long",
        }
    }

    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::Cells { expected, found } => {
                return Text::new(
                    format!(
                        "Dòng có {found} ô, dòng tiêu đề có {expected}: hãy thêm hoặc bớt dấu phân cách, đặt trong ngoặc kép ô có chứa dấu phân cách"
                    ),
                    format!(
                        "the row has {found} cells, the header has {expected}: add or remove delimiters, and quote cells that contain one"
                    ),
                );
            }
            Self::NoNumber => (
                "Câu trả lời không phải là số nguyên: hãy ghi giá trị của phương án, hoặc để trống",
                "the answer is no whole number: write the value of the option, or leave it empty",
            ),
            Self::OffScale => (
                "Thang đo của câu hỏi không có giá trị này: hãy sửa theo phiếu gốc, hoặc để trống",
                "the item's scale has no such value: correct it from the form, or leave it empty",
            ),
            Self::NoDate => (
                "Thiếu ngày hoặc ngày không đúng dạng: hãy ghi như 2026-10-08 hoặc 2026-10-08T09:30",
                "the date is missing or has another form: write it like 2026-10-08 or 2026-10-08T09:30",
            ),
            Self::NoText => (
                "Ô chứa ký tự không đọc được: hãy lưu tệp dạng CSV UTF-8 và xóa ký tự lạ",
                "the cell has characters that cannot be read: save the file as CSV UTF-8 and delete stray characters",
            ),
            Self::NotPositive => (
                "Không phải là số dương dùng được (từ 1e-100 đến 1e100): hãy viết như 12.5, dùng dấu chấm; thiếu số này thì không ước lượng được với phiếu",
                "this is no usable positive number (from 1e-100 to 1e100): write one such as 12.5, with a dot; a response without it cannot be estimated with",
            ),
            Self::RepeatedId => (
                "Phiếu có mã này đã nằm ở một dòng trước, và mỗi phiếu chỉ được tính một lần: hãy bỏ dòng thừa, hoặc sửa mã",
                "an earlier row has this response id, and a response counts once: delete the surplus row, or correct the id",
            ),
            Self::OpenQuote => (
                "Có dấu ngoặc kép mở mà không đóng: hãy thêm dấu đóng, hoặc bỏ dấu mở",
                "a quote is opened and never closed: add the closing one, or remove the opening one",
            ),
            Self::AfterQuote => (
                "Sau dấu ngoặc kép đóng có ký tự khác: hãy viết đôi dấu ngoặc kép nằm trong ô",
                "something follows a closing quote: double the quotes inside a cell",
            ),
            Self::TooLong => (
                "Dòng quá dài: hãy kiểm tra dấu xuống dòng của tệp",
                "the line is too long: check the line ends of the file",
            ),
        };
        Text::new(vi, en)
    }
}

impl Reject {
    pub(crate) fn new(line: u64, column: Option<String>, value: &[u8], reason: Reason) -> Self {
        const LONGEST: usize = 80;
        let shown = String::from_utf8_lossy(&value[..value.len().min(4 * LONGEST)]);
        let visible = |c: char| if c.is_control() { '␣' } else { c };
        let mut value: String = shown.chars().map(visible).take(LONGEST).collect();
        if shown.chars().count() > LONGEST {
            value.push('…');
        }
        Self { line, column, value, reason }
    }
}
