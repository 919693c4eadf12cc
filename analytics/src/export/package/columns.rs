//! The columns of the package's tables: their names, what they mean, and what
//! may stand in them. Headers, the descriptor and the read-me come from here.

use serde_json::{Value, json};

use super::{INTERNAL_GROUPS, Package};

/// A column. Its words are Vietnamese, as are its readers.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) meaning: &'static str,
    pub(super) holds: Holds,
}

/// What may stand in a column.
#[derive(Debug)]
pub(super) enum Holds {
    /// Text, never empty.
    Text,
    /// Text of this form.
    Form(&'static str),
    /// Text of this form, or empty.
    MaybeForm(&'static str),
    /// A day, never empty.
    Day,
    /// A whole number from 1 upwards, never empty.
    Version,
    /// A number of people, forms or answers; empty where withheld.
    Count,
    /// A number from 0 to 1; empty where withheld or undefined.
    Proportion,
    /// A number from 0 upwards; empty where there is none.
    Target,
    /// One of these, never empty.
    OneOf(&'static [&'static str]),
    /// One of these, or empty.
    MaybeOneOf(&'static [&'static str]),
    /// `true` or `false`.
    Truth,
}

const CHANNELS: &[&str] = &[super::ALL_CHANNELS, "kiosk", "qr", "online", "paper", "interview"];
const LEVELS: &[&str] = &["item", "component", "part", "index"];
const METHODS: &[&str] = &["wilson", "clopper_pearson", "logit", "beta"];
const RULES: &[&str] = &["pooled", "mean_of_items", "mean_of_components", "weighted_parts"];
/// The operator "equal" carries the apostrophe that keeps a spreadsheet from
/// reading it as the beginning of a formula.
const OPERATORS: &[&str] = &[">=", ">", "<=", "'="];
const VERDICTS: &[&str] = &["met", "not_met", "undetermined", "too_few"];

macro_rules! columns {
    ($($name:literal, $title:literal, $holds:expr, $meaning:literal;)+) => {
        &[$(Column { name: $name, title: $title, meaning: $meaning, holds: $holds }),+]
    };
}

