//! The letter of apology as a DOCX file, which an office can go on writing in: a zip of
//! three XML parts with nothing in them but text and its layout.

use std::io::{Cursor, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

use super::apology::{ApologyLetter, HEADING, MOTTO, NATION};

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const BEGIN: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;
/// A4 with the margins of official papers, in twentieths of a point.
const END: &str = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1701" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>"#;

/// `text` inside an element of XML 1.0; what that cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// A paragraph, bold or not; line ends stay line ends.
fn paragraph(text: &str, align: &str, bold: bool) -> String {
    let weight = if bold { "<w:b/>" } else { "" };
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| format!(r#"<w:t xml:space="preserve">{}</w:t>"#, escaped(line)))
        .collect();
    format!(
        r#"<w:p><w:pPr><w:spacing w:after="120"/><w:jc w:val="{align}"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>{weight}<w:sz w:val="28"/><w:lang w:val="vi-VN"/></w:rPr>{}</w:r></w:p>"#,
        lines.join("<w:br/>")
    )
}

/// Two columns without borders.
fn beside(left: &str, right: &str) -> String {
    let cell = |width: u32, inside: &str| {
        format!(r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inside}</w:tc>"#)
    };
    let grid = r#"<w:tblGrid><w:gridCol w:w="3900"/><w:gridCol w:w="5171"/></w:tblGrid>"#;
    format!(
        r#"<w:tbl><w:tblPr><w:tblW w:w="9071" w:type="dxa"/></w:tblPr>{grid}<w:tr>{}{}</w:tr></w:tbl>"#,
        cell(3900, left),
        cell(5171, right)
    )
}

impl ApologyLetter<'_> {
    /// The letter as the bytes of a DOCX file.
    pub fn docx(&self) -> Vec<u8> {
        let middle = |text: &str, bold| paragraph(text, "center", bold);
        let [over, under] = self.office();
        let mut body = String::from(BEGIN);
        if self.simulated {
            body += &middle(&super::simulated(), true);
        }
        body += &beside(
            &(middle(&over, true) + &middle(&under, true) + &middle(&self.number_line(), false)),
            &(middle(NATION, true) + &middle(MOTTO, true) + &middle(&self.place_and_day(), false)),
        );
        body += &middle("", false);
        body += &middle(HEADING, true);
        body += &middle(&self.about(), true);
        body += &middle(&self.to(), false);
        for text in self.paragraphs() {
            body += &paragraph(&text, "both", false);
        }
        let signs = middle(&self.title.to_uppercase(), true)
            + &middle("\n\n", false)
            + &middle(self.signer, true);
        body += &beside(&middle("", false), &signs);
        // A table is followed by a paragraph, or the file does not open everywhere.
        body += &middle("", false);
        body += END;
        zipped(&body).expect("memory takes what is written to it")
    }
}

fn zipped(document: &str) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", document),
    ];
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default().last_modified_time(DateTime::DEFAULT))?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_an_element_or_cannot_be_in_xml() {
        assert_eq!(escaped("</w:t>&\"\u{0}\u{ffff}ẩ"), "&lt;/w:t&gt;&amp;&quot;ẩ");
        let written = paragraph("a\n<b>", "left", true);
        assert_eq!(written.matches("<w:br/>").count(), 1);
        assert!(written.contains("&lt;b&gt;") && written.contains("<w:b/>"));
    }
}
