//! Publishing results: the periods and how they stand; one of them as the public would see
//! it, with the button.

use askama::Template;
use surveys::text::count;
use surveys::unit::Commune;
use surveys::{CommuneCode, Instrument, Period, catalog};

use super::figures::FigureTable;
use super::sure::Unsure;
use super::{Nav, moment};
use crate::pages::commune::changes::Changes;
use crate::pages::commune::channels;
use crate::pages::commune::plan::out_of_force;
use crate::pages::commune::publication::{Changed, changes};
use crate::pages::explanation;
use crate::pages::field::Field;
use crate::pages::message::Link;
use crate::pages::{Shell, Words, numbers};
use crate::reporting::publishing::{Draft, Held, Listed, State};
use crate::reporting::sentence;
use crate::reporting::since::Since;

/// Where the results of `instrument` in `commune` over `period` are published.
pub fn address(commune: &CommuneCode, instrument: &Instrument, period: &Period) -> String {
    let Instrument { id, version, .. } = instrument;
    format!("/staff/publishing/{commune}/{id}@{version}/{}", period.code)
}

/// The list of periods.
#[derive(Debug, Template)]
#[template(path = "staff/publishing.html")]
pub struct Publishing<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    commune: &'static Commune,
    by_decision: bool,
    /// Whether all periods are of the same survey.
    one_instrument: bool,
    kinds: Vec<Kind>,
}

/// The periods of one length.
#[derive(Debug)]
struct Kind {
    name: String,
    rows: Vec<ListedRow>,
}

/// The lengths of periods, the shortest first.
const KINDS: [&str; 4] =
    ["publishing-months", "publishing-quarters", "publishing-halves", "publishing-years"];

/// Which of [`KINDS`] `period` is.
fn kind(period: &Period) -> usize {
    match period.code.split_once('-').map(|(_, part)| part.as_bytes()) {
        None => 3,
        Some([b'Q', ..]) => 1,
        Some([b'H', ..] | b"9M") => 2,
        Some(_) => 0,
    }
}

#[derive(Debug)]
struct ListedRow {
    period: Link,
    instrument: String,
    state: String,
    strong: bool,
    last: String,
    due: String,
}

impl<'a> Publishing<'a> {
    /// The periods `listed` of `commune`.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        commune: &'static Commune,
        listed: &[Listed],
        by_decision: bool,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let row = |one: &Listed| {
            let state = match one.state {
                State::Waiting if by_decision => "publishing-waiting",
                State::Waiting => "publishing-open",
                State::Hidden => "publishing-few",
                State::Published => "publishing-published",
                State::Changed => "publishing-changed",
                State::Withdrawn => "publishing-withdrawn",
                State::Unreadable => "publishing-unreadable",
            };
            let last = one.newest.as_ref().map(|newest| {
                let (number, at) = (newest.number.to_string(), moment(shell, newest.decided_at));
                let who = &*newest.decided_by;
                t.with("publishing-by", &[("number", &number), ("at", &at), ("who", who)])
            });
            ListedRow {
                period: Link {
                    address: shell.link(&address(&commune.code, one.instrument, &one.period)),
                    label: one.period.title.get(language).to_owned(),
                },
                instrument: one.instrument.title.get(language).to_owned(),
                state: t.get(state).into_owned(),
                strong: match one.state {
                    State::Waiting => by_decision,
                    State::Hidden | State::Published => false,
                    State::Changed | State::Withdrawn | State::Unreadable => true,
                },
                last: last.unwrap_or_default(),
                due: one.due.map(|day| numbers::day(day, language)).unwrap_or_default(),
            }
        };
        Self {
            shell,
            t,
            nav: Some(nav),
            commune,
            by_decision,
            one_instrument: listed.windows(2).all(|two| two[0].instrument == two[1].instrument),
            kinds: (KINDS.iter().enumerate())
                .map(|(n, name)| Kind {
                    name: t.get(name).into_owned(),
                    rows: listed.iter().filter(|one| kind(&one.period) == n).map(row).collect(),
                })
                .filter(|kind| !kind.rows.is_empty())
                .collect(),
        }
    }
}

/// What was typed, and what is to be said of it.
#[derive(Debug, Default)]
pub struct Typed {
    /// The reason of a correction.
    pub reason: String,
    /// What is to be mended in it.
    pub wrong: Option<String>,
    /// What of it may be about a person, and nobody is sure of.
    pub unsure: Vec<Unsure>,
    /// What is to be noticed first; may be empty.
    pub notice: String,
}

/// One period as the public would see it.
#[derive(Debug, Template)]
#[template(path = "staff/publication.html")]
pub struct OnePeriod<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    kicker: String,
    notice: String,
    headline: String,
    received: String,
    /// That a target was set for another time; empty where all are in force.
    out_of_force: String,
    /// Whether any figure is shown.
    is_counted: bool,
    figures: FigureTable,
    /// What changed since the period before, as the public reads it.
    since: Option<Changes>,
    /// Empty where the public is told nothing of them.
    channels: Vec<(String, String)>,
    /// Whether it is laid beside what is published, from which it differs.
    is_compared: bool,
    changes: Vec<Changed>,
    /// Why it cannot be published, under which heading; both empty when it can.
    held: [String; 2],
    reason: Option<Field>,
    unsure: Vec<Unsure>,
    action: String,
    seen: String,
    button: String,
    public: String,
    back: String,
    /// That it was taken back, and why; both empty when it was not.
    gone: [String; 2],
    /// Other published periods with the same days.
    beside: Vec<Link>,
    /// Where it is taken back; empty when nothing is published.
    withdraw: String,
    /// Whether its reader decides what is published.
    may_publish: bool,
}