/// The columns of `ket-qua.csv`. Columns are only ever added at the end.
pub(super) const RESULTS: &[Column] = columns![
    "ky_bao_cao", "Kỳ báo cáo", Holds::Text, "Mã kỳ báo cáo theo lịch của đơn vị: 2026-10 là tháng 10, 2026-Q3 là quý III, 2026-H1 là sáu tháng đầu năm, 2026-9M là chín tháng, 2026 là cả năm.";
    "tu_ngay", "Từ ngày", Holds::Day, "Ngày đầu của kỳ, tính cả ngày này, giờ Việt Nam.";
    "den_ngay", "Đến ngày", Holds::Day, "Ngày cuối của kỳ, tính cả ngày này, giờ Việt Nam.";
    "ma_tinh", "Mã tỉnh", Holds::Form("^[0-9]{2}$"), "Mã tỉnh, thành phố: 2 chữ số, giữ cả số 0 ở đầu.";
    "ma_xa", "Mã xã", Holds::Form("^[0-9]{5}$"), "Mã xã, phường, đặc khu: 5 chữ số, giữ cả số 0 ở đầu.";
    "ten_xa", "Tên xã", Holds::Text, "Tên xã, phường, đặc khu.";
    "mau_phieu", "Mẫu phiếu", Holds::Text, "Mã mẫu phiếu khảo sát.";
    "phien_ban", "Phiên bản", Holds::Version, "Phiên bản của mẫu phiếu. Câu hỏi đã có người trả lời thì không đổi; sửa câu hỏi là phiên bản mới.";
    "kenh", "Kênh", Holds::OneOf(CHANNELS), "Kênh thu thập: tat_ca (mọi kênh), kiosk (máy tính bảng tại quầy), qr (quét mã QR), online (đường dẫn trực tuyến), paper (phiếu giấy), interview (phỏng vấn).";
    "cap", "Cấp", Holds::OneOf(LEVELS), "Dòng này nói về: item (một câu hỏi), component (một thành phần), part (một phần), index (chỉ số chung).";
    "ma", "Mã", Holds::Text, "Mã câu hỏi, thành phần hoặc phần; ở cấp index là mã mẫu phiếu.";
    "ten", "Tên", Holds::Text, "Câu hỏi hoặc tên gọi, bằng tiếng Việt.";
    "so_phieu", "Số phiếu", Holds::Count, "Số phiếu nhận được qua kênh này trong kỳ.";
    "so_hop_le", "Số câu trả lời hợp lệ", Holds::Count, "Số câu trả lời có nêu mức độ. Ở cấp trên câu hỏi: cộng của các câu hỏi. so_hop_le + khong_y_kien + khong_tra_loi = so_phieu × số câu hỏi.";
    "so_hai_long", "Số câu trả lời hài lòng", Holds::Count, "Số câu trả lời hợp lệ được tính là hài lòng, thường là “Hài lòng” và “Rất hài lòng”.";
    "khong_y_kien", "Không có ý kiến", Holds::Count, "Số câu trả lời “Không có ý kiến”; không tính vào tỷ lệ.";
    "khong_tra_loi", "Bỏ trống", Holds::Count, "Số câu bỏ trống; không tính vào tỷ lệ.";
    "ty_le_hai_long", "Tỷ lệ hài lòng", Holds::Proportion, "Tỷ lệ hài lòng từ 0 đến 1. Ở cấp phần và chỉ số chung, tính theo quy tắc ở cột quy_tac_tong_hop.";
    "can_duoi", "Cận dưới", Holds::Proportion, "Cận dưới của khoảng tin cậy 95 %.";
    "can_tren", "Cận trên", Holds::Proportion, "Cận trên của khoảng tin cậy 95 %.";
    "phuong_phap", "Phương pháp", Holds::MaybeOneOf(METHODS), "Cách tính khoảng tin cậy.";
    "quy_tac_tong_hop", "Quy tắc tổng hợp", Holds::MaybeOneOf(RULES), "Cách cộng câu hỏi thành chỉ số: pooled (gộp mọi câu trả lời), mean_of_items (trung bình các câu hỏi), mean_of_components (trung bình các thành phần), weighted_parts (trung bình các phần theo trọng số). Câu hỏi không có quy tắc.";
    "chi_tieu", "Chỉ tiêu", Holds::Target, "Mức phải đạt theo kế hoạch, viết như tỷ lệ: 0.9 là 90 %. Chỉ có ở dòng tat_ca của chỉ số chung và thành phần.";
    "toan_tu", "Toán tử", Holds::MaybeOneOf(OPERATORS), "Cách so với chỉ tiêu: >= (từ mức đó trở lên), > (trên mức đó), <= (nhiều nhất), '= (bằng; dấu nháy để bảng tính không đọc thành công thức).";
    "ket_luan", "Kết luận", Holds::MaybeOneOf(VERDICTS), "met (cả khoảng tin cậy đạt chỉ tiêu), not_met (cả khoảng chưa đạt), undetermined (khoảng chứa chỉ tiêu: chưa đủ căn cứ), too_few (chưa đủ phiếu: dưới 100 người trả lời, hoặc chưa tính được tỷ lệ).";
    "an", "Ẩn", Holds::Truth, "true khi có số liệu của dòng này không được công bố vì ít người trả lời; các ô đó để trống.";
    "mo_phong", "Mô phỏng", Holds::Truth, "true khi là DỮ LIỆU MÔ PHỎNG: số liệu tự tạo để chạy thử, không phải ý kiến của người dân.";
    "ghi_chu", "Ghi chú", Holds::MaybeForm("^[a-z0-9_]+(;[a-z0-9_]+)*$"), "Điều cần biết khi dùng chỉ tiêu và tỷ lệ, cách nhau bằng dấu chấm phẩy: target_as_yardstick (kế hoạch không đặt chỉ tiêu cho số liệu này, mức ghi ở đây chỉ để tham khảo), target_out_of_force (chỉ tiêu đặt cho thời gian khác), nonresponse_over_10, nonresponse_over_30 (hơn 10 %, hơn 30 % câu hỏi không có ý kiến hoặc bỏ trống; trên 30 % thì tỷ lệ không đáng tin cậy), all_satisfied, none_satisfied, no_spread (mọi người trả lời như nhau), few_df (quá ít người trả lời độc lập), component_missing, item_missing (có thành phần, câu hỏi chưa có câu trả lời), component_few (có thành phần, câu hỏi còn ít người trả lời, nên chưa kết luận).";
    "duoc_hoi", "Số câu được hỏi", Holds::Count, "Số người được hỏi; ở cấp trên câu hỏi: cộng của các câu hỏi. Bằng so_hop_le + khong_y_kien + khong_tra_loi.";
];

