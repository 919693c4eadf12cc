//! Entering a result of an indicator, or another one in place of what is there.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDate;
use surveys::Language;
use surveys::indicator::{BadEntry, Entered, Entry, EntryField, LONGEST_SOURCE, Typed, ungrouped};
use surveys::plan::Measure;

use super::super::super::fields::Fields;
use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::sure::unsure;
use super::super::visit::Signed;
use super::{Named, ledger, named};
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::indicators::{at_length, period_name};
use crate::pages::staff::sure::Unsure;
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::indicators::{Ledger, NewEntry, StoredEntry};

/// What is to be mended in the form.
#[derive(Debug, Default)]
struct Wrong {
    /// By field, the first sentence of each.
    fields: Vec<(EntryField, String)>,
    /// What everybody would read and nobody is sure of.
    unsure: Vec<Unsure>,
}

impl Wrong {
    fn of(signed: &Signed, bad: &[BadEntry]) -> Self {
        let language = signed.shell.language();
        // The form calls its fields by what is counted and not by its place in a fraction.
        let said = |b: &BadEntry| match b {
            BadEntry::Numerator | BadEntry::Denominator => signed.said("indicator-count-wrong"),
            BadEntry::MoreThanAll => signed.said("indicator-count-more"),
            BadEntry::OfNothing => signed.said("indicator-count-of-nothing"),
            other => other.text().get(language).to_owned(),
        };
        let told = |b: &BadEntry| (b.field(), said(b));
        Self { fields: bad.iter().map(told).collect(), ..Self::default() }
    }

    fn at(&self, field: EntryField) -> Option<String> {
        self.fields.iter().find(|(at, _)| *at == field).map(|(_, text)| text.clone())
    }
}

/// What stands in the form: as typed, or as it was entered before.
struct Filled {
    period: String,
    numerator: String,
    denominator: String,
    result: String,
    day: String,
    source: String,
    link: String,
    /// The number of the entry that whoever types has seen; 0 for none.
    seen: i64,
}

impl Filled {
    fn typed(fields: &Fields) -> Self {
        let first = |name| fields.first(name).to_owned();
        Self {
            period: first("period"),
            numerator: ungrouped(fields.first("numerator")),
            denominator: ungrouped(fields.first("denominator")),
            result: first("result"),
            day: first("day"),
            source: first("source"),
            link: first("link"),
            seen: fields.first("seen").parse().unwrap_or(0),
        }
    }

    /// What is there of `period`; of a period without an entry the source that was named
    /// last.
    fn there(named: Named, entries: &Ledger, period: &str) -> Self {
        let indicator = &named.target.indicator;
        let last = entries.last(indicator, period);
        let as_typed = |(year, month)| format!("{month}/{year}");
        let mut filled = Self {
            period: period.split_once('-').map_or_else(|| period.to_owned(), as_typed),
            seen: last.map_or(0, |last| last.number),
            ..Self::typed(&Fields::default())
        };
        let holding = last.filter(|last| last.entry.entered != Entered::Withdrawn);
        let Some(Entry { entered, source, link, .. }) = holding.map(|last| &last.entry) else {
            let counted = matches!(named.target.measured_by, Measure::Indicator { .. });
            let of = |stored: &&StoredEntry| stored.entry.is_for(named.target);
            if let Some(before) = entries.holding().into_iter().rfind(of).filter(|_| counted) {
                filled.source.clone_from(&before.entry.source);
            }
            return filled;
        };
        (filled.source, filled.link) = (source.clone(), link.clone());
        let day = |day: NaiveDate| day.format("%d/%m/%Y").to_string();
        match entered {
            Entered::Counts { numerator, denominator } => {
                filled.numerator = numerator.to_string();
                filled.denominator = denominator.to_string();
            }
            Entered::Number { value, published_on } => {
                (filled.result, filled.day) = (value.told(Language::Vi), day(*published_on));
            }
            Entered::Rank { rank, published_on } => {
                (filled.result, filled.day) = (rank.clone(), day(*published_on));
            }
            Entered::Done { on } => filled.day = day(*on),
            Entered::Withdrawn => {}
        }
        filled
    }

    fn as_typed(&self) -> Typed<'_> {
        Typed {
            period: &self.period,
            numerator: &self.numerator,
            denominator: &self.denominator,
            result: &self.result,
            day: &self.day,
            source: &self.source,
            link: &self.link,
        }
    }
}

pub(in super::super) async fn form(signed: Signed) -> HttpResponse {
    let shown = async {
        let named = named(&signed)?;
        let filled = if signed.resumed {
            Filled::typed(&signed.fields)
        } else {
            let period = signed.shell.asked("period").unwrap_or("");
            Filled::there(named, &ledger(&signed, named.place).await?, period)
        };
        Ok(show(&signed, named, &filled, StatusCode::OK, &Wrong::default()))
    };
    settled(shown.await)
}