impl<'a> OnePeriod<'a> {
    /// The page of `draft`, which tells what changed `since` another period, with what was
    /// `typed`.
    /// `beside` are the other published periods with the same days, if it was taken back.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        (draft, since): (&Draft, Option<&Since>),
        beside: &[Period],
        typed: Typed,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let report = &*draft.report;
        let (commune, instrument, period) = (report.commune, report.instrument, &report.period);
        let at = address(&commune.code, instrument, period);
        let is_correction = draft.before.is_some();
        let why = match draft.withdrawn {
            Some(_) => Some("publishing-again-reason"),
            None => is_correction.then_some("publishing-reason"),
        };
        let reason = why.map(|why| {
            Field::long("reason", t.get(why), 4)
                .hint(t.get("publishing-reason-hint"))
                .value(&typed.reason)
                .wrong(typed.wrong)
        });
        let is_counted = !report.shows_nothing();
        let gone = draft.withdrawn.as_ref().and_then(|report| report.withdrawal());
        let gone = gone.map(|withdrawal| {
            let at = moment(shell, withdrawal.decided_at);
            [t.with("publishing-was-withdrawn", &[("at", &at)]), withdrawal.reason.clone()]
        });
        let other = |period: &Period| Link {
            address: shell.link(&address(&commune.code, instrument, period)),
            label: period.title.get(language).to_owned(),
        };
        let button = if is_correction { "publishing-correct-button" } else { "publishing-button" };
        Self {
            shell,
            t,
            heading: t.with("publishing-one-heading", &[("period", period.title.get(language))]),
            kicker: format!(
                "{} · {} ({})",
                commune.name,
                instrument.title.get(language),
                numbers::days(period, language)
            ),
            notice: typed.notice,
            headline: sentence::headline(report).get(language).to_owned(),
            received: match report.told_received() {
                Some(n) => count(n, language),
                None => t.get("not-told").into_owned(),
            },
            out_of_force: if is_counted { out_of_force(t, report) } else { String::new() },
            is_counted,
            figures: FigureTable::of(shell, "figures", report, None, explanation::nowhere)
                .saying_once(),
            since: since.map(|since| Changes::of(explanation::nowhere, shell, report, since)),
            channels: if is_counted {
                channels(t, &report.channels, |channel| report.tells_channel(channel))
            } else {
                Vec::new()
            },
            is_compared: is_correction && draft.held != Some(Held::Unchanged),
            changes: draft
                .before
                .as_ref()
                .map(|before| changes(shell, before, report))
                .unwrap_or_default(),
            held: draft.held.as_ref().map(|held| held_said(t, held)).unwrap_or_default(),
            reason,
            unsure: typed.unsure,
            action: shell.link(&at),
            seen: draft.mark(),
            button: t.get(button).into_owned(),
            public: shell.link(&format!(
                "/c/{}?instrument={}&period={}",
                commune.code,
                catalog::name_of(instrument),
                period.code
            )),
            back: shell.link(&format!("/staff/publishing?unit={}", commune.code)),
            gone: gone.unwrap_or_default(),
            beside: beside.iter().map(other).collect(),
            may_publish: true,
            withdraw: if is_correction {
                shell.link(&format!("{at}/withdraw"))
            } else {
                String::new()
            },
            nav: Some(nav),
        }
    }

    /// The same for somebody who only reads.
    #[must_use]
    pub fn only_read(mut self) -> Self {
        self.may_publish = false;
        self.withdraw = String::new();
        self
    }

    /// What is to be mended in the reason.
    fn wrong(&self) -> Option<&Field> {
        self.reason.as_ref().filter(|reason| reason.is_wrong())
    }

    fn mark(&self) -> &str {
        self.nav.as_ref().map_or("", |nav| &nav.mark)
    }
}

/// What is said of results that cannot be published: a heading, and why.
fn held_said(t: Words, held: &Held) -> [String; 2] {
    let heading = match held {
        Held::Unchanged => "publishing-published",
        _ => "publishing-held-heading",
    };
    [t.get(heading).into_owned(), why_held(t, held)]
}

fn why_held(t: Words, held: &Held) -> String {
    match held {
        Held::Running => t.get("publishing-held-running").into_owned(),
        Held::Nobody => t.get("publishing-held-nobody").into_owned(),
        Held::Hidden => t.get("publishing-held-hidden").into_owned(),
        Held::Unchanged => t.get("publishing-held-unchanged").into_owned(),
        Held::FewSinceWithdrawn => t.get("publishing-held-few-withdrawn").into_owned(),
        Held::Few => t.get("publishing-held-few").into_owned(),
        Held::FewBeside(period) => t.with("publishing-held-beside", &[("period", period)]),
        Held::Tells => t.get("publishing-held-tells").into_owned(),
        Held::Unreadable(period) => t.with("publishing-held-unreadable", &[("period", period)]),
    }
}
