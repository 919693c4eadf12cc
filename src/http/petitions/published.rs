//! The published list of a commune with its on-time rate, as a page and as CSV.

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use analytics::export::csv_text::CsvText;
use surveys::petition::Figures;
use surveys::{Period, Petition, WorkingDays};

use super::super::asked;
use super::super::page::{self, Keep, Stopped, settled};
use super::Visit;
use crate::pages::petition::published::{Published, took};
use crate::service::Service;

/// What a commune received in the period that is asked for.
struct Received {
    visit: Visit,
    period: Period,
    petitions: Vec<Petition>,
    figures: Figures,
    calendar: WorkingDays,
}

async fn received(request: HttpRequest, service: Data<Service>) -> Stopped<Received> {
    let visit = Visit::of(request, service)?;
    let service = &visit.service;
    let period = match visit.shell.asked("period") {
        Some(code) => asked::period(visit.commune, code).map_err(|wrong| {
            let list = format!("/c/{}/petitions", visit.commune.code);
            Box::new(page::problem(&visit.shell, &list, &wrong))
        })?,
        None => asked::current_year(service, visit.commune),
    };
    let petitions = service.db.petitions_received(&visit.commune.code, &period).await;
    let petitions = petitions.map_err(|error| visit.down(&error))?;
    let figures = Figures::of(&petitions, service.today());
    let calendar = service.settings.petitions.working_days();
    Ok(Received { visit, period, petitions, figures, calendar })
}

pub(super) async fn page(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let shown = received(request, service).await.map(|found| {
        let list = (&found.petitions[..], &found.figures);
        let Received { visit, period, calendar, .. } = &found;
        let page = Published::new(&visit.shell, visit.commune, period, list, calendar);
        page::show(StatusCode::OK, Keep::Briefly, &page)
    });
    settled(shown)
}

pub(super) async fn csv(request: HttpRequest, service: Data<Service>) -> HttpResponse {
    let made = received(request, service).await.map(|found| {
        let csv = written(&found).expect("memory takes what is written to it");
        let name = format!("pakn-{}-{}.csv", found.visit.commune.code, found.period.code);
        HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
            .insert_header((CACHE_CONTROL, "public, max-age=10"))
            .body(csv)
    });
    settled(made)
}

fn written(found: &Received) -> std::io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let columns = ["ma_xa", "ky", "cau_hoi", "tra_loi", "so_ngay_lam_viec", "dung_han"];
    let mut csv = CsvText::new(&mut out, columns)?;
    for petition in &found.petitions {
        let Some(published) = &petition.published else { continue };
        csv.text(petition.commune.as_str())?;
        csv.text(&found.period.code)?;
        csv.text(&published.question)?;
        csv.text(&published.answer)?;
        csv.plain(took(petition, &found.calendar))?;
        csv.plain(Some(!petition.late))?;
        csv.end_row()?;
    }
    drop(csv);
    Ok(out)
}
