//! The communes of a province beside each other: a table, and a map of heat that is a
//! table as well. Sorted as a reader likes, without places.

mod heat;
mod order;

use analytics::Verdict;
use askama::Template;
use chrono::NaiveDate;
use surveys::text::{count, percent, rate, unaccented};
use surveys::unit::{self, Province};
use surveys::{Instrument, Period};

use self::heat::Heat;
pub use self::order::Order;
use super::commune::figures::Row;
use super::commune::{Choice, periods, running};
use super::message::Link;
use super::{Shell, Words};
use crate::reporting::province::{Place, SideBySide};

/// What is chosen of a province, and what can be.
#[derive(Debug)]
pub struct Chosen {
    /// The period as the calendar year has it.
    pub period: Period,
    /// The newest periods of which something stands published, where that is decided;
    /// empty elsewhere.
    pub published: Vec<Period>,
    /// The instruments that can be chosen.
    pub instruments: Vec<&'static Instrument>,
    /// The order of the rows.
    pub order: Order,
    /// Today in Vietnam.
    pub today: NaiveDate,
}

/// The page of a province.
#[derive(Debug, Template)]
#[template(path = "province.html")]
pub struct ProvincePage<'a> {
    shell: &'a Shell,
    t: Words,
    name: &'static str,
    period: &'a str,
    running: String,
    said: String,
    /// Why nobody is ranked; empty when there is nothing to rank.
    unranked: &'static str,
    instrument: &'a str,
    instruments: Vec<Choice>,
    periods: Vec<Choice>,
    /// Periods of which nothing stands published, or not lately.
    other_periods: Vec<Choice>,
    order: &'a Order,
    orders: Vec<Choice>,
    interval_head: String,
    rows: Vec<CommuneRow>,
    heat: Option<Heat>,
    /// Those below their targets also when they are seen as some of many.
    below: Vec<Link>,
    /// How many are held against a target; empty when that is none or one, of which its
    /// verdict says it all.
    held_against: String,
    /// How many of them look as if they were below it while nobody can be sure.
    unsure: Option<String>,
    /// Those whose results of the period are not published yet.
    awaited: Vec<Link>,
    /// Whether that can only be decided once it is over.
    awaits_its_end: bool,
    /// Those whose results of the period were taken back.
    withdrawn: Vec<Link>,
    /// Those whose published results cannot be read.
    unreadable: Vec<Link>,
    nobody_answered: Vec<Link>,
    without_period: Vec<Link>,
    files: Vec<Link>,
}

/// A commune's row.
#[derive(Debug)]
struct CommuneRow {
    name: &'static str,
    address: String,
    row: Row,
}

impl<'a> ProvincePage<'a> {
    /// The page of `beside`, the communes of `province`.
    pub fn new(
        shell: &'a Shell,
        province: &Province,
        beside: &'a SideBySide,
        chosen: &'a Chosen,
    ) -> Self {
        let (t, language, instrument) = (shell.t, shell.language(), beside.instrument);
        let number = |n: usize| count(n as u64, language);
        let places = chosen.order.of(&beside.places);
        let address = |place: &Place| address(shell, place, instrument, &chosen.period);
        let link = |place: &&Place| Link { address: address(place), label: named(place) };
        let row = |place: &&Place| {
            let index = &place.figures.as_ref()?.index;
            let row = Row::explained_at(String::new(), shell, index);
            Some(CommuneRow { name: place.commune.name, address: address(place), row })
        };
        let rated = beside.places.iter().filter(|place| place.rate().is_some()).count();
        let said = t.with(
            if rated == 0 { "province-said-none" } else { "province-said" },
            &[("rated", &number(rated)), ("all", &number(beside.places.len()))],
        );
        let level = beside.places.iter().find_map(|place| place.figures.as_ref());
        let level = percent(level.map_or(0.95, |figures| figures.level), 0, language);
        let by_name = Order::Name.of(&beside.places);
        let listed: Vec<&Place> = by_name.iter().copied().filter(|p| p.is_below()).collect();
        let alone = beside.places.iter().filter(|p| p.verdict() == Some(Verdict::NotMet)).count();
        let unsure = alone.saturating_sub(listed.len());
        let held_against = beside.held_against();
        let absent = by_name.iter().copied().filter(|place| place.figures.is_none());
        let (awaited, absent): (Vec<&Place>, Vec<&Place>) = absent.partition(|p| p.awaited);
        let (withdrawn, absent): (Vec<&Place>, Vec<&Place>) =
            absent.into_iter().partition(|place| place.withdrawn);
        let (unreadable, absent): (Vec<&Place>, Vec<&Place>) =
            absent.into_iter().partition(|place| place.unreadable);
        let (nobody, without): (Vec<&Place>, Vec<&Place>) =
            absent.into_iter().partition(|place| place.period.is_some());
        let rows: Vec<CommuneRow> = places.iter().filter_map(row).collect();
        let (periods, other_periods) = periods_of(shell, chosen);
        Self {
            shell,
            t,
            name: province.name,
            period: chosen.period.title.get(language),
            running: running(t, &chosen.period, chosen.today),
            said,
            unranked: match (rated, beside.some_overlap()) {
                (0 | 1, _) => "",
                (_, true) => "province-overlap",
                (_, false) => "province-no-overlap",
            },
            instrument: instrument.title.get(language),
            instruments: instruments(shell, instrument, &chosen.instruments),
            periods,
            other_periods,
            order: &chosen.order,
            orders: if rows.len() > 1 { orders(shell, &chosen.order) } else { Vec::new() },
            interval_head: t.with("column-interval", &[("level", &level)]),
            heat: Heat::of(shell, instrument, &places, &chosen.order, &address),
            rows,
            below: listed
                .iter()
                .map(|place| {
                    let shown =
                        place.rate().map(|(share, ..)| rate(share, target(place), language));
                    let label = format!("{}: {}", place.commune.name, shown.unwrap_or_default());
                    Link { address: address(place), label }
                })
                .collect(),
            held_against: if held_against < 2 { String::new() } else { number(held_against) },
            unsure: (unsure > 0).then(|| t.with("province-unsure", &[("n", &number(unsure))])),
            awaited: awaited.iter().map(link).collect(),
            awaits_its_end: chosen.period.end > chosen.today,
            withdrawn: withdrawn.iter().map(link).collect(),
            unreadable: unreadable.iter().map(link).collect(),
            nobody_answered: nobody.iter().map(link).collect(),
            without_period: without.iter().map(link).collect(),
            files: files(shell, province, instrument, chosen),
        }
    }

