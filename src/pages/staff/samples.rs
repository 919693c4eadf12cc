//! Samples of households for staff: the list, and one of them with how far it is.

use askama::Template;
use surveys::sample::{Fieldwork, HouseholdStatus, response_rate};
use surveys::text::percent;

use super::Nav;
use super::form::Choice;
use crate::pages::{Shell, Words, day};
use crate::reporting::sampled::Sampled;
use crate::store::samples::{Interviewer, Sample, SampledHousehold};

/// The days of `sample` in words.
pub(in crate::pages) fn days(shell: &Shell, sample: &Sample) -> String {
    let of = |date| day(date, shell.language());
    shell.t.with("sample-days", &[("from", &of(sample.first_day)), ("until", &of(sample.last_day))])
}

/// A row of the list.
#[derive(Debug)]
struct Row {
    address: String,
    title: String,
    code: String,
    point: String,
    days: String,
}

/// Every sample within the reader's scope.
#[derive(Debug, Template)]
#[template(path = "staff/samples.html")]
pub struct Samples<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    add: String,
}

impl<'a> Samples<'a> {
    /// The list of `samples`; `may_add` when its reader may add one.
    pub fn new(shell: &'a Shell, nav: Nav, samples: &[Sample], may_add: bool) -> Self {
        let row = |sample: &Sample| Row {
            address: shell.link(&format!("/staff/samples/{}", sample.code)),
            title: sample.title.clone(),
            code: sample.code.to_string(),
            point: sample.collection_point.to_string(),
            days: days(shell, sample),
        };
        let add = if may_add { shell.link("/staff/samples/new") } else { String::new() };
        let rows = samples.iter().map(row).collect();
        Self { shell, t: shell.t, nav: Some(nav), rows, add }
    }
}

/// How far one village is.
#[derive(Debug)]
struct Village {
    stratum: String,
    psu: String,
    issued: u32,
    /// How many households have each status that any has.
    statuses: String,
    responses: u32,
    rate: String,
}

/// How far one interviewer is.
#[derive(Debug)]
struct Worker {
    name: String,
    assigned: usize,
    visited: usize,
    answered: usize,
}

/// One sample.
#[derive(Debug, Template)]
#[template(path = "staff/sample.html")]
pub struct One<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    sample: &'a Sample,
    days: String,
    page: String,
    address: String,
    summary: String,
    /// Said when tablets have told of other households than responses came from.
    differ: String,
    villages: Vec<Village>,
    workers: Vec<Worker>,
    interviewers: Vec<Choice>,
    may_run: bool,
}

/// The share of eligible households that answered, in words; empty without any.
fn rate(shell: &Shell, done: Fieldwork) -> String {
    response_rate(done).map_or_else(String::new, |rate| percent(rate, 1, shell.language()))
}

impl<'a> One<'a> {
    /// What was `done`; `may_run` when its reader may change something.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        done: &'a Sampled,
        interviewers: &[Interviewer],
        may_run: bool,
    ) -> Self {
        let t = shell.t;
        let issued: Vec<&SampledHousehold> =
            done.households.iter().filter(|h| h.is_issued()).collect();
        let village = |(psu, work): &(surveys::sample::Psu, Fieldwork)| Village {
            stratum: psu.stratum.clone(),
            psu: psu.name.clone(),
            issued: work.issued,
            statuses: HouseholdStatus::ALL
                .into_iter()
                .filter_map(|status| {
                    let here = issued.iter().filter(|h| h.psu == psu.name && h.status == status);
                    let count = here.count();
                    let text = status.text();
                    (count > 0).then(|| format!("{}: {count}", text.get(shell.language())))
                })
                .collect::<Vec<String>>()
                .join("; "),
            responses: work.responses,
            rate: rate(shell, *work),
        };
        let worker = |one: &Interviewer| {
            let own = || issued.iter().filter(|h| h.interviewer == Some(one.number));
            Worker {
                name: one.name.clone(),
                assigned: own().count(),
                visited: own().filter(|h| h.status != HouseholdStatus::Waiting).count(),
                answered: own().filter(|h| h.status == HouseholdStatus::Answered).count(),
            }
        };
        let total = done.total();
        let answered = issued.iter().filter(|h| h.status == HouseholdStatus::Answered).count();
        let (responses, eligible) = (total.responses.to_string(), total.eligible().to_string());
        let summary = [
            ("responses", responses.as_str()),
            ("eligible", &eligible),
            ("rate", &rate(shell, total)),
        ];
        let differ = (answered != total.responses as usize).then(|| {
            let told = answered.to_string();
            t.with("sample-differ", &[("responses", &responses), ("told", &told)])
        });
        let choice =
            |one: &Interviewer| Choice { value: one.number.to_string(), label: one.name.clone() };
        Self {
            shell,
            t,
            nav: Some(nav),
            sample: &done.sample,
            days: days(shell, &done.sample),
            page: format!("/interview/{}", done.sample.collection_point),
            address: format!("/staff/samples/{}", done.sample.code),
            summary: t.with("sample-summary", &summary),
            differ: differ.unwrap_or_default(),
            villages: done.psus.iter().map(village).collect(),
            workers: interviewers.iter().map(worker).collect(),
            interviewers: interviewers.iter().map(choice).collect(),
            may_run,
        }
    }
}
