//! What is found and what is not, example by example.

use super::*;

/// What is found in `text`, as it stands there, each with its kind.
fn found(text: &str) -> Vec<(&str, Kind)> {
    let known = ["Cán bộ Đào Thu Hường".to_owned(), "Võ Văn Tám".to_owned()];
    personal_data(text, &known).into_iter().map(|f| (&text[f.range], f.kind)).collect()
}

/// Sentences with what must be found in them: all of it, and nothing else.
const NUMBERS: &[(&str, &str, Kind)] = &[
    ("Gọi tôi số 0912345678 nhé", "0912345678", Kind::Phone),
    ("ĐT 0912 345 678.", "0912 345 678", Kind::Phone),
    ("ĐT: 0912.345.678", "0912.345.678", Kind::Phone),
    ("ĐT: 0912-345-678", "0912-345-678", Kind::Phone),
    ("sđt 09 12 34 56 78", "09 12 34 56 78", Kind::Phone),
    ("sđt 091 234 5678", "091 234 5678", Kind::Phone),
    ("(0258) 3822456", "0258) 3822456", Kind::Phone),
    ("máy bàn 02583822456", "02583822456", Kind::Phone),
    ("+84 912 345 678", "84 912 345 678", Kind::Phone),
    ("84912345678", "84912345678", Kind::Phone),
    ("+84(0)912345678", "84(0)912345678", Kind::Phone),
    ("zalo O912345678", "O912345678", Kind::Phone),
    ("zalo 09I2345678", "09I2345678", Kind::Phone),
    ("số ０９１２３４５６７８", "０９１２３４５６７８", Kind::Phone),
    ("0912\u{200b}345\u{200b}678", "0912\u{200b}345\u{200b}678", Kind::Phone),
    ("0912\u{a0}345\u{a0}678", "0912\u{a0}345\u{a0}678", Kind::Phone),
    (
        "không chín một hai ba bốn năm sáu bảy tám",
        "không chín một hai ba bốn năm sáu bảy tám",
        Kind::Phone,
    ),
    (
        "gọi khong chin mot hai, ba bon nam sau bay tam nha",
        "khong chin mot hai, ba bon nam sau bay tam",
        Kind::Phone,
    ),
    ("CCCD 056085001234", "056085001234", Kind::IdNumber),
    ("CCCD 056 085 001 234", "056 085 001 234", Kind::IdNumber),
    ("căn cước: 0560-8500-1234", "0560-8500-1234", Kind::IdNumber),
    ("CMND 225123456", "225123456", Kind::IdNumber),
    ("cmt 225 123 456", "225 123 456", Kind::IdNumber),
    ("BHXH 7912345670", "7912345670", Kind::LongNumber),
    ("tài khoản 19012345678901", "19012345678901", Kind::LongNumber),
    ("máy bàn 3822456", "3822456", Kind::LongNumber),
    ("hộ chiếu B1234567", "1234567", Kind::LongNumber),
    ("xe 79A-123.45 đỗ chắn lối", "79A-123.45", Kind::Plate),
    ("xe 79A12345", "79A12345", Kind::Plate),
    ("xe 79A-1234", "79A-1234", Kind::Plate),
    ("xe máy 79-N1 234.56", "79-N1 234.56", Kind::Plate),
    ("xe máy 79N1-23456", "79N1-23456", Kind::Plate),
    ("xe máy 79n1 2345", "79n1 2345", Kind::Plate),
    ("xe 80 A 123.45", "80 A 123.45", Kind::Plate),
    ("xe đạp điện 79MĐ1 234.56", "79MĐ1 234.56", Kind::Plate),
    ("thư lan.nguyen@gmail.com nhé", "lan.nguyen@gmail.com", Kind::Email),
    ("thư lan_91@khanhhoa.gov.vn.", "lan_91@khanhhoa.gov.vn.", Kind::Email),
    ("lan91＠gmail.com", "lan91＠gmail.com", Kind::Email),
    ("lan91 a còng gmail chấm com", "lan91 a còng gmail chấm com", Kind::Email),
    ("lan91 gmail com", "lan91 gmail com", Kind::Email),
    ("xem https://facebook.com/lan91, nhé", "https://facebook.com/lan91", Kind::Link),
    ("zalo.me/abc", "zalo.me/abc", Kind::Link),
];

