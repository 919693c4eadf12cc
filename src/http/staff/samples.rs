//! Samples of households: pasting the list, seeing how far the interviews are,
//! assigning households, enrolling the tablets of interviewers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDate;
use surveys::sample::{SampleList, read};
use surveys::{PointCode, SampleCode};

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::samples::{One, Samples};
use crate::pages::staff::shown_once::ShownOnce;
use crate::reporting::sampled::Sampled;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Permission, Scope};
use crate::store::devices::Interviews;
use crate::store::enrolment::{EnrolmentCode, Pin};
use crate::store::samples::visits::{Assignment, by_village, evenly};
use crate::store::samples::{BadSample, Interviewer, MAX_INTERVIEWERS, Sample};

pub(super) async fn list(signed: Signed) -> HttpResponse {
    match signed.service.db.samples(&signed.account.scope).await {
        Ok(samples) => {
            let may_add = signed.account.may(Permission::RunSamples);
            let page = Samples::new(&signed.shell, signed.nav(), &samples, may_add);
            page::show(StatusCode::OK, Keep::Never, &page)
        }
        Err(error) => signed.down(&error),
    }
}

/// What is to be mended in the form of a new sample, by field.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wrong {
    code: Option<String>,
    point: Option<String>,
    title: Option<String>,
    from: Option<String>,
    until: Option<String>,
    interviewers: Option<String>,
    households: Option<String>,
    /// Every mistake in the list, with its place.
    mistakes: Vec<String>,
}

pub(super) async fn new(signed: Signed) -> HttpResponse {
    settled(form(&signed, StatusCode::OK, Wrong::default()).await)
}

async fn form(signed: &Signed, status: StatusCode, wrong: Wrong) -> Stopped<HttpResponse> {
    let said = |key| signed.said(key);
    let fields = &signed.fields;
    let points = signed.service.db.collection_points().await;
    let points = points.map_err(|error| signed.down(&error))?;
    let own = points.iter().filter(|point| {
        let (commune, point) = (point.commune_code.clone(), point.code.clone());
        signed.account.scope.covers(&Scope::Point { commune, point })
    });
    let points = own.map(|point| Choice {
        value: point.code.to_string(),
        label: format!("{} ({})", point.name, point.instrument),
    });
    let mut page = Form::new(
        &signed.shell,
        said("sample-add-heading"),
        "/staff/samples/new",
        said("sample-add-button"),
    )
    .signed(signed.nav())
    .saying(said("sample-add-about"));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    for mistake in &wrong.mistakes {
        page = page.saying(mistake.as_str());
    }
    let interviewers = fields.values("interviewers").next().unwrap_or("1");
    let page = page
        .asking(
            Field::text("title", said("sample-title"))
                .value(fields.first("title"))
                .wrong(wrong.title),
        )
        .asking(
            Field::text("sample", said("sample-code"))
                .hint(said("sample-code-hint"))
                .value(fields.first("sample"))
                .wrong(wrong.code),
        )
        .asking(
            Field::choice("point", said("sample-point"), points.collect())
                .value(fields.first("point"))
                .wrong(wrong.point),
        )
        .asking(
            Field::text("from", said("sample-from"))
                .hint(said("sample-day-hint"))
                .value(fields.first("from"))
                .wrong(wrong.from),
        )
        .asking(
            Field::text("until", said("sample-until"))
                .hint(said("sample-day-hint"))
                .value(fields.first("until"))
                .wrong(wrong.until),
        )
        .asking(
            Field::text("interviewers", said("sample-interviewers"))
                .hint(said("sample-interviewers-hint"))
                .value(interviewers)
                .wrong(wrong.interviewers),
        )
        .asking(
            Field::pasted("households", said("sample-households"))
                .hint(said("sample-households-hint"))
                .value(fields.first("households"))
                .wrong(wrong.households),
        )
        .leading("/staff/samples", said("samples-heading"));
    Ok(page::show(status, Keep::Never, &page))
}

pub(super) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

/// A sample that was asked for, with everything in it.
struct New {
    sample: Sample,
    list: SampleList,
    interviewers: Vec<Interviewer>,
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let db = &signed.service.db;
    let New { sample, list, interviewers } = match asked_for(signed).await? {
        Ok(new) => new,
        Err(wrong) => return form(signed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await,
    };
    let event = |action| about(signed, action, &sample);
    let added = db.add_sample(&sample, &list, &interviewers, &event(Action::AddSample)).await;
    if !added.map_err(|error| signed.down(&error))? {
        let code = Some(signed.said("sample-code-taken"));
        let wrong = Wrong { code, ..Wrong::default() };
        return form(signed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    }
    let assigned = assign_evenly(signed, &sample).await;
    assigned.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&address(&sample))))
}

