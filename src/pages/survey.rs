//! The survey: its first page, one page a question, and the receipt.

use askama::Template;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::{Item, ResponseOption};
use surveys::response::MAX_COMMENT_CHARS;
use surveys::text::count;
use surveys::unit::{self, Commune};
use surveys::{Instrument, ServiceFields, Text};

use super::{Shell, Words};

/// How a survey was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// From a link that was sent or published.
    pub online: bool,
    /// With the token of a visit.
    pub visit_token: Option<String>,
    /// With a token that a response was sent with already.
    pub used: bool,
}

/// The first page of a survey.
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub struct Start<'a> {
    shell: &'a Shell,
    t: Words,
    title: &'a str,
    introduction: &'a str,
    commune: &'static str,
    province: &'static str,
    point: &'a str,
    questions: String,
    action: String,
    opened: Opened,
    fields: Vec<Text>,
    results: String,
    results_label: String,
    notice: String,
}

impl<'a> Start<'a> {
    /// The first page of `instrument` at `point`.
    pub fn new(
        shell: &'a Shell,
        point: &'a CollectionPoint,
        instrument: &'a Instrument,
        commune: &'static Commune,
        opened: Opened,
        fields: &ServiceFields,
    ) -> Self {
        let of = instrument.asked_of_all().count().to_string();
        Self {
            shell,
            t: shell.t,
            title: shell.t.of(&instrument.title),
            introduction: shell.t.of(&instrument.introduction),
            commune: commune.name,
            province: unit::province(commune.province.as_str()).map_or("", |p| p.name),
            point: &point.name,
            questions: shell.t.with("start-questions", &[("of", &of)]),
            action: shell.link(&format!("/s/{}", point.code)),
            opened,
            fields: fields.options(),
            results: shell.link(&format!("/c/{}", commune.code)),
            results_label: shell.t.with("results-of", &[("commune", commune.name)]),
            notice: shell.link(&format!("/privacy?point={}", point.code)),
        }
    }
}

/// What a question page shows as answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The options chosen.
    pub chosen: Vec<u8>,
    /// The text typed.
    pub comment: String,
}

/// Why a question is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Nothing was chosen.
    NothingChosen,
    /// Nothing was chosen where several may be.
    NoneChosen,
    /// What was sent is none of the options.
    NotOffered,
    /// "No opinion" was chosen along with others.
    NoOpinionAndMore,
    /// The text is too long.
    TooLong,
    /// The text had characters that nobody types; they were taken out.
    Unreadable,
    /// The store could not write.
    NotSaved,
}

impl Again {
    fn key(self) -> &'static str {
        match self {
            Self::NothingChosen => "error-nothing-chosen",
            Self::NoneChosen => "error-none-chosen",
            Self::NotOffered => "error-not-offered",
            Self::NoOpinionAndMore => "error-no-opinion-and-more",
            Self::TooLong => "error-too-long",
            Self::Unreadable => "error-unreadable",
            Self::NotSaved => "error-not-saved",
        }
    }
}

/// Where a question stands in its survey and where its buttons lead.
#[derive(Debug, Clone)]
pub struct Step {
    /// Which one it is of those that everybody is asked, from 1; `None` for one that not
    /// everybody is.
    pub number: Option<usize>,
    /// How many questions everybody is asked.
    pub of: usize,
    /// Whether nothing is asked after it.
    pub last: bool,
    /// Where the answer goes.
    pub action: String,
    /// The page before.
    pub back: String,
}

/// One question.
#[derive(Debug, Template)]
#[template(path = "question.html")]
pub struct Question<'a> {
    shell: &'a Shell,
    t: Words,
    progress: String,
    text: &'a str,
    hint: String,
    most: String,
    error: String,
    unsaved: bool,
    first: String,
    action: String,
    back: String,
    last: bool,
    input: &'static str,
    numbered: bool,
    tiles: Vec<Tile<'a>>,
    apart: Option<Tile<'a>>,
    comment: Option<String>,
}

/// One option as it is shown.
#[derive(Debug)]
struct Tile<'a> {
    value: u8,
    label: &'a str,
    chosen: bool,
}

