//! `DOC-TRUOC.txt`: what the package is, for the person who opens it.

use super::columns::{COUNTS, Column, RESULTS, tallies};
use super::{LeftOut, Package, SCHEMA_VERSION, Withdrawal};
use crate::export::csv_text::BYTE_ORDER_MARK;

/// The read-me of the package, in Vietnamese, as Windows opens it.
pub(super) fn write(package: &Package<'_>) -> Vec<u8> {
    let text = [
        head(package),
        describes(package),
        OPENING.to_owned(),
        FILES.to_owned(),
        listed("CÁC CỘT CỦA ket-qua.csv", RESULTS),
        listed("CÁC CỘT CỦA so-lieu.csv", COUNTS),
        listed("CÁC CỘT CỦA tong-cong.csv", tallies(package)),
        if package.internal { ADDING_UP_WHOLE } else { ADDING_UP }.to_owned(),
        WITHHELD.to_owned(),
        format!("Phiên bản cấu trúc: {SCHEMA_VERSION}. Cột mới chỉ được thêm vào cuối bảng."),
    ]
    .join("\n\n");
    format!("{BYTE_ORDER_MARK}{}\r\n", text.replace('\n', "\r\n")).into_bytes()
}

fn head(package: &Package<'_>) -> String {
    let mut lines = Vec::new();
    if package.simulated {
        lines.push(
            "*** DỮ LIỆU MÔ PHỎNG: số liệu tự tạo để chạy thử, không phải ý kiến của người dân. ***\n"
                .to_owned(),
        );
    }
    if package.internal {
        lines.push(
            "*** NỘI BỘ: chỉ dành cho cán bộ được giao, không công bố, không gửi ra ngoài. Tệp tong-cong.csv có cả số liệu của ít người trả lời, từ đó có thể đoán ra ai đã trả lời gì. ***\n"
                .to_owned(),
        );
    }
    lines.push("KẾT QUẢ KHẢO SÁT MỨC ĐỘ HÀI LÒNG".to_owned());
    lines.push(format!("{} (mã {})", package.commune.name, package.commune.code));
    let day = |date: chrono::NaiveDate| date.format("%d/%m/%Y").to_string();
    lines.push(format!(
        "{}: từ ngày {} đến hết ngày {}",
        package.period.title.vi,
        day(package.period.start),
        day(package.period.last_day())
    ));
    lines.push(match package.plan {
        Some(plan) => format!(
            "Chỉ tiêu lấy từ: {} (hiệu lực từ {} đến {}). Ở dòng có target_as_yardstick trong cột ghi_chu, kế hoạch không đặt chỉ tiêu cho số liệu đó; mức ghi ở đó chỉ để tham khảo.",
            plan.title.vi,
            day(plan.valid_from),
            day(plan.valid_to)
        ),
        None => "Chưa có kế hoạch để so sánh, nên không có chỉ tiêu và kết luận.".to_owned(),
    });
    if let Some(plan) = package.plan
        && !plan.in_force(package.period.last_day())
    {
        lines.push(
            "Lưu ý: kế hoạch này không còn hoặc chưa có hiệu lực trong kỳ; chỉ tiêu chỉ để tham khảo."
                .to_owned(),
        );
    }
    lines.join("\n")
}

fn describes(package: &Package<'_>) -> String {
    let mut lines = vec![
        "SỐ LIỆU NÀY NÓI GÌ".to_owned(),
        "Số liệu mô tả những người đã trả lời, không phải toàn bộ người dân của xã. Người trả lời tự nguyện, không được chọn ngẫu nhiên; khoảng tin cậy chỉ tính sai số lấy mẫu.".to_owned(),
    ];
    if package.answered.is_empty() && package.left_out.is_empty() {
        lines.push("Trong kỳ này chưa có phiếu nào: các bảng chỉ có dòng tiêu đề.".to_owned());
    }
    for answered in &package.answered {
        let instrument = answered.instrument;
        lines.push(format!(
            "- {} (mã {}, phiên bản {})",
            instrument.title.vi, instrument.id, instrument.version
        ));
    }
    for LeftOut { instrument, withdrawal } in &package.left_out {
        let why = match withdrawal {
            Some(Withdrawal { number, day, reason }) => format!(
                "kết quả kỳ này đã được thu hồi ngày {} (quyết định lần {number}). Lý do: {reason}",
                day.format("%d/%m/%Y")
            ),
            None => "có phiếu trả lời nhưng kết quả kỳ này chưa được công bố".to_owned(),
        };
        lines.push(format!(
            "- KHÔNG CÓ trong gói này: {} (mã {}, phiên bản {}): {why}",
            instrument.title.vi, instrument.id, instrument.version
        ));
    }
    lines.join("\n")
}

