//! What a file of indicators would do.

use askama::Template;
use surveys::text::count;
use surveys::unit;

use super::super::standing::entered;
use super::Nav;
use crate::importing::indicators::{Fresh, Looked};
use crate::importing::rejected::Rejected;
use crate::pages::{Shell, Words};

/// How many new rows are shown as they would be stored.
const ROWS: usize = 10;
/// How many rows are shown that would replace what is stored.
const REPLACING: usize = 500;
/// How many kinds of mistakes are shown, each with the first row that has it.
const KINDS: usize = 30;

/// What is said above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Nothing.
    Nothing,
    /// So many rows were stored.
    Stored(usize),
    /// Something was entered since the page was shown; nothing was stored.
    LookAgain,
}

/// A row as it would be stored.
#[derive(Debug)]
struct Good {
    line: u64,
    commune: &'static str,
    indicator: &'static str,
    period: String,
    what: String,
    source: String,
    /// What it replaces.
    before: String,
}

/// A kind of mistake.
#[derive(Debug)]
struct Kind<'a> {
    reason: &'a str,
    rows: usize,
    first: &'a Rejected,
}

/// The page of a file that was looked at.
#[derive(Debug, Template)]
#[template(path = "staff/indicator_file.html")]
pub struct Preview<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    lead: String,
    notice: String,
    counts: Vec<(String, String)>,
    mark: &'a str,
    button: String,
    caption: String,
    good: Vec<Good>,
    kinds: Vec<Kind<'a>>,
}

impl<'a> Preview<'a> {
    /// The page of the file `name`, which was `looked` at, told by `mark` from any other.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        name: &str,
        looked: &'a Looked,
        mark: &'a str,
        notice: Notice,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let number = |n: usize| count(n as u64, language);
        let corrections = looked.corrections();
        let line = |key: &str, n: usize| (t.get(key).into_owned(), number(n));
        Self {
            shell,
            t,
            nav: Some(nav),
            lead: t.with("indicator-file-lead", &[("file", name)]),
            notice: match notice {
                Notice::Nothing => String::new(),
                Notice::Stored(rows) => t.with("indicator-file-stored", &[("n", &number(rows))]),
                Notice::LookAgain => t.get("indicator-file-look-again").into_owned(),
            },
            counts: vec![
                line("import-count-read", looked.read),
                line("indicator-file-new", looked.fresh.len() - corrections),
                line("indicator-file-corrections", corrections),
                line("import-count-known", looked.known),
                line("import-count-rejected", looked.rejected.len()),
            ],
            mark,
            button: if looked.fresh.is_empty() {
                String::new()
            } else {
                t.with("indicator-file-button", &[("n", &number(looked.fresh.len()))])
            },
            caption: t.with(
                "indicator-file-rows-caption",
                &[("replacing", &number(REPLACING)), ("new", &number(ROWS))],
            ),
            good: shown(&looked.fresh).map(|fresh| good(shell, fresh)).collect(),
            kinds: kinds(shell, &looked.rejected),
        }
    }
}

/// What is replaced first, so that nobody writes over what they have not seen.
fn shown(fresh: &[Fresh]) -> impl Iterator<Item = &Fresh> {
    let replacing = fresh.iter().filter(|fresh| fresh.before.is_some()).take(REPLACING);
    replacing.chain(fresh.iter().filter(|fresh| fresh.before.is_none()).take(ROWS))
}

fn good(shell: &Shell, fresh: &Fresh) -> Good {
    let entry = &fresh.new.entry;
    let before = fresh.before.as_ref();
    Good {
        line: fresh.line,
        commune: unit::commune(fresh.new.commune.as_str()).map_or("", |commune| commune.name),
        indicator: fresh.target.title.get(shell.language()),
        period: super::indicators::period_name(shell, entry),
        what: entered(shell.t, fresh.target, &entry.entered),
        source: entry.source.clone(),
        before: before.map(|b| entered(shell.t, fresh.target, &b.entered)).unwrap_or_default(),
    }
}

/// Every kind of mistake, the one that most rows have first.
fn kinds<'a>(shell: &Shell, rejected: &'a [Rejected]) -> Vec<Kind<'a>> {
    let mut kinds: Vec<Kind<'a>> = Vec::new();
    for row in rejected {
        let reason = row.reason.get(shell.language());
        match kinds.iter_mut().find(|kind| kind.reason == reason) {
            Some(kind) => kind.rows += 1,
            None => kinds.push(Kind { reason, rows: 1, first: row }),
        }
    }
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.rows));
    kinds.truncate(KINDS);
    kinds
}
