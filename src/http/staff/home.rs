//! The first page after signing in: today.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Days, NaiveDate};
use surveys::period::{Deadline, midnight_millis};
use surveys::unit::Commune;
use surveys::{OpeningHours, Period, catalog, unit};

use super::super::page::{self, Keep, Stopped, settled};
use super::points;
use super::results::{self, own_slice};
use super::visit::Signed;
use crate::pages::message::Link;
use crate::pages::staff::home::Home;
use crate::pages::staff::today::{Due, SurveyToday, Today, Troubled};
use crate::staff::{Permission, Scope};

/// How many days ahead a report is told to be due, and how many it is told to be late.
const AHEAD_DAYS: u64 = 60;
const LATE_DAYS: u64 = 14;
/// How many days "lately" goes back, today included.
const LATELY_DAYS: u64 = 7;

pub(super) async fn show(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let left = signed.service.db.recovery_codes_left(signed.account.id).await;
    let left = left.map_err(|error| signed.down(&error))?;
    let today =
        if signed.account.may(Permission::SeeResults) { Some(today(signed).await?) } else { None };
    let page = Home::new(&signed.shell, signed.nav(), &signed.account, left, today);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

async fn today(signed: &Signed) -> Stopped<Today> {
    let today = signed.service.reporting.today();
    let mut due = vec![devices(signed).await?];
    let (mut surveys, mut links) = (Vec::new(), Vec::new());
    match &signed.account.scope {
        Scope::Commune(code) | Scope::Point { commune: code, .. } => {
            if let Some(commune) = unit::commune(code.as_str()) {
                surveys = of_commune(signed, commune, today).await?;
                let deadlines = deadlines(commune, today);
                if catalog::plan_of(code).is_some() {
                    due.push(Due::reports(&signed.shell, &deadlines, today));
                }
            }
        }
        Scope::Province(_) | Scope::Everywhere => links = provinces(signed).await?,
    }
    Ok(Today::new(surveys, links, due))
}

/// The surveys of `commune` that have answers, each over the running period.
async fn of_commune(
    signed: &Signed,
    commune: &'static Commune,
    today: NaiveDate,
) -> Stopped<Vec<SurveyToday>> {
    let (service, code) = (&signed.service, &commune.code);
    let failed = |error| results::failed(signed, error);
    let slice = own_slice(signed);
    let period = running_period(commune, today);
    let lately = today.checked_sub_days(Days::new(LATELY_DAYS - 1)).unwrap_or(today);
    let since = (midnight_millis(today), midnight_millis(lately));
    let point = match &signed.account.scope {
        Scope::Point { point, .. } => Some(point),
        _ => None,
    };
    let mut surveys = Vec::new();
    for instrument in service.reporting.answered(code).await.map_err(failed)? {
        let seen = service.reporting.seen(code, instrument, &period, slice.as_ref()).await;
        let seen = seen.map_err(failed)?;
        let arrivals = service.db.arrivals(code, point, instrument, since).await;
        let arrivals = arrivals.map_err(|error| signed.down(&error))?;
        let shell = &signed.shell;
        surveys.push(SurveyToday::of(shell, commune, instrument, &seen, &arrivals, today));
    }
    Ok(surveys)
}

/// The shortest period of the unit's own calendar that holds `today`; its month when the
/// calendar has none.
fn running_period(commune: &Commune, today: NaiveDate) -> Period {
    let own = catalog::plan_of(&commune.code).and_then(|plan| {
        let year = plan.calendar.year_containing(today).code.parse().ok()?;
        let periods = plan.calendar.periods_of(year).into_iter();
        periods.filter(|period| period.contains(today)).min_by_key(Period::days)
    });
    own.unwrap_or_else(|| Period::month_of(today))
}

/// The reports that are due soon or were due lately.
fn deadlines(commune: &Commune, today: NaiveDate) -> Vec<Deadline> {
    let Some(plan) = catalog::plan_of(&commune.code) else { return Vec::new() };
    let Ok(year) = plan.calendar.year_containing(today).code.parse::<i32>() else {
        return Vec::new();
    };
    let first = today.checked_sub_days(Days::new(LATE_DAYS)).unwrap_or(today);
    let last = today.checked_add_days(Days::new(AHEAD_DAYS)).unwrap_or(today);
    let mut deadlines: Vec<Deadline> =
        (year - 1..=year + 1).flat_map(|year| plan.calendar.deadlines_of(year)).collect();
    deadlines.retain(|deadline| (first..=last).contains(&deadline.last_day));
    deadlines
}

/// The tablets that are silent, have responses waiting, or need looking after otherwise.
async fn devices(signed: &Signed) -> Stopped<Due> {
    let down = |error| signed.down(&error);
    let db = &signed.service.db;
    let found = db.devices_within(&signed.account.scope).await.map_err(down)?;
    let set = db.opening_hours_set().await.map_err(down)?;
    let (always, never) = (OpeningHours::default(), OpeningHours::never());
    let troubled = found.into_iter().filter_map(|(device, point)| {
        // Nobody waits for a tablet where answers no longer begin.
        let hours = if point.retired { &never } else { set.get(&point.code).unwrap_or(&always) };
        let tablet = points::tablet(&device, hours, signed.now());
        let waits = tablet.queued.is_some_and(|queued| queued > 0);
        let troubled = device.revoked_at.is_none() && (!tablet.alarms.is_empty() || waits);
        troubled.then_some(Troubled { tablet, point })
    });
    Ok(Due::devices(&signed.shell, &troubled.collect::<Vec<_>>()))
}

/// Where the results of each province within reach are.
pub(super) async fn provinces(signed: &Signed) -> Stopped<Vec<Link>> {
    let points = signed.service.db.collection_points_within(&signed.account.scope).await;
    let points = points.map_err(|error| signed.down(&error))?;
    let province = |code: &str| unit::province(unit::commune(code)?.province.as_str());
    let codes: BTreeSet<&str> = points
        .iter()
        .filter_map(|point| Some(province(point.commune_code.as_str())?.code.as_str()))
        .collect();
    let link = |code: &str| {
        let address = signed.shell.link(&format!("/staff/results?unit={code}"));
        Link { address, label: unit::province(code).map_or(code, |p| p.name).to_owned() }
    };
    Ok(codes.into_iter().map(link).collect())
}