    /// How the column called `name` is sorted, as an attribute of its head.
    fn sorted(&self, name: &str) -> &'static str {
        self.order.aria(name)
    }
}

/// The provinces in which there are `communes`, as links to their pages, by name.
pub fn links<'a>(shell: &Shell, communes: impl Iterator<Item = &'a str>) -> Vec<Link> {
    let of = |code| unit::province(unit::commune(code)?.province.as_str());
    let mut found: Vec<&Province> = communes.filter_map(of).collect();
    found.sort_by_key(|province| (unaccented(province.short_name()), province.code.as_str()));
    found.dedup_by_key(|province| &province.code);
    let link = |province: &Province| Link {
        address: shell.link(&format!("/province/{}", province.code)),
        label: province.name.to_owned(),
    };
    found.into_iter().map(link).collect()
}

/// The periods to choose from, and others that are further away: those of the calendar,
/// where something is published by decision.
fn periods_of(shell: &Shell, chosen: &Chosen) -> (Vec<Choice>, Vec<Choice>) {
    let Chosen { period, published, today, .. } = chosen;
    let calendar = periods::choices(shell, None, period, *today);
    if published.is_empty() {
        return (calendar, Vec::new());
    }
    let near = periods::among(shell, published.clone(), period);
    let is_near = |choice: &Choice| near.iter().any(|other| other.label == choice.label);
    let others = calendar.into_iter().filter(|choice| !is_near(choice)).collect();
    (near, others)
}

/// A commune's name, with its code where another of the province may have the same.
fn named(place: &Place) -> String {
    format!("{} ({})", place.commune.name, place.commune.code)
}

/// The target of the index as a proportion.
fn target(place: &Place) -> Option<f64> {
    Some(place.figures.as_ref()?.index.against.as_ref()?.proportion)
}

fn address(shell: &Shell, place: &Place, instrument: &Instrument, period: &Period) -> String {
    let code = &place.commune.code;
    if place.period.is_none() {
        return shell.link(&format!("/c/{code}"));
    }
    shell.link(&format!("/c/{code}?instrument={}&period={}", instrument.id, period.code))
}

fn instruments(shell: &Shell, shown: &Instrument, offered: &[&'static Instrument]) -> Vec<Choice> {
    if offered.iter().all(|instrument| instrument.id == shown.id) {
        return Vec::new();
    }
    let choice = |instrument: &&Instrument| Choice {
        label: instrument.title.get(shell.language()).to_owned(),
        address: if instrument.id == shown.id {
            String::new()
        } else {
            shell.here_with("instrument", instrument.id.as_str())
        },
    };
    offered.iter().map(choice).collect()
}

fn orders(shell: &Shell, shown: &Order) -> Vec<Choice> {
    let choice = |order: Order| Choice {
        label: shell.t.get(order.key()).into_owned(),
        address: if order == *shown {
            String::new()
        } else {
            format!("{}#communes-heading", shell.here_with("sort", order.name()))
        },
    };
    Order::OF_THE_INDEX.map(choice).into()
}

fn files(
    shell: &Shell,
    province: &Province,
    instrument: &Instrument,
    chosen: &Chosen,
) -> Vec<Link> {
    let file = |ending: &str| Link {
        address: shell.link(&format!(
            "/province/{}/communes.{ending}?instrument={}&period={}&sort={}",
            province.code,
            instrument.id,
            chosen.period.code,
            chosen.order.name()
        )),
        label: ending.to_uppercase(),
    };
    vec![file("csv"), file("xlsx")]
}

#[cfg(test)]
mod tests;
