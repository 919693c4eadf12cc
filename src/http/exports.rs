//! Files to download: the month's package.

use actix_web::http::header::{CACHE_CONTROL, ContentEncoding};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use surveys::unit::Commune;
use surveys::{Period, Text};
use utoipa::IntoParams;

use super::asked::{self, Address, Asked};
use crate::problem::{Code, Problem};
use crate::reporting;
use crate::reporting::package::PackageFile;
use crate::service::Service;

/// Which publication is wanted; by default the newest of every instrument.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Edition {
    /// Instrument id of the publication, which has to be named with it; by default the first one that has answers
    instrument: Option<String>,
    /// Version of that instrument, beside `publication` only; by default the newest
    version: Option<u32>,
    /// The results of one instrument as they were published for the first, second, … time
    #[param(example = 1)]
    publication: Option<i64>,
}

/// The package of one commune and reporting period: results, counts, descriptor
/// and read-me in a zip.
///
/// The period is read by the commune's own calendar. The same data gives the same
/// bytes. With simulated data the file is saved under a name that says so. With
/// `publication` it is the package of one instrument as it was published that time.
#[utoipa::path(
    get, path = "/api/v1/exports/{file}", tag = "results",
    params(("file" = String, Path, description = "hailong_{commune}_{period}.zip", example = "hailong_22651_2026-10.zip"), Edition),
    responses(
        (status = 200, description = "The package", body = Vec<u8>, content_type = "application/zip"),
        (status = 400, description = "A parameter or the period names nothing, or an instrument is named without a publication", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such commune or file", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "What was published was withdrawn", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "The store cannot be read now", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn package(
    request: HttpRequest,
    service: Data<Service>,
    file: Path<String>,
    edition: Query<Edition>,
) -> Result<HttpResponse, Problem> {
    answer(&service, &file, &edition).await.map_err(|p| p.told_to(&request))
}

async fn answer(service: &Service, file: &str, edition: &Edition) -> Result<HttpResponse, Problem> {
    let (commune, period) = named(file).ok_or_else(|| {
        Problem::new(
            Code::NotFound,
            Text::new(
                "Tên tệp có dạng hailong_22651_2026-10.zip: mã xã, rồi kỳ báo cáo.",
                "The name of a file looks like hailong_22651_2026-10.zip: commune code, then period.",
            ),
        )
    })?;
    let commune = asked::commune(commune)?;
    let period = asked::period(commune, period)?;
    let file = match edition.publication {
        Some(number) => published(service, commune, period, edition, number).await?,
        None if edition.instrument.is_some() || edition.version.is_some() => {
            return Err(Problem::parameter(
                "publication",
                Text::new(
                    "Gói của riêng một mẫu phiếu cần lần công bố, ví dụ instrument=quick-counter&publication=1. Gói của mọi mẫu phiếu không cần tham số.",
                    "The package of one instrument needs a publication, such as instrument=quick-counter&publication=1. That of all needs no parameter.",
                ),
            ));
        }
        None => service.reporting.package(&commune.code, &period).await?,
    };
    Ok(HttpResponse::Ok()
        .content_type("application/zip")
        .insert_header(("Content-Disposition", format!("attachment; filename=\"{}\"", file.name)))
        .insert_header(ContentEncoding::Identity)
        // What is withdrawn is gone from what others keep, too.
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(file.bytes))
}

/// The package of one instrument as it was published for the `number`th time.
async fn published(
    service: &Service,
    commune: &'static Commune,
    period: Period,
    wanted: &Edition,
    number: i64,
) -> Result<PackageFile, Problem> {
    let address = Address {
        commune: commune.code.to_string(),
        instrument: wanted.instrument.clone(),
        version: wanted.version,
        period: Some(period.code.clone()),
        publication: Some(number),
    };
    let asked = Asked::of(service, &address).await?;
    let report = asked.report(service).await?;
    if let Some(withdrawal) = report.withdrawal() {
        return Err(reporting::Error::Withdrawn(period, withdrawal.clone()).into());
    }
    let file = service.reporting.packed(&commune.code, &period, vec![report]).await?;
    let stem = file.name.trim_end_matches(".zip");
    let name = format!("{stem}_{}_{number}.zip", asked.instrument.id);
    Ok(PackageFile { name, ..file })
}

/// Commune code and period in the name of a package.
fn named(file: &str) -> Option<(&str, &str)> {
    let (commune, period) = file.strip_prefix("hailong_")?.strip_suffix(".zip")?.split_once('_')?;
    Some((commune, period.strip_suffix("_mo-phong").unwrap_or(period)))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_file_name_gives_commune_and_period() {
        assert_eq!(named("hailong_22651_2026-10.zip"), Some(("22651", "2026-10")));
        assert_eq!(named("hailong_22651_2026-Q3_mo-phong.zip"), Some(("22651", "2026-Q3")));
        for other in ["", "hailong_22651.zip", "22651_2026-10.zip", "hailong_22651_2026-10.tar"] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
