//! The file that somebody fills in to add a language.

use std::collections::HashSet;
use std::fmt::Write;

use super::{PageText, wordings};
use crate::Instrument;

/// A file for the language `tag` with every text still empty and its Vietnamese beside it.
pub fn template<'i>(
    tag: &str,
    pages: &[PageText],
    instruments: impl IntoIterator<Item = &'i Instrument>,
) -> String {
    let mut file = format!(
        "# Mọi câu chữ mà người dân đọc, bằng một ngôn ngữ khác. Điền bản dịch vào giữa hai dấu\n\
         # nháy; chỗ còn trống là chưa dịch. Giữ nguyên các phần như {{ $n }}: máy điền vào đó.\n\
         # Ngôn ngữ chỉ được đưa ra cho người dân khi một phiếu đã dịch đủ.\n\
         # Every text that citizens read, in another language. An empty text is not translated.\n\n\
         tag = \"{tag}\"\n\
         # Tên của ngôn ngữ, viết bằng chính ngôn ngữ đó / its own name\n\
         name = \"\"\n\n[pages]\n"
    );
    for PageText { key, vi } in pages {
        let _ = writeln!(file, "# {vi}\n{key} = \"\"");
    }
    file.push_str("\n[wordings]\n");
    let mut seen = HashSet::new();
    for instrument in instruments {
        let mut told = false;
        for wording in wordings(instrument) {
            if seen.insert(&wording.text.vi) {
                if !told {
                    let _ = writeln!(file, "\n# {}@{}", instrument.id, instrument.version);
                    told = true;
                }
                let _ = writeln!(file, "# {}\n{} = \"\"", wording.place, quoted(&wording.text.vi));
            }
        }
    }
    file
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::super::Translation;
    use super::super::tests::PAGES;
    use super::*;
    use crate::catalog;

    #[test]
    fn a_fresh_template_has_no_mistake_but_its_missing_name() {
        let file = template("tyz", &PAGES, catalog::instruments());
        let mistakes = Translation::read(file.as_bytes(), &PAGES, catalog::instruments(), |_| None)
            .unwrap_err();
        assert_eq!(mistakes.len(), 1, "{mistakes:?}");
        assert!(mistakes[0].text.vi.contains("name"), "{mistakes:?}");
        let named = file.replace("name = \"\"", "name = \"Tày\"");
        let read =
            Translation::read(named.as_bytes(), &PAGES, catalog::instruments(), |_| None).unwrap();
        assert_eq!(read.translation.lacks_pages(&PAGES).count(), PAGES.len());
    }
}
