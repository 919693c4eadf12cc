//! Published results of the simulated year: the last whole months, one of them corrected
//! when a box of paper forms came in late.

use std::sync::Arc;

use chrono::{Days, Months, NaiveDate};
use surveys::collection_point::CollectionPoint;
use surveys::response::{Answer, Channel};
use surveys::{CommuneCode, Instrument, Period, Response, catalog};

use super::{STAFF, at_nine};
use crate::clock::Clock;
use crate::reporting::{self, Reporting};
use crate::staff::Scope;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::responses::NewResponse;
use crate::store::{Db, Error};

/// On which day of the next month results are published, and corrected after that.
const PUBLISHED_AFTER: u64 = 4;
const CORRECTED_AFTER: u64 = 20;
/// The forms of the late box: how many answered every rating with which level. Each lot is
/// of ten and more, as a correction that tells of fewer is held.
const LATE: [(usize, u32); 3] = [(4, 16), (3, 14), (2, 12)];
const REASON: &str = "Bổ sung 42 phiếu giấy nhập sau, từ hộp phiếu của buổi tiếp dân lưu động.";

/// Publishes results of the survey at `point`: the month before last, its correction, the
/// last month.
pub(super) async fn fill(db: &Db, today: NaiveDate, point: &CollectionPoint) -> Result<(), Error> {
    let Some(instrument) = catalog::instrument(point.instrument.as_str(), None) else {
        return Ok(());
    };
    let back = |months| Some(Period::month_of(today.checked_sub_months(Months::new(months))?));
    let (Some(former), Some(last)) = (back(2), back(1)) else { return Ok(()) };
    let on = |month: &Period, days| month.end.checked_add_days(Days::new(days));
    let one = Publishing { db, commune: &point.commune_code, instrument, today };
    one.publish(&former, on(&former, PUBLISHED_AFTER), "").await?;
    let late: Vec<NewResponse> = late(point, instrument, &former)
        .into_iter()
        .map(|response| {
            let (salt, received_at) = (response.id.into_bytes(), response.answered_at);
            NewResponse::new(response, salt, received_at)
        })
        .collect();
    db.insert_responses(&late).await?;
    one.publish(&former, on(&former, CORRECTED_AFTER), REASON).await?;
    one.publish(&last, on(&last, PUBLISHED_AFTER), "").await
}

/// Whose results are published, as far as days have come.
struct Publishing<'a> {
    db: &'a Db,
    commune: &'a CommuneCode,
    instrument: &'static Instrument,
    today: NaiveDate,
}

impl Publishing<'_> {
    /// Publishes `month` on `day`; nothing where it would be held.
    async fn publish(
        &self,
        month: &Period,
        day: Option<NaiveDate>,
        reason: &str,
    ) -> Result<(), Error> {
        let Some(day) = day.filter(|day| *day <= self.today) else { return Ok(()) };
        let Self { db, commune, instrument, .. } = self;
        let clock = Clock::Set(Arc::new(at_nine(day).into()));
        let reporting = Reporting::new((*db).clone(), clock);
        let draft = Box::pin(reporting.draft(commune, instrument, month)).await;
        let draft = draft.map_err(|error| match error {
            reporting::Error::Store(error) => error,
            other => Error::Damaged(other.text().en),
        })?;
        if draft.held.is_some() {
            return Ok(());
        }
        let number = draft.number;
        let action = if number == 1 { Action::PublishResults } else { Action::CorrectResults };
        let about = format!("{}@{} {} #{number}", instrument.id, instrument.version, month.code);
        let event = Event::new(at_nine(day), STAFF, action, Outcome::Done)
            .at_place(&Scope::Commune((*commune).clone()))
            .about(&about);
        db.publish(&draft.to_publish(reason), &event).await.map(drop)
    }
}

/// The forms of the late box.
fn late(point: &CollectionPoint, instrument: &Instrument, month: &Period) -> Vec<Response> {
    let lots = LATE.iter().flat_map(|(level, forms)| (0..*forms).map(move |_| *level));
    let form = |(turn, level): (usize, usize)| {
        let answered_at = at_nine(month.start) + i64::try_from(turn).unwrap_or(0) * 60_000;
        let rated = |item: &surveys::instrument::Item| {
            let scale = instrument.scale_of(item)?;
            let option = scale.options.get(level.min(scale.options.len() - 1))?;
            // What is asked after a low rating is not asked of those who are content.
            let answer = if item.asked_after.is_some() {
                Answer::Unanswered
            } else {
                Answer::Chosen(option.value)
            };
            Some((item.code.clone(), answer))
        };
        Response {
            id: uuid::Builder::from_unix_timestamp_millis(
                u64::try_from(answered_at).unwrap_or(0),
                &[u8::try_from(turn).unwrap_or(0); 10],
            )
            .into_uuid(),
            instrument: instrument.id.clone(),
            version: instrument.version,
            commune_code: point.commune_code.clone(),
            collection_point: point.code.clone(),
            channel: Channel::Paper,
            answered_at,
            answers: instrument.asked().filter_map(rated).collect(),
            service_field: None,
            comment: None,
            partial: false,
            sample: None,
        }
    };
    lots.enumerate().map(form).collect()
}
