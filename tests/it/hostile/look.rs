//! The look at whatever the service gives out: each text that was planted stands there as the
//! text it is, and nothing of it as anything else.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use calamine::{Data, Reader, Xlsx};
use resvg::usvg::roxmltree;
use unicode_normalization::UnicodeNormalization;

use crate::support::hostile::STRINGS;
use crate::support::html::{self, Element, Part};

/// What each planted text ends with, before four letters that tell it from the others.
const MARK: &str = "zq";

/// Elements that no page of ours has.
const FOREIGN: [&str; 13] = [
    "applet",
    "base",
    "embed",
    "frame",
    "frameset",
    "iframe",
    "marquee",
    "math",
    "object",
    "plaintext",
    "style",
    "template",
    "xmp",
];

/// Attributes by which a page leads somewhere or loads something.
const LEADING: [&str; 8] =
    ["action", "data", "formaction", "href", "poster", "src", "srcdoc", "xlink:href"];

/// What they may begin with on our pages.
const OUR_BEGINNINGS: [&str; 8] =
    ["/", "#", "?", "tel:", "mailto:", "https://", "data:text/csv;", "data:image/svg+xml;"];

/// A planted text.
#[derive(Debug)]
struct Planted {
    /// What must be read where its mark is read.
    text: String,
    /// The field that it was typed into.
    of: String,
    /// What may be read instead, of a field that is a list: its last entry, however large
    /// its letters.
    last: Option<String>,
}

/// What was planted, and what was found of it.
#[derive(Debug, Default)]
pub(crate) struct Look {
    planted: BTreeMap<String, Planted>,
    seen: BTreeSet<String>,
    faults: BTreeSet<String>,
    shown: BTreeMap<String, usize>,
}

impl Look {
    /// `hostile` as it is typed into the field `of`, with its mark. Of a field that is a list
    /// or the name of a file, which `parts` take apart, the last part may be shown alone.
    pub(crate) fn plant(&mut self, hostile: &str, of: &str, parts: &[char]) -> (String, String) {
        let mut number = self.planted.len();
        let mut mark = String::from(MARK);
        for _ in 0..4 {
            mark.push(char::from(b'a' + u8::try_from(number % 26).expect("a letter")));
            number /= 26;
        }
        let typed = format!("{hostile} {mark}");
        let last = typed.rsplit(parts).next().filter(|_| !parts.is_empty());
        let planted = Planted {
            text: plain(&typed),
            of: of.to_owned(),
            last: last.map(|last| plain(&last.to_lowercase())),
        };
        self.planted.insert(mark.clone(), planted);
        (typed, mark)
    }

    /// The fields of which no text was seen anywhere so far.
    pub(crate) fn unseen(&self) -> BTreeSet<&str> {
        let seen: BTreeSet<&str> = self.seen.iter().map(|m| self.planted[m].of.as_str()).collect();
        let fields: BTreeSet<&str> = self.planted.values().map(|p| p.of.as_str()).collect();
        fields.difference(&seen).copied().collect()
    }

    /// The text with this mark, unless it was seen.
    pub(crate) fn unseen_text(&self, mark: &str) -> Option<&str> {
        let planted = &self.planted[mark];
        (!self.seen.contains(mark)).then_some(planted.text.as_str())
    }

    /// How many planted texts were seen somewhere.
    pub(crate) fn seen(&self) -> usize {
        self.seen.len()
    }

    /// The addresses that show the most texts, the one with the most first.
    pub(crate) fn fullest(&self) -> Vec<String> {
        let got = |(place, count): (&String, &usize)| {
            Some((*count, place.strip_prefix("GET ")?.to_owned()))
        };
        let mut pages: Vec<(usize, String)> = self.shown.iter().filter_map(got).collect();
        pages.sort_by(|one, other| other.cmp(one));
        pages.into_iter().map(|(_, path)| path).collect()
    }

    /// Whether any text was seen at `place`.
    pub(crate) fn has_seen_at(&self, place: &str) -> bool {
        self.shown.contains_key(place)
    }

    /// Notes that something is not as it should be.
    pub(crate) fn fault(&mut self, fault: String) {
        // The same of each of sixty texts would be sixty lines.
        if self.faults.len() < 200 {
            self.faults.insert(fault);
        }
    }

