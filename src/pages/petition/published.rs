//! What everybody may read of a commune's petitions.

use askama::Template;
use surveys::petition::Figures;
use surveys::petition::figures::FEWEST_PUBLISHED;
use surveys::text::{count, rate};
use surveys::unit::Commune;
use surveys::{Period, Petition, WorkingDays};

use crate::pages::numbers::days;
use crate::pages::{Shell, Words};

/// The list of a commune.
#[derive(Debug, Template)]
#[template(path = "petition/published.html")]
pub struct Published<'a> {
    shell: &'a Shell,
    t: Words,
    commune: &'static str,
    period: String,
    said: String,
    counts: String,
    left_out: String,
    rows: Vec<Row>,
    write: String,
    follow: String,
    results: String,
    results_label: String,
    csv: String,
}

/// A petition on the list.
#[derive(Debug)]
struct Row {
    question: String,
    answer: String,
    took: String,
    on_time: bool,
    /// Whether it is in the words that were written, covered at most.
    as_written: bool,
}

/// How many working days `petition` took, from its receipt to its last answer.
pub fn took(petition: &Petition, calendar: &WorkingDays) -> Option<u32> {
    petition.answered_on.map(|day| calendar.between(petition.received_on, day))
}

impl<'a> Published<'a> {
    /// The list of `commune` in `period`, from everything received in it.
    pub fn new(
        shell: &'a Shell,
        commune: &'static Commune,
        period: &Period,
        (petitions, figures): (&[Petition], &Figures),
        calendar: &WorkingDays,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let number = |n: u64| count(n, language);
        let said = match figures.published_rate() {
            Some(share) => t.with(
                "petitions-rate",
                &[
                    ("rate", &rate(share, None, language)),
                    ("of", &number(figures.on_time)),
                    ("all", &number(figures.decided)),
                ],
            ),
            None => t.with("petitions-too-few", &[("fewest", &number(FEWEST_PUBLISHED))]),
        };
        let left_out = t.with(
            "petitions-left-out",
            &[("duplicates", &number(figures.duplicates)), ("refused", &number(figures.refused))],
        );
        let row = |petition: &Petition| {
            let published = petition.published.as_ref()?;
            let took = match took(petition, calendar)? {
                0 => t.get("petitions-took-same-day").into_owned(),
                days => t.with("petitions-took", &[("days", &days.to_string())]),
            };
            Some(Row {
                question: published.question.clone(),
                answer: published.answer.clone(),
                took,
                on_time: !petition.late,
                as_written: petition.is_public_as_written(),
            })
        };
        let code = &commune.code;
        let about = format!("/c/{code}/petitions.csv?period={}", period.code);
        Self {
            shell,
            t,
            commune: commune.name,
            period: days(period, language),
            said,
            counts: t.with("petitions-counts", &[("received", &number(figures.received))]),
            left_out,
            rows: petitions.iter().filter_map(row).collect(),
            write: shell.link(&format!("/p/{code}")),
            follow: shell.link(&format!("/p/{code}/status")),
            results: shell.link(&format!("/c/{code}")),
            results_label: t.with("results-of", &[("commune", commune.name)]),
            csv: shell.link(&about),
        }
    }
}
