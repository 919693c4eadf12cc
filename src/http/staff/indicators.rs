//! The plan scoreboard and its indicators: where each target of a commune stands, what was
//! entered of it and by whom.

pub(super) mod entering;
pub(super) mod file;
pub(super) mod withdrawing;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::plan::{Plan, Target};
use surveys::unit::Commune;
use surveys::{CommuneCode, InstrumentId, Period, catalog, unit};

use super::super::asked;
use super::super::page::{self, Keep, Stopped, settled};
use super::attached::{self, attached};
use super::visit::Signed;
use crate::importing::indicators::written;
use crate::pages::staff::communes::Communes;
use crate::pages::staff::indicators::{Board, OneIndicator, Seen};
use crate::pages::staff::scoreboard::Scoreboard;
use crate::problem::Problem;
use crate::reporting::Report;
use crate::reporting::petitions::Counted;
use crate::staff::Permission;
use crate::staff::audit::Action;
use crate::store::indicators::Ledger;

/// A commune that whoever is signed in may see, and its plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    commune: &'static Commune,
    plan: &'static Plan,
}

/// A target of a commune's plan that no survey measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    place: Place,
    target: &'static Target,
}

impl Place {
    fn address(self) -> String {
        format!("/staff/indicators/{}", self.commune.code)
    }
}

impl Named {
    fn address(self) -> String {
        format!("{}/{}", self.place.address(), self.target.code)
    }
}

fn may_enter(signed: &Signed) -> bool {
    signed.account.may(Permission::EnterIndicators)
}

/// The commune that the address names, if it is within this person's scope.
fn commune(signed: &Signed) -> Stopped<&'static Commune> {
    let code = CommuneCode::parse(signed.part("commune")).ok();
    let code = code.filter(|code| signed.account.scope.covers_commune(code));
    match code.and_then(|code| unit::commune(code.as_str())) {
        Some(commune) => Ok(commune),
        None => Err(Box::new(signed.nothing_here())),
    }
}

/// The same with its plan; without one the page that says so.
fn place(signed: &Signed) -> Stopped<Place> {
    let commune = commune(signed)?;
    match catalog::plan_of(&commune.code) {
        Some(plan) => Ok(Place { commune, plan }),
        None => Err(Box::new(signed.message(
            StatusCode::OK,
            ("indicators-heading", "targets-no-plan"),
            ("/staff", "staff-home"),
        ))),
    }
}

/// The target that the address names, if no survey measures it.
fn named(signed: &Signed) -> Stopped<Named> {
    let place = place(signed)?;
    let found = place.plan.target(signed.part("target"));
    match found.filter(|target| target.scopes().is_empty()) {
        Some(target) => Ok(Named { place, target }),
        None => Err(Box::new(signed.nothing_here())),
    }
}

async fn ledger(signed: &Signed, place: Place) -> Stopped<Ledger> {
    let entries = signed.service.db.indicator_entries(&place.commune.code).await;
    Ok(entries.map_err(|error| signed.down(&error))?)
}

/// What petitions say of the plan's targets in `period`.
async fn petitions(signed: &Signed, place: Place, period: &Period) -> Stopped<Counted> {
    let reporting = &signed.service.reporting;
    let counted = reporting.counted_petitions(&place.commune.code, place.plan, period).await;
    Ok(counted.map_err(|error| signed.down(&error))?)
}

/// The period that the query names, unless it has not begun, or the reporting year.
fn period(signed: &Signed, place: Place) -> Stopped<Period> {
    match signed.shell.asked("period").map(str::trim).filter(|code| !code.is_empty()) {
        Some(code) => match asked::period(place.commune, code) {
            Ok(ahead) if ahead.start > signed.service.today() => {
                Err(Box::new(signed.nothing_here()))
            }
            asked => asked.map_err(|bad| Box::new(told(signed, &bad))),
        },
        None => Ok(asked::current_year(&signed.service, place.commune)),
    }
}

fn told(signed: &Signed, problem: &Problem) -> HttpResponse {
    signed.refused(signed.request.path(), problem)
}

/// The communes that have a plan and are within this person's scope.
pub(super) fn with_plans(signed: &Signed) -> Vec<&'static Commune> {
    let scope = &signed.account.scope;
    let here = catalog::plans().iter().filter_map(|plan| unit::commune(plan.commune_code.as_str()));
    let mut here: Vec<&'static Commune> =
        here.filter(|commune| scope.covers_commune(&commune.code)).collect();
    here.sort_by_key(|commune| &commune.code);
    here.dedup_by_key(|commune| &commune.code);
    here
}