    /// Everything that was not as it should be.
    pub(crate) fn faults(&self) -> Vec<&str> {
        self.faults.iter().map(String::as_str).collect()
    }

    /// Looks at a body of the type `kind` that came from `place`.
    pub(crate) fn at(&mut self, place: &str, kind: &str, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        match kind.split(';').next().unwrap_or_default() {
            "text/html" => drop(self.at_page(place, &text)),
            "text/csv" => self.at_csv(place, body),
            "image/svg+xml" => self.at_xml(place, &text),
            "application/pdf" => self.at_pdf(place, body),
            kind if kind.ends_with("json") => match serde_json::from_str(&text) {
                Ok(value) => self.at_json(place, &value),
                Err(error) => self.fault(format!("{place}: no JSON: {error}")),
            },
            kind if kind.contains("spreadsheetml") => self.at_workbook(place, body),
            kind if kind.contains("wordprocessingml") || kind.contains("zip") => {
                self.at_archive(place, body);
            }
            _ => self.says(place, &text),
        }
    }

    /// Looks at a page; its parts, as far as it can be read.
    pub(crate) fn at_page(&mut self, place: &str, page: &str) -> Vec<Part> {
        let parts = match html::parts(page) {
            Ok(parts) => parts,
            Err(odd) => {
                self.fault(format!("{place}: not a page of ours: {odd}"));
                return Vec::new();
            }
        };
        self.at_summary(place, &parts);
        let mut inside = "";
        for part in &parts {
            match part {
                Part::Opened(element) => {
                    inside = &element.name;
                    self.at_element(place, element);
                }
                Part::Closed(_) => inside = "",
                Part::Text(text) => {
                    if inside.eq_ignore_ascii_case("script") && !text.trim().is_empty() {
                        self.fault(format!("{place}: a script on the page: {text}"));
                    }
                    self.at_text(place, text);
                }
            }
        }
        parts
    }

    /// Whoever has to mend several fields reads of each line which it is of.
    fn at_summary(&mut self, place: &str, parts: &[Part]) {
        let is_summary = |element: &Element| element.get("class") == Some("errors");
        let within = parts
            .iter()
            .skip_while(|part| !matches!(part, Part::Opened(element) if is_summary(element)));
        let within = within.take_while(|part| !matches!(part, Part::Closed(name) if name == "div"));
        let (mut lines, mut line) = (BTreeSet::new(), String::new());
        for part in within {
            match part {
                Part::Opened(element) if element.name == "a" => line.clear(),
                Part::Text(text) => line.push_str(text),
                Part::Closed(name) if name == "a" && !lines.insert(line.clone()) => {
                    self.fault(format!("{place}: several fields to mend say “{line}”"));
                }
                _ => {}
            }
        }
    }

    fn at_element(&mut self, place: &str, element: &Element) {
        let name = element.name.to_ascii_lowercase();
        if FOREIGN.contains(&name.as_str()) {
            self.fault(format!("{place}: an element of nobody's: {element:?}"));
        }
        for (attribute, value) in &element.attributes {
            let attribute = attribute.to_ascii_lowercase();
            let leads = LEADING.contains(&attribute.as_str());
            let ours = OUR_BEGINNINGS.iter().any(|begins| value.starts_with(begins));
            let abroad = value.starts_with("//") || value.contains("//evil.example/");
            let wrong = attribute.starts_with("on")
                || attribute == "http-equiv"
                || (attribute == "style" && value.contains(MARK))
                || (leads && !value.is_empty() && (!ours || abroad));
            if wrong {
                self.fault(format!("{place}: {name} with {attribute}=\"{value}\""));
            }
            if let Some(file) = value.strip_prefix("data:text/csv;charset=utf-8;base64,") {
                match STANDARD.decode(file) {
                    Ok(file) => self.at_csv(place, &file),
                    Err(error) => self.fault(format!("{place}: no file in a link: {error}")),
                }
                continue;
            }
            let query = value.split_once('?').map_or("", |(_, query)| query);
            let fields: Vec<(String, String)> =
                serde_urlencoded::from_str(query).unwrap_or_default();
            if leads && !fields.is_empty() {
                for (_, value) in &fields {
                    self.says(place, value);
                }
            } else {
                self.at_text(place, value);
            }
        }
    }

