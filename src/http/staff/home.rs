//! The first page after signing in: today.

mod due;

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Days, NaiveDate};
use surveys::period::midnight_millis;
use surveys::unit::Commune;
use surveys::{Period, catalog, unit};

use super::super::page::{self, Keep, Stopped, settled};
use super::results::{self, own_slice};
use super::visit::Signed;
use crate::pages::message::Link;
use crate::pages::staff::home::Home;
use crate::pages::staff::today::{SurveyToday, Today};
use crate::staff::{Permission, Scope};

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
    let due = due::due(signed, today).await?;
    let (mut surveys, mut links) = (Vec::new(), Vec::new());
    match &signed.account.scope {
        Scope::Commune(code) | Scope::Point { commune: code, .. } => {
            if let Some(commune) = unit::commune(code.as_str()) {
                surveys = Box::pin(of_commune(signed, commune, today)).await?;
            }
        }
        Scope::Province(_) | Scope::Everywhere => links = provinces(signed).await?,
    }
    Ok(Today::new(surveys, links, due, today))
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
