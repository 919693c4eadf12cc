//! A province's communes beside each other, as a page and as a spreadsheet.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, web};
use analytics::export::sheet::SheetFormat;
use askama::Template;
use chrono::NaiveDate;
use surveys::unit::{self, Province};
use surveys::{CommuneCode, Instrument, Period, Text, catalog};

use super::asked;
use super::commune::given;
use super::page::{self, Keep};
use crate::pages::Shell;
use crate::pages::province::{Chosen, Order, ProvincePage};
use crate::problem::Problem;
use crate::reporting::province::SideBySide;
use crate::reporting::sheets;
use crate::service::Service;
use crate::staff::Scope;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(page::resource(&["/province/{code}", "/province/{code}/"], web::route().to(show)))
        .service(page::resource(&["/province/{code}/communes.{format}"], web::route().to(file)));
}

async fn show(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let Some(province) = unit::province(request.match_info().get("code").unwrap_or("")) else {
        return page::nothing_here(&shell);
    };
    let made = match selection(&shell, &service, province).await {
        Ok((chosen, beside)) => {
            let shell = shell.clone();
            let write = move || ProvincePage::new(&shell, province, &beside, &chosen).render();
            // A few hundred rows: too much for an asynchronous thread.
            let written = tokio::task::spawn_blocking(write).await;
            written
                .map_err(|e| asked::internal(&e.to_string()))
                .and_then(|html| html.map_err(|e| asked::internal(&e.to_string())))
        }
        Err(problem) => Err(problem),
    };
    match made {
        Ok(html) => page::html_answer(StatusCode::OK, Keep::Briefly, html),
        Err(problem) => again(&shell, province, &problem),
    }
}

async fn file(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let part = |name| request.match_info().get(name).unwrap_or("");
    let format = SheetFormat::ALL.into_iter().find(|f| f.ending() == part("format"));
    let (Some(province), Some(format)) = (unit::province(part("code")), format) else {
        return page::nothing_here(&shell);
    };
    let made = selection(&shell, &service, province).await.and_then(|(chosen, beside)| {
        let places = chosen.order.of(&beside.places);
        let code = &chosen.period.code;
        let sheet = sheets::province(&beside, &places, code, shell.language());
        let bytes = sheet.file(format).map_err(|e| asked::internal(&e.to_string()))?;
        let simulated = if beside.simulated { "_mo-phong" } else { "" };
        let name = format!(
            "hailong_{}_{}_{code}_communes{simulated}.{}",
            province.code,
            beside.instrument.id,
            format.ending()
        );
        Ok((bytes, name))
    });
    match made {
        Ok((bytes, name)) => HttpResponse::Ok()
            .content_type(format.media_type())
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
            .insert_header((CACHE_CONTROL, Keep::Briefly.header()))
            .body(bytes),
        Err(problem) => again(&shell, province, &problem),
    }
}

fn again(shell: &Shell, province: &Province, problem: &Problem) -> HttpResponse {
    page::problem(shell, &format!("/province/{}", province.code), problem)
}

/// How many published periods are offered: a year of months.
const OFFERED: usize = 12;

/// The newest periods of which results stand published of any of `communes`, where that is
/// decided.
pub(super) async fn published(
    service: &Service,
    instrument: &Instrument,
    communes: &BTreeSet<CommuneCode>,
) -> Result<Vec<Period>, Problem> {
    if !service.reporting.is_by_decision() {
        return Ok(Vec::new());
    }
    let id = instrument.id.as_str();
    let codes = service.db.published_periods(id, communes, OFFERED).await?;
    Ok(codes.iter().filter_map(|code| Period::parse(code).ok()).collect())
}

/// What is shown where no period is asked for: what was `published` last; else this year.
fn newest(published: &[Period], today: NaiveDate) -> Period {
    let year = || Period::parse(&today.format("%Y").to_string()).ok();
    published.first().cloned().or_else(year).unwrap_or_else(|| Period::month_of(today))
}

/// What the address chooses of `province`, and what is shown of it.
async fn selection(
    shell: &Shell,
    service: &Service,
    province: &Province,
) -> Result<(Chosen, Arc<SideBySide>), Problem> {
    let today = service.reporting.today();
    let scope = Scope::Province(province.code.clone());
    let points = service.db.collection_points_within(&scope).await?;
    let asks = |i: &&Instrument| points.iter().any(|point| point.instrument == i.id);
    let instruments: Vec<&'static Instrument> = catalog::newest().filter(asks).collect();
    let instrument = match given(shell, "instrument") {
        Some(id) => asked::instrument(id, None)?,
        None => instruments.first().copied().unwrap_or(&catalog::instruments()[0]),
    };
    let surveyed: BTreeSet<CommuneCode> =
        points.iter().map(|point| point.commune_code.clone()).collect();
    let published = published(service, instrument, &surveyed).await?;
    let period = match given(shell, "period") {
        Some(code) => asked::public_period(code)?,
        None => newest(&published, today),
    };
    let order = match given(shell, "sort") {
        None => Order::default(),
        Some(name) => Order::named(name, instrument).ok_or_else(|| {
            Problem::parameter(
                "sort",
                Text::new(
                    "Hãy ghi name, people, index, index-low, verdict hoặc mã một thành phần.",
                    "Write name, people, index, index-low, verdict or the code of a component.",
                ),
            )
        })?,
    };
    let reporting = &service.reporting;
    let beside = reporting.province(&province.code, &surveyed, instrument, &period.code).await?;
    Ok((Chosen { period, published, instruments, order, today }, beside))
}
