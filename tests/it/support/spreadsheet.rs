//! Spreadsheets (XLSX) as Excel writes them, and as nobody should.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use calamine::{Data, Reader, Xlsx};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What stands in a cell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    Empty,
    Text(&'a str),
    Number(f64),
    /// A day of Excel's calendar, in a cell that shows dates.
    Date(f64),
    /// A formula with what it came to.
    Formula(&'a str, f64),
    /// A formula whose result is not in the file.
    Uncomputed(&'a str),
    /// A formula that came to nothing.
    Fault,
}

/// A spreadsheet of sheets with their names; `None` stands for a row without cells.
pub(crate) fn xlsx(sheets: &[(&str, &[Vec<Cell<'_>>])]) -> Vec<u8> {
    let mut shared = Vec::new();
    let mut parts: Vec<(String, String)> = Vec::new();
    for (place, (_, rows)) in sheets.iter().enumerate() {
        let name = format!("xl/worksheets/sheet{}.xml", place + 1);
        parts.push((name, sheet(rows, &mut shared)));
    }
    let mut names = String::new();
    let mut relations = String::new();
    for (place, (name, _)) in sheets.iter().enumerate() {
        let n = place + 1;
        let _ = write!(names, r#"<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>"#);
        let _ = write!(
            relations,
            r#"<Relationship Id="rId{n}" Type="{TYPES}/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
    }
    let text = |text: &String| format!(r"<si><t>{}</t></si>", escaped(text));
    let texts = shared.iter().map(text).collect::<Vec<_>>().concat();
    let part = |name: &str, xml: String| (name.to_owned(), xml);
    parts.push(part("[Content_Types].xml", CONTENT_TYPES.to_owned()));
    parts.push(part(
        "_rels/.rels",
        format!(
            r#"<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{TYPES}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    ));
    parts.push(part(
        "xl/workbook.xml",
        format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="{TYPES}"><sheets>{names}</sheets></workbook>"#
        ),
    ));
    parts.push(part(
        "xl/_rels/workbook.xml.rels",
        format!(
            r#"<Relationships xmlns="{RELATIONS}">{relations}<Relationship Id="rId98" Type="{TYPES}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId99" Type="{TYPES}/styles" Target="styles.xml"/></Relationships>"#
        ),
    ));
    parts.push(part("xl/sharedStrings.xml", format!(r#"<sst xmlns="{MAIN}">{texts}</sst>"#)));
    parts.push(part(
        "xl/styles.xml",
        format!(
            r#"<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>"#
        ),
    ));
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, xml)| (name.as_str(), xml.as_bytes())).collect();
    zipped(&parts)
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const CONTENT_TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;

/// An archive of these parts.
pub(crate) fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a part can be begun");
        zip.write_all(bytes).expect("memory can be written");
    }
    zip.finish().expect("the archive can be ended").into_inner()
}

fn sheet(rows: &[Vec<Cell<'_>>], shared: &mut Vec<String>) -> String {
    let mut xml = format!(r#"<worksheet xmlns="{MAIN}"><sheetData>"#);
    for (row, cells) in rows.iter().enumerate() {
        let row = row + 1;
        let _ = write!(xml, r#"<row r="{row}">"#);
        for (column, cell) in cells.iter().enumerate() {
            let place = format!("{}{row}", char::from(b'A' + u8::try_from(column).unwrap()));
            let _ = match cell {
                Cell::Empty => Ok(()),
                Cell::Text(text) => {
                    shared.push((*text).to_owned());
                    write!(xml, r#"<c r="{place}" t="s"><v>{}</v></c>"#, shared.len() - 1)
                }
                Cell::Number(number) => write!(xml, r#"<c r="{place}"><v>{number}</v></c>"#),
                Cell::Date(day) => write!(xml, r#"<c r="{place}" s="1"><v>{day}</v></c>"#),
                Cell::Formula(formula, value) => {
                    write!(xml, r#"<c r="{place}"><f>{}</f><v>{value}</v></c>"#, escaped(formula))
                }
                Cell::Uncomputed(formula) => {
                    write!(xml, r#"<c r="{place}"><f>{}</f></c>"#, escaped(formula))
                }
                Cell::Fault => {
                    write!(xml, r#"<c r="{place}" t="e"><f>1/0</f><v>#DIV/0!</v></c>"#)
                }
            };
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The cells of a CSV file and of a workbook that ought to be the same table, as texts;
/// a cell of the workbook that holds nothing is an empty one.
pub(crate) fn both(csv: &[u8], book: Vec<u8>) -> [Vec<Vec<String>>; 2] {
    let text = csv.strip_prefix("\u{feff}".as_bytes()).unwrap_or(csv);
    let mut csv = csv::ReaderBuilder::new().has_headers(false).from_reader(text);
    let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let told: Vec<_> = csv.records().map(|record| row(record.expect("a row"))).collect();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).expect("a workbook");
    let sheet = book.worksheet_range("hailong").expect("its sheet");
    let cell = |row: usize, column: usize| match sheet.get((row, column)).unwrap_or(&Data::Empty) {
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    let columns = told.first().map_or(0, Vec::len);
    let rows = 0..sheet.height();
    let shown = rows.map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect();
    [told, shown]
}
