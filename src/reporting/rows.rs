//! The responses of a stretch of time, read once: what of each is needed to tell them
//! apart, to count what they chose and to estimate. A response changes one month, so of a
//! year eleven are read no more ([`Reporting::rows`]).

use std::collections::HashMap;
use std::sync::Arc;

use analytics::{FrameBuilder, Level, People};
use chrono::NaiveDate;
use surveys::instrument::ResponseOption;
use surveys::response::{Channel, Document, Raw};
use surveys::{Instrument, ItemCode, Period};

use super::report::{OptionCounter, OptionCounts};
use super::slices::{Asked, By};
use super::{Error, Reporting, StoredResponse, Subject};

/// The responses of a stretch of time.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// What each respondent is told apart by, in one way after the other.
    names: Vec<(By, Names)>,
    /// As many answers per respondent as the frame has items.
    answers: Vec<Option<u8>>,
    /// The place of each in the order in which responses were stored, rising.
    places: Vec<i64>,
    /// What was chosen, by all of them.
    options: OptionCounts,
}

/// A text per respondent.
#[derive(Debug, Default)]
struct Names {
    known: Vec<Box<str>>,
    of: Vec<u32>,
}

impl Names {
    fn push(&mut self, places: &mut HashMap<Box<str>, u32>, name: &str) {
        let place = if let Some(place) = places.get(name) {
            *place
        } else {
            self.known.push(name.into());
            let place = u32::try_from(self.known.len() - 1).unwrap_or(u32::MAX);
            places.insert(name.into(), place);
            place
        };
        self.of.push(place);
    }
}

/// The text by which the answer `value` to a question about oneself is known; none where
/// no answer was given.
fn text_of(value: Option<u8>, options: &[ResponseOption]) -> String {
    let offered = value.filter(|value| options.iter().any(|option| option.value == *value));
    offered.map(|value| value.to_string()).unwrap_or_default()
}

impl Rows {
    /// Reads `stored`, which all answer `instrument`.
    pub(super) fn read(
        instrument: &'static Instrument,
        stored: &[StoredResponse],
    ) -> Result<Self, Error> {
        let failed = |e: &dyn std::fmt::Display| Error::Computation(e.to_string());
        let frame = FrameBuilder::new(instrument, &[]).map_err(|e| failed(&e))?;
        let ways = By::all_of(instrument);
        let asked: Vec<Asked> = ways.iter().filter_map(|by| by.asked(instrument)).collect();
        let about_people: Vec<&ItemCode> = asked.iter().map(|asked| &asked.item.code).collect();
        let mut places: Vec<HashMap<Box<str>, u32>> = vec![HashMap::new(); ways.len()];
        let mut options = OptionCounter::new(instrument);
        let mut rows = Self {
            names: ways.into_iter().map(|by| (by, Names::default())).collect(),
            answers: Vec::with_capacity(stored.len() * frame.items().len()),
            places: stored.iter().map(|response| response.seq).collect(),
            options: OptionCounts::default(),
        };
        for response in stored {
            let document = Document::read(&response.document).map_err(|e| failed(&e))?;
            let answered: Vec<Option<&Raw>> = document.answers_to(&options.items).collect();
            let channel = Channel::named(&document.channel)
                .ok_or_else(|| failed(&format!("unknown channel {}", document.channel)))?;
            options.count(&answered, channel);
            rows.answers.extend(document.chosen(frame.items()));
            let mut about = document.chosen(about_people.iter().copied()).zip(&asked);
            for ((by, names), places) in rows.names.iter_mut().zip(&mut places) {
                match by {
                    By::Channel => names.push(places, &document.channel),
                    By::Point => names.push(places, &document.collection_point),
                    By::Field => {
                        names.push(places, document.service_field.as_deref().unwrap_or(""));
                    }
                    By::Item(_) => {
                        let answer = about.next();
                        let text = answer.map(|(value, asked)| text_of(value, asked.options));
                        names.push(places, &text.unwrap_or_default());
                    }
                }
            }
        }
        rows.options = options.counts();
        Ok(rows)
    }

    /// What was chosen, by all of them.
    pub(super) fn options(&self) -> &OptionCounts {
        &self.options
    }