/// The sample that the form asks for, or everything that is to be mended in it.
async fn asked_for(signed: &Signed) -> Stopped<Result<New, Wrong>> {
    let said = |key| Some(signed.said(key));
    let fields = &signed.fields;
    let language = signed.shell.language();
    let mut wrong = Wrong::default();
    let code =
        SampleCode::parse(fields.first("sample").trim()).ok().filter(|c| c.as_str() != "new");
    if code.is_none() {
        wrong.code = said("sample-code-wrong");
    }
    let point = match PointCode::parse(fields.first("point")) {
        Ok(code) => signed.service.collection_point(code.as_str()).await,
        Err(_) => Ok(None),
    };
    let point = point.map_err(|error| signed.down(&error))?.filter(|point| {
        let (commune, point) = (point.commune_code.clone(), point.code.clone());
        signed.account.scope.covers(&Scope::Point { commune, point })
    });
    if point.is_none() {
        wrong.point = said("sample-point-wrong");
    }
    let day = |name| day_of(fields.first(name));
    let (from, until) = (day("from"), day("until"));
    if from.is_none() {
        wrong.from = said("sample-day-wrong");
    }
    if until.is_none() {
        wrong.until = said("sample-day-wrong");
    }
    let count: Option<u32> = fields.first("interviewers").trim().parse().ok();
    let count = count.filter(|count| (1..=MAX_INTERVIEWERS).contains(count));
    if count.is_none() {
        wrong.interviewers = said("sample-interviewers-wrong");
    }
    let list = read(fields.first("households"));
    if let Err(mistakes) = &list {
        wrong.households = said("sample-households-wrong");
        wrong.mistakes = mistakes.iter().map(|m| placed(m, signed)).collect();
    }
    let (Some(code), Some(point), Some(from), Some(until), Some(count), Ok(list)) =
        (code, point, from, until, count, list)
    else {
        return Ok(Err(wrong));
    };
    Ok(match Sample::at(&point, code, fields.first("title"), (from, until)) {
        Ok(sample) => {
            let interviewers = (1..=count).map(Interviewer::numbered).collect();
            Ok(New { sample, list, interviewers })
        }
        Err(bad) => {
            let text = Some(bad.text().get(language).to_owned());
            match bad {
                BadSample::Title => wrong.title = text,
                BadSample::Days => wrong.until = text,
            }
            Err(wrong)
        }
    })
}

/// A mistake of the list in words, with its line and cell.
fn placed(mistake: &surveys::Mistake, signed: &Signed) -> String {
    let (line, cell) = (mistake.line.to_string(), mistake.column.to_string());
    let said = mistake.text.get(signed.shell.language());
    signed.shell.t.with("sample-mistake", &[("line", &line), ("cell", &cell), ("said", said)])
}

/// A day as people here write it, 05/10/2026, or as files have it, 2026-10-05.
fn day_of(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let local = NaiveDate::parse_from_str(text, "%d/%m/%Y");
    local.or_else(|_| NaiveDate::parse_from_str(text, "%Y-%m-%d")).ok()
}

fn address(sample: &Sample) -> String {
    format!("/staff/samples/{}", sample.code)
}

fn about(signed: &Signed, action: Action, sample: &Sample) -> Event {
    let event = signed.event(action, Outcome::Done);
    event.at_place(&sample.scope).about(sample.code.as_str())
}

