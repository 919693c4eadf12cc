//! What there is: instruments, plans, units, collection points.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use surveys::{Text, catalog, unit};
use utoipa::IntoParams;

use crate::problem::{Code, Problem};
use crate::service::Service;

/// The most units one search gives.
const MOST_FOUND: usize = 50;

fn none_such(request: &HttpRequest, list: &str) -> Problem {
    let detail =
        Text::new(format!("Hãy xem danh sách ở {list}."), format!("The list is at {list}."));
    Problem::new(Code::NotFound, detail).told_to(request)
}

/// The instruments, newest version each, without their items.
#[utoipa::path(get, path = "/api/v1/instruments", tag = "catalogue",
    responses((status = 200, description = "Id, version, title and number of items of each", body = serde_json::Value)))]
pub(super) async fn instruments() -> HttpResponse {
    let list: Vec<Value> = catalog::newest()
        .map(|i| {
            json!({ "id": i.id, "version": i.version, "title": i.title,
                    "aggregation": i.aggregation, "items": i.items.len() })
        })
        .collect();
    HttpResponse::Ok().json(list)
}

/// An instrument, whole, in its newest version.
#[utoipa::path(get, path = "/api/v1/instruments/{id}", tag = "catalogue",
    params(("id" = String, Path, example = "quick-counter")),
    responses((status = 200, description = "The instrument", body = serde_json::Value),
        (status = 404, description = "No such instrument", body = super::openapi::ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn instrument(
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    catalog::instrument(&id, None)
        .map(|found| HttpResponse::Ok().json(found))
        .ok_or_else(|| none_such(&request, "/api/v1/instruments"))
}

/// An instrument in one version.
#[utoipa::path(get, path = "/api/v1/instruments/{id}/{version}", tag = "catalogue",
    params(("id" = String, Path, example = "quick-counter"), ("version" = u32, Path, example = 1)),
    responses((status = 200, description = "The instrument", body = serde_json::Value),
        (status = 404, description = "No such instrument or version", body = super::openapi::ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn instrument_version(
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (id, version) = path.into_inner();
    let version = version.parse().ok();
    version
        .and_then(|version| catalog::instrument(&id, Some(version)))
        .map(|found| HttpResponse::Ok().json(found))
        .ok_or_else(|| none_such(&request, "/api/v1/instruments"))
}

/// The plans, without their targets.
#[utoipa::path(get, path = "/api/v1/plans", tag = "catalogue",
    responses((status = 200, description = "Id, version, title, commune and validity of each", body = serde_json::Value)))]
pub(super) async fn plans() -> HttpResponse {
    let list: Vec<Value> = catalog::plans()
        .iter()
        .map(|p| {
            json!({ "id": p.id, "version": p.version, "title": p.title,
                    "commune_code": p.commune_code, "valid_from": p.valid_from,
                    "valid_to": p.valid_to, "targets": p.targets.len() })
        })
        .collect();
    HttpResponse::Ok().json(list)
}

/// A plan, whole: targets with their clauses, tasks, reporting calendar.
#[utoipa::path(get, path = "/api/v1/plans/{id}", tag = "catalogue",
    params(("id" = String, Path, example = "dien-khanh-2025")),
    responses((status = 200, description = "The plan", body = serde_json::Value),
        (status = 404, description = "No such plan", body = super::openapi::ProblemBody, content_type = "application/problem+json")))]
pub(super) async fn plan(request: HttpRequest, id: Path<String>) -> Result<HttpResponse, Problem> {
    catalog::plan(&id)
        .map(|found| HttpResponse::Ok().json(found))
        .ok_or_else(|| none_such(&request, "/api/v1/plans"))
}

/// What is searched for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Search {
    /// A name, with or without tone marks, or a code
    #[param(example = "dien khanh")]
    q: String,
}

/// Communes by name or code; old names lead to today's commune.
#[utoipa::path(get, path = "/api/v1/units", tag = "catalogue", params(Search),
    responses((status = 200, description = "At most 50, best first", body = serde_json::Value)))]
pub(super) async fn units(search: Query<Search>) -> HttpResponse {
    let list: Vec<Value> = unit::search(&search.q, MOST_FOUND)
        .iter()
        .map(|found| {
            json!({ "code": found.commune.code, "name": found.commune.name,
                    "province_code": found.province.code, "province": found.province.name,
                    "formerly": found.formerly.map(|old| json!({ "code": old.old_code, "name": old.old_name })) })
        })
        .collect();
    HttpResponse::Ok().json(list)
}

/// The collection points.
#[utoipa::path(get, path = "/api/v1/collection-points", tag = "catalogue",
    responses((status = 200, description = "Code, commune, name and instrument of each", body = serde_json::Value)))]
pub(super) async fn collection_points(
    request: HttpRequest,
    service: Data<Service>,
) -> Result<HttpResponse, Problem> {
    let points =
        service.db.collection_points().await.map_err(|e| Problem::from(e).told_to(&request))?;
    Ok(HttpResponse::Ok().json(points))
}
