//! A language's file, with every mistake told by line and column.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{PageText, Translation, placeholders, wordings};
use crate::text::nfc;
use crate::toml_reader::{Ledger, MAX_BYTES, note_syntax_error};
use crate::{Instrument, Mistake, Text};

/// The longest name of a language, in characters.
const LONGEST_NAME: usize = 40;
/// A text may be this many times as long as its Vietnamese, and some characters more,
/// before somebody is told to look at it.
const TIMES: usize = 2;
const MORE: usize = 10;

/// A language that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// It.
    pub translation: Translation,
    /// What somebody should look at, such as texts that may not fit.
    pub warnings: Vec<Mistake>,
}

impl Translation {
    /// Reads the file of a language for these `pages` and `instruments`. Empty texts
    /// are not translated yet, and no mistake. `unprintable` finds a letter that the font
    /// of pages has not, or one that is not seen.
    ///
    /// # Errors
    /// Every mistake in the order of the file.
    pub fn read<'i>(
        file: &[u8],
        pages: &[PageText],
        instruments: impl IntoIterator<Item = &'i Instrument>,
        unprintable: fn(&str) -> Option<char>,
    ) -> Result<Read, Vec<Mistake>> {
        if file.len() > MAX_BYTES {
            let ledger = Ledger::new("");
            ledger.wrong(&(0..0), "Tệp lớn hơn 1 MB.", "The file is larger than 1 MB.");
            return Err(ledger.into_mistakes());
        }
        let source = match std::str::from_utf8(file) {
            Ok(source) => source,
            Err(error) => return Err(vec![no_utf8(file, error.valid_up_to())]),
        };
        let ledger = Ledger::new(source);
        if source.starts_with('\u{feff}') {
            ledger.wrong(
                &(0..0),
                "Tệp bắt đầu bằng dấu BOM; hãy lưu lại thành UTF-8 không có BOM.",
                "The file begins with a byte order mark; save it as UTF-8 without one.",
            );
        } else {
            let (root, errors) = DeTable::parse_recoverable(source);
            for error in &errors {
                note_syntax_error(&ledger, error);
            }
            if ledger.is_empty() {
                return Reading { ledger: &ledger, source, warnings: Vec::new(), unprintable }
                    .whole(root.get_ref(), pages, instruments)
                    .filter(|_| ledger.is_empty())
                    .ok_or_else(|| ledger.into_mistakes());
            }
        }
        Err(ledger.into_mistakes())
    }
}

struct Reading<'a> {
    ledger: &'a Ledger<'a>,
    source: &'a str,
    warnings: Vec<Mistake>,
    unprintable: fn(&str) -> Option<char>,
}