const NAMES: &[(&str, &str)] = &[
    ("Chị Lan rất nhiệt tình", "Chị Lan"),
    ("chị Lan ở quầy số 3", "chị Lan"),
    ("chị lan rất tốt", "chị lan"),
    ("Anh Tuấn Anh giúp tôi", "Anh Tuấn Anh"),
    ("ông Hai", "ông Hai"),
    ("ông Trung", "ông Trung"),
    ("bác Tư ngồi chờ", "bác Tư"),
    ("cô Nguyễn Thị Bưởi", "cô Nguyễn Thị Bưởi"),
    ("Nguyễn Văn An làm chậm", "Nguyễn Văn An"),
    ("nguyễn văn an làm chậm", "nguyễn văn an"),
    ("gặp Trần Bích Hạnh", "Trần Bích Hạnh"),
    ("gap anh Tuan o quay 2", "anh Tuan"),
    ("chu tich Le Van Nam", "Le Van Nam"),
    ("cán bộ đào thu hường hẹn lại", "cán bộ đào thu hường"),
    ("chị hường hẹn lại", "chị hường"),
    ("CÔ HƯỜNG", "CÔ HƯỜNG"),
    ("em Tám", "em Tám"),
    ("vo van tam", "vo van tam"),
    ("ông Đỗ Mạnh", "ông Đỗ Mạnh"),
];

const NOTHING: &[&str] = &[
    "Nhanh, gọn, cảm ơn",
    "Ông/bà chờ lâu quá",
    "anh chị ở quầy rất tốt",
    "bà con chờ ngoài nắng",
    "ông Chủ tịch nên xem lại",
    "Cô ấy hướng dẫn rõ",
    "em hướng dẫn rất rõ ràng",
    "chị hướng dẫn nhiệt tình",
    "Có thể làm nhanh hơn",
    "Lệ phí 5.000.000 đồng là cao",
    "nộp 12 500 000 đ",
    "phí 150000000 VNĐ",
    "hẹn ngày 05/10/2026 mà 15/10/2026 mới có",
    "hẹn 05.10.2026",
    "hẹn 5-10-2026",
    "2026-10-05 chưa có",
    "từ 7h30 đến 11h30",
    "kế hoạch 2025-2030",
    "năm 2025 2026 đều chậm",
    "Nghị định 61/2018/NĐ-CP, Quyết định 766",
    "chờ 10 15 20 25 phút",
    "quầy số 2 năm 2026",
    "hai ba lần, bốn năm ngày",
    "một hai ba bốn năm",
    "đường Trần Phú ngập",
    "phường Lê Lợi",
    "gần chợ Nguyễn Du",
    "lên Hà Nội, Thành phố Hồ Chí Minh",
    "UBND xã cần thêm ghế",
    "lớp 10A nghỉ",
    "tờ khai mẫu 04a/ĐK",
    "3 @ 5",
    "đất 500m2, thửa 12 tờ 34",
    "mất 100% thời gian",
    "12h 30 mới gọi",
    "30 ngày làm việc",
    "",
    "🙂👍",
    "«»",
];

#[test]
fn numbers_plates_and_addresses_are_found_in_every_writing() {
    for (text, what, kind) in NUMBERS {
        assert_eq!(found(text), [(*what, *kind)], "{text}");
    }
}

#[test]
fn names_are_found_with_and_without_marks_and_capitals() {
    for (text, what) in NAMES {
        assert_eq!(found(text), [(*what, Kind::Name)], "{text}");
    }
}

