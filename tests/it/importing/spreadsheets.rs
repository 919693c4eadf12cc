//! Spreadsheets: the same rows as in CSV, and a sentence for what is none.

use std::io::{Cursor, Read};

use hailong::importing::Error;
use hailong::importing::table::Table;

use super::{documents, file, import};
use crate::support::database::{Database, on_both_databases};
use crate::support::spreadsheet::{Cell, xlsx, zipped};

on_both_databases![a_spreadsheet_holds_the_same_responses_as_its_csv];

use Cell::{Date, Empty, Fault, Formula, Number, Text, Uncomputed};

fn header() -> Vec<Cell<'static>> {
    ["Dấu thời gian", "A1", "A2", "A3", "A4", "A5", "G1"].map(Text).to_vec()
}

/// 5 October 2026, 09:30 and 6 October 2026 in Excel's calendar.
const HALF_PAST_NINE: f64 = 46_300.395_833_333_336;
const NEXT_DAY: f64 = 46_301.0;

fn rows() -> Vec<Vec<Cell<'static>>> {
    vec![
        header(),
        vec![
            Date(HALF_PAST_NINE),
            Number(5.0),
            Text("Hài lòng"),
            Formula("A1+4", 9.0),
            Empty,
            Text("3"),
            Text("=1+1"),
        ],
        vec![],
        vec![Date(NEXT_DAY), Number(1.0), Number(2.0), Number(3.0), Number(4.0), Number(5.0)],
    ]
}

const CSV: &str = "Dấu thời gian,A1,A2,A3,A4,A5,G1\n\
    05/10/2026 9:30:00,5,Hài lòng,9,,3,=1+1\n06/10/2026,1,2,3,4,5,\n";

