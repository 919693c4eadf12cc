//! The poster of a collection point as a file: SVG or PDF from one drawing.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use surveys::{Language, Text, catalog, unit};
use utoipa::IntoParams;

use super::asked::internal;
use super::charts::FILE_POLICY;
use crate::config::PublicAddress;
use crate::printing::{self, Poster, PosterSize};
use crate::problem::{Code, Problem};
use crate::service::Service;

/// How a poster is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Wanted {
    /// a4, a5 or card (100 × 150 mm)
    size: Option<String>,
    /// vi, en, or a further language in which the point's survey is offered
    lang: Option<String>,
}

/// The poster of a collection point: `poster.svg` or `poster.pdf`.
#[utoipa::path(
    get, path = "/api/v1/collection-points/{code}/{file}", tag = "catalogue",
    params(("code" = String, Path, example = "22651"), ("file" = String, Path, example = "poster.pdf"), Wanted),
    responses(
        (status = 200, description = "The poster, one page", content((String = "image/svg+xml"), (Vec<u8> = "application/pdf"))),
        (status = 400, description = "A parameter names nothing, or the address it was asked for under cannot be printed", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such collection point or file, or the point is retired", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn poster(
    request: HttpRequest,
    service: Data<Service>,
    path: Path<(String, String)>,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    let (code, file) = path.into_inner();
    let made = answer(&request, &service, &code, &file, &wanted);
    made.await.map_err(|problem| problem.told_to(&request))
}

async fn answer(
    request: &HttpRequest,
    service: &Service,
    code: &str,
    file: &str,
    wanted: &Wanted,
) -> Result<HttpResponse, Problem> {
    let not_found = |vi: &str, en: &str| Problem::new(Code::NotFound, Text::new(vi, en));
    let as_pdf = match file {
        "poster.svg" => false,
        "poster.pdf" => true,
        _ => {
            return Err(not_found(
                "Tờ áp phích có hai dạng: poster.svg và poster.pdf.",
                "The poster comes as poster.svg and as poster.pdf.",
            ));
        }
    };
    let size = PosterSize::of_name(wanted.size.as_deref().unwrap_or("a4")).ok_or_else(|| {
        Problem::parameter("size", Text::new("Hãy ghi a4, a5 hoặc card.", "Write a4, a5 or card."))
    })?;
    let point = service.collection_point(code).await?.ok_or_else(|| {
        not_found(
            "Chưa có điểm khảo sát này. Danh sách ở /api/v1/collection-points.",
            "There is no such collection point. The list is at /api/v1/collection-points.",
        )
    })?;
    if point.retired {
        return Err(not_found(
            "Điểm khảo sát này đã ngừng: áp phích sẽ không dẫn đến khảo sát nào. Hãy mở lại điểm trước.",
            "This collection point is retired: a poster would lead to no survey. Reopen it first.",
        ));
    }
    let known = unit::commune(point.commune_code.as_str())
        .zip(catalog::instrument(point.instrument.as_str(), None));
    let (commune, instrument) = known.ok_or_else(|| internal(point.code.as_str()))?;
    let tag = wanted.lang.as_deref().unwrap_or(Language::default().tag());
    let words = service.languages.words(tag, instrument).ok_or_else(|| {
        let said = Text::new(
            "Hãy ghi vi, en, hoặc một ngôn ngữ mà khảo sát của điểm này có.",
            "Write vi, en, or a language that the survey of this point is offered in.",
        );
        Problem::parameter("lang", said)
    })?;
    let home = home(request, service)?;
    let poster = Poster {
        point: &point,
        commune,
        survey: &home.survey(&point.code),
        results: &home.results(&commune.code),
        questions: instrument.asked_of_all().count(),
        words,
        simulated: service.db.is_simulated(),
    };
    let sheet = poster.sheet(size).map_err(|error| internal(&error.to_string()));
    let mut answer = HttpResponse::Ok();
    // It may hold the address it was asked for under, which is nobody else's.
    answer.insert_header((CACHE_CONTROL, "no-store"));
    Ok(if as_pdf {
        answer.content_type("application/pdf").body(printing::pdf([sheet])?)
    } else {
        answer
            .content_type("image/svg+xml; charset=utf-8")
            .insert_header(("Content-Security-Policy", FILE_POLICY))
            .body(printing::svg(&sheet?))
    })
}

/// The address to show people: the one that was set, or else the one asked for.
pub(super) fn home(request: &HttpRequest, service: &Service) -> Result<PublicAddress, Problem> {
    if let Some(home) = &service.settings.public_address {
        return Ok(home.clone());
    }
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or("");
    // Anybody may send any name; only one's own machine is no stranger's.
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !matches!(name, "127.0.0.1" | "localhost" | "[::1]") {
        return Err(Problem::parameter(
            "Host",
            Text::new(
                "Máy chủ chưa biết địa chỉ công khai của mình: hãy đặt public-address rồi mở lại áp phích.",
                "The server does not know its public address: set public-address, then open the poster again.",
            ),
        ));
    }
    format!("http://{host}")
        .parse()
        .map_err(|error: crate::config::BadAddress| Problem::parameter("Host", error.text()))
}
