//! A workbook of one sheet: ECMA-376, the few parts that a spreadsheet asks for. Texts
//! stand in their cells, so that none is taken for a number or a formula.

use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Cell, Sheet};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DECLARED: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><bookViews><workbookView/></bookViews><sheets><sheet name="hailong" sheetId="1" r:id="rId1"/></sheets></workbook>"#;

const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// The workbook of `sheet`.
pub(super) fn workbook(sheet: &Sheet) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", PARTS),
        ("xl/worksheets/sheet1.xml", &worksheet(sheet)),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(DECLARED.as_bytes())?;
        zip.write_all(xml.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn worksheet(sheet: &Sheet) -> String {
    // The column names stay in sight.
    let mut xml = format!(
        r#"<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData><row r="1">"#
    );
    for (column, name) in sheet.columns.iter().enumerate() {
        text(&mut xml, &place(column, 0), name);
    }
    xml.push_str("</row>");
    for (row, cells) in sheet.rows.iter().enumerate() {
        let _ = write!(xml, r#"<row r="{}">"#, row + 2);
        for (column, cell) in cells.iter().enumerate() {
            let place = place(column, row + 1);
            let _ = match cell {
                Cell::Text(said) => {
                    text(&mut xml, &place, said);
                    Ok(())
                }
                Cell::Count(count) => write!(xml, r#"<c r="{place}"><v>{count}</v></c>"#),
                Cell::Number(Some(number)) => write!(xml, r#"<c r="{place}"><v>{number}</v></c>"#),
                Cell::Number(None) => Ok(()),
                Cell::Truth(truth) => {
                    write!(xml, r#"<c r="{place}" t="b"><v>{}</v></c>"#, u8::from(*truth))
                }
            };
        }
        xml.push_str("</row>");
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

fn text(xml: &mut String, place: &str, text: &str) {
    let _ = write!(xml, r#"<c r="{place}" t="inlineStr"><is><t xml:space="preserve">"#);
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            // XML has no way of writing other control characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            '\u{fffe}' | '\u{ffff}' => {}
            c => xml.push(c),
        }
    }
    xml.push_str("</t></is></c>");
}

/// The name of a cell: `A1`, `AB12`.
fn place(column: usize, row: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.insert(0, char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or(0)));
        left = (left - 1) / 26;
    }
    format!("{}{}", String::from_iter(letters), row + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_name_them() {
        let names = [(0, 0), (25, 1), (26, 2), (701, 3), (702, 4)].map(|(c, r)| place(c, r));
        assert_eq!(names, ["A1", "Z2", "AA3", "ZZ4", "AAA5"]);
    }

    #[test]
    fn texts_that_would_break_the_file_are_written_so_that_they_do_not() {
        let mut xml = String::new();
        text(&mut xml, "A1", "a<b>&\"c\"\u{1}\u{0}\n=1");
        assert_eq!(
            xml,
            "<c r=\"A1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">a&lt;b&gt;&amp;\"c\"\n=1</t></is></c>"
        );
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        let sheet = Sheet { columns: vec!["a".into()], rows: vec![vec![Cell::Count(1)]] };
        assert_eq!(workbook(&sheet).unwrap(), workbook(&sheet).unwrap());
    }
}