fn show(
    signed: &Signed,
    named: Named,
    filled: &Filled,
    status: StatusCode,
    wrong: &Wrong,
) -> HttpResponse {
    let said = |key: &str| signed.said(key);
    let (language, target) = (signed.shell.language(), named.target);
    let heading = target.title.get(language);
    let action = format!("{}/enter", named.address());
    let mut page = Form::new(&signed.shell, heading, &action, said("indicator-enter-button"))
        .signed(signed.nav())
        .saying(named.place.commune.name)
        .carrying("seen", &filled.seen.to_string());
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let field =
        |id, key, value: &str, at| Field::text(id, said(key)).value(value).wrong(wrong.at(at));
    let most = LONGEST_SOURCE.to_string();
    let source = |label, hint| {
        Field::text("source", said(label))
            .hint(signed.shell.t.with(hint, &[("most", &most)]))
            .value(&filled.source)
            .wrong(wrong.at(EntryField::Source))
    };
    let link = field("link", "indicator-link", &filled.link, EntryField::Link)
        .hint(said("indicator-link-hint"));
    let day =
        |key| field("day", key, &filled.day, EntryField::Day).hint(said("indicator-day-hint"));
    page = match &target.measured_by {
        Measure::Indicator { numerator, denominator, .. } => page
            .asking(
                field("period", "column-month", &filled.period, EntryField::Period)
                    .hint(said("indicator-month-hint")),
            )
            .asking(
                Field::digits("numerator", numerator.get(language))
                    .hint(said("indicator-count-hint"))
                    .value(&filled.numerator)
                    .wrong(wrong.at(EntryField::Numerator)),
            )
            .asking(
                Field::digits("denominator", denominator.get(language))
                    .hint(said("indicator-all-hint"))
                    .value(&filled.denominator)
                    .wrong(wrong.at(EntryField::Denominator)),
            )
            .asking(source("indicator-source", "indicator-source-hint")),
        Measure::External { source: whose } => {
            let none = Choice { value: String::new(), label: said("indicator-no-rank") };
            let ranks = target.ranks.iter().map(|r| Choice { value: r.clone(), label: r.clone() });
            let choices = std::iter::once(none).chain(ranks).collect();
            let result = if target.ranks.is_empty() {
                field("result", "indicator-result", &filled.result, EntryField::Result)
                    .hint(said("indicator-result-hint"))
            } else {
                Field::choice("result", said("indicator-result"), choices)
                    .value(&filled.result)
                    .wrong(wrong.at(EntryField::Result))
            };
            page.saying(
                signed.shell.t.with("measured-external", &[("source", whose.get(language))]),
            )
            .asking(
                field("period", "indicator-year", &filled.period, EntryField::Period)
                    .hint(said("indicator-year-hint")),
            )
            .asking(result)
            .asking(day("indicator-published-on"))
            .asking(source("indicator-source", "indicator-source-hint"))
            .asking(link)
        }
        Measure::Duty | Measure::Survey { .. } => page
            .asking(day("indicator-done-on"))
            .asking(source("indicator-evidence", "indicator-evidence-hint"))
            .asking(link),
    };
    let page =
        page.confirming(wrong.unsure.clone()).leading(&named.address(), said("indicator-back"));
    page::show(status, Keep::Never, &page)
}

pub(in super::super) async fn enter(signed: Signed) -> HttpResponse {
    settled(entered(&signed).await)
}

async fn entered(signed: &Signed) -> Stopped<HttpResponse> {
    let named = named(signed)?;
    let filled = Filled::typed(&signed.fields);
    let today = signed.service.reporting.today();
    let entry = match Entry::parse(named.target, &filled.as_typed(), today) {
        Ok(entry) => entry,
        Err(bad) => {
            let wrong = Wrong::of(signed, &bad);
            return Ok(show(signed, named, &filled, StatusCode::UNPROCESSABLE_ENTITY, &wrong));
        }
    };
    let entries = ledger(signed, named.place).await?;
    let last = entries.last(&entry.indicator, &entry.period);
    if last.is_some_and(|last| last.entry == entry) {
        return done(signed, named).await;
    }
    if let Some(there) = last.filter(|last| last.number != filled.seen) {
        return Ok(both(signed, named, filled, there));
    }
    let rank = match &entry.entered {
        Entered::Rank { rank, .. } if named.target.ranks.is_empty() => rank,
        _ => "",
    };
    let unsure = unsure(signed, &named.place.commune.code, &[&entry.source, rank]).await?;
    if !unsure.is_empty() {
        let wrong = Wrong { unsure, ..Wrong::default() };
        return Ok(show(signed, named, &filled, StatusCode::UNPROCESSABLE_ENTITY, &wrong));
    }
    let commune = named.place.commune.code.clone();
    let event = signed
        .event(Action::EnterIndicators, Outcome::Done)
        .at_place(&Scope::Commune(commune.clone()))
        .about(&format!("{} {}", entry.indicator, entry.period));
    let new = NewEntry { commune, entry, replaces: last.map_or(0, |last| last.number) };
    let stored = signed.service.db.enter(std::slice::from_ref(&new), &event).await;
    if stored.map_err(|error| signed.down(&error))? > 0 {
        return done(signed, named).await;
    }
    let entries = ledger(signed, named.place).await?;
    match entries.last(&new.entry.indicator, &new.entry.period) {
        Some(there) if there.entry != new.entry => Ok(both(signed, named, filled, there)),
        _ => done(signed, named).await,
    }
}

async fn done(signed: &Signed, named: Named) -> Stopped<HttpResponse> {
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&format!("{}?done=1", named.address()))))
}

/// The form with what was typed beside what somebody else entered meanwhile: sending it
/// again replaces that.
fn both(signed: &Signed, named: Named, filled: Filled, there: &StoredEntry) -> HttpResponse {
    let period = period_name(&signed.shell, &there.entry);
    let there_now = at_length(&signed.shell, named.target, there);
    let values = [("period", &*period), ("there", &*there_now)];
    let said = signed.shell.t.with("indicator-both", &values);
    let at = match named.target.measured_by {
        Measure::Duty => EntryField::Day,
        _ => EntryField::Period,
    };
    let filled = Filled { seen: there.number, ..filled };
    show(
        signed,
        named,
        &filled,
        StatusCode::CONFLICT,
        &Wrong { fields: vec![(at, said)], ..Wrong::default() },
    )
}