    /// Looks at a text of a page, which may hold a value for a script of ours.
    fn at_text(&mut self, place: &str, text: &str) {
        let value = text.contains(MARK).then(|| serde_json::from_str(text).ok()).flatten();
        match value.filter(serde_json::Value::is_object) {
            Some(value) => self.at_json(place, &value),
            None => self.says(place, text),
        }
    }

    fn at_csv(&mut self, place: &str, body: &[u8]) {
        let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
        let mut rows =
            csv::ReaderBuilder::new().has_headers(false).flexible(false).from_reader(body);
        for row in rows.records() {
            let row = match row {
                Ok(row) => row,
                Err(error) => return self.fault(format!("{place}: no table: {error}")),
            };
            row.iter().for_each(|cell| self.at_cell(place, cell));
        }
    }

    /// Looks at a cell of a table that spreadsheets read formulas in.
    fn at_cell(&mut self, place: &str, cell: &str) {
        let runs = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
        if cell.starts_with(runs) && cell.parse::<f64>().is_err() {
            self.fault(format!("{place}: a spreadsheet would run {cell}"));
        }
        let harmless = cell.strip_prefix('\'').filter(|rest| rest.starts_with(runs));
        self.says(place, harmless.unwrap_or(cell));
    }

    fn at_workbook(&mut self, place: &str, body: &[u8]) {
        let book: Result<Xlsx<_>, _> = Xlsx::new(Cursor::new(body));
        let mut book = match book {
            Ok(book) => book,
            Err(error) => return self.fault(format!("{place}: no workbook: {error}")),
        };
        for (name, sheet) in book.worksheets() {
            for (_, _, cell) in sheet.used_cells() {
                if let Data::String(text) = cell {
                    self.says(place, text);
                }
            }
            let formulas = book.worksheet_formula(&name).map(|range| range.used_cells().count());
            if !matches!(formulas, Ok(0)) {
                self.fault(format!("{place}: formulas in the workbook"));
            }
        }
    }

    fn at_archive(&mut self, place: &str, body: &[u8]) {
        let mut archive = match zip::ZipArchive::new(Cursor::new(body)) {
            Ok(archive) => archive,
            Err(error) => return self.fault(format!("{place}: no archive: {error}")),
        };
        for number in 0..archive.len() {
            let mut file = archive.by_index(number).expect("it is there");
            let name = file.name().expect("a name of ours").into_owned();
            let within = format!("{place}!{name}");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("it is whole");
            match within.rsplit('.').next().unwrap_or_default() {
                "xml" | "rels" | "svg" => self.at_xml(&within, &String::from_utf8_lossy(&bytes)),
                "csv" => self.at_csv(&within, &bytes),
                "json" => self.at(&within, "application/json", &bytes),
                _ => {}
            }
        }
    }

    fn at_xml(&mut self, place: &str, text: &str) {
        let document = match roxmltree::Document::parse(text) {
            Ok(document) => document,
            Err(error) => return self.fault(format!("{place}: not well-formed: {error}")),
        };
        for node in document.descendants() {
            let name = node.tag_name().name();
            let runs = ["script", "instrText", "foreignObject"].contains(&name)
                || node.attributes().any(|attribute| attribute.name().starts_with("on"));
            if runs {
                self.fault(format!("{place}: {name}"));
            }
            self.says(place, node.text().filter(|_| node.is_text()).unwrap_or_default());
            node.attributes().for_each(|attribute| self.says(place, attribute.value()));
        }
    }

    fn at_pdf(&mut self, place: &str, body: &[u8]) {
        let raw = String::from_utf8_lossy(body);
        for bad in ["/JavaScript", "/OpenAction", "/Launch", "hacked", "evil.example"] {
            if raw.contains(bad) {
                self.fault(format!("{place}: {bad} in the document"));
            }
        }
    }