    /// How many respondents there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// What each respondent is told apart by.
    pub(super) fn texts(&self, by: By) -> impl Iterator<Item = &str> {
        let names = self.names.iter().filter(move |(known, _)| *known == by);
        names.flat_map(|(_, names)| names.of.iter().map(|place| &*names.known[*place as usize]))
    }

    /// The answers of each respondent, in the order of the frame's items.
    pub(super) fn answers(&self) -> impl Iterator<Item = &[Option<u8>]> {
        let items = self.answers.len().checked_div(self.len()).unwrap_or(0);
        self.answers.chunks(items.max(1))
    }

    /// The channel and the answers of each respondent of `pieces`, in the order in which they
    /// were stored: however the responses are cut into pieces, sums over them are the same to
    /// the last digit.
    pub(super) fn in_order(pieces: &[Arc<Self>]) -> impl Iterator<Item = (&str, &[Option<u8>])> {
        let mut all: Vec<(i64, &str, &[Option<u8>])> = pieces
            .iter()
            .flat_map(|rows| {
                let places = rows.places.iter().copied();
                let told = rows.texts(By::Channel).zip(rows.answers());
                places.zip(told).map(|(place, (channel, answers))| (place, channel, answers))
            })
            .collect();
        all.sort_unstable_by_key(|(place, ..)| *place);
        all.into_iter().map(|(_, channel, answers)| (channel, answers))
    }
}

impl Reporting {
    /// The responses of the days from the first to before the second, by month.
    pub(super) async fn rows(
        &self,
        subject: Subject<'_>,
        days: (NaiveDate, NaiveDate),
    ) -> Result<Vec<Arc<Rows>>, Error> {
        if !subject.cuts.is_empty() {
            let stored = self.db.responses(&subject.selection(days)).await?;
            return Ok(vec![read(subject, subject.in_time(stored)).await?]);
        }
        let mut pieces = Vec::new();
        for days in by_month(days) {
            let (question, selection) = (subject.question(days), subject.selection(days));
            let mark = self.db.responses_mark(&selection).await?;
            let make = async {
                let stored = self.db.responses(&selection).await?;
                Ok::<_, Error>((mark, read(subject, stored).await?))
            };
            pieces.push(self.rows.once(&question, |(kept, _)| *kept == mark, make).await?.1);
        }
        Ok(pieces)
    }
}

/// Reads `stored` where it keeps nobody waiting.
async fn read(subject: Subject<'_>, stored: Vec<StoredResponse>) -> Result<Arc<Rows>, Error> {
    let instrument = subject.instrument;
    let read = tokio::task::spawn_blocking(move || Rows::read(instrument, &stored)).await;
    Ok(Arc::new(read.map_err(|e| Error::Computation(e.to_string()))??))
}

/// More months than any period of a calendar has: so many are asked for one by one.
const MOST_MONTHS: i64 = 36;

/// The days from the first to before the second, cut where a month begins; whole when they
/// are many.
fn by_month((start, end): (NaiveDate, NaiveDate)) -> Vec<(NaiveDate, NaiveDate)> {
    if (end - start).num_days() > MOST_MONTHS * 31 {
        return vec![(start, end)];
    }
    let mut months = Vec::new();
    let mut from = start;
    while from < end {
        let next = Period::month_of(from).end.min(end);
        months.push((from, next));
        from = next;
    }
    months
}

/// Which answers each figure of an instrument rests on.
pub(super) struct Figures {
    /// Level and code of each, and the places of its items in a row.
    figures: Vec<(Level, String, Vec<usize>)>,
    /// Per item, the value that is no opinion.
    no_opinion: Vec<Option<u8>>,
}

