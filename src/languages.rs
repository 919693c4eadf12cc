//! Further languages of citizens' pages: those that are shipped, and those in a folder
//! of the operator's. Each is one file; none needs a new build.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use surveys::translation::{MAX_BYTES, PageText};
use surveys::{Instrument, Language, Mistake, Text, Translation, catalog};

use crate::printing::unprintable;
use crate::texts::Words;

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/languages/shipped");

/// The most files of a folder.
const MOST_FILES: usize = 50;

/// The Vietnamese catalogue of the pages.
const VIETNAMESE: &str = include_str!("pages/texts/vi.ftl");
/// The parts of the catalogue that citizens meet: in the survey, at the kiosk, on paper, in
/// what is sent to them, in an interview, in petitions, in the notice of what is kept of them,
/// and where they take a response back.
const SECTIONS: [&str; 10] = [
    "Khung trang",
    "Khảo sát",
    "Khi không như ý",
    "Máy tính bảng tại quầy",
    "In ấn: áp phích, phiếu mời, phiếu giấy",
    "Tin nhắn và thư kèm liên kết",
    "Phỏng vấn hộ: người trả lời",
    "Phản ánh, kiến nghị: người gửi",
    "Dữ liệu của ông/bà",
    "Dữ liệu của ông/bà: xem và rút phiếu",
];
/// Texts in these parts that stay as they are: the product's name, what is on pages of
/// figures, and what staff see on the kiosk.
const NOT_OF_CITIZENS: [&str; 52] = [
    "product",
    "commune-unknown-heading",
    "commune-unknown",
    "commune-merged-heading",
    "commune-merged",
    "commune-merged-link",
    "parameter-heading",
    "parameter-current",
    "kiosk-without-script",
    "kiosk-without-script-link",
    "kiosk-enrol-code",
    "kiosk-enrol",
    "kiosk-enrol-elsewhere",
    "kiosk-enrol-offline",
    "kiosk-pin",
    "kiosk-pin-wrong",
    "kiosk-pin-wait",
    "kiosk-erase",
    "kiosk-enter",
    "kiosk-close",
    "kiosk-maintenance",
    "kiosk-point",
    "kiosk-device",
    "kiosk-queued",
    "kiosk-quarantined",
    "kiosk-oldest",
    "kiosk-seen",
    "kiosk-clock",
    "kiosk-seconds",
    "kiosk-storage",
    "kiosk-storage-kept",
    "kiosk-storage-may-go",
    "kiosk-version",
    "kiosk-export",
    "kiosk-send-now",
    "kiosk-alarm-queue",
    "kiosk-alarm-oldest",
    "kiosk-alarm-quarantine",
    "kiosk-alarm-storage",
    "kiosk-alarm-clock",
    "kiosk-alarm-token",
    "kiosk-alarm-lost",
    "kiosk-alarm-cleared",
    "kiosk-alarm-households",
    "kiosk-alarm-lost-households",
    "kiosk-untold",
    "kiosk-cleared",
    "kiosk-calibrate",
    "kiosk-ruler",
    "kiosk-shorter",
    "kiosk-longer",
    "kiosk-keep",
];

static PAGES: LazyLock<Vec<PageText>> = LazyLock::new(|| {
    let mut section = "";
    let mut pages = Vec::new();
    for line in VIETNAMESE.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading;
        } else if let Some((key, vi)) = line.split_once(" = ")
            && SECTIONS.contains(&section)
            && !NOT_OF_CITIZENS.contains(&key)
        {
            pages.push(PageText { key, vi });
        }
    }
    pages
});

/// The texts of pages that a language has to say.
pub fn pages() -> &'static [PageText] {
    &PAGES
}

/// The newest version of every shipped instrument.
pub fn instruments() -> impl Iterator<Item = &'static Instrument> {
    catalog::newest()
}

/// A language's file that cannot be used.
#[derive(Debug)]
pub enum Error {
    /// The folder or a file in it cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// It holds more files than are read.
    TooMany(PathBuf),
    /// Two files are of one language.
    Twice([PathBuf; 2], String),
    /// A file has mistakes.
    Mistaken(PathBuf, Vec<Mistake>),
}

