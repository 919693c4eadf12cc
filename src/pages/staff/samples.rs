//! Samples of households for staff: the list, and one of them with how far it is.

use askama::Template;
use surveys::period::date_of_millis;
use surveys::sample::{Fieldwork, HouseholdStatus, Psu, lonely_strata, response_rate};
use surveys::text::percent;

use super::Nav;
use super::form::Choice;
use crate::pages::{Shell, Words, day};
use crate::reporting::sampled::Sampled;
use crate::store::devices::Device;
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

/// A tablet of an interviewer.
#[derive(Debug)]
struct Tablet {
    id: String,
    name: String,
    enrolled: String,
    /// The day on which it was revoked; empty when it was not.
    revoked: String,
    responses: usize,
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
    /// Where everybody sees its results; empty where no commune has them.
    results: String,
    address: String,
    summary: String,
    /// What whoever runs the sample must know or mend.
    notes: Vec<String>,
    villages: Vec<Village>,
    workers: Vec<Worker>,
    tablets: Vec<Tablet>,
    interviewers: Vec<Choice>,
    may_run: bool,
    /// What is said of what was chosen before the session ended; empty when nothing was.
    resumed: String,
    chosen_village: String,
    chosen_interviewer: String,
}

/// The share of eligible households that answered, in words; empty without any.
fn rate(shell: &Shell, done: Fieldwork) -> String {
    response_rate(done).map_or_else(String::new, |rate| percent(rate, 1, shell.language()))
}

/// What whoever runs the sample must know or mend; `issued` are the households to visit.
fn notes(shell: &Shell, done: &Sampled, issued: &[&SampledHousehold]) -> Vec<String> {
    let (t, mut notes) = (shell.t, Vec::new());
    if let Err(wrong) = done.weights() {
        let wrong = wrong.text();
        notes.push(t.with("sample-too-many", &[("said", wrong.get(shell.language()))]));
    }
    let responses = done.total().responses as usize;
    let told = issued.iter().filter(|h| h.status == HouseholdStatus::Answered).count();
    if told != responses {
        let values = [("responses", shell.number(responses)), ("told", shell.number(told))];
        notes
            .push(t.with("sample-differ", &values.each_ref().map(|(name, n)| (*name, n.as_str()))));
    }
    let counted = [
        ("sample-out-of-days", done.out_of_days),
        ("sample-hurried", done.hurried()),
        ("sample-late", done.late()),
    ];
    for (key, count) in counted {
        if count > 0 {
            notes.push(t.with(key, &[("count", &shell.number(count))]));
        }
    }
    let psus: Vec<Psu> = done.psus.iter().map(|(psu, _)| psu.clone()).collect();
    let lonely = lonely_strata(&psus).into_iter();
    notes.extend(lonely.map(|stratum| t.with("sample-lonely", &[("stratum", stratum)])));
    notes
}

impl<'a> One<'a> {
    /// What was `done`; `may_run` when its reader may change something.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        done: &'a Sampled,
        interviewers: &[Interviewer],
        tablets: &[Device],
        may_run: bool,
    ) -> Self {
        let t = shell.t;
        let issued: Vec<&SampledHousehold> =
            done.households.iter().filter(|h| h.is_issued()).collect();
        let village = |(psu, work): &(Psu, Fieldwork)| Village {
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
        let (responses, eligible) = (shell.number(total.responses), shell.number(total.eligible()));
        let summary = [
            ("responses", responses.as_str()),
            ("eligible", &eligible),
            ("rate", &rate(shell, total)),
        ];
        let of = |millis| day(date_of_millis(millis), shell.language());
        let tablet = |device: &Device| Tablet {
            id: device.id.to_string(),
            name: device.name.clone(),
            enrolled: of(device.enrolled_at),
            revoked: device.revoked_at.map(of).unwrap_or_default(),
            responses: done.by_tablet.get(&device.id).copied().unwrap_or(0),
        };
        let choice =
            |one: &Interviewer| Choice { value: one.number.to_string(), label: one.name.clone() };
        Self {
            shell,
            t,
            nav: Some(nav),
            sample: &done.sample,
            days: days(shell, &done.sample),
            page: format!("/interview/{}", done.sample.collection_point),
            results: done.sample.commune().map_or_else(String::new, |commune| {
                shell.link(&format!("/c/{commune}/samples/{}", done.sample.code))
            }),
            address: format!("/staff/samples/{}", done.sample.code),
            summary: t.with("sample-summary", &summary),
            notes: notes(shell, done, &issued),
            villages: done.psus.iter().map(village).collect(),
            workers: interviewers.iter().map(worker).collect(),
            tablets: tablets.iter().map(tablet).collect(),
            interviewers: interviewers.iter().map(choice).collect(),
            may_run,
            resumed: String::new(),
            chosen_village: String::new(),
            chosen_interviewer: String::new(),
        }
    }

    /// The same with what was chosen before the session ended, of which `resumed` tells.
    #[must_use]
    pub fn choosing(self, resumed: String, village: &str, interviewer: &str) -> Self {
        let (chosen_village, chosen_interviewer) = (village.to_owned(), interviewer.to_owned());
        Self { resumed, chosen_village, chosen_interviewer, ..self }
    }
}
