//! The figures of a commune's petitions over a year.

use askama::Template;
use chrono::Datelike;
use surveys::petition::figures::FEWEST_PUBLISHED;
use surveys::text::{count, decimal, rate};
use surveys::unit::Commune;
use surveys::{Period, catalog};

use super::super::commune::Choice;
use super::super::{Shell, Words, numbers};
use super::{Export, Nav};
use crate::pages::message::Link;
use crate::reporting::petitions::{PetitionPeriod, PetitionYear};

/// A period of the year.
#[derive(Debug)]
struct Row {
    title: String,
    days: String,
    whole: bool,
    /// Whether it still runs, or some of its petitions still wait.
    provisional: bool,
    received: String,
    left_out: String,
    waiting: String,
    on_time: String,
    /// Late or overdue, and how many of those still wait.
    late: String,
    points_on_time: String,
    points_satisfied: String,
    rated: String,
    /// How many of those that staff entered were rated; empty for none.
    rated_by_staff: String,
}

impl Row {
    /// Whether there was no petition in it: on a phone it is left out.
    fn is_empty(&self) -> bool {
        let counts = [&self.received, &self.left_out, &self.waiting, &self.late, &self.rated];
        counts.into_iter().all(|told| told == "–") && self.on_time.is_empty()
    }
}

/// The figures of a commune's petitions over a year.
#[derive(Debug, Template)]
#[template(path = "staff/petition_figures.html")]
pub struct PetitionFigures<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    name: &'static str,
    year: String,
    years: Vec<Choice>,
    rows: Vec<Row>,
    /// Since when petitions are in the program.
    since: String,
    fewest: String,
    export: Export,
    links: Vec<Link>,
}

impl<'a> PetitionFigures<'a> {
    /// The page of `commune` in a year, beside the one that runs.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        commune: &'static Commune,
        (year, this): (&Period, &Period),
        of: &PetitionYear,
    ) -> Self {
        let (t, language) = (shell.t, shell.language());
        let code = &commune.code;
        let mut links = vec![
            (format!("/staff/petitions?commune={code}"), "petitions-staff"),
            (format!("/c/{code}/petitions?period={}", year.code), "petition-figures-public"),
        ];
        if catalog::plan_of(code).is_some() {
            let board = format!("/staff/indicators/{code}?period={}", year.code);
            links.insert(0, (board, "indicators-heading"));
        }
        let link = |(address, key): (String, &str)| Link {
            address: shell.link(&address),
            label: t.get(key).into_owned(),
        };
        let since = match of.first {
            Some(first) => {
                let month = format!("{:02}/{}", first.month(), first.year());
                t.with("petition-figures-since", &[("month", &month)])
            }
            None => t.get("petition-figures-none-yet").into_owned(),
        };
        let export = Export {
            action: shell.link(&format!("/staff/petitions/figures/{code}/export")),
            fields: vec![("mark", nav.mark.clone()), ("period", year.code.clone())],
        };
        Self {
            shell,
            t,
            nav: Some(nav),
            name: commune.name,
            year: year.title.get(language).to_owned(),
            years: years(shell, year, this),
            rows: of.periods.iter().map(|period| row(shell, period, year)).collect(),
            since,
            fewest: count(FEWEST_PUBLISHED, language),
            export,
            links: links.into_iter().map(link).collect(),
        }
    }
}

/// The year shown, the one that runs and those before them.
fn years(shell: &Shell, shown: &Period, this: &Period) -> Vec<Choice> {
    let number = |period: &Period| period.code.parse::<i32>().ok();
    let mut years: Vec<i32> = [number(this), number(shown)].into_iter().flatten().collect();
    years.extend(years.clone().iter().map(|year| year - 1));
    years.sort_unstable();
    years.dedup();
    let choice = |year: &i32| {
        let code = year.to_string();
        let is_shown = code == shown.code;
        let address = if is_shown { String::new() } else { shell.here_with("period", &code) };
        Choice { label: code, address }
    };
    years.iter().rev().map(choice).collect()
}

fn row(shell: &Shell, of: &PetitionPeriod, year: &Period) -> Row {
    let (t, language) = (shell.t, shell.language());
    let PetitionPeriod { period, figures, points, is_counted, is_provisional } = of;
    // Of what nobody can know no count is 0.
    let none = || "–".to_owned();
    let number = |n: u64| if *is_counted { count(n, language) } else { none() };
    let points_of = |points: Option<f64>| points.map_or_else(none, |p| decimal(p, 2, language));
    let late = figures.decided - figures.on_time;
    Row {
        title: period.title.get(language).to_owned(),
        days: numbers::days(period, language),
        whole: period.code == year.code,
        provisional: *is_provisional,
        received: match figures.by_staff {
            0 => number(figures.received),
            n => {
                let values = [("received", &*number(figures.received)), ("staff", &*number(n))];
                t.with("petition-figures-received-some", &values)
            }
        },
        left_out: number(figures.left_out()),
        waiting: number(figures.waiting),
        on_time: figures.rate().map_or_else(String::new, |share| {
            let share = rate(share, None, language);
            format!("{share} ({}/{})", number(figures.on_time), number(figures.decided))
        }),
        late: if figures.overdue == 0 {
            number(late)
        } else {
            let values = [("late", &*number(late)), ("waiting", &*number(figures.overdue))];
            t.with("petition-figures-late-some", &values)
        },
        points_on_time: points_of(points.on_time),
        points_satisfied: points_of(points.satisfied),
        rated_by_staff: match figures.rated_by_staff {
            0 => String::new(),
            n => t.with("petition-figures-rated-by-staff", &[("rated", &*number(n))]),
        },
        rated: match figures.published_satisfaction() {
            Some(share) => {
                let share = rate(share, None, language);
                let of = number(figures.rated_satisfied);
                format!("{share} ({of}/{})", number(figures.rated))
            }
            None if !is_counted => none(),
            None => t.with("petition-figures-few-ratings", &[("rated", &number(figures.rated))]),
        },
    }
}
