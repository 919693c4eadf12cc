//! What is wrong with a list of closed dossiers: all of it at once.

use surveys::Text;

/// How many faults are told; the others are counted.
const TOLD: usize = 20;

/// What is wrong with a list, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    first: Vec<Fault>,
    all: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    /// The line, from 1.
    line: u64,
    /// What the list calls the column; empty when it is of the whole line.
    column: String,
    what: Wrong,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Wrong {
    #[error("there is no column dossier; the list has: {0}")]
    NoColumn(String),
    #[error("there are two of it; keep one")]
    Twice,
    #[error("the row has {0} cells and the header {1}; each row needs as many as the header")]
    Cells(usize, usize),
    #[error("the row cannot be read; save the list as UTF-8")]
    Row,
    #[error(
        "there are several cells and no header; write column names in the first line, such as dossier and email"
    )]
    NoHeader,
    #[error("`{0}` is no dossier code; write 1 to 64 characters")]
    Code(String),
    #[error("`{0}` is no phone number; write 8 to 15 digits")]
    Phone(String),
    #[error("`{0}` is no mail address; write Latin letters, a domain with marks in its xn-- form")]
    Email(String),
    #[error("`{0}` is no moment; write it like 15/10/2026 09:30 or 2026-10-15T09:30")]
    Moment(String),
    #[error("`{0}` is in the future; a dossier is closed when its result is given")]
    Future(String),
    #[error("a list has at most {0} dossiers; make two of it")]
    TooMany(usize),
}

impl Faults {
    pub(super) fn one(line: u64, column: &str, what: Wrong) -> Self {
        let mut faults = Self::default();
        faults.add(line, column, what);
        faults
    }

    pub(super) fn add(&mut self, line: u64, column: &str, what: Wrong) {
        self.all += 1;
        if self.first.len() < TOLD {
            self.first.push(Fault { line, column: column.to_owned(), what });
        }
    }

    /// How many there are.
    pub fn all(&self) -> usize {
        self.all
    }

    /// Each of the first, where it is, what is wrong and what to do; then how many more.
    pub fn texts(&self) -> Vec<Text> {
        let more = self.all - self.first.len();
        let more =
            (more > 0).then(|| Text::new(format!("và {more} chỗ nữa"), format!("and {more} more")));
        self.first.iter().map(Fault::text).chain(more).collect()
    }
}

impl Fault {
    fn text(&self) -> Text {
        let Self { line, column, what } = self;
        let (vi, en) = match column.as_str() {
            "" => (format!("dòng {line}"), format!("line {line}")),
            name => (format!("dòng {line}, cột {name}"), format!("line {line}, column {name}")),
        };
        Text::new(format!("{vi}: {}", what.vietnamese()), format!("{en}: {what}"))
    }
}

impl Wrong {
    fn vietnamese(&self) -> String {
        match self {
            Self::NoColumn(known) => format!("không có cột mã hồ sơ; danh sách có: {known}"),
            Self::Twice => "có hai cột cùng nghĩa; hãy giữ một".to_owned(),
            Self::Cells(row, header) => format!(
                "dòng có {row} ô còn tiêu đề có {header}; mỗi dòng cần đủ số ô như tiêu đề"
            ),
            Self::Row => "không đọc được dòng; hãy lưu danh sách ở dạng UTF-8".to_owned(),
            Self::NoHeader => {
                "có nhiều ô mà không có dòng tiêu đề; hãy ghi tên cột ở dòng đầu, như mã hồ sơ và email"
                    .to_owned()
            }
            Self::Code(code) => {
                format!("`{code}` không phải là mã hồ sơ; hãy viết 1 đến 64 ký tự")
            }
            Self::Phone(phone) => {
                format!("`{phone}` không phải là số điện thoại; hãy viết 8 đến 15 chữ số")
            }
            Self::Email(email) => format!(
                "`{email}` không phải là địa chỉ thư; hãy viết bằng chữ Latinh, tên miền có dấu viết dạng xn--"
            ),
            Self::Moment(text) => format!(
                "`{text}` không phải là thời điểm; hãy viết như 15/10/2026 09:30 hoặc 2026-10-15T09:30"
            ),
            Self::Future(text) => {
                format!("`{text}` ở tương lai; hồ sơ chỉ đóng khi đã trả kết quả")
            }
            Self::TooMany(most) => {
                format!("một danh sách có nhiều nhất {most} hồ sơ; hãy chia đôi")
            }
        }
    }
}
