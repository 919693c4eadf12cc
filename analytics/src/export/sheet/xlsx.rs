//! A workbook: ECMA-376, the few parts that a spreadsheet asks for. Texts
//! stand in their cells, so that none is taken for a number or a formula.

use std::fmt::Write as _;
use std::io::{self, Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Cell, Sheet};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const DECLARED: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>"#;

const SHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The workbook of `sheets`, each with its name.
pub(super) fn workbook(sheets: &[(&str, &Sheet)]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::DEFAULT);
    let mut types = TYPES.to_owned();
    let mut names = format!(
        r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/></bookViews><sheets>"#
    );
    let mut parts = String::from(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">"#,
    );
    let mut worksheets = Vec::new();
    for (n, (name, sheet)) in (1..).zip(sheets) {
        let part = format!("xl/worksheets/sheet{n}.xml");
        let _ = write!(types, r#"<Override PartName="/{part}" ContentType="{SHEET_TYPE}"/>"#);
        let _ = write!(names, r#"<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>"#);
        let _ = write!(
            parts,
            r#"<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        );
        worksheets.push((part, *sheet));
    }
    types.push_str("</Types>");
    names.push_str("</sheets></workbook>");
    parts.push_str("</Relationships>");

    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut file = |name: &str, xml: &str| {
        zip.start_file(name, options)?;
        zip.write_all(DECLARED.as_bytes())?;
        zip.write_all(xml.as_bytes())
    };
    file("[Content_Types].xml", &types)?;
    file("_rels/.rels", ROOT)?;
    file("xl/workbook.xml", &names)?;
    file("xl/_rels/workbook.xml.rels", &parts)?;
    for (part, sheet) in worksheets {
        file(&part, &worksheet(sheet))?;
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
        let both = [("one", &sheet), ("two", &sheet)];
        assert_eq!(workbook(&both).unwrap(), workbook(&both).unwrap());
        assert_ne!(workbook(&both).unwrap(), workbook(&both[..1]).unwrap());
    }
}
