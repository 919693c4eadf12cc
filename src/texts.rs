//! The text catalogue: every text of a page, of what is printed and of what is sent, one
//! Fluent file per language in `src/pages/texts/`, named after the language's tag.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use include_dir::{Dir, include_dir};
use surveys::{Language, Text, Translation};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/pages/texts");

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<Vec<(Language, Bundle)>> =
    LazyLock::new(|| Language::ALL.into_iter().map(|l| (l, bundle(l))).collect());

/// A mistake in a catalogue is found by this module's tests, never by a reader.
fn bundle(language: Language) -> Bundle {
    let tag = language.tag();
    let source = source(language).unwrap_or_else(|| panic!("texts/{tag}.ftl is missing"));
    let resource = FluentResource::try_new(source.to_owned())
        .unwrap_or_else(|(_, errors)| panic!("texts/{tag}.ftl has a mistake: {}", errors[0]));
    let locale = tag.parse().expect("the tag of a language is a locale");
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // Marks that isolate directions would be copied along with numbers and codes.
    bundle.set_use_isolating(false);
    if let Err(errors) = bundle.add_resource(resource) {
        panic!("texts/{tag}.ftl says something twice: {}", errors[0]);
    }
    bundle
}

fn source(language: Language) -> Option<&'static str> {
    FILES.get_file(format!("{language}.ftl"))?.contents_utf8()
}

/// The texts in one language; in a further one, as far as citizens read them, and
/// numbers the Vietnamese way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Words(pub Language, Option<&'static Translation>);

impl Words {
    /// The texts in `language`.
    pub const fn new(language: Language) -> Self {
        Self(language, None)
    }

    /// The texts in a further language.
    pub const fn further(translation: &'static Translation) -> Self {
        Self(Language::Vi, Some(translation))
    }

    /// The language's own name for itself.
    pub fn name(self) -> &'static str {
        self.1.map_or(own_name(self.0), |translation| &translation.name)
    }

    /// The language's tag.
    pub fn tag(self) -> &'static str {
        self.1.map_or(self.0.tag(), |translation| &translation.tag)
    }

    /// The wording of an instrument.
    pub fn of(self, text: &Text) -> &str {
        self.1.and_then(|translation| translation.wording(text)).unwrap_or(text.get(self.0))
    }

    /// The text `key`.
    pub fn get(self, key: &str) -> Cow<'static, str> {
        match self.1.and_then(|translation| translation.page(key)) {
            Some(said) => Cow::Borrowed(said),
            None => self.say(key, None),
        }
    }

    /// The text `key` with its placeholders filled in.
    pub fn with(self, key: &str, values: &[(&'static str, &str)]) -> String {
        if let Some(said) = self.1.and_then(|translation| translation.page(key)) {
            let fill = |said: String, (name, value): &(&str, &str)| {
                said.replace(&format!("{{ ${name} }}"), value)
            };
            return values.iter().fold(said.to_owned(), fill);
        }
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, *value);
        }
        self.say(key, Some(&args)).into_owned()
    }

    fn say(self, key: &str, args: Option<&FluentArgs<'_>>) -> Cow<'static, str> {
        let bundle = BUNDLES.iter().find(|(language, _)| *language == self.0).map(|(_, b)| b);
        let pattern = bundle.and_then(|b| Some((b, b.get_message(key)?.value()?)));
        let Some((bundle, pattern)) = pattern else {
            tracing::error!(key, "a page asks for a text that is not in the catalogue");
            return Cow::Owned(key.to_owned());
        };
        let mut errors = Vec::new();
        let said = Cow::Owned(bundle.format_pattern(pattern, args, &mut errors).into_owned());
        if let Some(error) = errors.first() {
            tracing::error!(key, %error, "a text of a page lacks a value");
        }
        said
    }
}

/// The name that a language has for itself.
pub const fn own_name(language: Language) -> &'static str {
    match language {
        Language::Vi => "Tiếng Việt",
        Language::En => "English",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// The messages of a catalogue with the placeholders each has.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut last = String::new();
        for line in source(language).unwrap().lines().filter(|l| !l.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
                key.clone_into(&mut last);
                messages.entry(last.clone()).or_default();
            }
            let names = line.split("{ $").skip(1).filter_map(|rest| rest.split(' ').next());
            if let Some(message) = messages.get_mut(&last) {
                message.extend(names.map(str::to_owned));
            }
        }
        messages
    }

    fn sources(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
            if path.is_dir() {
                sources(&path, into);
            } else if matches!(ending, "rs" | "html") && !path.ends_with("src/texts.rs") {
                into.push_str(&std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_language_says_the_same_things_with_the_same_placeholders() {
        let vietnamese = messages(Language::Vi);
        assert!(vietnamese.len() > 50);
        for language in Language::ALL {
            assert_eq!(messages(language), vietnamese, "texts/{language}.ftl differs from vi.ftl");
            assert_eq!(source(language).unwrap(), surveys::text::nfc(source(language).unwrap()));
        }
    }

    #[test]
    fn every_text_is_used_and_every_used_text_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut code = String::new();
        for folder in ["pages", "http", "printing", "links"] {
            sources(&root.join(folder), &mut code);
        }
        let known = messages(Language::Vi);
        for key in known.keys() {
            assert!(code.contains(&format!("\"{key}\"")), "nothing uses the text {key}");
        }
        for call in ["t.get(\"", "t.with(\""] {
            let mut before = "";
            for part in code.split(call) {
                let alone = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
                let key = part.split('"').next().unwrap();
                let called = !before.is_empty() && alone;
                assert!(!called || known.contains_key(key), "the text {key} is in no catalogue");
                before = part;
            }
        }
    }

    #[test]
    fn texts_never_scold_or_plead() {
        const BANNED: [&str; 9] = [
            "không hợp lệ",
            "lỗi hệ thống",
            "bắt buộc nhập",
            "oops",
            "404",
            "500",
            "invalid",
            "điểm cao",
            "!",
        ];
        for language in Language::ALL {
            let said: String = source(language)
                .unwrap()
                .lines()
                .filter(|l| !l.starts_with('#'))
                .collect::<Vec<_>>()
                .join("\n")
                .to_lowercase();
            for word in BANNED {
                assert!(!said.contains(word), "texts/{language}.ftl says {word}");
            }
        }
    }

    #[test]
    fn placeholders_are_filled_without_marks_around_them() {
        let said = Words::new(Language::Vi).with("question-progress", &[("n", "2"), ("of", "6")]);
        assert_eq!(said, "Câu 2/6");
    }
}