impl Reading<'_> {
    fn whole<'i>(
        mut self,
        root: &DeTable<'_>,
        pages: &[PageText],
        instruments: impl IntoIterator<Item = &'i Instrument>,
    ) -> Option<Read> {
        for (key, _) in root {
            if !["tag", "name", "pages", "wordings"].contains(&key.get_ref().as_ref()) {
                self.unknown(&key.span());
            }
        }
        let tag = self.head(root, "tag").filter(|(tag, place)| {
            let fits = is_tag(tag);
            if !fits {
                self.ledger.wrong(
                    place,
                    "Mã ngôn ngữ viết như tyz hay hmn-VN (BCP 47), khác vi và en.",
                    "A tag is written like tyz or hmn-VN (BCP 47), and is neither vi nor en.",
                );
            }
            fits
        });
        let name = self.head(root, "name").filter(|(name, place)| {
            let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
            if !fits {
                self.ledger.wrong(
                    place,
                    "Khóa name là tên của ngôn ngữ, từ 1 đến 40 ký tự.",
                    "The key name is the language's name, of 1 to 40 characters.",
                );
            }
            fits
        });
        let known: HashMap<&str, &str> = pages.iter().map(|page| (page.key, page.vi)).collect();
        let mut texts = HashSet::new();
        for instrument in instruments {
            texts.extend(wordings(instrument).into_iter().map(|w| w.text.vi.as_str()));
        }
        let pages = self.texts(root, "pages", |key| known.get(key).copied());
        let wordings = self.texts(root, "wordings", |key| texts.get(key).copied());
        let (tag, name) = (tag?.0, name?.0);
        let translation = Translation { tag, name, pages, wordings };
        Some(Read { translation, warnings: self.warnings })
    }

    fn unknown(&self, place: &Range<usize>) {
        self.ledger.wrong(
            place,
            "Không có khóa này; hãy so với hailong language template.",
            "There is no such key; compare with hailong language template.",
        );
    }

    /// A string at the head of the file, in normal form, and where it is.
    fn head(&self, root: &DeTable<'_>, key: &str) -> Option<(String, Range<usize>)> {
        let Some(value) = root.get(key) else {
            self.ledger.wrong(
                &(0..0),
                format!("Thiếu khóa {key}."),
                format!("The key {key} is missing."),
            );
            return None;
        };
        Some((self.string(value)?, value.span()))
    }

    fn string(&self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let Some(text) = value.get_ref().as_str() else {
            self.ledger.wrong(
                &value.span(),
                "Ở đây cần một chuỗi giữa hai dấu nháy.",
                "This has to be a text in quotes.",
            );
            return None;
        };
        let text = nfc(text.trim());
        // Nobody writes markup for a page that shows it as it stands.
        let wrong = text.contains(['<', '>']) || text.contains(char::is_control);
        if wrong {
            self.ledger.wrong(
                &value.span(),
                "Bỏ các dấu < > và ký tự điều khiển; câu chữ không có mã định dạng.",
                "Take out < > and control characters; texts have no markup.",
            );
        }
        let odd = (self.unprintable)(&text).filter(|_| !wrong);
        if let Some(letter) = odd {
            let letter = format!("`{letter}` (U+{:04X})", u32::from(letter));
            self.ledger.wrong(
                &value.span(),
                format!("Phông chữ không có ký tự {letter}, hoặc ký tự đó không nhìn thấy được; hãy thay hoặc bỏ đi."),
                format!("The font has not the letter {letter}, or it cannot be seen; replace it or take it out."),
            );
        }
        (!wrong && odd.is_none()).then_some(text)
    }

    /// The texts of the table `section` that are filled in, by their keys, of which
    /// `vietnamese` knows the Vietnamese.
    fn texts<'v>(
        &mut self,
        root: &DeTable<'_>,
        section: &str,
        vietnamese: impl Fn(&str) -> Option<&'v str>,
    ) -> HashMap<String, String> {
        let mut texts = HashMap::new();
        let Some(table) = root.get(section) else { return texts };
        let Some(entries) = table.get_ref().as_table() else {
            self.unknown(&table.span());
            return texts;
        };
        for (key, value) in entries {
            let name = nfc(key.get_ref());
            let Some(vi) = vietnamese(&name) else {
                self.stale(section, &key.span());
                continue;
            };
            let Some(text) = self.string(value).filter(|text| !text.is_empty()) else { continue };
            let (mut wanted, mut found) = (placeholders(vi), placeholders(&text));
            wanted.sort_unstable();
            found.sort_unstable();
            if wanted != found || text.matches('{').count() != found.len() {
                let names: Vec<String> = wanted.iter().map(|n| format!("{{ ${n} }}")).collect();
                let names = if names.is_empty() { "–".to_owned() } else { names.join(" ") };
                self.ledger.wrong(
                    &value.span(),
                    format!("Các chỗ máy điền phải đúng là: {names}, như trong “{vi}”."),
                    format!("The placeholders have to be {names}, as in “{vi}”."),
                );
                continue;
            }
            let (long, usual) = (text.chars().count(), vi.chars().count());
            if long > TIMES * usual + MORE {
                let text = Text::new(
                    format!(
                        "Dài {long} ký tự, hơn hai lần câu tiếng Việt ({usual}); hãy xem có vừa màn hình không."
                    ),
                    format!(
                        "{long} characters, more than twice the Vietnamese ({usual}); look whether it fits."
                    ),
                );
                self.warnings.push(Mistake::at(self.source, &value.span(), text));
            }
            texts.insert(name, text);
        }
        texts
    }

    fn stale(&self, section: &str, place: &Range<usize>) {
        if section == "pages" {
            return self.unknown(place);
        }
        self.ledger.wrong(
            place,
            "Không phiếu nào có câu tiếng Việt này nữa; có thể câu đã được sửa. Hãy so với hailong language template.",
            "No instrument has this Vietnamese wording any more; it may have been changed. Compare with hailong language template.",
        );
    }
}

