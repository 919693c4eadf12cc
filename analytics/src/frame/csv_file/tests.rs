use super::*;
use crate::estimate::{EstimateOptions, estimate};
use crate::test_form::{frame, instrument};

const HEADER: &str = "group,A1,A2,A3,B1,B2,C1,D1,D2";

fn grouped() -> CsvOptions {
    CsvOptions { keys: vec!["group".into()], ..Default::default() }
}

fn read(file: &[u8], options: &CsvOptions) -> Result<CsvResponses, CsvError> {
    Frame::read_csv(file, &instrument(), options)
}

fn read_rows(rows: &str) -> CsvResponses {
    read(format!("{HEADER}\n{rows}").as_bytes(), &grouped()).unwrap()
}

/// Every mistake as line, column, value and code.
fn mistakes(read: &CsvResponses) -> Vec<(u64, &str, &str, &str)> {
    let mistake = |r: &'_ Reject| r.reason.code();
    read.rejects
        .iter()
        .map(|r| (r.line, r.column.as_deref().unwrap_or(""), r.value.as_str(), mistake(r)))
        .collect()
}

#[test]
fn a_file_gives_the_frame_that_its_rows_give() {
    let wanted = frame(&[("kiosk", "55555552"), ("qr", "1-9--3-0")]);
    for (delimiter, mark, end) in [(",", "", "\n"), (";", "\u{feff}", "\r\n"), ("\t", "", "\n")] {
        let file =
            format!("{mark}note,{HEADER}\n\"a\",\"kiosk\",5,5,5,\"5\",5,5,5,2\nb,qr,1,,9,,,3,,0\n");
        let file = file.replace(',', delimiter).replace('\n', end);
        let read = read(file.as_bytes(), &grouped()).unwrap();
        assert_eq!(mistakes(&read), []);
        assert_eq!(read.frame, wanted);
        assert_eq!((read.rows, read.rejected, read.encoding), (2, 0, Encoding::Utf8));
    }
}

#[test]
fn columns_may_stand_in_any_order() {
    let file = "D2,D1,C1,B2,B1,A3,A2,A1,group\n2,5,5,5,5,5,4,1,x\n";
    assert_eq!(read(file.as_bytes(), &grouped()).unwrap().frame, frame(&[("x", "14555552")]));
}

#[test]
fn good_rows_go_in_and_bad_ones_say_why() {
    let read = read_rows(
        "x,5,5,5,5,5,5,5,2\n\
         x,6,5,5,5,5,5,5,5\n\
         x,5,5\n\
         x,5,5,5,5,5,5,5,2,1\n\
         y, 4 ,4.0,,9,1,1,1,0\n\
         x,1e9,-1,4.5,năm,99999999999999999999,.0,5,2\n\
         a\0b,5,5,5,5,5,5,5,2\n",
    );
    assert_eq!(read.frame, frame(&[("x", "55555552"), ("y", "44-91110")]));
    assert_eq!((read.rows, read.rejected), (7, 5));
    assert_eq!(
        mistakes(&read),
        [
            (3, "A1", "6", "off_scale"),
            (3, "D2", "5", "off_scale"),
            (4, "", "x,5,5", "cells"),
            (5, "", "x,5,5,5,5,5,5,5,2,1", "cells"),
            (7, "A1", "1e9", "no_number"),
            (7, "A2", "-1", "no_number"),
            (7, "A3", "4.5", "no_number"),
            (7, "B1", "năm", "no_number"),
            (7, "B2", "99999999999999999999", "off_scale"),
            (7, "C1", ".0", "no_number"),
            (8, "group", "a␣b", "no_text"),
        ]
    );
}

#[test]
fn a_response_counts_once_however_often_its_row_stands_in_the_file() {
    let file = format!(
        "response_id,{HEADER}\nr1,x,5,5,5,5,5,5,5,2\n,x,1,,,,,,,\nr1 ,x,5,5,5,5,5,5,5,2\n\
         r2,x,77,,,,,,,\n,x,1,,,,,,,\nr2,x,4,,,,,,,\n"
    );
    let read = read(file.as_bytes(), &grouped()).unwrap();
    assert_eq!(
        read.frame,
        frame(&[("x", "55555552"), ("x", "1-------"), ("x", "1-------"), ("x", "4-------")])
    );
    assert_eq!(
        mistakes(&read),
        [(4, "response_id", "r1 ", "repeated_id"), (5, "A1", "77", "off_scale")]
    );
}