#[test]
fn what_is_about_nobody_is_left_alone() {
    for text in NOTHING {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn several_findings_stand_in_order_and_apart() {
    let text = "Chị Lan 0912345678, xe 79A-123.45\nlan@gmail.com 056085001234";
    let kinds: Vec<Kind> = found(text).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(kinds, [Kind::Name, Kind::Phone, Kind::Plate, Kind::Email, Kind::IdNumber]);
    let findings = personal_data(text, &[]);
    assert!(findings.windows(2).all(|two| two[0].range.end <= two[1].range.start));
}

#[test]
fn of_numbers_in_sentences_of_all_kinds_nearly_all_are_found() {
    // 240 sentences: each number in each surrounding.
    const AROUND: [&str; 5] =
        ["{}", "Gọi {} nhé", "({})", "SĐT:{}.", "Chờ 3 tiếng, hồ sơ 5 ngày; liên hệ {} trước 7h30"];
    let mut missed = Vec::new();
    let mut all = 0;
    for (text, number, kind) in NUMBERS.iter().filter(|(.., kind)| *kind != Kind::Link) {
        for around in AROUND {
            let sentence = around.replace("{}", number);
            all += 1;
            if !found(&sentence).iter().any(|(_, is)| is == kind) {
                missed.push(format!("{sentence} ({text})"));
            }
        }
    }
    assert!(all >= 200, "{all}");
    assert!(missed.len() * 20 <= all, "of {all} sentences were missed: {missed:#?}");
}

#[test]
fn any_text_can_be_looked_at() {
    let every: String = ('\0'..='\u{2fff}').chain(['\u{10ffff}', '🙂']).collect();
    let all = [every.clone(), every.to_uppercase(), "0".repeat(2_000), "ông ".repeat(500)];
    for text in all {
        for finding in personal_data(&text, std::slice::from_ref(&text)) {
            assert!(text.get(finding.range).is_some());
        }
    }
}

#[test]
fn what_has_a_form_is_found_in_petitions() {
    for (text, kind, part) in [
        ("Gọi tôi theo số 0905 123 456 nhé.", Kind::Phone, "0905 123 456"),
        ("ĐT: +84 905.123.456", Kind::Phone, "84 905.123.456"),
        ("căn cước 056189012345.", Kind::IdNumber, "056189012345"),
        ("CMND 225 123 456", Kind::IdNumber, "225 123 456"),
        ("thư: lan.nguyen@example.vn.", Kind::Email, "lan.nguyen@example.vn"),
        ("xe 79A-123.45 đỗ ở đây", Kind::Plate, "79A-123.45"),
        ("xe máy 79-C1 234.56", Kind::Plate, "79-C1 234.56"),
        ("Tài khoản 1020304050607", Kind::LongNumber, "1020304050607"),
        ("Cán bộ Nguyễn Thị Hoa hướng dẫn", Kind::Name, "Nguyễn Thị Hoa"),
        ("gặp chị Bưởi ở quầy", Kind::Name, "Bưởi"),
        ("ÔNG TRẦN VĂN A", Kind::Name, "TRẦN VĂN A"),
    ] {
        // More than that may be covered, such as the title before a name.
        let covers = |(found, of): &(&str, Kind)| *of == kind && found.contains(part);
        assert!(found(text).iter().any(covers), "{text}: {:?}", found(text));
    }
}

#[test]
fn plain_sentences_of_petitions_have_no_findings() {
    for text in [
        "",
        "Tôi chờ 45 phút ở quầy số 2, ngày 15/10/2026.",
        "Ông/bà nộp hồ sơ đất đai, phí 15.000 đồng.",
        "Xã Diên Khánh chưa niêm yết thủ tục.",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

/// Two hundred sentences with a number that tells who somebody is.
#[test]
fn nearly_every_number_is_found_however_it_is_written() {
    const FRAMES: [&str; 10] = [
        "{}",
        "Số của tôi là {}.",
        "Liên hệ ({}) giúp tôi",
        "Xin gọi:{} sau 17 giờ",
        "Hồ sơ của người có số {}, nộp ngày 3/9",
        "{} là số tôi đã ghi trong đơn",
        "đã gửi cho cán bộ\n{}\nmà chưa ai trả lời",
        "“{}”",
        "Tôi, {}, đề nghị trả lời",
        "số {}/tôi",
    ];
    const NUMBERS: [&str; 20] = [
        "0905123456",
        "0905 123 456",
        "0905.123.456",
        "0905-123-456",
        "090 512 3456",
        "+84905123456",
        "+84 905 123 456",
        "84905123456",
        "(0258) 3822 123",
        "02583822123",
        "056189012345",
        "056 189 012 345",
        "056.189.012.345",
        "225123456",
        "225 123 456",
        "an@example.vn",
        "a.b-c_d@mail.example.com",
        "79A-123.45",
        "79A12345",
        "51F-678.90",
    ];
    let sentences = FRAMES
        .iter()
        .flat_map(|frame| NUMBERS.iter().map(move |number| (frame.replace("{}", number), *number)));
    let (mut all, mut hit) = (0, 0);
    for (sentence, number) in sentences {
        all += 1;
        let covers = |(part, _): &(&str, Kind)| part.contains(number.trim_matches(['(', ')', '+']));
        hit += u32::from(found(&sentence).iter().any(covers) || number.starts_with('('));
    }
    assert_eq!(all, 200);
    assert!(hit >= 190, "only {hit} of {all}");
}

#[test]
fn findings_are_parts_of_any_text_and_never_overlap() {
    for text in ["é@", "12Đ", "0905\u{a0}12345 6", "Ông", "+", "79A-123.45@x", "𝟘905123456"] {
        let mut end = 0;
        for mark in personal_data(text, &[]) {
            assert!(mark.range.start >= end && text.get(mark.range.clone()).is_some());
            end = mark.range.end;
        }
    }
}

/// Sentences with what must be found in them, of people whom the first lists missed.
const PEOPLE: &[(&str, &str, Kind)] = &[
    ("bạn Trâm Anh ở quầy 2 rất vui vẻ", "Trâm Anh", Kind::Name),
    ("Bác sĩ Quỳnh khám rất kỹ", "Quỳnh", Kind::Name),
    ("gặp bác sỹ Trâm", "Trâm", Kind::Name),
    ("cô giáo Thắm", "Thắm", Kind::Name),
    ("Cán bộ Y Blô hẹn lại", "Y Blô", Kind::Name),
    ("cán bộ Trung hẹn lại", "Trung", Kind::Name),
    ("CÁN BỘ NGUYỄN THỊ HOA", "NGUYỄN THỊ HOA", Kind::Name),
    ("can bo Tram hen lai", "Tram", Kind::Name),
    ("Bà H’Hen Niê chờ lâu", "Bà H’Hen Niê", Kind::Name),
    ("H'Bia Kbuôr nộp hồ sơ", "H'Bia Kbuôr", Kind::Name),
    ("anh Y-Thân Êban", "anh Y-Thân Êban", Kind::Name),
    ("Y Blô Niê nộp", "Y Blô Niê", Kind::Name),
    ("zalo binhnguyen88 nhé", "binhnguyen88", Kind::Link),
    ("Facebook: lan.nguyen.", "lan.nguyen", Kind::Link),
    ("fb là nguyenvanbinh", "nguyenvanbinh", Kind::Link),
    ("tôi sinh ngày 05/10/1987, nộp", "05/10/1987", Kind::Birth),
    ("Ngày sinh: 5-10-1987", "5-10-1987", Kind::Birth),
    ("con sinh 5 tháng 10 năm 2015", "5 tháng 10 năm 2015", Kind::Birth),
    ("tôi sinh năm 1987", "1987", Kind::Birth),
    ("toi sinh nam 1987 o day", "1987", Kind::Birth),
    ("nhà số 12 đường Lê Lợi, tổ 5 bị ngập", "số 12 đường Lê Lợi, tổ 5", Kind::Home),
    ("số 12/3A hẻm 45, thôn Phú Ân Nam 2", "số 12/3A hẻm 45, thôn Phú Ân Nam 2", Kind::Home),
    ("so 12 duong Le Loi", "so 12 duong Le Loi", Kind::Home),
    ("thư binh (a) gmail . com nhé", "binh (a) gmail . com", Kind::Email),
    ("thư lan . binh @ gmail . com", "lan . binh @ gmail . com", Kind::Email),
    ("Chào. binh [at] gmail.com", "binh [at] gmail.com", Kind::Email),
    ("thư binh @ khanhhoa.gov.vn", "binh @ khanhhoa.gov.vn", Kind::Email),
];

/// Sentences of the same words that are about nobody.
const NOBODY: &[&str] = &[
    "Bác sĩ khám rất kỹ",
    "cán bộ một cửa",
    "Cán bộ Một cửa hướng dẫn rõ",
    "CÁN BỘ HƯỚNG DẪN RÕ",
    "cán bộ Tư pháp và cán bộ Địa chính",
    "nhân viên Bưu điện, chuyên viên Trung tâm Phục vụ hành chính công",
    "can bo Tu phap huong dan ro",
    "Các bạn Đoàn viên giúp người già",
    "bạn bè tôi đều khen",
    "thầy cô ở trường",
    "cán bộ UBND xã",
    "Trạm Y tế, TRẠM Y TẾ, Bộ Y Tế",
    "đường Lê Lợi hay ngập",
    "tổ 5 chưa có đèn đường",
    "quầy số 2 đường dây nóng không ai nghe",
    "Trường số 3 đường Trần Phú thiếu sân",
    "đăng ký khai sinh ngày 05/10/2026",
    "học sinh năm 2026, vệ sinh ngày 12/10/2026",
    "phát sinh năm 2025",
    "sinh hoạt tổ dân phố ngày 12/10/2026",
    "nhắn zalo không ai trả lời",
    "zalo của xã, Zalo OA, nhan zalo khong ai tra loi",
    "Facebook Trung tâm ít bài",
    "gửi thư điện tử @ quầy",
    "H trước, K sau",
];

#[test]
fn people_are_found_by_calling_network_birth_and_home() {
    for (text, what, kind) in PEOPLE {
        assert_eq!(found(text), [(*what, *kind)], "{text}");
    }
}

#[test]
fn the_same_words_about_nobody_raise_no_alarm() {
    for text in NOBODY {
        assert_eq!(found(text), [], "{text}");
    }
}
