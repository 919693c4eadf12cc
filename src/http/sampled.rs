//! The results of one sample of households, beside those of the people who came by, and
//! how each figure is computed.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use surveys::{CommuneCode, SampleCode};

use super::commune::no_commune;
use super::page::{self, Keep, Stopped, settled};
use crate::pages::Shell;
use crate::pages::explanation::Explained;
use crate::pages::sampled::SampleResults;
use crate::reporting::sampled::{NoFigures, Results, Sampled};
use crate::service::Service;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config
        .service(page::resource(&["/c/{code}/samples/{sample}"], web::route().to(results)))
        .service(page::resource(
            &["/c/{code}/samples/{sample}/how/{level}/{figure}"],
            web::route().to(explained),
        ));
}

async fn results(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let shown = made(&request, &service, &shell).await;
    settled(
        shown.map(|made| {
            page::show(StatusCode::OK, Keep::Briefly, &SampleResults::new(&shell, &made))
        }),
    )
}

async fn explained(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let part = |name| request.match_info().get(name).unwrap_or("");
    let shown = made(&request, &service, &shell).await;
    settled(shown.map(|made| match made.explanation(part("level"), part("figure")) {
        Some(it) => page::show(StatusCode::OK, Keep::Briefly, &Explained::of_sample(&shell, &it)),
        None => page::nothing_here(&shell),
    }))
}

/// What the public sees of the sample that the address names.
async fn made(request: &HttpRequest, service: &Service, shell: &Shell) -> Stopped<Results> {
    let part = |name| request.match_info().get(name).unwrap_or("");
    if let Some(answer) = no_commune(shell, part("code")) {
        return Err(Box::new(answer));
    }
    let back = format!("/c/{}", part("code"));
    let failed =
        |error: crate::reporting::Error| Box::new(page::problem(shell, &back, &error.into()));
    let nothing = || Box::new(page::nothing_here(shell));
    let asked = CommuneCode::parse(part("code")).ok().zip(SampleCode::parse(part("sample")).ok());
    let (commune, code) = asked.ok_or_else(nothing)?;
    let sample = service.db.sample(&code).await.map_err(|error| failed(error.into()))?;
    let sample = sample.filter(|sample| sample.commune() == Some(&commune)).ok_or_else(nothing)?;
    let today = service.reporting.today();
    let done = Sampled::read(&service.db, sample).await.map_err(failed)?;
    // Polars must not run on an asynchronous thread.
    let made = tokio::task::spawn_blocking(move || Results::of(done, today)).await;
    let made =
        made.map_err(|error| failed(crate::reporting::Error::Computation(error.to_string())))?;
    if let Err(why @ (NoFigures::BeingChecked(_) | NoFigures::Failed(_))) = &made.findings {
        let sample = &made.done.sample.code;
        tracing::warn!(%sample, ?why, "a sample has no figures; see hailong sample show");
    }
    Ok(made)
}
