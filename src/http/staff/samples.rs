//! Samples of households: seeing how far the interviews are, assigning households,
//! enrolling the tablets of interviewers.

pub(super) mod new;
pub(super) mod taking_back;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::SampleCode;

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use crate::pages::staff::samples::{One, Samples};
use crate::pages::staff::shown_once::ShownOnce;
use crate::points::Enrolment;
use crate::reporting::sampled::Sampled;
use crate::staff::Permission;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::devices::{Device, Interviews};
use crate::store::samples::visits::{Assignment, by_village, evenly};
use crate::store::samples::{Interviewer, MAX_INTERVIEWERS, Sample};

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
        return Err(Box::new(signed.nothing_here()));
    };
    let found = signed.service.db.sample(&code).await.map_err(|error| signed.down(&error))?;
    match found.filter(|sample| signed.account.scope.covers(&sample.scope)) {
        Some(sample) => Ok(sample),
        None => Err(Box::new(signed.nothing_here())),
    }
}

/// The tablets of the sample's interviewers, revoked ones too.
async fn tablets(signed: &Signed, sample: &Sample) -> Stopped<Vec<Device>> {
    let all = signed.service.db.devices_of(&sample.collection_point).await;
    let all = all.map_err(|error| signed.down(&error))?.into_iter();
    let is_own = |device: &Device| {
        device.interviews.as_ref().is_some_and(|interviews| interviews.sample == sample.code)
    };
    Ok(all.filter(is_own).collect())
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
        let tablets = tablets(&signed, &done.sample).await?;
        let may_run = signed.account.may(Permission::RunSamples);
        let mut page =
            One::new(&signed.shell, signed.nav(), &done, &interviewers, &tablets, may_run);
        if signed.resumed {
            let chosen = |name| signed.fields.first(name);
            page = page.choosing(signed.said("resumed"), chosen("village"), chosen("interviewer"));
        }
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
        signed.form_is_done().await;
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
        let Enrolment { code, digits, pin } = Enrolment::new(&signed.service.clock, None);
        let event = about(&signed, Action::EnrolInterviewer, &sample);
        let back = address(&sample);
        let interviews = Interviews { sample: sample.code, interviewer: number };
        let device = (&sample.collection_point, name.as_str());
        let made = signed.service.db.add_interviewer_code(&code, device, &pin, &interviews, &event);
        made.await.map_err(|error| signed.down(&error))?;
        signed.form_is_done().await;
        let path = format!("/interview/{}", sample.collection_point);
        let lines = vec![path, code.to_string(), format!("PIN {digits}")];
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