#[test]
fn a_stray_quote_does_not_take_the_rows_after_it_along() {
    let read = read_rows("\"x,5,5,5,5,5,5,5,2\ny,5,5,5,5,5,5,5,2\n\"z\",1,1,1,1,1,1,1,0\n");
    assert_eq!(read.frame, frame(&[("y", "55555552"), ("z", "11111110")]));
    assert_eq!(read.rejected, 1);
    assert_eq!(read.rejects[0].line, 2);
}

#[test]
fn a_quoted_line_end_counts_as_a_line() {
    let read = read_rows("\"x\ny\",5,5,5,5,5,5,5,2\nz,7,1,1,1,1,1,1,0\n");
    assert_eq!(mistakes(&read), [(4, "A1", "7", "off_scale")]);
    assert_eq!(read.frame, frame(&[("x\ny", "55555552")]));
}

#[test]
fn excel_encodings_are_read() {
    let text = format!("{HEADER}\nĐiểm hẹn,5,5,5,5,5,5,5,2\n");
    let wanted = frame(&[("Điểm hẹn", "55555552")]);
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let found = read(&wide, &grouped()).unwrap();
    assert_eq!((found.frame, found.encoding), (wanted.clone(), Encoding::Utf16Le));

    let mut narrow = format!("{HEADER}\n").into_bytes();
    narrow.extend([0xD0, b'i', 0xEA, 0xD2, b'm', b' ', b'h', b'e', 0xF2, b'n']);
    narrow.extend(b",5,5,5,5,5,5,5,2\n");
    narrow.extend("Điểm hẹn,1,1,1,1,1,1,1,0\n".as_bytes());
    let found = read(&narrow, &grouped()).unwrap();
    let both = frame(&[("Điểm hẹn", "55555552"), ("Điểm hẹn", "11111110")]);
    assert_eq!((found.frame, found.encoding), (both, Encoding::Windows1258));
}

#[test]
fn spellings_of_one_text_are_one_group() {
    let read = read_rows("Diên ,5,,,,,,,\nDie\u{302}n,5,,,,,,,\n");
    let options = EstimateOptions { by: vec!["group".into()], ..Default::default() };
    let table = estimate(&read.frame, &instrument(), &options).unwrap();
    assert_eq!(table.rows.iter().filter(|r| &*r.code == "A1").count(), 1);
}

#[test]
fn a_header_that_cannot_be_used_says_what_to_do() {
    let error = |file: &str, keys: &[&str]| {
        let keys = keys.iter().map(|k| (*k).to_owned()).collect();
        read(file.as_bytes(), &CsvOptions { keys, ..Default::default() }).unwrap_err()
    };
    let missing = error("A1,A2,A3,B1,B2,c1,D1\n", &[]);
    assert!(missing.to_string().contains("no column for C1, D2"), "{missing}");
    assert!(missing.text().vi.contains("C1, D2"));
    let missing = error(&format!("{HEADER}\n"), &["commune_code"]);
    assert!(matches!(missing, CsvError::MissingColumn { name, .. } if name == "commune_code"));
    let twice = error(&format!("{HEADER},A1\n"), &[]);
    assert!(matches!(twice, CsvError::RepeatedColumn { name } if name == "A1"));
    for empty in ["", "\n\n", "\u{feff}"] {
        assert!(matches!(error(empty, &[]), CsvError::Empty { example } if example == "A1"));
    }
    assert!(matches!(error("A1\0,A2\n", &[]), CsvError::NotText));
    assert!(matches!(error("month\n", &["month"]), CsvError::MissingItems { .. }));
    let no_date = error(&format!("{HEADER}\n"), &["month"]);
    assert!(matches!(no_date, CsvError::MissingColumn { name, .. } if name == "answered_at"));
    let endless = read(&vec![b'a'; 3_000_000], &grouped()).unwrap_err();
    assert!(matches!(endless, CsvError::NotText));
}