fn listed<'c>(title: &str, columns: impl IntoIterator<Item = &'c Column>) -> String {
    let line = |c: &Column| format!("\n- {}: {}. {}", c.name, c.title, c.meaning);
    title.to_owned() + &columns.into_iter().map(line).collect::<String>()
}

const OPENING: &str = "\
CÁCH MỞ
Giải nén, rồi mở tệp .csv bằng Excel hoặc LibreOffice. Chữ tiếng Việt hiện đúng vì tệp dùng mã UTF-8 có dấu nhận biết.
Nếu Excel của ông/bà dùng dấu phẩy cho số thập phân: chọn Dữ liệu → Từ Văn bản/CSV, đặt dấu phân cách là dấu phẩy, dấu thập phân là dấu chấm, và kiểu của hai cột ma_tinh, ma_xa là Văn bản (để giữ số 0 ở đầu).
Ô chữ bắt đầu bằng = + - @ có thêm một dấu nháy ' ở trước, để bảng tính không chạy nó như công thức.
Ô trống nghĩa là không có số liệu hoặc không công bố; không phải là số 0.";

const FILES: &str = "\
CÁC TỆP
- ket-qua.csv: tỷ lệ hài lòng, khoảng tin cậy, chỉ tiêu, kết luận; mỗi dòng là một con số của một kênh.
- so-lieu.csv: số lượt chọn từng phương án của từng câu hỏi, theo kênh.
- tong-cong.csv: số liệu cộng dồn, để gộp nhiều xã, nhiều kỳ rồi tính lại đúng tỷ lệ và khoảng tin cậy.
- ket-qua.xlsx: các bảng trên trong một tệp Excel, mỗi bảng một trang; mã là chữ nên giữ số 0 ở đầu. Bảng nào dài hơn một trang Excel (1.048.576 dòng) thì chỉ có ở tệp .csv.
- datapackage.json: mô tả các bảng để máy đọc (chuẩn Frictionless).
- SHA256SUMS: mã kiểm tra; chạy sha256sum -c SHA256SUMS để biết tệp còn nguyên vẹn.
- DOC-TRUOC.txt: tệp này.";

const ADDING_UP: &str = "\
GỘP NHIỀU XÃ, NHIỀU KỲ
Nối các tệp tong-cong.csv thành một tệp (dòng tiêu đề lặp lại không sao), rồi chạy: hailong estimate --tallies TỆP --instrument MẪU_PHIẾU --by period. Kết quả đúng như khi tính từ mọi phiếu.
Tệp này chỉ có tổng của từng câu hỏi, và của thành phần chỉ có một câu hỏi: các tổng ấy chính là số đếm đã công bố. Dòng nào bị ẩn ở ket-qua.csv thì các tổng để trống, và câu hỏi ấy không gộp được. Tổng về nhiều câu trả lời của cùng một người không công bố; cơ quan được giao có gói nội bộ (hailong export --internal) thì gộp được cả thành phần và chỉ số chung.";

const ADDING_UP_WHOLE: &str = "\
GỘP NHIỀU XÃ, NHIỀU KỲ
Nối các tệp tong-cong.csv thành một tệp (dòng tiêu đề lặp lại không sao), rồi chạy: hailong estimate --tallies TỆP --instrument MẪU_PHIẾU --by period. Kết quả đúng như khi tính từ mọi phiếu, cả thành phần và chỉ số chung.
Tệp này đầy đủ, theo điểm khảo sát, kênh và ngày, của các phiếu đang có trong hệ thống khi xuất; các bảng khác của gói này cũng theo các phiếu đó, nên có thể khác lần đã công bố. Trước khi công bố số liệu gộp, hãy xem có ô nào dựa trên ít người không.";

const WITHHELD: &str = "\
SỐ LIỆU KHÔNG CÔNG BỐ
Để không ai bị đoán ra: dưới 10 người trả lời thì để trống mọi số liệu của dòng; từ 10 đến 29 người chỉ có số đếm, không có tỷ lệ; từ 30 đến 99 người có tỷ lệ nhưng kết luận là too_few; từ 100 người mới có kết luận.
Nếu một ô bị ẩn có thể tính ngược từ tổng (ví dụ tổng trừ các kênh còn lại), ô nhỏ kế tiếp cũng được ẩn, cho đến khi không tính ngược được nữa. Vì vậy một dòng từ 10 người trở lên đôi khi vẫn bị ẩn.";