    fn at_json(&mut self, place: &str, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) => self.says(place, text),
            serde_json::Value::Array(all) => all.iter().for_each(|one| self.at_json(place, one)),
            serde_json::Value::Object(all) => all.values().for_each(|one| self.at_json(place, one)),
            _ => {}
        }
    }

    /// Whoever ends in a mark must be the whole text that was planted with it.
    pub(crate) fn says(&mut self, place: &str, text: &str) {
        if !text.contains(MARK) {
            return;
        }
        let said = plain(text);
        for (at, _) in text.match_indices(MARK) {
            let Some(mark) = text.get(at..at + MARK.len() + 4) else { continue };
            let Some(Planted { text, of, last }) = self.planted.get(mark) else { continue };
            if said.contains(text)
                || is_covered(place, &said, text, mark)
                || last.as_ref().is_some_and(|last| said.to_lowercase().contains(last))
            {
                self.seen.insert(mark.to_owned());
                *self.shown.entry(place.to_owned()).or_default() += 1;
            } else {
                let fault = format!("{place}: {text} of {of} became {said}");
                self.fault(fault);
            }
        }
    }
}

/// Whether `said` is on the page that shows what a text would be like with parts covered,
/// and is `text` behind the last of them.
fn is_covered(place: &str, said: &str, text: &str, mark: &str) -> bool {
    let until = said.split_inclusive(mark).next().unwrap_or_default();
    let shown = until.rsplit_once("[…]").map(|(_, shown)| shown);
    place.contains(" /staff/erase/") && shown.is_some_and(|shown| text.ends_with(shown))
}

/// `text` but for what any field may leave out: characters that show nothing, and space.
fn plain(text: &str) -> String {
    let shows = |c: &char| {
        let unseen = matches!(*c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffe}' | '\u{fffd}');
        !unseen && !c.is_whitespace() && !c.is_control()
    };
    text.nfc().filter(shows).collect()
}

/// `text` as a page of ours writes it.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '<' | '>' | '"' | '\'' | '&' => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

#[test]
fn a_page_or_file_that_takes_a_text_for_more_fails_the_look() {
    let faults = |kind: &str, written: &dyn Fn(&str) -> String| {
        STRINGS.map(|text| {
            let mut look = Look::default();
            let (typed, mark) = look.plant(text, "a field", &[]);
            look.at("a page", kind, written(&typed).as_bytes());
            assert!(look.unseen_text(&mark).is_none() || !look.faults().is_empty(), "{text}");
            !look.faults().is_empty()
        })
    };
    let found = |faults: [bool; 60]| faults.into_iter().filter(|fault| *fault).count();
    let of = |parts: &[char]| STRINGS.iter().filter(|text| text.contains(parts)).count();
    // As it should be nothing is found.
    let page = |text: &str| format!("<p title=\"{0}\">{0}</p>", escaped(text));
    assert_eq!(found(faults("text/html", &page)), 0);
    let cell = |text: &str| {
        let apostrophe = if text.starts_with(['=', '+', '-', '@', '＝']) { "'" } else { "" };
        format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
    };
    assert_eq!(found(faults("text/csv", &cell)), 0);
    assert_eq!(found(faults("application/json", &|text| serde_json::json!([text]).to_string())), 0);
    // Whatever is not escaped where it would have to be is found.
    let raw = faults("text/html", &|text| format!("<p>{text}</p>"));
    assert!(found(raw) >= of(&['<']), "{} as text", found(raw));
    let value = faults("text/html", &|text| format!("<p title=\"{text}\"></p>"));
    assert!(found(value) >= of(&['<', '"']), "{} in a value", found(value));
    let leading = faults("text/html", &|text| format!("<a href=\"{}\">x</a>", escaped(text)));
    assert!(found(leading) >= 55, "{} as an address", found(leading));
    let script = faults("text/html", &|text| format!("<script>{}</script>", escaped(text)));
    assert_eq!(found(script), 60, "inside a script");
    let line = |id: &str, said: &str| format!("<p><a href=\"#{id}\">{said}</a></p>");
    for (second, found) in [("Ghi ngày.", true), ("Ngày hẹn: Ghi ngày.", false)] {
        let lines = line("from", "Ghi ngày.") + &line("until", second);
        let mut look = Look::default();
        look.at("a page", "text/html", format!("<div class=\"errors\">{lines}</div>").as_bytes());
        assert_eq!(!look.faults().is_empty(), found, "{second}");
    }
    let formulas = faults("text/csv", &|text| format!("\"{}\"", text.replace('"', "\"\"")));
    assert!(found(formulas) >= of(&['＝']) + 5, "{} formulas", found(formulas));
    let picture = faults("image/svg+xml", &|text| format!("<svg><text>{text}</text></svg>"));
    assert!(found(picture) >= of(&['<']), "{} in a picture", found(picture));
}