impl Figures {
    /// Those of `instrument`.
    pub(super) fn of(instrument: &Instrument) -> Result<Self, Error> {
        let frame = FrameBuilder::new(instrument, &[]);
        let frame = frame.map_err(|e| Error::Computation(e.to_string()))?;
        let items: Vec<_> =
            frame.items().iter().filter_map(|code| instrument.item(code.as_str())).collect();
        let places = |wanted: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let of = |item: &&surveys::instrument::Item| {
                item.component().is_some_and(|component| wanted(component.as_str()))
            };
            items.iter().enumerate().filter(|(_, item)| of(item)).map(|(place, _)| place).collect()
        };
        let mut figures: Vec<(Level, String, Vec<usize>)> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            figures.push((Level::Item, item.code.to_string(), vec![place]));
        }
        for component in &instrument.components {
            let code = component.code.as_str();
            figures.push((Level::Component, code.to_owned(), places(&|c| c == code)));
        }
        for part in &instrument.parts {
            let inside = |code: &str| {
                let component = instrument.component(code);
                component.is_some_and(|c| c.part.as_ref() == Some(&part.code))
            };
            figures.push((Level::Part, part.code.to_string(), places(&inside)));
        }
        figures.push((Level::Index, instrument.id.to_string(), (0..items.len()).collect()));
        let none = |item: &&surveys::instrument::Item| {
            Some(instrument.scale_of(item)?.no_opinion.as_ref()?.value)
        };
        let no_opinion = items.iter().map(none).collect();
        Ok(Self { figures, no_opinion })
    }

    /// How many of `pieces` each figure rests on, in each of so many `groups`; `group_of`
    /// tells of some rows which each is in.
    pub(super) fn people(
        &self,
        pieces: &[Arc<Rows>],
        groups: usize,
        group_of: impl Fn(&Rows) -> Vec<usize>,
    ) -> Vec<People> {
        let mut counts = vec![vec![0_u64; self.figures.len()]; groups];
        let mut valid = vec![false; self.no_opinion.len()];
        for rows in pieces {
            for (answers, group) in rows.answers().zip(group_of(rows)) {
                for ((valid, answer), none) in valid.iter_mut().zip(answers).zip(&self.no_opinion) {
                    *valid = answer.is_some() && answer != none;
                }
                for (count, (.., items)) in counts[group].iter_mut().zip(&self.figures) {
                    *count += u64::from(items.iter().any(|item| valid[*item]));
                }
            }
        }
        let people = |counts: &Vec<u64>| {
            let mut people = People::default();
            for (count, (level, code, _)) in counts.iter().zip(&self.figures) {
                people.set(None, *level, code, *count);
            }
            people
        };
        counts.iter().map(people).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use surveys::collection_point::CollectionPoint;
    use surveys::response::Answer;
    use surveys::{CommuneCode, PointCode, Response, catalog};
    use uuid::Uuid;

    use super::super::Report;
    use super::*;
    use crate::clock::Clock;
    use crate::store::responses::NewResponse;
    use crate::store::{Db, Options};

    const DAY: i64 = 86_400_000;
    /// 1 January 2026 in Vietnam.
    const NEW_YEAR: i64 = 1_767_200_400_000;

    fn response(n: u32, at: i64) -> NewResponse {
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        let rated = instrument.asked().filter(|item| item.component().is_some()).enumerate();
        let answers = rated.map(|(place, item)| {
            let value = [5, 4, 2, 3, 5, 1, 4][(n as usize * 3 + place) % 7];
            (item.code.clone(), Answer::Chosen(value))
        });
        let response = Response {
            id: Uuid::from_u128(n.into()),
            instrument: instrument.id.clone(),
            version: instrument.version,
            commune_code: CommuneCode::parse("22651").unwrap(),
            collection_point: PointCode::parse("22651-1").unwrap(),
            channel: [Channel::Kiosk, Channel::Qr][n as usize % 2],
            answered_at: at,
            answers: answers.collect(),
            service_field: Some(["Đất đai", "Hộ tịch"][n as usize / 3 % 2].to_owned()),
            comment: None,
            partial: false,
            sample: None,
        };
        NewResponse::new(response, [1; 16], at)
    }

    async fn filled() -> (tempfile::TempDir, Db) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("hailong.db").display());
        let db = Db::open(&Options { url, simulated: false, readers: 1 }).await.unwrap();
        let point = CollectionPoint {
            code: PointCode::parse("22651-1").unwrap(),
            commune_code: CommuneCode::parse("22651").unwrap(),
            name: "Quầy 1".into(),
            instrument: catalog::instrument("quick-counter", None).unwrap().id.clone(),
            retired: false,
        };
        db.add_collection_point(&point, 0).await.unwrap();
        // Months come in between each other, so the order is not that of the days.
        let some: Vec<_> =
            (0..300).map(|n| response(n, NEW_YEAR + (i64::from(n) * 37 % 330) * DAY)).collect();
        for some in some.chunks(50) {
            db.insert_responses(some).await.unwrap();
        }
        (folder, db)
    }

    /// Reporting when the year is over.
    fn reporting(db: &Db) -> Reporting {
        let clock = Clock::Set(Arc::new(AtomicI64::new(NEW_YEAR + 400 * DAY)));
        Reporting::new(db.clone(), clock)
    }

    fn subject(reporting: &Reporting) -> Subject<'static> {
        let instrument = catalog::instrument("quick-counter", None).unwrap();
        reporting.subject(&CommuneCode::parse("22651").unwrap(), instrument).unwrap()
    }

    #[tokio::test]
    async fn figures_are_the_same_to_the_last_digit_however_responses_are_cut() {
        let (_folder, db) = filled().await;
        let reporting = reporting(&db);
        let (subject, year) = (subject(&reporting), Period::parse("2026").unwrap());
        let days = (year.start, year.end);
        let stored = db.responses(&subject.selection(days)).await.unwrap();
        let at_once = [Arc::new(Rows::read(subject.instrument, &stored).unwrap())];
        let pieces = reporting.rows(subject, days).await.unwrap();
        assert_eq!((at_once[0].len(), pieces.len()), (300, 12));
        let told = |pieces: &[Arc<Rows>]| {
            let of = (subject.commune, subject.instrument);
            let report = Report::of(of, year.clone(), pieces, false).unwrap();
            assert_eq!((report.received, report.channels.len()), (300, 2));
            format!("{report:?}")
        };
        assert_eq!(told(&pieces), told(&at_once));
        // Were they taken month by month, this would see it.
        let turned: Vec<_> = Rows::in_order(&pieces).collect();
        let by_month: Vec<_> =
            pieces.iter().flat_map(|rows| rows.texts(By::Channel).zip(rows.answers())).collect();
        assert_ne!(turned, by_month);
        db.close().await;
    }

    #[tokio::test]
    async fn after_a_new_response_its_month_is_read_again_and_no_other() {
        let (_folder, db) = filled().await;
        let reporting = reporting(&db);
        let (subject, year) = (subject(&reporting), Period::parse("2026").unwrap());
        let days = (year.start, year.end);
        let code = &subject.commune.code;
        let report = async |reporting: &Reporting| {
            let report = reporting.live(code, subject.instrument, &year).await.unwrap();
            (report.received, format!("{:?}", (&report.findings, &report.options)))
        };
        let (then, before) = (report(&reporting).await, reporting.rows(subject, days).await);
        db.insert_responses(&[response(300, NEW_YEAR + 40 * DAY)]).await.unwrap();
        let (now, after) = (report(&reporting).await, reporting.rows(subject, days).await);
        let kept: Vec<bool> = before
            .unwrap()
            .iter()
            .zip(&after.unwrap())
            .map(|(before, after)| Arc::ptr_eq(before, after))
            .collect();
        let other_than_february: Vec<bool> = (1..=12).map(|month| month != 2).collect();
        assert_eq!(kept, other_than_february);
        assert_eq!((then.0, now.0), (300, 301));
        assert_eq!(now, report(&self::reporting(&db)).await);
        db.close().await;
    }

    #[test]
    fn months_of_days_are_whole_inside_and_cut_at_both_ends() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let cut = by_month((day("2025-12-10"), day("2026-02-05")));
        let days = ["2025-12-10", "2026-01-01", "2026-02-01", "2026-02-05"].map(day);
        assert_eq!(cut, [(days[0], days[1]), (days[1], days[2]), (days[2], days[3])]);
        assert_eq!(by_month((days[0], days[0])), []);
        let century = (day("1990-01-01"), day("2090-01-01"));
        assert_eq!(by_month(century), [century]);
    }
}
