//! What a commune does about what surveys and comments show, for everybody to read.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use surveys::unit;

use super::commune::no_commune;
use super::page::{self, Keep, Stopped, settled};
use crate::pages::actions::{Actions, Told};
use crate::service::Service;
use crate::staff::Scope;
use crate::store::actions::Wanted;

/// The most actions that the page has.
const MOST_SHOWN: u32 = 200;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(page::resource(&["/c/{code}/actions"], web::route().to(actions)));
}

async fn actions(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let code = request.match_info().get("code").unwrap_or("");
    if let Some(answer) = no_commune(&shell, code) {
        return answer;
    }
    let Some(commune) = unit::commune(code) else { return page::nothing_here(&shell) };
    let again = format!("/c/{code}/actions");
    let failed =
        |error: crate::reporting::Error| Box::new(page::problem(&shell, &again, &error.into()));
    let shown: Stopped<HttpResponse> = async {
        let wanted = Wanted { public_only: true, most: MOST_SHOWN, ..Wanted::ALL };
        let scope = Scope::Commune(commune.code.clone());
        let public = service.db.actions(&scope, &wanted).await;
        let public = public.map_err(|error| failed(error.into()))?;
        let first = service.db.first_promises(&commune.code, &public).await;
        let first = first.map_err(|error| failed(error.into()))?;
        let below = service.reporting.below_target(&commune.code).await.map_err(failed)?;
        let followed = service.reporting.public_follow_ups(&commune.code, &public).await;
        let told = Told { first, followed: followed.map_err(failed)?, below };
        let page = Actions::new(&shell, commune, &public, &told, service.reporting.today());
        Ok(page::show(StatusCode::OK, Keep::Briefly, &page))
    }
    .await;
    settled(shown)
}