pub(super) fn list(signed: &Signed) -> HttpResponse {
    let here = with_plans(signed);
    let address = |commune: &Commune| format!("/staff/indicators/{}", commune.code);
    if let [only] = here[..] {
        return page::see_other(&signed.shell.link(&address(only)));
    }
    let (shell, may_enter) = (&signed.shell, may_enter(signed));
    let page = Communes::with_plans(shell, signed.nav(), &here, address, may_enter);
    page::show(StatusCode::OK, Keep::Never, &page)
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let place = place(signed)?;
    let Place { commune, plan } = place;
    let period = period(signed, place)?;
    let entries = ledger(signed, place).await?;
    let reports = reports(signed, place, &period).await?;
    let today = signed.service.reporting.today();
    let (petitions, may_enter) = (&petitions(signed, place, &period).await?, may_enter(signed));
    let entries = &entries;
    let board = Board { commune, plan, period: &period, today, entries, petitions, may_enter };
    let page = Scoreboard::new(&signed.shell, signed.nav(), &board, &reports);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The reports of the surveys that measure targets of the plan.
async fn reports(signed: &Signed, place: Place, period: &Period) -> Stopped<Vec<Arc<Report>>> {
    let mut instruments: Vec<&InstrumentId> = Vec::new();
    for scope in place.plan.targets.iter().flat_map(Target::scopes) {
        if !instruments.contains(&&scope.instrument) {
            instruments.push(&scope.instrument);
        }
    }
    let mut reports = Vec::new();
    for instrument in instruments {
        let (reporting, commune) = (&signed.service.reporting, &place.commune.code);
        let found = reporting.version_in(commune, instrument.as_str(), Some(period)).await;
        let found = found.map_err(|error| told(signed, &error.into()))?;
        let Some(instrument) = found else { continue };
        let report = reporting.live(commune, instrument, period);
        reports.push(report.await.map_err(|error| told(signed, &error.into()))?);
    }
    Ok(reports)
}

pub(super) async fn one(signed: Signed) -> HttpResponse {
    settled(one_shown(&signed).await)
}

async fn one_shown(signed: &Signed) -> Stopped<HttpResponse> {
    let Named { place, target } = named(signed)?;
    let entries = ledger(signed, place).await?;
    let asked = period(signed, place)?;
    let year = place.plan.calendar.year_containing(asked.last_day());
    let Place { commune, plan } = place;
    let today = signed.service.reporting.today();
    let (petitions, may_enter) = (&petitions(signed, place, &year).await?, may_enter(signed));
    let entries = &entries;
    let board = Board { commune, plan, period: &year, today, entries, petitions, may_enter };
    let seen = match signed.shell.asked("done") {
        Some("withdrawn") => Seen::Withdrawn,
        Some(_) => Seen::Entered,
        None => Seen::Nothing,
    };
    let page = OneIndicator::new(&signed.shell, signed.nav(), &board, target, seen);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// A file to fill in.
pub(super) async fn template(signed: Signed) -> HttpResponse {
    let made = async {
        let place = place(&signed)?;
        let (period, entries) = (period(&signed, place)?, ledger(&signed, place).await?);
        let today = signed.service.reporting.today();
        let csv = written::template(place.plan, &period, today, &entries);
        let name = format!("mau-chi-tieu-{}.csv", place.commune.code);
        Ok(csv_file(&name, csv))
    };
    settled(made.await)
}

/// Everything that was entered, as a file.
pub(super) async fn entries(signed: Signed) -> HttpResponse {
    let made = async {
        let place = place(&signed)?;
        let entries = ledger(&signed, place).await?;
        signed.note_taken(Action::ExportIndicators, place.commune.code.as_str()).await?;
        let code = &place.commune.code;
        let format = attached::format(signed.shell.asked("format").unwrap_or(""));
        let sheet = written::entered_sheet(code, &entries);
        Ok(attached::sheet(&sheet, &format!("chi-tieu-{code}"), format))
    };
    settled(made.await)
}

fn csv_file(name: &str, csv: std::io::Result<Vec<u8>>) -> HttpResponse {
    let csv = csv.expect("memory takes what is written to it");
    attached("text/csv; charset=utf-8", name, csv)
}
