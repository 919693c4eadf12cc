//! Charts as files: SVG and PNG from one drawing.

use std::sync::Arc;

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use analytics::chart::{Drawing, Look, Size};
use serde::Deserialize;
use surveys::{Language, Text};
use utoipa::IntoParams;

use super::asked::{Address, Asked, internal};
use crate::problem::{Code, Problem};
use crate::reporting::charts;
use crate::service::Service;

/// A downloaded drawing carries its font and its styles; it may use nothing else.
pub(super) const FILE_POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:";

/// How a chart is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Wanted {
    /// Language of its words: vi or en
    lang: Option<String>,
    /// wide (800 px) or compact (360 px)
    size: Option<String>,
}

impl Wanted {
    fn look(&self) -> Result<Look, Problem> {
        let size = match self.size.as_deref() {
            None | Some("wide") => Size::Wide,
            Some("compact") => Size::Compact,
            Some(_) => {
                return Err(Problem::parameter(
                    "size",
                    Text::new("Hãy ghi wide hoặc compact.", "Write wide or compact."),
                ));
            }
        };
        let language = match self.lang.as_deref() {
            None => Language::default(),
            Some(tag) => Language::of_tag(tag).ok_or_else(|| {
                Problem::parameter("lang", Text::new("Hãy ghi vi hoặc en.", "Write vi or en."))
            })?,
        };
        Ok(Look { language, size, ..Look::default() })
    }
}

/// A chart of one commune: `components.svg`, `components.png`, `trend.svg`,
/// `trend.png`, and of all communes with a survey: `heatmap.svg`, `heatmap.png`.
#[utoipa::path(
    get, path = "/api/v1/charts/{file}", tag = "results",
    params(("file" = String, Path, example = "components.svg"), Address, Wanted),
    responses(
        (status = 200, description = "The chart", content((String = "image/svg+xml"), (Vec<u8> = "image/png"))),
        (status = 400, description = "A parameter names nothing", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such commune or chart", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn chart(
    request: HttpRequest,
    service: Data<Service>,
    file: Path<String>,
    address: Query<Address>,
    wanted: Query<Wanted>,
) -> Result<HttpResponse, Problem> {
    answer(&service, &file, &address, &wanted).await.map_err(|p| p.told_to(&request))
}

async fn answer(
    service: &Service,
    file: &str,
    address: &Address,
    wanted: &Wanted,
) -> Result<HttpResponse, Problem> {
    let no_such = || {
        Problem::new(
            Code::NotFound,
            Text::new(
                "Các biểu đồ có: components, trend, heatmap; đuôi .svg hoặc .png.",
                "The charts are components, trend and heatmap, ending in .svg or .png.",
            ),
        )
    };
    let (name, kind) = file.rsplit_once('.').ok_or_else(no_such)?;
    if !matches!(name, "components" | "trend" | "heatmap") || !matches!(kind, "svg" | "png") {
        return Err(no_such());
    }
    let look = wanted.look()?;
    let (name, png) = (name.to_owned(), kind == "png");
    let draw: Box<dyn FnOnce() -> Result<Arc<Drawing>, analytics::chart::ChartError> + Send> =
        if name == "heatmap" {
            let reports = all_communes(service, address).await?;
            Box::new(move || charts::heatmap(&reports, look))
        } else {
            let asked = Asked::of(service, address).await?;
            let (code, last) = (&asked.commune.code, asked.period.last_day());
            if name == "trend" {
                let last = last.min(service.reporting.today());
                let trend = service.reporting.trend(code, asked.instrument, last).await?;
                Box::new(move || charts::trend(&trend, look))
            } else {
                let report = asked.report(service).await?;
                Box::new(move || charts::components(&report, look))
            }
        };
    let made = tokio::task::spawn_blocking(move || {
        let drawing = draw()?;
        if png { drawing.png() } else { Ok(drawing.svg_file().into_bytes()) }
    });
    let bytes =
        made.await.map_err(|e| internal(&e.to_string()))?.map_err(|e| internal(&e.to_string()))?;
    Ok(HttpResponse::Ok()
        .content_type(if png { "image/png" } else { "image/svg+xml; charset=utf-8" })
        .insert_header(("Content-Security-Policy", FILE_POLICY))
        .body(bytes))
}

async fn all_communes(
    service: &Service,
    address: &Address,
) -> Result<Vec<Arc<crate::reporting::Report>>, Problem> {
    let points = service.db.collection_points().await?;
    let mut codes: Vec<_> = points.into_iter().map(|p| p.commune_code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut reports = Vec::new();
    for code in codes {
        let instrument = address.instrument.clone().or_else(|| Some("quick-counter".to_owned()));
        let address = Address { commune: code.to_string(), instrument, ..address.clone() };
        let asked = Asked::of(service, &address).await?;
        reports.push(asked.report(service).await?);
    }
    Ok(reports)
}
