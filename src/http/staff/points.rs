//! Collection points: the list, one of them, making, renaming, retiring, opening hours.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;
use surveys::period::{Period, date_of_millis};
use surveys::{Instrument, InstrumentId, OpeningHours, PointCode, catalog};

use super::super::devices::report::{Health, alarms, lost};
use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::points::{Listed, One, Points, Tablet};
use crate::points;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Permission, Scope};
use crate::store::collection_points::scope_of;
use crate::store::devices::Device;

/// How many points one page lists.
const LISTED: usize = 50;

/// The page of `point`.
pub(super) fn address(point: &CollectionPoint) -> String {
    format!("/staff/points/{}", point.code)
}

/// What is done to `point`, for the audit log.
pub(super) fn about(signed: &Signed, point: &CollectionPoint, action: Action) -> Event {
    let event = signed.event(action, Outcome::Done);
    event.at_place(&scope_of(point)).about(point.code.as_str())
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    settled(listed(&signed).await)
}

/// The points within this person's scope whose code is behind `after`, at most so many;
/// and whether there are more.
pub(super) async fn read(
    signed: &Signed,
    after: &str,
    most: usize,
) -> Stopped<(Vec<Listed>, bool)> {
    let down = |error| signed.down(&error);
    let db = &signed.service.db;
    let points = db.collection_points_within(&signed.account.scope).await.map_err(down)?;
    let mut shown: Vec<_> = points.into_iter().filter(|p| p.code.as_str() > after).collect();
    let more = shown.len() > most;
    shown.truncate(most);
    let devices = db.devices().await.map_err(down)?;
    let mut months: HashMap<(String, String), HashMap<String, i64>> = HashMap::new();
    let mut rows = Vec::new();
    for point in shown {
        let of = (point.commune_code.to_string(), point.instrument.to_string());
        if !months.contains_key(&of) {
            months.insert(of.clone(), responses_this_month(signed, &point).await?);
        }
        let month = months[&of].get(point.code.as_str()).copied().unwrap_or(0);
        let hours = db.opening_hours(&point.code).await.map_err(down)?;
        let here = devices.iter().filter(|d| d.collection_point == point.code);
        let tablets: Vec<Tablet> =
            here.map(|d| tablet(d, &devices, &hours, signed.now())).collect();
        rows.push(Listed { point, tablets, month });
    }
    Ok((rows, more))
}