/// The columns of `so-lieu.csv`. Columns are only ever added at the end.
pub(super) const COUNTS: &[Column] = columns![
    "ky_bao_cao", "Kỳ báo cáo", Holds::Text, "Như trong ket-qua.csv.";
    "ma_xa", "Mã xã", Holds::Form("^[0-9]{5}$"), "Như trong ket-qua.csv.";
    "mau_phieu", "Mẫu phiếu", Holds::Text, "Như trong ket-qua.csv.";
    "phien_ban", "Phiên bản", Holds::Version, "Như trong ket-qua.csv.";
    "kenh", "Kênh", Holds::OneOf(CHANNELS), "Như trong ket-qua.csv.";
    "ma_cau_hoi", "Mã câu hỏi", Holds::Text, "Mã câu hỏi.";
    "cau_hoi", "Câu hỏi", Holds::Text, "Câu hỏi, bằng tiếng Việt.";
    "phuong_an", "Phương án", Holds::Form("^([0-9]{1,2}|bo_trong)$"), "Giá trị của phương án; bo_trong là câu bỏ trống.";
    "ten_phuong_an", "Tên phương án", Holds::Text, "Phương án, bằng tiếng Việt.";
    "so_luot", "Số lượt", Holds::Count, "Số lượt chọn phương án này. Câu được chọn nhiều phương án thì tổng có thể lớn hơn số phiếu.";
    "an", "Ẩn", Holds::Truth, "Như trong ket-qua.csv.";
    "mo_phong", "Mô phỏng", Holds::Truth, "Như trong ket-qua.csv.";
    "duoc_hoi", "Số người được hỏi", Holds::Count, "Số người được hỏi câu này. Câu chỉ hỏi sau một mức thấp thì ít hơn số phiếu; bo_trong chỉ đếm người được hỏi.";
];

/// The columns of `tong-cong.csv`, in the names that `estimate --tallies` reads; those of
/// [`INTERNAL_GROUPS`] stand in the internal package only, `simulated` only with simulated data.
const TALLIES: &[Column] = columns![
    "instrument", "Mẫu phiếu", Holds::Text, "Mã mẫu phiếu khảo sát, như mau_phieu trong ket-qua.csv.";
    "version", "Phiên bản", Holds::Version, "Phiên bản của mẫu phiếu.";
    "period", "Kỳ báo cáo", Holds::Text, "Như ky_bao_cao trong ket-qua.csv.";
    "commune_code", "Mã xã", Holds::Form("^[0-9]{5}$"), "Như ma_xa trong ket-qua.csv.";
    "collection_point", "Điểm khảo sát", Holds::Text, "Mã điểm khảo sát.";
    "channel", "Kênh", Holds::OneOf(CHANNELS), "Kênh thu thập.";
    "day", "Ngày", Holds::Day, "Ngày trả lời, giờ Việt Nam.";
    "level", "Cấp", Holds::OneOf(LEVELS), "Như cap trong ket-qua.csv.";
    "a", "Mục a", Holds::Text, "Mã câu hỏi, thành phần, phần hoặc chỉ số mà các tổng của dòng nói về.";
    "b", "Mục b", Holds::Text, "Bằng a; khác a ở dòng có tổng các tích của hai mục.";
    "respondents", "Số người trả lời", Holds::Count, "Số phiếu.";
    "valid", "Hợp lệ", Holds::Count, "Số câu trả lời hợp lệ cho a.";
    "satisfied", "Hài lòng", Holds::Count, "Số câu trả lời hài lòng cho a.";
    "no_opinion", "Không có ý kiến", Holds::Count, "Số câu trả lời “Không có ý kiến” cho a.";
    "unanswered", "Bỏ trống", Holds::Count, "Số câu bỏ trống của a.";
    "people", "Người có câu trả lời", Holds::Count, "Số người có ít nhất một câu trả lời hợp lệ cho a.";
    "satisfied_satisfied", "Tổng hài lòng × hài lòng", Holds::Count, "Cộng theo người: số câu hài lòng của a nhân số câu hài lòng của b.";
    "satisfied_valid", "Tổng hài lòng × hợp lệ", Holds::Count, "Cộng theo người: số câu hài lòng của a nhân số câu hợp lệ của b.";
    "valid_satisfied", "Tổng hợp lệ × hài lòng", Holds::Count, "Cộng theo người: số câu hợp lệ của a nhân số câu hài lòng của b.";
    "valid_valid", "Tổng hợp lệ × hợp lệ", Holds::Count, "Cộng theo người: số câu hợp lệ của a nhân số câu hợp lệ của b.";
    "simulated", "Mô phỏng", Holds::Truth, "Chỉ có khi là DỮ LIỆU MÔ PHỎNG.";
];

