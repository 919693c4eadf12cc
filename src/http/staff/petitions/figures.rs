//! The figures of a commune's petitions over a year, as a page and as a file.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use analytics::export::sheet::SheetFormat;
use surveys::unit::{self, Commune};
use surveys::{CommuneCode, Period, Text, catalog};

use super::super::super::asked;
use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::attached::attached;
use super::super::visit::Signed;
use crate::pages::staff::communes::Communes;
use crate::pages::staff::petition_figures::PetitionFigures;
use crate::problem::Problem;
use crate::reporting::petitions::{PetitionYear, sheet};
use crate::staff::Scope;
use crate::staff::audit::Action;

fn address(commune: &Commune) -> String {
    format!("/staff/petitions/figures/{}", commune.code)
}

/// The communes within reach that have petitions or a plan.
async fn communes(signed: &Signed) -> Stopped<Vec<&'static Commune>> {
    let scope = &signed.account.scope;
    if let Scope::Commune(own) = scope {
        return Ok(unit::commune(own.as_str()).into_iter().collect());
    }
    let found = signed.service.db.communes_with_petitions(scope).await;
    let mut codes = found.map_err(|error| signed.down(&error))?;
    let planned = catalog::plans().iter().map(|plan| plan.commune_code.clone());
    codes.extend(planned.filter(|code| scope.covers_commune(code)));
    codes.sort();
    codes.dedup();
    Ok(codes.iter().filter_map(|code| unit::commune(code.as_str())).collect())
}

pub(in super::super) async fn list(signed: Signed) -> HttpResponse {
    let listed = async {
        let communes = communes(&signed).await?;
        if let [only] = communes[..] {
            return Ok(page::see_other(&signed.shell.link(&address(only))));
        }
        let page = Communes::with_petitions(&signed.shell, signed.nav(), &communes, address);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(listed.await)
}

/// The commune that the address names, if it is within this person's scope.
fn named(signed: &Signed) -> Stopped<&'static Commune> {
    let code = CommuneCode::parse(signed.part("commune")).ok();
    let code = code.filter(|code| signed.account.scope.covers_commune(code));
    match code.and_then(|code| unit::commune(code.as_str())) {
        Some(commune) => Ok(commune),
        None => Err(Box::new(signed.nothing_here())),
    }
}

/// The page for what cannot be chosen.
fn refused(signed: &Signed, commune: &Commune, problem: &Problem) -> HttpResponse {
    signed.refused(&address(commune), problem)
}

/// The year that is asked for, or the one that runs.
fn year(signed: &Signed, commune: &Commune, code: &str) -> Stopped<Period> {
    if code.is_empty() {
        return Ok(asked::current_year(&signed.service, commune));
    }
    let is_year = code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit());
    let period = if is_year {
        asked::period(commune, code)
    } else {
        Err(Problem::parameter(
            "period",
            Text::new("Hãy ghi một năm, ví dụ 2026.", "Write a year, such as 2026."),
        ))
    };
    period.map_err(|bad| Box::new(refused(signed, commune, &bad)))
}

async fn periods(signed: &Signed, commune: &Commune, year: &Period) -> Stopped<PetitionYear> {
    let periods = signed.service.reporting.petition_periods(&commune.code, year).await;
    Ok(periods.map_err(|error| signed.down(&error))?)
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let commune = named(&signed)?;
        let year = year(&signed, commune, signed.shell.asked("period").unwrap_or("").trim())?;
        let periods = periods(&signed, commune, &year).await?;
        let this = asked::current_year(&signed.service, commune);
        let page =
            PetitionFigures::new(&signed.shell, signed.nav(), commune, (&year, &this), &periods);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

pub(in super::super) async fn export(signed: Signed) -> HttpResponse {
    let made = async {
        let commune = named(&signed)?;
        let told = |bad: Problem| refused(&signed, commune, &bad);
        let format = SheetFormat::ALL
            .into_iter()
            .find(|format| format.ending() == signed.fields.first("format"))
            .ok_or_else(|| {
                let hint = Text::new("Hãy ghi csv hoặc xlsx.", "Write csv or xlsx.");
                told(Problem::parameter("format", hint))
            })?;
        let year = year(&signed, commune, signed.fields.first("period").trim())?;
        let periods = periods(&signed, commune, &year).await?;
        let simulated = signed.service.db.is_simulated();
        let table = sheet(commune, &periods.periods, signed.shell.language(), simulated);
        let about = format!("{} {}", commune.code, year.code);
        signed.note_taken(Action::ExportPetitions, &about).await?;
        let file = table.file(format).map_err(|e| told(asked::internal(&e.to_string())))?;
        let marked = if simulated { "_mo-phong" } else { "" };
        let name = format!("pakn_{}_{}{marked}.{}", commune.code, year.code, format.ending());
        Ok(attached(format.media_type(), &name, file))
    };
    settled(made.await)
}
