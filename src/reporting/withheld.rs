//! What is withheld of a period, decided for the whole reporting year it lies in:
//! a hidden month must not follow from its quarter and the other months.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use analytics::disclosure::withheld;
use analytics::{Level, People, Withheld};
use chrono::NaiveDate;
use surveys::instrument::ItemKind;
use surveys::period::ReportingCalendar;
use surveys::response::Channel;
use surveys::{Instrument, ItemCode, Period};

use super::{Error, Mark, Report, Reporting, Subject};

/// What is withheld of each period of one year.
pub(super) type Year = HashMap<(NaiveDate, NaiveDate), Withheld>;

/// A year's marks, read once for everything that is asked together.
pub(super) type Marks = HashMap<(NaiveDate, NaiveDate), Mark>;

/// The years that decide on a period, each with its mark.
pub(super) struct Years(Vec<(Vec<Period>, Mark)>);

impl Years {
    /// What changes when an answer in any of them is added.
    pub(super) fn marks(&self) -> Vec<Mark> {
        self.0.iter().map(|(_, mark)| *mark).collect()
    }

    /// The periods of each of them.
    pub(super) fn each(&self) -> impl Iterator<Item = &[Period]> {
        self.0.iter().map(|(parts, _)| parts.as_slice())
    }

    /// The periods of all of them, each once.
    pub(super) fn periods(&self) -> Vec<Period> {
        let mut periods: Vec<Period> = Vec::new();
        for period in self.0.iter().flat_map(|(parts, _)| parts) {
            if periods.iter().all(|known| (known.start, known.end) != (period.start, period.end)) {
                periods.push(period.clone());
            }
        }
        periods
    }
}

impl Reporting {
    /// The years that decide on `period`.
    pub(super) async fn years(
        &self,
        subject: Subject<'_>,
        period: &Period,
        marks: &mut Marks,
    ) -> Result<Years, Error> {
        let plain = ReportingCalendar::default();
        let calendar = subject.plan().map_or(&plain, |plan| &plan.calendar);
        let mut years = Vec::new();
        for parts in calendar.years_around(period) {
            let span = span(&parts);
            let mark = match marks.get(&span) {
                Some(mark) => *mark,
                None => self.db.responses_mark(&subject.selection(span)).await?,
            };
            marks.insert(span, mark);
            years.push((parts, mark));
        }
        Ok(Years(years))
    }

    /// What `years` withhold of `period`.
    pub(super) async fn withheld(
        &self,
        subject: Subject<'_>,
        period: &Period,
        years: &Years,
    ) -> Result<Withheld, Error> {
        let mut all = Withheld::default();
        for (parts, mark) in &years.0 {
            let year = self.year(subject, parts, *mark).await?;
            if let Some(withheld) = year.get(&(period.start, period.end)) {
                all = all.and(withheld);
            }
        }
        Ok(all)
    }

    async fn year(
        &self,
        subject: Subject<'_>,
        parts: &[Period],
        mark: Mark,
    ) -> Result<Arc<Year>, Error> {
        let question = subject.question(span(parts));
        let make = async {
            Ok::<_, Error>((mark, Arc::new(Box::pin(self.decide(subject, parts)).await?)))
        };
        Ok(self.years.once(&question, |(kept, _)| *kept == mark, make).await?.1)
    }

    /// What is withheld of each of `parts`, the periods of a year.
    async fn decide(&self, subject: Subject<'_>, parts: &[Period]) -> Result<Year, Error> {
        let (pieces, periods) = self.pieces(subject, parts).await?;
        let instrument = subject.instrument;
        let found =
            tokio::task::spawn_blocking(move || withheld(instrument, &pieces, &periods)).await;
        let found = found.map_err(|e| Error::Computation(e.to_string()))?;
        Ok(parts.iter().map(|p| (p.start, p.end)).zip(found).collect())
    }

    /// The people of each piece of a year whose periods are `parts`, and which pieces each
    /// of these has.
    pub(super) async fn pieces(
        &self,
        subject: Subject<'_>,
        parts: &[Period],
    ) -> Result<(Vec<People>, Vec<Range<usize>>), Error> {
        let days: BTreeSet<NaiveDate> = parts.iter().flat_map(|p| [p.start, p.end]).collect();
        let days: Vec<NaiveDate> = days.into_iter().collect();
        let mut pieces = Vec::new();
        for piece in days.windows(2) {
            let piece = (piece[0], piece[1]);
            pieces.push(match self.computed(subject, piece).await? {
                Some(report) => people(&report),
                None => People::default(),
            });
        }
        let place = |day| days.iter().position(|known| *known == day).unwrap_or_default();
        let periods = parts.iter().map(|p| place(p.start)..place(p.end)).collect();
        Ok((pieces, periods))
    }
}

/// From the first day of `parts` to the day after their last.
pub(super) fn span(parts: &[Period]) -> (NaiveDate, NaiveDate) {
    let start = parts.iter().map(|p| p.start).min().unwrap_or(NaiveDate::MIN);
    (start, parts.iter().map(|p| p.end).max().unwrap_or(start))
}

/// How many forms `report` rests on, and on how many people each of its figures.
pub(super) fn people(report: &Report) -> People {
    let mut people = People::default();
    let channels: Vec<Channel> = report.channels.iter().map(|c| c.channel).collect();
    people.set_forms(None, report.received);
    for count in &report.channels {
        people.set_forms(Some(count.channel), count.responses);
    }
    for finding in &report.findings {
        let e = &finding.estimate;
        people.set(None, e.level, &e.code, e.people);
        for &channel in &channels {
            if let Some(e) = report.by_channel.find(e.level, &e.code, &[channel.name()]) {
                people.set(Some(channel), e.level, &e.code, e.people);
            }
        }
    }
    // Items that enter no rate have no figure: those who answered them are counted here.
    let apart = |item: &&surveys::instrument::Item| {
        item.component().is_none() && item.kind != ItemKind::Comment
    };
    for item in report.instrument.asked().filter(apart) {
        for channel in [None].into_iter().chain(channels.iter().copied().map(Some)) {
            let answered = answered_by(report, &item.code, channel);
            people.set(channel, Level::Item, item.code.as_str(), answered);
        }
    }
    people
}

/// How many of those who were asked gave an opinion on an item that may have several answers.
fn answered_by(report: &Report, item: &ItemCode, channel: Option<Channel>) -> u64 {
    let through = |c: Channel| channel.is_none_or(|channel| channel == c);
    let none = no_opinion(report.instrument, item);
    let without = report
        .options
        .iter()
        .filter(|o| o.item == *item && (o.value.is_none() || o.value == none))
        .filter(|o| through(o.channel))
        .map(|o| o.count);
    report.asked(item, channel).saturating_sub(without.sum())
}

fn no_opinion(instrument: &Instrument, item: &ItemCode) -> Option<u8> {
    let scale = instrument.item(item.as_str()).and_then(|item| instrument.scale_of(item))?;
    scale.no_opinion.as_ref().map(|option| option.value)
}