async fn listed(signed: &Signed) -> Stopped<HttpResponse> {
    let (rows, more) = read(signed, signed.shell.asked("after").unwrap_or(""), LISTED).await?;
    let next = rows.last().filter(|_| more).map(|row| row.point.code.to_string());
    let may_add = may_manage(signed) && !matches!(signed.account.scope, Scope::Point { .. });
    let page = Points::new(&signed.shell, signed.nav(), &rows, next.as_deref(), may_add);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

fn may_manage(signed: &Signed) -> bool {
    signed.account.may(Permission::ManagePoints)
}

/// How many responses of this month count, by point, in the commune of `point` and to
/// the instrument it puts, in every version.
async fn responses_this_month(
    signed: &Signed,
    point: &CollectionPoint,
) -> Stopped<HashMap<String, i64>> {
    let since = Period::month_of(date_of_millis(signed.now())).start_millis();
    let newest = catalog::instrument(point.instrument.as_str(), None).map_or(0, |i| i.version);
    let mut counts = HashMap::new();
    for version in 1..=newest {
        let instrument = catalog::instrument(point.instrument.as_str(), Some(version));
        let Some(instrument) = instrument else { continue };
        let db = &signed.service.db;
        let read = db.responses_since(&point.commune_code, instrument, since).await;
        for (code, count) in read.map_err(|error| signed.down(&error))? {
            *counts.entry(code).or_insert(0) += count;
        }
    }
    Ok(counts)
}

/// How `device` is, one of `devices`, whose point has these `hours`.
pub(super) fn tablet(
    device: &Device,
    devices: &[Device],
    hours: &OpeningHours,
    now: i64,
) -> Tablet {
    let health = Health::told_by(device);
    let lost = lost(device, devices);
    let alarms = alarms(device, health.as_ref(), lost, hours, now);
    let told = health.map(|health| (health.report, health.clock_lead_seconds));
    Tablet {
        device: device.clone(),
        queued: told.as_ref().map(|(report, _)| report.queued),
        version: told.as_ref().map(|(report, _)| report.version.clone()),
        clock_lead_seconds: told.map(|(_, lead)| lead),
        alarms,
        lost: lost.responses,
        lost_households: lost.households,
    }
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let down = |error| signed.down(&error);
    let point = signed.point_named().await?;
    let db = &signed.service.db;
    let hours = db.opening_hours(&point.code).await.map_err(down)?;
    let devices = db.devices_of(&point.code).await.map_err(down)?;
    let each = devices.iter().map(|d| tablet(d, &devices, &hours, signed.now()));
    let tablets: Vec<Tablet> = each.collect();
    let month = responses_this_month(signed, &point).await?;
    let month = month.get(point.code.as_str()).copied().unwrap_or(0);
    let listed = Listed { point, tablets, month };
    let contact = db.centre_contact(&listed.point.code).await.map_err(down)?;
    let may = [may_manage(signed), signed.account.may(Permission::Import)];
    let page = One::new(&signed.shell, signed.nav(), &listed, (&hours, &contact), may);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// What is to be mended in the form of a new point, by field.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wrong {
    code: Option<String>,
    name: Option<String>,
    unit: Option<String>,
    instrument: Option<String>,
}

pub(super) async fn new(signed: Signed) -> HttpResponse {
    let shown = async {
        may_add(&signed)?;
        Ok(new_form(&signed, StatusCode::OK, Wrong::default()))
    };
    settled(shown.await)
}

/// Passes whoever may make further points: not somebody who is there for one of them.
fn may_add(signed: &Signed) -> Stopped<()> {
    match signed.account.scope {
        Scope::Point { .. } => Err(Box::new(signed.not_allowed())),
        _ => Ok(()),
    }
}

fn new_form(signed: &Signed, status: StatusCode, wrong: Wrong) -> HttpResponse {
    let said = |key| signed.said(key);
    let fields = &signed.fields;
    let own = match &signed.account.scope {
        Scope::Commune(commune) | Scope::Point { commune, .. } => commune.to_string(),
        Scope::Everywhere | Scope::Province(_) => String::new(),
    };
    let language = signed.shell.language();
    let choice = |instrument: &Instrument| Choice {
        value: instrument.id.to_string(),
        label: instrument.title.get(language).to_owned(),
    };
    let choices = catalog::newest().map(choice).collect();
    let chosen = Some(fields.first("instrument")).filter(|id| !id.is_empty());
    let mut page = Form::new(
        &signed.shell,
        said("add-point-heading"),
        "/staff/points/new",
        said("add-point-button"),
    )
    .signed(signed.nav());
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(
            Field::text("name", said("point-name"))
                .hint(said("point-name-hint"))
                .value(fields.first("name"))
                .wrong(wrong.name),
        )
        .asking(
            Field::spelled("code", said("point-code"))
                .hint(said("point-code-hint"))
                .value(fields.first("code"))
                .wrong(wrong.code),
        )
        .asking(
            Field::spelled("unit", said("point-unit"))
                .hint(said("point-unit-hint"))
                .value(fields.values("unit").next().unwrap_or(&own))
                .wrong(wrong.unit),
        )
        .asking(
            Field::choice("instrument", said("point-instrument"), choices)
                .value(chosen.unwrap_or("quick-counter"))
                .wrong(wrong.instrument),
        )
        .leading("/staff/points", said("points-heading"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    may_add(signed)?;
    let again = |wrong| Ok(new_form(signed, StatusCode::UNPROCESSABLE_ENTITY, wrong));
    let point = match asked_for(signed) {
        Ok(point) => point,
        Err(wrong) => return again(wrong),
    };
    let event = about(signed, &point, Action::AddPoint);
    let made = signed.service.db.make_collection_point(&point, &event).await;
    if !made.map_err(|error| signed.down(&error))? {
        let db = &signed.service.db;
        let there = db.collection_point(point.code.as_str()).await;
        // The second click on the same button finds what the first one made.
        if there.map_err(|error| signed.down(&error))?.as_ref() != Some(&point) {
            let code = Some(signed.said("point-code-taken"));
            return again(Wrong { code, ..Wrong::default() });
        }
    }
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&address(&point))))
}