#[test]
fn a_header_alone_is_a_frame_of_nobody() {
    let read = read_rows("");
    assert!(read.frame.is_empty());
    assert_eq!((read.rows, read.rejected), (0, 0));
}

#[test]
fn only_the_days_asked_for_count() {
    let file = format!(
        "answered_at,{HEADER}\n\
         2026-09-30,a,5,,,,,,,\n\
         2026-09-30T17:00:00Z,b,5,,,,,,,\n\
         2026-10-31T23:59:59,c,5,,,,,,,\n\
         2026-11-01,d,5,,,,,,,\n\
         8/10/2026,e,5,,,,,,,\n\
         ,f,5,,,,,,,\n"
    );
    let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d);
    let options = CsvOptions { from: day(10, 1), before: day(11, 1), ..grouped() };
    let october = read(file.as_bytes(), &options).unwrap();
    assert_eq!(october.frame, frame(&[("b", "5-------"), ("c", "5-------")]));
    assert_eq!((october.rows, october.outside, october.rejected), (6, 2, 2));
    assert_eq!(october.rejects[0].reason, Reason::NoDate);
    // Without dates to keep to, the column is not looked at.
    assert_eq!(read(file.as_bytes(), &grouped()).unwrap().frame.len(), 6);
}

#[test]
fn months_are_made_of_dates() {
    let file =
        format!("answered_at,{HEADER}\n2026-09-30T18:00:00Z,x,5,,,,,,,\n2026-11-02,x,1,,,,,,,\n");
    let options = CsvOptions { keys: vec!["month".into()], ..Default::default() };
    let frame = read(file.as_bytes(), &options).unwrap().frame;
    let options = EstimateOptions { by: vec!["month".into()], ..Default::default() };
    let table = estimate(&frame, &instrument(), &options).unwrap();
    let months: Vec<&str> =
        table.rows.iter().filter(|r| &*r.code == "A1").map(|r| r.group[0].as_str()).collect();
    assert_eq!(months, ["2026-10", "2026-11"]);
}

#[test]
fn rows_of_some_spans_are_read_under_their_names() {
    let file = format!(
        "answered_at,{HEADER}\n2026-06-30,a,5,,,,,,,\n2026-07-01,b,5,,,,,,,\n\
         2026-09-30,c,5,,,,,,,\n2026-10-01,d,5,,,,,,,\n,e,5,,,,,,,\n"
    );
    let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    let span = |name: &str, from, before| Span { name: name.to_owned(), from, before };
    let spans = vec![span("later", day(10, 1), day(11, 1)), span("Q3", day(7, 1), day(10, 1))];
    let read = read(file.as_bytes(), &CsvOptions { spans, ..grouped() }).unwrap();
    assert_eq!((read.frame.len(), read.outside, read.rejected), (3, 1, 1));
    let names: Vec<_> = (0..3).map(|row| read.frame.key_text(PERIOD, row).unwrap()).collect();
    assert_eq!(names, ["Q3", "Q3", "later"]);
    assert_eq!([0, 1, 2].map(|row| read.frame.line(row)), [3, 4, 5]);
}

#[test]
fn no_bytes_make_it_panic() {
    // A fixed linear congruential sequence over the bytes that mean something.
    let mut state = 1_u64;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(state >> 40).unwrap() % n
    };
    let alphabet = b"\",;\t\n\r\0 5915A\xff\xc3\xa9.";
    for _ in 0..400 {
        let mut file = format!("{HEADER}\n").into_bytes();
        if next(3) == 0 {
            file.clear();
        }
        file.extend((0..next(300)).map(|_| alphabet[next(alphabet.len())]));
        if let Ok(read) = read(&file, &grouped()) {
            assert_eq!(read.rows, read.frame.len() as u64 + read.rejected);
        }
    }
}