impl Error {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        match self {
            Self::Unreadable(path, source) => {
                let path = path.display();
                Text::new(
                    format!("Không đọc được {path}: {source}"),
                    format!("cannot read {path}: {source}"),
                )
            }
            Self::TooMany(path) => {
                let path = path.display();
                Text::new(
                    format!("Thư mục {path} có hơn {MOST_FILES} tệp ngôn ngữ; hãy bỏ bớt"),
                    format!("the folder {path} has more than {MOST_FILES} languages; remove some"),
                )
            }
            Self::Twice([one, other], tag) => {
                let (one, other) = (one.display(), other.display());
                Text::new(
                    format!("{one} và {other} cùng có mã ngôn ngữ {tag}; hãy bỏ một tệp"),
                    format!("{one} and {other} both have the tag {tag}; remove one of them"),
                )
            }
            Self::Mistaken(path, mistakes) => {
                let (path, more) = (path.display(), mistakes.len());
                let first = mistakes.first().map(|m| (m.line, m.column, &m.text));
                let (line, column, text) = first.unwrap_or((1, 1, &EMPTY));
                Text::new(
                    format!(
                        "{path}:{line}:{column}: {} ({more} chỗ; xem hailong language check)",
                        text.vi
                    ),
                    format!(
                        "{path}:{line}:{column}: {} ({more} in all; see hailong language check)",
                        text.en
                    ),
                )
            }
        }
    }
}

static EMPTY: Text = Text { vi: String::new(), en: String::new() };

/// Reads the file of a language.
///
/// # Errors
/// Every mistake in the order of the file.
pub fn read(file: &[u8]) -> Result<surveys::translation::Read, Vec<Mistake>> {
    Translation::read(file, pages(), catalog::instruments(), unprintable)
}

