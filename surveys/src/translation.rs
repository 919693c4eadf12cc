//! A further language: what citizens read in it, from one file. Vietnamese and English
//! are in the data itself; a translation stands beside it and is looked up by the key
//! of a page's text or by the Vietnamese of an instrument's wording, so that a wording
//! that is changed is a wording that has to be translated again.

mod file;
mod template;

use std::collections::HashMap;

use crate::Instrument;
use crate::text::Text;

pub use crate::toml_reader::MAX_BYTES;
pub use file::{Read, is_tag};
pub use template::template;

/// A text of the pages that citizens see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageText {
    /// What it is called.
    pub key: &'static str,
    /// Its Vietnamese, with placeholders such as `{ $n }`.
    pub vi: &'static str,
}

/// The texts of one further language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// Its BCP 47 tag, such as `tyz`.
    pub tag: String,
    /// Its own name for itself.
    pub name: String,
    /// The texts of pages by key; none of them is empty.
    pages: HashMap<String, String>,
    /// The wordings of instruments by their Vietnamese; none of them is empty.
    wordings: HashMap<String, String>,
}

impl Translation {
    /// The text `key` of a page, with its placeholders.
    pub fn page(&self, key: &str) -> Option<&str> {
        self.pages.get(key).map(String::as_str)
    }

    /// The wording of an instrument.
    pub fn wording(&self, text: &Text) -> Option<&str> {
        self.wordings.get(&text.vi).map(String::as_str)
    }

    /// Which of `pages` it lacks.
    pub fn lacks_pages<'p>(&self, pages: &'p [PageText]) -> impl Iterator<Item = &'p PageText> {
        pages.iter().filter(|page| !self.pages.contains_key(page.key))
    }

    /// Which wordings of `instrument` it lacks.
    pub fn lacks<'i>(&self, instrument: &'i Instrument) -> impl Iterator<Item = Wording<'i>> {
        wordings(instrument).into_iter().filter(|w| !self.wordings.contains_key(&w.text.vi))
    }

    /// Whether citizens can be asked `instrument` in it: nothing at all is missing. A
    /// form that is half in another language is not the same question to everybody.
    pub fn is_complete(&self, pages: &[PageText], instrument: &Instrument) -> bool {
        self.lacks_pages(pages).next().is_none() && self.lacks(instrument).next().is_none()
    }
}

/// A wording of an instrument that citizens see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording<'i> {
    /// Where it stands: `title`, `A1`, `A1 hint`, `A1 option 5`.
    pub place: String,
    /// What it says.
    pub text: &'i Text,
}

/// Everything of `instrument` that citizens see, in order, each wording once.
pub fn wordings(instrument: &Instrument) -> Vec<Wording<'_>> {
    let mut all = vec![
        Wording { place: "title".into(), text: &instrument.title },
        Wording { place: "introduction".into(), text: &instrument.introduction },
    ];
    for item in instrument.asked() {
        let code = &item.code;
        all.push(Wording { place: code.to_string(), text: &item.text });
        if let Some(hint) = &item.hint {
            all.push(Wording { place: format!("{code} hint"), text: hint });
        }
        let scale = instrument.scale_of(item);
        for option in scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion)) {
            let place = format!("{code} option {}", option.value);
            all.push(Wording { place, text: &option.text });
        }
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|wording| seen.insert(&wording.text.vi));
    all
}

/// The placeholders of a text of a page, such as `n` of `Câu { $n }`, in their order.
pub fn placeholders(text: &str) -> Vec<&str> {
    let inside = text.split("{ $").skip(1).filter_map(|rest| rest.split_once(" }"));
    inside.map(|(name, _)| name).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::catalog;

    pub(crate) const PAGES: [PageText; 2] = [
        PageText { key: "start-button", vi: "Bắt đầu" },
        PageText { key: "question-progress", vi: "Câu { $n }/{ $of }" },
    ];

    /// A language whose every text is the Vietnamese in brackets.
    pub(crate) fn bracketed() -> String {
        let mut file = template("zz-test", &PAGES, catalog::instruments());
        let mut vi: Vec<String> = PAGES.iter().map(|page| page.vi.to_owned()).collect();
        for instrument in catalog::instruments() {
            vi.extend(wordings(instrument).iter().map(|w| w.text.vi.clone()));
        }
        file = file.replace("name = \"\"", "name = \"[Thử]\"");
        for page in PAGES {
            file = file.replace(
                &format!("\n{} = \"\"", page.key),
                &format!("\n{} = \"[{}]\"", page.key, page.vi),
            );
        }
        for text in vi {
            let quoted = format!("{text:?}");
            file = file.replace(
                &format!("\n{quoted} = \"\""),
                &format!("\n{quoted} = {:?}", format!("[{text}]")),
            );
        }
        file
    }

    #[test]
    fn a_language_is_complete_when_every_text_of_pages_and_instrument_is_there() {
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let read =
            Translation::read(bracketed().as_bytes(), &PAGES, catalog::instruments(), |_| None)
                .unwrap();
        assert!(read.warnings.is_empty(), "{:?}", read.warnings);
        let whole = read.translation;
        assert!(whole.is_complete(&PAGES, quick));
        assert_eq!(whole.page("start-button"), Some("[Bắt đầu]"));
        assert_eq!(whole.wording(&quick.title), Some(format!("[{}]", quick.title.vi).as_str()));
        let text = bracketed();
        let line = text.lines().find(|line| line.starts_with("\"Rất hài lòng\"")).unwrap();
        let without = text.replace(line, "\"Rất hài lòng\" = \"\"");
        let part = Translation::read(without.as_bytes(), &PAGES, catalog::instruments(), |_| None)
            .unwrap();
        assert!(!part.translation.is_complete(&PAGES, quick), "one option is missing");
        let lacking: Vec<String> = part.translation.lacks(quick).map(|w| w.place).collect();
        assert_eq!(lacking, ["A1 option 5"]);
    }

    #[test]
    fn every_wording_that_a_citizen_sees_is_listed_once() {
        for instrument in catalog::instruments() {
            let all = wordings(instrument);
            let texts: std::collections::HashSet<_> = all.iter().map(|w| &w.text.vi).collect();
            assert_eq!(texts.len(), all.len());
            for item in instrument.asked() {
                assert!(texts.contains(&item.text.vi), "{} {}", instrument.id, item.code);
            }
        }
    }
}
