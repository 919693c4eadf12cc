//! The pages of an import: what the columns hold, what would be stored.

use askama::Template;
use surveys::Instrument;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::Item;
use surveys::text::count;

use super::Nav;
use super::form::Choice;
use crate::importing::Tally;
use crate::importing::chosen::{Chosen, DATES, Meaning};
use crate::importing::personal::is_personal;
use crate::importing::preview::Cell;
use crate::importing::rejected::Rejected;
use crate::importing::suggestion::Match;
use crate::pages::{Shell, Words};

/// A file under way.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What it is called.
    pub file: &'a str,
    /// What was asked.
    pub instrument: &'static Instrument,
    /// What tells it from any other.
    pub mark: &'a str,
    /// The sheet that is shown; empty for the first.
    pub sheet: &'a str,
    /// Whether what is shown was typed before the session ended.
    pub resumed: bool,
}

/// One thing to choose: a column, or what a text means.
#[derive(Debug)]
struct Asked {
    name: String,
    label: String,
    hint: String,
    choices: Vec<Choice>,
    value: String,
}

/// A column with the texts in it.
#[derive(Debug)]
struct Column {
    holds: Asked,
    meanings: Vec<Asked>,
}

/// The page on which it is said what the columns hold.
#[derive(Debug, Template)]
#[template(path = "staff/import_columns.html")]
pub struct Columns<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    told: &'a Told<'a>,
    about: String,
    sheets: Vec<(String, String)>,
    asked: Vec<Column>,
    dates: Asked,
    wrong: String,
}

/// The title of `instrument` with its version.
pub fn version(shell: &Shell, instrument: &Instrument) -> String {
    let (title, version) = (instrument.title.get(shell.language()), instrument.version.to_string());
    shell.t.with("import-version-of", &[("title", title), ("version", &version)])
}

/// What is not an answer, in words; what a map calls it when it is one.
fn own_label(t: Words, name: &str) -> String {
    let key = match name {
        "answered_at" => "import-holds-answered-at",
        "response_id" => "import-holds-response-id",
        "collection_point" => "import-holds-collection-point",
        "channel" => "import-holds-channel",
        "service_field" => "import-holds-service-field",
        "comment" => "import-holds-comment",
        answer => return answer.to_owned(),
    };
    t.get(key).into_owned()
}

fn holds_label(shell: &Shell, name: &str, item: Option<&Item>, chosen: &Chosen<'_>) -> String {
    let language = shell.language();
    let Some(item) = item else {
        return own_label(shell.t, name);
    };
    let text = item.text.get(language);
    let option = name.split_once('/').and_then(|(_, value)| {
        chosen.options(item).find(|option| option.value.to_string() == value)
    });
    match option {
        Some(option) => format!("{name}: {}", option.text.get(language)),
        None => format!("{name}: {text}"),
    }
}

impl<'a> Columns<'a> {
    /// The page about the file `told` with these `sheets` and what is `chosen` so far;
    /// `wrong` is to be mended first.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        told: &'a Told<'a>,
        sheets: &[String],
        chosen: &Chosen<'_>,
        wrong: Option<String>,
    ) -> Self {
        let t = shell.t;
        let aside =
            Choice { value: String::new(), label: t.get("import-holds-nothing").into_owned() };
        let known = chosen
            .holdable()
            .into_iter()
            .map(|(value, item)| Choice { label: holds_label(shell, &value, item, chosen), value });
        let holdable: Vec<Choice> = std::iter::once(aside).chain(known).collect();
        let columns =
            (0..chosen.columns.len()).map(|place| column(shell, chosen, place, &holdable));
        let dates =
            |value: &str, key| Choice { value: value.into(), label: t.get(key).into_owned() };
        let sheet = |name: &String| {
            let query = serde_urlencoded::to_string([("sheet", name)]).unwrap_or_default();
            let here = told.sheet == *name || told.sheet.is_empty() && sheets.first() == Some(name);
            let address = shell.link(&format!("/staff/import/columns?{query}"));
            (name.clone(), if here { String::new() } else { address })
        };
        Self {
            shell,
            t,
            nav: Some(nav),
            told,
            about: t.with(
                "import-columns-about",
                &[("file", told.file), ("asked", &version(shell, told.instrument))],
            ),
            sheets: if sheets.len() > 1 { sheets.iter().map(sheet).collect() } else { Vec::new() },
            asked: columns.collect(),
            dates: Asked {
                name: "dates".into(),
                label: t.get("import-dates").into_owned(),
                hint: t.get("import-dates-hint").into_owned(),
                choices: vec![
                    dates("", "import-dates-iso"),
                    dates(DATES[0], "import-dates-day-first"),
                    dates(DATES[1], "import-dates-month-first"),
                ],
                value: chosen.dates.clone(),
            },
            wrong: wrong.unwrap_or_default(),
        }
    }
}