/// The sample that the address names, if it is within this person's scope. That it is
/// not is told as if there were none.
async fn named(signed: &Signed) -> Stopped<Sample> {
    let Ok(code) = SampleCode::parse(signed.part("sample")) else {
        return Err(Box::new(signed.nothing_here().await));
    };
    let found = signed.service.db.sample(&code).await.map_err(|error| signed.down(&error))?;
    match found.filter(|sample| signed.account.scope.covers(&sample.scope)) {
        Some(sample) => Ok(sample),
        None => Err(Box::new(signed.nothing_here().await)),
    }
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let sample = named(&signed).await?;
        let db = &signed.service.db;
        let interviewers = db.interviewers(&sample.code).await;
        let interviewers = interviewers.map_err(|error| signed.down(&error))?;
        let done = Sampled::read(db, sample).await.map_err(|error| {
            Box::new(page::problem(&signed.shell, "/staff/samples", &error.into()))
        })?;
        let may_run = signed.account.may(Permission::RunSamples);
        let page = One::new(&signed.shell, signed.nav(), &done, &interviewers, may_run);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

async fn assign_evenly(signed: &Signed, sample: &Sample) -> Result<(), crate::store::Error> {
    let db = &signed.service.db;
    let interviewers = db.interviewers(&sample.code).await?;
    let numbers: Vec<u32> = interviewers.iter().map(|one| one.number).collect();
    let assignments = evenly(&db.sampled_households(&sample.code).await?, &numbers);
    assign_all(signed, sample, &assignments).await
}

async fn assign_all(
    signed: &Signed,
    sample: &Sample,
    assignments: &[Assignment],
) -> Result<(), crate::store::Error> {
    let event = about(signed, Action::AssignHouseholds, sample);
    signed.service.db.assign_households(&sample.code, assignments, &event).await.map(drop)
}

/// Households of one village to one interviewer, or all of them evenly.
pub(super) async fn assign(signed: Signed) -> HttpResponse {
    let assigned = async {
        let sample = named(&signed).await?;
        let village = signed.fields.first("village");
        let assigned = if village.is_empty() {
            assign_evenly(&signed, &sample).await
        } else {
            let number = interviewer(&signed, &sample).await?.number;
            let households = signed.service.db.sampled_households(&sample.code).await;
            let households = households.map_err(|error| signed.down(&error))?;
            assign_all(&signed, &sample, &by_village(&households, village, number)).await
        };
        assigned.map_err(|error| signed.down(&error))?;
        Ok(page::see_other(&signed.shell.link(&address(&sample))))
    };
    settled(assigned.await)
}

/// The interviewer that the form names.
async fn interviewer(signed: &Signed, sample: &Sample) -> Stopped<Interviewer> {
    let all = signed.service.db.interviewers(&sample.code).await;
    let number: Option<u32> = signed.fields.first("interviewer").parse().ok();
    let mut all = all.map_err(|error| signed.down(&error))?.into_iter();
    match all.find(|one| Some(one.number) == number) {
        Some(one) => Ok(one),
        None => Err(Box::new(page::see_other(&signed.shell.link(&address(sample))))),
    }
}

pub(super) async fn add_interviewer(signed: Signed) -> HttpResponse {
    let added = async {
        let sample = named(&signed).await?;
        let db = &signed.service.db;
        let all = db.interviewers(&sample.code).await.map_err(|error| signed.down(&error))?;
        let next = all.iter().map(|one| one.number).max().unwrap_or(0) + 1;
        if next <= MAX_INTERVIEWERS {
            let event = about(&signed, Action::AddInterviewer, &sample);
            let one = Interviewer::numbered(next);
            let added = db.add_interviewer(&sample.code, &one, &event).await;
            added.map_err(|error| signed.down(&error))?;
        }
        Ok(page::see_other(&signed.shell.link(&address(&sample))))
    };
    settled(added.await)
}

/// A code by which the tablet of an interviewer is enrolled, shown once.
pub(super) async fn code(signed: Signed) -> HttpResponse {
    let given = async {
        let sample = named(&signed).await?;
        let Interviewer { number, name } = interviewer(&signed, &sample).await?;
        let clock = &signed.service.clock;
        let code = EnrolmentCode::new(clock.salt());
        let drawn = u32::from_be_bytes(clock.secret());
        let pin = format!("{:06}", drawn % 1_000_000);
        let kept = Pin::new(&pin, clock.salt());
        let event = about(&signed, Action::EnrolInterviewer, &sample);
        let back = address(&sample);
        let interviews = Interviews { sample: sample.code, interviewer: number };
        let device = (&sample.collection_point, name.as_str());
        let made =
            signed.service.db.add_interviewer_code(&code, device, &kept, &interviews, &event);
        made.await.map_err(|error| signed.down(&error))?;
        let path = format!("/interview/{}", sample.collection_point);
        let lines = vec![path, code.to_string(), format!("PIN {pin}")];
        let heading = signed.shell.t.with("sample-code-heading", &[("name", &name)]);
        let page = ShownOnce::lines(
            &signed.shell,
            signed.nav(),
            heading,
            (signed.said("sample-code-about"), lines),
            (&back, signed.said("sample-back")),
        );
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(given.await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_and_as_files_write_it() {
        let day = NaiveDate::from_ymd_opt(2026, 10, 5);
        assert_eq!(day_of(" 05/10/2026 "), day);
        assert_eq!(day_of("5/10/2026"), day);
        assert_eq!(day_of("2026-10-05"), day);
        for wrong in ["", "31/02/2026", "10-05-2026", "mai"] {
            assert_eq!(day_of(wrong), None, "{wrong}");
        }
    }
}