/// The columns of `tong-cong.csv` in this package.
pub(super) fn tallies(package: &Package<'_>) -> Vec<&'static Column> {
    let there = |column: &&Column| match column.name {
        "simulated" => package.simulated,
        name => package.internal || !INTERNAL_GROUPS.contains(&name),
    };
    TALLIES.iter().filter(there).collect()
}

impl Column {
    /// The field of a Table Schema that describes this column.
    pub(super) fn field(&self) -> Value {
        let (kind, constraints) = match self.holds {
            Holds::Text => ("string", json!({ "required": true })),
            Holds::Form(pattern) => ("string", json!({ "required": true, "pattern": pattern })),
            Holds::MaybeForm(pattern) => ("string", json!({ "pattern": pattern })),
            Holds::Day => ("date", json!({ "required": true })),
            Holds::Version => ("integer", json!({ "required": true, "minimum": 1 })),
            Holds::Count => ("integer", json!({ "minimum": 0 })),
            Holds::Proportion => ("number", json!({ "minimum": 0, "maximum": 1 })),
            Holds::Target => ("number", json!({ "minimum": 0 })),
            Holds::OneOf(names) => ("string", json!({ "required": true, "enum": names })),
            Holds::MaybeOneOf(names) => ("string", json!({ "enum": names })),
            Holds::Truth => ("boolean", json!({ "required": true })),
        };
        let mut field = json!({
            "name": self.name,
            "type": kind,
            "title": self.title,
            "description": self.meaning,
            "constraints": constraints,
        });
        if let Holds::Truth = self.holds {
            field["trueValues"] = json!(["true"]);
            field["falseValues"] = json!(["false"]);
        }
        if let Holds::Day = self.holds {
            field["format"] = json!("%Y-%m-%d");
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use surveys::instrument::Aggregation;
    use surveys::response::Channel;

    use super::*;
    use crate::{Level, Verdict};

    #[test]
    fn every_name_a_row_can_hold_is_allowed_in_its_column() {
        for channel in Channel::ALL {
            assert!(CHANNELS.contains(&channel.name()));
        }
        for level in [Level::Item, Level::Component, Level::Part, Level::Index] {
            assert!(LEVELS.contains(&level.name()));
        }
        for rule in Aggregation::ALL {
            assert!(RULES.contains(&rule.name()));
        }
        for verdict in [Verdict::Met, Verdict::NotMet, Verdict::Undetermined, Verdict::TooFew] {
            assert!(VERDICTS.contains(&verdict.name()));
        }
    }

    #[test]
    fn the_result_columns_are_those_agreed_with_the_provinces_and_three_more() {
        let names: Vec<&str> = RESULTS.iter().map(|c| c.name).collect();
        assert_eq!(
            names.join(", "),
            "ky_bao_cao, tu_ngay, den_ngay, ma_tinh, ma_xa, ten_xa, mau_phieu, phien_ban, kenh, \
             cap, ma, ten, so_phieu, so_hop_le, so_hai_long, khong_y_kien, khong_tra_loi, \
             ty_le_hai_long, can_duoi, can_tren, phuong_phap, quy_tac_tong_hop, chi_tieu, \
             toan_tu, ket_luan, an, mo_phong, ghi_chu, duoc_hoi"
        );
    }
}