fn column(shell: &Shell, chosen: &Chosen<'_>, place: usize, holdable: &[Choice]) -> Column {
    let (t, column) = (shell.t, &chosen.columns[place]);
    let examples = column.examples.iter().map(|text| text.chars().take(60).collect::<String>());
    let examples = examples.collect::<Vec<_>>().join(" · ");
    let mut hint = match examples.as_str() {
        "" => t.get("import-column-empty").into_owned(),
        examples => t.with("import-column-examples", &[("examples", examples)]),
    };
    let said = match column.matched {
        Match::Guessed => Some(t.get("import-column-guessed")),
        Match::Personal => Some(t.get("import-column-personal")),
        Match::Certain | Match::None => None,
    };
    if let Some(said) = said {
        let end = if hint.ends_with('.') { "" } else { "." };
        hint = format!("{hint}{end} {said}");
    }
    let number = (place + 1).to_string();
    let called = match column.name.as_str() {
        "" => t.with("import-column-unnamed", &[("n", &number)]),
        name => name.to_owned(),
    };
    let options = chosen.item(place).into_iter().flat_map(|item| chosen.options(item));
    let options: Vec<Choice> = options
        .map(|option| Choice {
            value: option.value.to_string(),
            label: format!("{} – {}", option.value, option.text.get(shell.language())),
        })
        .collect();
    let meaning = |meaning: &Meaning| {
        let reject =
            Choice { value: String::new(), label: t.get("import-means-nothing").into_owned() };
        let reject = meaning.is_open().then_some(reject);
        Asked {
            name: format!("o{place}-{}-{}", column.holds, meaning.id),
            label: t.with("import-means", &[("text", &meaning.text)]),
            hint: String::new(),
            choices: reject.into_iter().chain(options.iter().cloned()).collect(),
            value: meaning.value.map(|value| value.to_string()).unwrap_or_default(),
        }
    };
    Column {
        meanings: column.meanings.iter().map(meaning).collect(),
        holds: Asked {
            name: format!("c{place}"),
            label: t.with("import-column", &[("n", &number), ("name", &called)]),
            hint,
            choices: holdable.to_vec(),
            value: column.holds.clone(),
        },
    }
}

/// What an import would do.
#[derive(Debug)]
pub struct Trial<'a> {
    /// What the file is called, with its sheet.
    pub file: &'a str,
    /// What tells it from any other.
    pub mark: &'a str,
    /// Where its answers were collected.
    pub point: &'a CollectionPoint,
    /// What was asked.
    pub instrument: &'static Instrument,
    /// The first rows, cell by cell.
    pub rows: &'a [Cell],
    /// How many rows would be stored, are known and would be left out.
    pub tally: Tally,
    /// The first rows that would be left out.
    pub rejected: &'a [Rejected],
    /// The columns that are left aside.
    pub ignored: &'a [String],
    /// The columns that were understood by the last part of their names, and as what.
    pub grouped: &'a [(String, String)],
    /// The batch in which the file is already, read otherwise.
    pub before: Option<i64>,
}

/// A cell as it would be stored.
#[derive(Debug)]
struct Stored<'a> {
    line: u64,
    column: &'a str,
    cell: &'a str,
    becomes: String,
}

/// The page that shows what would be stored.
#[derive(Debug, Template)]
#[template(path = "staff/import_preview.html")]
pub struct Preview<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    trial: &'a Trial<'a>,
    lead: String,
    counts: Vec<(String, String)>,
    cells: Vec<Stored<'a>>,
    rejected: Vec<(u64, &'a str, &'a str, &'a str)>,
    more: String,
    ignored: String,
    personal: String,
    grouped: String,
    again: String,
    button: String,
    wrong: String,
}

impl<'a> Preview<'a> {
    /// The page of `trial`; `wrong` is to be mended first.
    pub fn new(shell: &'a Shell, nav: Nav, trial: &'a Trial<'a>, wrong: Option<String>) -> Self {
        let (t, language) = (shell.t, shell.language());
        let number = |n: i64| count(u64::try_from(n).unwrap_or(0), language);
        let Tally { read, stored, known, rejected } = trial.tally;
        let line = |key: &str, n: i64| (t.get(key).into_owned(), number(n));
        let cell = |cell: &'a Cell| Stored {
            line: cell.line,
            column: &cell.column,
            cell: &cell.cell,
            becomes: match (&cell.stored, cell.says.get(language)) {
                (Some(stored), "") => format!("{}: {stored}", own_label(t, &cell.name)),
                (Some(stored), says) => format!("{}: {stored} – {says}", own_label(t, &cell.name)),
                (None, says) => says.to_owned(),
            },
        };
        let grouped = trial.grouped.iter().map(|(name, ours)| format!("{name} → {ours}"));
        let left_aside = |personal| {
            let names = trial.ignored.iter().map(String::as_str);
            names.filter(|name| is_personal(name) == personal).collect::<Vec<_>>().join(" · ")
        };
        let shown = i64::try_from(trial.rejected.len()).unwrap_or(i64::MAX);
        Self {
            shell,
            t,
            nav: Some(nav),
            trial,
            lead: t.with(
                "import-preview-about",
                &[
                    ("file", trial.file),
                    ("point", &trial.point.name),
                    ("asked", &version(shell, trial.instrument)),
                ],
            ),
            counts: vec![
                line("import-count-read", read),
                line("import-count-new", stored),
                line("import-count-known", known),
                line("import-count-rejected", rejected),
            ],
            cells: trial
                .rows
                .iter()
                .filter(|c| !c.name.is_empty() || !c.says.vi.is_empty())
                .map(cell)
                .collect(),
            rejected: trial
                .rejected
                .iter()
                .map(|bad| {
                    let (column, value) = (bad.column.as_str(), bad.value.as_str());
                    (bad.original.line, column, value, bad.reason.get(language))
                })
                .collect(),
            more: if shown < rejected {
                t.with(
                    "import-rejected-more",
                    &[("shown", &number(shown)), ("of", &number(rejected))],
                )
            } else {
                String::new()
            },
            ignored: left_aside(false),
            personal: left_aside(true),
            grouped: grouped.collect::<Vec<_>>().join(" · "),
            again: trial
                .before
                .map(|batch| t.with("import-again", &[("batch", &batch.to_string())]))
                .unwrap_or_default(),
            button: t.with("import-store", &[("n", &number(stored))]),
            wrong: wrong.unwrap_or_default(),
        }
    }
}