async fn a_spreadsheet_holds_the_same_responses_as_its_csv(database: Database) {
    let (_folder, path) = file("phieu.xlsx", xlsx(&[("Trang 1", &rows())]));
    let done = import(&path, &database, &["--map", "google-forms-vi"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.err.contains("2 responses are new, 0 were there before"), "{done:?}");
    let stored = documents(&database).await;
    assert!(stored[0].contains(r#""A1":5,"A2":4,"A3":9"#), "{stored:?}");
    assert!(stored[0].contains(r#""answered_at":1791167400000"#), "{stored:?}");
    let (_folder, path) = file("phieu.csv", CSV);
    let done = import(&path, &database, &["--map", "google-forms-vi"]);
    assert!(done.err.contains("0 responses are new, 2 were there before"), "{done:?}");
}

#[test]
fn titles_above_the_header_are_passed_over_and_lines_are_those_of_the_sheet() {
    let titles = vec![
        vec![Text("KẾT QUẢ KHẢO SÁT THÁNG 10 NĂM 2026")],
        vec![],
        vec![Empty, Text("Đơn vị: xã Long Phụng")],
    ];
    let wrong = vec![Date(NEXT_DAY), Text("tuyệt"), Fault, Number(2.5), Number(1.0), Number(1.0)];
    let sheet = [titles, rows(), vec![wrong]].concat();
    let database = Database::sqlite();
    let (_folder, path) = file("phieu.xlsx", xlsx(&[("Trang 1", &sheet)]));
    let done = import(&path, &database, &["--map", "google-forms-vi"]);
    assert_eq!(done.status, 1, "{done:?}");
    assert!(done.err.contains("the columns are named in row 4; 2 above it"), "{done:?}");
    assert!(done.err.contains(":8: A1; A2; A3 [tuyệt; #DIV/0!; 2.5]"), "{done:?}");
    assert!(done.err.contains("2 responses are new"), "{done:?}");
}

#[test]
fn a_number_without_a_date_form_is_a_day_in_the_column_of_dates() {
    let sheet = [header(), vec![Number(HALF_PAST_NINE), Number(5.0)], vec![Number(NEXT_DAY)]];
    let (_folder, path) = file("phieu.xlsx", xlsx(&[("Trang 1", &sheet)]));
    let database = Database::sqlite();
    let done = import(&path, &database, &["--map", "google-forms-vi"]);
    assert!(done.err.contains("2 responses are new"), "{done:?}");
}

#[test]
fn a_formula_whose_result_is_not_in_the_file_leaves_its_row_out_and_is_told() {
    let sheet = [
        header(),
        vec![Date(HALF_PAST_NINE), Number(5.0), Uncomputed("A1+4")],
        vec![Date(NEXT_DAY), Number(5.0)],
    ];
    let (_folder, path) = file("phieu.xlsx", xlsx(&[("Trang 1", &sheet)]));
    let database = Database::sqlite();
    let done = import(&path, &database, &["--map", "google-forms-vi"]);
    assert!(done.err.contains("1 responses are new"), "{done:?}");
    assert!(done.err.contains("formula without a result"), "{done:?}");
}

#[test]
fn the_sheet_is_chosen_by_name() {
    let book = xlsx(&[("Bìa", &[vec![Text("Bìa")]]), ("Trả lời", &rows())]);
    let (_folder, path) = file("phieu.xlsx", book);
    let database = Database::sqlite();
    let more = ["--map", "google-forms-vi"];
    let first = import(&path, &database, &more);
    assert!(first.one_sentence().contains("A1"), "{first:?}");
    let none = import(&path, &database, &[&more[..], &["--sheet", "Trả"]].concat());
    assert!(none.one_sentence().contains("its sheets are: Bìa, Trả lời"), "{none:?}");
    let done = import(&path, &database, &[&more[..], &["--sheet", "Trả lời"]].concat());
    assert!(done.err.contains("2 responses are new"), "{done:?}");
    let (_folder, path) = file("phieu.csv", CSV);
    import(&path, &database, &[&more[..], &["--sheet", "x"]].concat()).one_sentence();
}

#[test]
fn what_is_no_spreadsheet_is_told_in_one_sentence() {
    let whole = xlsx(&[("Trang 1", &rows())]);
    let mut old = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    old.resize(4_096, 0);
    let zeros = vec![b'0'; 300 * 1024 * 1024];
    let database = Database::sqlite();
    for (name, content, says) in [
        ("cut.xlsx", whole[..whole.len() / 2].to_vec(), "damaged"),
        ("only-head.xlsx", b"PK\x03\x04".to_vec(), "damaged"),
        ("other.docx", zipped(&[("word/document.xml", b"<x/>")]), "damaged"),
        ("empty.zip", zipped(&[]), "neither CSV"),
        ("old.xls", old, "password"),
        ("bomb.xlsx", zipped(&[("xl/worksheets/sheet1.xml", &zeros)]), "256 MB"),
        ("nothing.xlsx", xlsx(&[("Trang 1", &[])]), "is empty"),
    ] {
        let (_folder, path) = file(name, content);
        let told = import(&path, &database, &[]);
        assert!(told.one_sentence().contains(says), "{name}: {told:?}");
    }
}

/// The parts of a spreadsheet.
fn parts(book: Vec<u8>) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let count = zip.len();
    let part = |place| {
        let mut part = zip.by_index(place).unwrap();
        let (name, mut bytes) = (part.name().unwrap().into_owned(), Vec::new());
        part.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    (0..count).map(part).collect()
}

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    zipped(&parts.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect::<Vec<_>>())
}

/// A sheet written by hand.
fn by_hand(rows: &str) -> Vec<u8> {
    let mut parts = parts(xlsx(&[("Trang 1", &[])]));
    let sheet = parts.iter_mut().find(|(name, _)| name.ends_with("sheet1.xml")).unwrap();
    sheet.1 = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes();
    packed(&parts)
}

#[test]
fn whatever_is_damaged_in_a_spreadsheet_it_is_read_or_told() {
    let whole = parts(xlsx(&[("Trang 1", &rows())]));
    let opened = |parts: &[(String, Vec<u8>)]| Table::open(Cursor::new(packed(parts)), None);
    assert!(opened(&whole).is_ok());
    let (mut told, mut random) = (0, 1_u64);
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(random >> 33).unwrap() % below
    };
    for _ in 0..500 {
        let mut parts = whole.clone();
        let place = next(parts.len());
        let bytes = &mut parts[place].1;
        for _ in 0..=next(3) {
            let at = next(bytes.len());
            bytes[at] = b"<>\"'/&;0A9 \xFF"[next(12)];
        }
        match opened(&parts) {
            Ok(_) => {}
            Err(Error::Form(text)) => {
                assert!(text.en.contains("spreadsheet"), "{text:?}");
                told += 1;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!((50..500).contains(&told), "{told}");
}

#[test]
fn cells_in_places_that_no_sheet_has_are_told_in_one_sentence() {
    let far_row = |row| format!(r#"<row r="{row}"><c r="ALK{row}"><v>1</v></c></row>"#);
    let far_rows = (1..12_000).map(far_row).collect::<Vec<_>>().concat();
    let long = "x".repeat(200 * 1024);
    let long = format!(r#"<row r="7"><c r="A7" t="str"><v>{long}</v></c></row>"#);
    let database = Database::sqlite();
    for (name, rows, says) in [
        ("far right", r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#, "1,000 columns"),
        ("too many", &far_rows, "10 million cells"),
        ("long", &long, "row 7"),
        ("no number", r#"<row r="x"><c r="1A"><v>1</v></c></row>"#, "damaged"),
        ("beyond", r#"<row r="4294967295"><c><v>1</v></c></row><row><c><v>1</v></c></row>"#, ""),
        ("no such text", r#"<row r="1"><c r="A1" t="s"><v>99</v></c></row>"#, ""),
    ] {
        let (_folder, path) = file("phieu.xlsx", by_hand(rows));
        let told = import(&path, &database, &[]);
        assert!(told.one_sentence().contains(says), "{name}: {told:?}");
    }
}
