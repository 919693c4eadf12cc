//! Why a row of a file of indicators is left out.

use surveys::Text;
use surveys::indicator::{BadEntry, EntryField};

use super::super::rejected::{Original, Rejected};
use super::header::{Column, Header};

/// Why a row is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    UnknownCommune,
    ForeignCommune,
    NoPlan,
    NotInPlan,
    NotCounted,
    Repeated,
    NamesAPerson,
    Bad(BadEntry),
}

impl Fault {
    const fn column(self) -> Column {
        match self {
            Self::UnknownCommune | Self::ForeignCommune | Self::NoPlan => Column::Commune,
            Self::NotInPlan | Self::NotCounted => Column::Indicator,
            Self::Repeated => Column::Month,
            Self::NamesAPerson => Column::Source,
            Self::Bad(bad) => match bad.field() {
                EntryField::Period | EntryField::Day => Column::Month,
                EntryField::Numerator | EntryField::Result => Column::Numerator,
                EntryField::Denominator => Column::Denominator,
                EntryField::Source | EntryField::Link => Column::Source,
            },
        }
    }

    fn text(self) -> Text {
        let (vi, en) = match self {
            Self::UnknownCommune => (
                "Chưa có xã, phường, đặc khu nào mang mã này. Hãy ghi mã năm chữ số hiện hành, ví dụ 22651.",
                "No commune has this code. Write today's code of five digits, such as 22651.",
            ),
            Self::ForeignCommune => (
                "Xã, phường này ngoài phạm vi của tài khoản. Hãy gửi dòng này cho người phụ trách ở đó.",
                "This commune is not within the account's reach. Send the row to whoever is in charge there.",
            ),
            Self::NoPlan => (
                "Chưa có kế hoạch nào được nhập cho xã, phường, đặc khu này. Hãy báo người quản trị.",
                "No plan was entered for this commune. Tell the administrator.",
            ),
            Self::NotInPlan => (
                "Kế hoạch của xã, phường, đặc khu này không có chỉ tiêu này. Hãy ghi mã chỉ tiêu như trong tệp mẫu.",
                "The plan of this commune has no such indicator. Write its code as in the template.",
            ),
            Self::NotCounted => (
                "Chỉ tiêu này không tính bằng tử số và mẫu số. Hãy nhập kết quả trên trang của chỉ tiêu.",
                "This indicator is not a numerator and a denominator. Enter its result on its own page.",
            ),
            Self::Repeated => (
                "Tháng này của chỉ tiêu này đã có ở một dòng trên. Hãy giữ một dòng.",
                "This month of this indicator is in a row above. Keep one of them.",
            ),
            Self::NamesAPerson => (
                "Mọi người đọc được nguồn, mà ở đây có số điện thoại hoặc số căn cước. Hãy ghi tên hệ thống hoặc báo cáo.",
                "Everybody reads the source, and here it has a telephone number or an identity number. Write the name of the system or the report.",
            ),
            Self::Bad(bad) => return bad.text(),
        };
        Text::new(vi, en)
    }
}

/// A row with what is wrong in it.
pub(super) fn left_out(header: &Header, original: Original, faults: &[Fault]) -> Rejected {
    let columns = faults.iter().map(|fault| fault.column());
    let places: Vec<usize> = columns.filter_map(|c| header.places.get(c.name()).copied()).collect();
    let joined = |cells: &[String]| {
        let cells = places.iter().map(|place| cells.get(*place).map_or("", String::as_str));
        cells.collect::<Vec<_>>().join("; ")
    };
    let texts: Vec<Text> = faults.iter().map(|fault| fault.text()).collect();
    let reason = Text::new(
        texts.iter().map(|text| &*text.vi).collect::<Vec<_>>().join(" "),
        texts.iter().map(|text| &*text.en).collect::<Vec<_>>().join(" "),
    );
    let (columns, value) = (joined(&header.names), joined(&original.cells));
    Rejected::new(original, &columns, &value, reason)
}