impl<'a> Question<'a> {
    /// The page of `item` with what is `given` so far, asked `again` for a reason.
    pub fn new(
        shell: &'a Shell,
        instrument: &'a Instrument,
        item: &'a Item,
        step: Step,
        given: &Given,
        again: Option<Again>,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let scale = instrument.scale_of(item);
        let tile = |option: &'a ResponseOption| Tile {
            value: option.value,
            label: t.of(&option.text),
            chosen: given.chosen.contains(&option.value),
        };
        let tiles: Vec<Tile<'a>> = scale.into_iter().flat_map(|s| &s.options).map(tile).collect();
        let most = count(MAX_COMMENT_CHARS, language);
        let hint = item.hint.as_ref().map(|hint| t.of(hint).to_owned());
        Self {
            shell,
            t,
            progress: match step.number {
                Some(number) => t.with(
                    "question-progress",
                    &[("n", &number.to_string()), ("of", &step.of.to_string())],
                ),
                None => t.get("question-extra").into_owned(),
            },
            text: t.of(&item.text),
            hint: hint.unwrap_or_else(|| {
                if item.is_comment() {
                    t.get("question-no-names").into_owned()
                } else {
                    String::new()
                }
            }),
            error: again.map(|again| t.with(again.key(), &[("most", &most)])).unwrap_or_default(),
            most: t.with("question-most", &[("most", &most)]),
            unsaved: again == Some(Again::NotSaved),
            first: tiles
                .first()
                .map_or("answer".to_owned(), |tile| format!("answer-{}", tile.value)),
            action: step.action,
            back: step.back,
            last: step.last,
            input: if item.multiple { "checkbox" } else { "radio" },
            // A number says where an option stands on a scale; in a list it says nothing.
            numbered: scale.is_some_and(|s| !s.satisfied.is_empty()),
            tiles,
            apart: scale.and_then(|s| s.no_opinion.as_ref()).map(tile),
            comment: item.is_comment().then(|| given.comment.clone()),
        }
    }
}

/// Everything answered, to be looked at before it is sent.
#[derive(Debug, Template)]
#[template(path = "check.html")]
pub struct Check<'a> {
    shell: &'a Shell,
    t: Words,
    rows: Vec<Checked<'a>>,
    action: String,
    back: String,
}

/// One answer as it is shown before it is sent.
#[derive(Debug)]
struct Checked<'a> {
    question: &'a str,
    answer: String,
    /// Where it can be changed.
    address: String,
    change: String,
}

impl<'a> Check<'a> {
    /// The page of all `rows`: item, what is given, and where it can be changed.
    pub fn new(
        shell: &'a Shell,
        instrument: &'a Instrument,
        rows: &[(&'a Item, Given, String)],
        action: String,
        back: String,
    ) -> Self {
        let t = shell.t;
        let answer = |item: &Item, given: &Given| {
            if item.is_comment() {
                return given.comment.clone();
            }
            let scale = instrument.scale_of(item);
            let options = scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion));
            let chosen = options.filter(|option| given.chosen.contains(&option.value));
            chosen.map(|option| t.of(&option.text)).collect::<Vec<_>>().join("; ")
        };
        let row = |(item, given, address): &(&'a Item, Given, String)| Checked {
            question: t.of(&item.text),
            answer: Some(answer(item, given))
                .filter(|text| !text.is_empty())
                .unwrap_or_else(|| t.get("check-skipped").into_owned()),
            address: address.clone(),
            change: match instrument.asked_of_all().position(|asked| asked.code == item.code) {
                Some(place) => t.with("check-change-question", &[("n", &(place + 1).to_string())]),
                None => t.get("check-change-extra").into_owned(),
            },
        };
        Self { shell, t, rows: rows.iter().map(row).collect(), action, back }
    }
}

/// What is said once the answers are stored.
#[derive(Debug, Template)]
#[template(path = "done.html")]
pub struct Done<'a> {
    shell: &'a Shell,
    t: Words,
    receipt: &'a str,
    again: Option<String>,
    results: String,
    results_label: String,
    petition: String,
}

impl<'a> Done<'a> {
    /// The page with `receipt` and the ways to the results of `commune` and to a petition, which
    /// is answered. With the
    /// address of a new form to fill in `again` when the response had been sent
    /// before and what was changed since is not in it.
    pub fn new(
        shell: &'a Shell,
        receipt: &'a str,
        commune: &'static Commune,
        again: Option<String>,
    ) -> Self {
        Self {
            shell,
            t: shell.t,
            receipt,
            again,
            results: shell.link(&format!("/c/{}", commune.code)),
            results_label: shell.t.with("results-of", &[("commune", commune.name)]),
            petition: shell.link(&format!("/p/{}", commune.code)),
        }
    }
}