/// The bytes of the language's file at `path`; of one that is too large, as many as tell
/// that it is.
///
/// # Errors
/// When it cannot be read.
pub fn open(path: &Path) -> std::io::Result<Vec<u8>> {
    let most = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file for the language `tag` to be filled in.
pub fn template(tag: &str) -> String {
    surveys::translation::template(tag, pages(), instruments())
}

/// The further languages that are known, complete or not.
#[derive(Debug, Clone, Default)]
pub struct Languages(Vec<&'static Translation>);

impl Languages {
    /// The shipped languages, and those of the files (TOML) in `folder`, of which each
    /// goes before a shipped one with its tag. They stay in memory as long as the
    /// program runs.
    ///
    /// # Errors
    /// When the folder cannot be read or a file has a mistake.
    pub fn load(folder: Option<&Path>) -> Result<Self, Error> {
        let mut languages = Self::default();
        for file in SHIPPED.files() {
            let path = file.path();
            languages.add(path, file.contents())?;
        }
        let Some(folder) = folder else { return Ok(languages) };
        let unreadable = |source| Error::Unreadable(folder.to_owned(), source);
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|ending| ending == "toml") {
                paths.push(path);
            }
            if paths.len() > MOST_FILES {
                return Err(Error::TooMany(folder.to_owned()));
            }
        }
        paths.sort();
        let mut of_tag: HashMap<String, PathBuf> = HashMap::new();
        for path in paths {
            let file = open(&path).map_err(|e| Error::Unreadable(path.clone(), e))?;
            let tag = languages.add(&path, &file)?.to_ascii_lowercase();
            if let Some(other) = of_tag.insert(tag.clone(), path.clone()) {
                return Err(Error::Twice([other, path], tag));
            }
        }
        Ok(languages)
    }

    /// Adds the language of `file` and gives its tag.
    fn add(&mut self, path: &Path, file: &[u8]) -> Result<&'static str, Error> {
        let read = read(file).map_err(|mistakes| Error::Mistaken(path.to_owned(), mistakes))?;
        self.0.retain(|other| other.tag != read.translation.tag);
        // Pages borrow from it until the program ends.
        let added: &'static Translation = Box::leak(Box::new(read.translation));
        self.0.push(added);
        Ok(&added.tag)
    }

    /// All of them.
    pub fn all(&self) -> &[&'static Translation] {
        &self.0
    }

    /// What is said in the language `tag` to citizens who are asked `instrument`: in
    /// Vietnamese, English, or a further language that lacks nothing.
    pub fn words(&self, tag: &str, instrument: &Instrument) -> Option<Words> {
        let further = |tag| self.complete_for(instrument).into_iter().find(|t| t.tag == tag);
        Language::of_tag(tag).map(Words::new).or_else(|| further(tag).map(Words::further))
    }

    /// Everything that citizens can be asked `instrument` in, Vietnamese first.
    pub fn all_words(&self, instrument: &Instrument) -> Vec<Words> {
        let further = self.complete_for(instrument).into_iter().map(Words::further);
        Language::ALL.into_iter().map(Words::new).chain(further).collect()
    }

    /// Those in which every page can be said that shows no instrument.
    pub fn complete_pages(&self) -> Vec<&'static Translation> {
        self.0.iter().filter(|t| t.lacks_pages(pages()).next().is_none()).copied().collect()
    }

    /// Those in which citizens can be asked `instrument`.
    pub fn complete_for(&self, instrument: &Instrument) -> Vec<&'static Translation> {
        let complete = |t: &&&'static Translation| t.is_complete(pages(), instrument);
        self.0.iter().filter(complete).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_citizens_is_on_one_line_and_what_is_left_out_is_there() {
        let known: Vec<&str> =
            VIETNAMESE.lines().filter_map(|l| l.split_once(" = ")).map(|(key, _)| key).collect();
        for key in NOT_OF_CITIZENS {
            assert!(known.contains(&key), "{key} is no text any more");
        }
        for section in SECTIONS {
            assert!(VIETNAMESE.contains(&format!("\n## {section}\n")), "{section}");
        }
        let odd = |line: &&str| {
            !line.is_empty() && !line.starts_with('#') && !line.contains(" = ")
                || line.contains("->")
        };
        assert_eq!(VIETNAMESE.lines().find(odd), None, "a text of several lines or cases");
        assert!(pages().len() > 80, "{}", pages().len());
    }

    #[test]
    fn a_shipped_language_has_no_stale_text_and_is_offered_only_when_it_lacks_nothing() {
        let languages = Languages::load(None).unwrap_or_else(|e| panic!("{}", e.text().en));
        assert!(languages.all().iter().any(|language| language.tag == "tyz"));
        for (language, instrument) in
            languages.all().iter().flat_map(|l| instruments().map(move |i| (l, i)))
        {
            let lacks = language.lacks_pages(pages()).count() + language.lacks(instrument).count();
            let offered = languages.complete_for(instrument).contains(language);
            assert_eq!(offered, lacks == 0, "{} {}", language.tag, instrument.id);
        }
    }

    /// The names of all texts in the file of a language, filled in or not.
    fn names(file: &str) -> Vec<&str> {
        file.lines().filter_map(|line| line.split_once(" = \"")).map(|(name, _)| name).collect()
    }

    #[test]
    fn a_shipped_language_has_an_entry_for_every_text_that_citizens_read() {
        for file in SHIPPED.files() {
            let text = file.contents_utf8().unwrap();
            let tag = file.path().file_stem().and_then(|stem| stem.to_str()).unwrap();
            let (there, template) = (names(text), template(tag));
            let without: Vec<&str> =
                names(&template).into_iter().filter(|name| !there.contains(name)).collect();
            let how = "add them as `hailong language template` writes them";
            assert_eq!(without, Vec::<&str>::new(), "{}: {how}", file.path().display());
        }
        let cut = template("tyz").replace("start-button", "started-button");
        assert_ne!(names(&cut), names(&template("tyz")), "a text that lacks is seen");
    }

    #[test]
    fn a_folder_that_cannot_be_used_is_told_with_the_place_of_the_mistake() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("không có");
        assert!(Languages::load(Some(&nowhere)).unwrap_err().text().vi.contains("Không đọc được"));
        std::fs::write(folder.path().join("a.toml"), "tag = \"tyz\"\nname = 5\n").unwrap();
        let told = Languages::load(Some(folder.path())).unwrap_err().text().vi;
        assert!(told.contains("a.toml:2:8"), "{told}");
        std::fs::write(folder.path().join("a.toml"), "tag = \"tyz\"\nname = \"Tày\"\n").unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("b.toml"), "tag = \"tyz\"\nname = \"Tày\"\n").unwrap();
        let twice = Languages::load(Some(folder.path())).unwrap_err().text().vi;
        assert!(twice.contains("a.toml và ") && twice.contains("b.toml cùng có mã"), "{twice}");
        std::fs::write(at("b.toml"), vec![b' '; MAX_BYTES + 100]).unwrap();
        assert_eq!(open(&at("b.toml")).unwrap().len(), MAX_BYTES + 1);
        let large = Languages::load(Some(folder.path())).unwrap_err().text().vi;
        assert!(large.contains("1 MB"), "{large}");
        for odd in ["Tày \u{202e}", "Tày\u{200b}", "تاي", "Tày\u{ad}", "岱"] {
            let named = format!("tag = \"tyz\"\nname = \"{odd}\"\n");
            std::fs::write(at("b.toml"), named).unwrap();
            let told = Languages::load(Some(folder.path())).unwrap_err().text().vi;
            assert!(told.contains("b.toml:2:8") && told.contains("U+"), "{told}");
        }
        std::fs::remove_file(at("b.toml")).unwrap();
        std::fs::write(folder.path().join("notes.txt"), "not a language").unwrap();
        let loaded = Languages::load(Some(folder.path())).unwrap();
        let tyz: Vec<_> = loaded.all().iter().filter(|l| l.tag == "tyz").collect();
        assert_eq!(tyz.len(), 1, "a file of the folder goes before the shipped one");
        assert_eq!(tyz[0].lacks_pages(pages()).count(), pages().len());
    }
}