/// The point that the form asks for, or everything that is to be mended in it.
fn asked_for(signed: &Signed) -> Result<CollectionPoint, Wrong> {
    let fields = &signed.fields;
    let mut wrong = Wrong::default();
    let name = points::name(fields.first("name"));
    if let Err(error) = &name {
        wrong.name = Some(said_of(signed, error));
    }
    let code = PointCode::parse(fields.first("code").trim());
    match &code {
        Ok(code) if points::is_reserved(code) => {
            wrong.code = Some(signed.said("point-code-taken"));
        }
        Ok(_) => {}
        Err(_) => wrong.code = Some(signed.said("point-code-wrong")),
    }
    let commune = match Scope::of_code(fields.first("unit").trim()) {
        Some(Scope::Commune(code)) if signed.account.scope.covers_commune(&code) => Some(code),
        _ => None,
    };
    if commune.is_none() {
        wrong.unit = Some(signed.said("point-unit-wrong"));
    }
    let instrument = InstrumentId::parse(fields.first("instrument")).ok();
    let instrument = instrument.filter(|id| catalog::instrument(id.as_str(), None).is_some());
    if instrument.is_none() {
        wrong.instrument = Some(signed.said("point-instrument-wrong"));
    }
    match (name, code, commune, instrument) {
        (Ok(name), Ok(code), Some(commune_code), Some(instrument)) if wrong.code.is_none() => {
            Ok(CollectionPoint { code, commune_code, name, instrument, retired: false })
        }
        _ => Err(wrong),
    }
}

/// What is wrong with a name, as a sentence on the page.
pub(super) fn said_of(signed: &Signed, error: &points::BadName) -> String {
    format!("{}.", error.text().get(signed.shell.language()))
}

pub(super) async fn name(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = signed.point_named().await?;
        let typed = if signed.resumed {
            signed.fields.first("name").to_owned()
        } else {
            point.name.clone()
        };
        Ok(name_form(&signed, &point, StatusCode::OK, &typed, None))
    };
    settled(shown.await)
}

fn name_form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    typed: &str,
    wrong: Option<String>,
) -> HttpResponse {
    let action = format!("{}/name", address(point));
    let heading = signed.said("rename-point-heading");
    let mut page = Form::new(&signed.shell, heading, &action, signed.said("rename-point-button"))
        .signed(signed.nav());
    if signed.resumed {
        page = page.noticing(signed.said("resumed"));
    }
    let page = page
        .saying(signed.said("rename-point-about"))
        .asking(
            Field::text("name", signed.said("point-name"))
                .hint(signed.said("point-name-hint"))
                .value(typed)
                .wrong(wrong),
        )
        .leading(&address(point), signed.said("point-back"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn rename(signed: Signed) -> HttpResponse {
    let renamed = async {
        let point = signed.point_named().await?;
        let typed = signed.fields.first("name");
        let name = match points::name(typed) {
            Ok(name) => name,
            Err(error) => {
                let wrong = Some(said_of(&signed, &error));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Ok(name_form(&signed, &point, status, typed, wrong));
            }
        };
        if name != point.name {
            let event = about(&signed, &point, Action::RenamePoint);
            let done = signed.service.db.rename_point(&point.code, &name, &event).await;
            done.map_err(|error| signed.down(&error))?;
            signed.service.forget_point(&point.code);
        }
        signed.form_is_done().await;
        Ok(back_to(&signed, &point))
    };
    settled(renamed.await)
}

pub(super) fn back_to(signed: &Signed, point: &CollectionPoint) -> HttpResponse {
    page::see_other(&signed.shell.link(&address(point)))
}

pub(super) async fn retire(signed: Signed) -> HttpResponse {
    settled(set_retired(&signed, true, Action::RetirePoint).await)
}

pub(super) async fn reopen(signed: Signed) -> HttpResponse {
    settled(set_retired(&signed, false, Action::ReopenPoint).await)
}

async fn set_retired(signed: &Signed, retired: bool, action: Action) -> Stopped<HttpResponse> {
    let point = signed.point_named().await?;
    let event = about(signed, &point, action);
    let set = signed.service.db.set_retired(&point.code, retired, &event).await;
    set.map_err(|error| signed.down(&error))?;
    signed.service.forget_point(&point.code);
    Ok(back_to(signed, &point))
}