/// Whether `tag` is one such as `tyz` or `hmn-VN`, and none of the data's own languages.
pub fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or("");
    let lower = primary.bytes().all(|b| b.is_ascii_lowercase());
    (2..=3).contains(&primary.len())
        && lower
        && crate::Language::of_tag(primary).is_none()
        && parts.all(|p| (2..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
}

fn no_utf8(file: &[u8], at: usize) -> Mistake {
    let before = String::from_utf8_lossy(&file[..at]);
    let text = Text::new(
        "Tệp không phải UTF-8 từ chỗ này; hãy lưu lại thành UTF-8.",
        "The file is no UTF-8 from here on; save it as UTF-8.",
    );
    Mistake {
        line: before.matches('\n').count() + 1,
        column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{PAGES, bracketed};
    use super::*;
    use crate::catalog;

    const HEAD: &str = "tag = \"tyz\"\nname = \"Tày\"\n";

    fn read(file: &[u8]) -> Result<Read, Vec<Mistake>> {
        Translation::read(file, &PAGES, catalog::instruments(), |_| None)
    }

    #[test]
    fn every_mistake_is_told_where_it_is() {
        for (file, place, part) in [
            (format!("{HEAD}[pages]\nstart = \"x\"").into_bytes(), (4, 1), "Không có khóa"),
            (format!("{HEAD}[texts]\n").into_bytes(), (3, 2), "Không có khóa"),
            (
                format!("{HEAD}[pages]\nquestion-progress = \"{{ $n }}\"").into_bytes(),
                (4, 21),
                "$of",
            ),
            (format!("{HEAD}[pages]\nstart-button = \"{{ $n }}\"").into_bytes(), (4, 16), "–"),
            (format!("{HEAD}[pages]\nstart-button = \"{{n}}\"").into_bytes(), (4, 16), "–"),
            (format!("{HEAD}[pages]\nstart-button = \"<b>a</b>\"").into_bytes(), (4, 16), "< >"),
            (format!("{HEAD}[pages]\nstart-button = 5").into_bytes(), (4, 16), "dấu nháy"),
            (
                format!("{HEAD}[pages]\nstart-button = \"a\"\nstart-button = \"b\"").into_bytes(),
                (5, 1),
                "hai lần",
            ),
            (format!("{HEAD}[wordings]\n\"Cũ rồi\" = \"a\"").into_bytes(), (4, 1), "đã được sửa"),
            (format!("\u{feff}{HEAD}").into_bytes(), (1, 1), "BOM"),
            ([HEAD.as_bytes(), b"[pages]\nstart-button = \"T\xe0y\""].concat(), (4, 18), "UTF-8"),
            (b"tag = \"vi\"\nname = \"x\"".to_vec(), (1, 7), "BCP 47"),
            (b"tag = \"../x\"\nname = \"x\"".to_vec(), (1, 7), "BCP 47"),
            (b"name = \"x\"".to_vec(), (1, 1), "tag"),
            (b"tag = \"tyz\"\nname = \"\"".to_vec(), (2, 8), "name"),
            (b"tag = ".to_vec(), (1, 7), "TOML"),
        ] {
            let told = read(&file).unwrap_err();
            let said = String::from_utf8_lossy(&file).into_owned();
            assert_eq!(told.len(), 1, "{said}: {told:?}");
            assert_eq!((told[0].line, told[0].column), place, "{said}: {}", told[0]);
            assert!(told[0].text.vi.contains(part), "{said}: {}", told[0].text.vi);
        }
    }

    #[test]
    fn a_text_of_more_than_twice_the_length_is_a_warning_and_not_a_mistake() {
        let long = "dài ".repeat(8);
        let file = format!("{HEAD}[pages]\nstart-button = \"{long}\"");
        let found = read(file.as_bytes()).unwrap();
        assert_eq!(found.warnings.len(), 1);
        assert_eq!((found.warnings[0].line, found.warnings[0].column), (4, 16));
        assert_eq!(found.translation.page("start-button"), Some(long.trim()));
    }

    #[test]
    fn a_broken_file_is_never_half_read() {
        let whole = bracketed();
        for end in (0..whole.len()).step_by(97) {
            if let Some(part) = whole.get(..end) {
                // Whatever is cut off, there is an answer and no panic.
                let _ = read(part.as_bytes());
            }
        }
        assert!(read(b"\xff\xfe\0\0").is_err());
    }
}
