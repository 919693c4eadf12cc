//! How a figure is computed: the page for people and the same for programs.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse, web};
use analytics::Term;
use serde_json::{Value, json};
use surveys::instrument::Item;
use surveys::{Instrument, Language, Text};

use super::asked::{Address, Asked};
use super::{commune, estimates, page};
use crate::pages::explanation::{Explained, notes, plain_words};
use crate::pages::{Shell, Words};
use crate::problem::{Code, Problem};
use crate::reporting::explanation::{Explanation, Worked, in_letters};
use crate::reporting::over_months::OverMonths;
use crate::reporting::since::Since;
use crate::reporting::{Report, Trend};
use crate::service::Service;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(page::resource(&["/c/{code}/how/{level}/{figure}"], web::route().to(explained)));
}

async fn explained(
    request: HttpRequest,
    service: Data<Service>,
    path: Path<(String, String, String)>,
) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let (code, level, figure) = path.into_inner();
    if let Some(answer) = commune::no_commune(&shell, &code) {
        return answer;
    }
    let found = async { report(&service, &address(&shell, &code)?).await };
    match found.await {
        Ok((report, since, trend)) => match Explanation::of(&report, &level, &figure) {
            Some(explanation) => {
                let over = over_months(&trend, &explanation);
                let explanation =
                    explanation.with_change(since.as_ref()).with_months(over.as_ref());
                let explained = Explained::new(&shell, &explanation, service.reporting.today());
                page::show(StatusCode::OK, page::Keep::Briefly, &explained)
            }
            None => page::nothing_here(&shell),
        },
        Err(problem) => page::problem(&shell, &format!("/c/{code}"), &problem),
    }
}

/// The figures that the page's query asks for, of one version of the instrument.
fn address(shell: &Shell, code: &str) -> Result<Address, Problem> {
    let version = commune::given(shell, "version").map(str::parse).transpose();
    let version = version.map_err(|_| {
        let text = Text::new(
            "Hãy ghi phiên bản mẫu phiếu bằng chữ số, ví dụ version=1.",
            "Write the instrument's version in digits, such as version=1.",
        );
        Problem::parameter("version", text)
    })?;
    Ok(Address { version, ..commune::address(shell, code) })
}

/// How the figure of `explanation` goes over the months of `trend`.
fn over_months(trend: &Trend, explanation: &Explanation<'_>) -> Option<OverMonths> {
    let e = &explanation.finding.estimate;
    OverMonths::of(&trend.months, e.level, &e.code)
}

/// The report that `address` asks for, what changed since the period before, and the
/// months up to its last.
async fn report(
    service: &Service,
    address: &Address,
) -> Result<(Arc<Report>, Option<Since>, Arc<Trend>), Problem> {
    let asked = Asked::of(service, address).await?;
    let report = asked.report(service).await?;
    let since = service.reporting.since(&report).await?;
    let last = asked.period.last_day().min(service.reporting.today());
    let trend = service.reporting.trend(&asked.commune.code, asked.instrument, last).await?;
    Ok((report, since, trend))
}

/// How one figure is computed: what was asked and counted, the formula and the sums
/// it needs, and R that computes it again.
///
/// `estimate`, `sums`, `interval` and the pieces of `r` are null as far as the figure
/// is withheld, `change` when none is published, `trend` when fewer than three of the last
/// twelve months are.
#[utoipa::path(
    get, path = "/api/v1/estimates/{level}/{code}", tag = "results",
    params(
        ("level" = String, Path, description = "item, component, part or index", example = "index"),
        ("code" = String, Path, description = "Code of the item, component or part; the instrument's id for the index", example = "quick-counter"),
        Address
    ),
    responses(
        (status = 200, description = "The explanation; texts in both languages", body = serde_json::Value),
        (status = 400, description = "A parameter names nothing", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such commune or figure", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn explanation(
    request: HttpRequest,
    service: Data<Service>,
    path: Path<(String, String)>,
    address: Query<Address>,
) -> Result<HttpResponse, Problem> {
    let (level, code) = path.into_inner();
    let found = async {
        let (report, since, trend) = report(&service, &address).await?;
        let explanation = Explanation::of(&report, &level, &code).ok_or_else(no_such)?;
        let over = over_months(&trend, &explanation);
        let explanation = explanation.with_change(since.as_ref()).with_months(over.as_ref());
        Ok(HttpResponse::Ok().json(as_json(&explanation)))
    };
    found.await.map_err(|p: Problem| p.told_to(&request))
}

fn no_such() -> Problem {
    Problem::new(
        Code::NotFound,
        Text::new(
            "Phiếu này không có số liệu đó. Cấp là item, component, part hoặc index; mã có trong /api/v1/estimates.",
            "The instrument has no such figure. Levels are item, component, part and index; codes are in /api/v1/estimates.",
        ),
    )
}

fn as_json(explanation: &Explanation<'_>) -> Value {
    let Explanation { report, finding, worked, change, over_months } = explanation;
    let e = &finding.estimate;
    let both = |say: &dyn Fn(Language) -> Option<String>| {
        say(Language::Vi).zip(say(Language::En)).map(|(vi, en)| Text::new(vi, en))
    };
    let words = |language| plain_words(Words::new(language), explanation);
    let known = |language| -> Vec<Value> {
        let notes = notes(Words::new(language), report, finding).into_iter();
        notes.map(|(text, why)| json!({ "text": text, "why": why })).collect()
    };
    let target = finding.against.as_ref().map(|against| {
        json!({
            "code": against.target.code,
            "operator": against.target.operator,
            "value": against.proportion,
            "clause": against.target.clause,
            "quote": against.target.quote,
            "yardstick": against.yardstick,
            "in_force": against.in_force,
        })
    });
    let parts: Vec<Value> = explanation
        .parts()
        .into_iter()
        .map(|part| json!({ "level": part.estimate.level.name(), "code": part.estimate.code }))
        .collect();
    let items = explanation.items();
    let items: Vec<Value> = items.into_iter().map(|i| item(report.instrument, i)).collect();
    let mut told = estimates::source(report);
    let own = json!({
        "figure": { "level": e.level.name(), "code": e.code, "title": finding.title },
        "withheld": report.withheld_of(finding),
        "words": { "vi": words(Language::Vi), "en": words(Language::En) },
        "notes": { "vi": known(Language::Vi), "en": known(Language::En) },
        "target": target,
        "items": items,
        "parts": parts,
        "estimate": estimates::row(report, finding),
        "sums": worked.as_ref().map(sums),
        "interval": worked.as_ref().map(interval),
        "change": change.as_ref().map(|worked| estimates::change(worked.since, worked.change)),
        "trend": over_months.map(trend),
        "r": {
            "from_counts": both(&|language| explanation.r_from_counts(language)),
            "from_responses": both(&|language| explanation.r_from_responses(language)),
            "change": both(&|language| change.as_ref().map(|change| change.r(language))),
            "trend": both(&|language| over_months.and_then(|over| over.r(language))),
        },
    });
    if let (Value::Object(told), Value::Object(own)) = (&mut told, own) {
        told.extend(own);
    }
    told
}

/// The line through the months: `slope` is that of the logit, `points_a_month` what it is
/// of the rate in the middle of the line.
fn trend(over: &OverMonths) -> Value {
    let OverMonths { months, trend, .. } = over;
    json!({
        "months": months.iter().map(|m| m.start.format("%Y-%m").to_string()).collect::<Vec<_>>(),
        "model": trend.model.name(),
        "slope": trend.slope, "se": trend.se, "low": trend.low, "upp": trend.upp,
        "df": trend.df,
        "points_a_month": over.a_month().map(|points| points.map(|p| p * 100.0)),
        "direction": trend.direction.name(),
        "sentence": over.sentence(),
    })
}

fn item(instrument: &Instrument, item: &Item) -> Value {
    let scale = instrument.scale_of(item);
    let options = scale.map(|s| s.options.iter().map(|o| o.value).collect::<Vec<_>>());
    json!({
        "code": item.code,
        "text": item.text,
        "valid": options,
        "satisfied": scale.map(|s| &s.satisfied),
        "no_opinion": scale.and_then(|s| s.no_opinion.as_ref()).map(|o| o.value),
    })
}

fn sums(worked: &Worked<'_>) -> Value {
    let Worked { respondents, terms, influence_squares, .. } = worked;
    let term = |t: &Term| json!({ "level": t.level.name(), "code": t.code, "weight": t.weight });
    json!({
        "respondents": respondents,
        "terms": terms.iter().map(term).collect::<Vec<_>>(),
        "influence_squares": influence_squares,
    })
}

fn interval(worked: &Worked<'_>) -> Value {
    let formula = worked.formula();
    let symbols: Vec<String> = formula.symbols.iter().map(|s| in_letters(s)).collect();
    json!({
        "method": worked.method.name(),
        "name": formula.name,
        "words": formula.words,
        "symbols": symbols,
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::{Method, StatusCode};

    use super::super::centre::Centre;

    const QUERY: &str = "?instrument=quick-counter&version=2&period=2026-10";

    #[actix_web::test]
    async fn every_figure_of_the_commune_page_leads_to_its_explanation() {
        let centre = Centre::open().await;
        centre.receive(150).await;
        let page = centre.get("/c/22651?period=2026-10&lang=en").await.page;
        let links: Vec<String> = page
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next())
            .filter(|link| link.contains("/how/"))
            .map(|link| link.replace("&#38;", "&"))
            .collect();
        for figure in ["index/quick-counter", "component/access", "item/A1", "item/A5"] {
            assert!(links.iter().any(|link| link.contains(figure)), "{figure}: {links:?}");
        }
        for link in links {
            let answer = centre.get(&link).await;
            assert_eq!((answer.status, &*answer.kept), (StatusCode::OK, "public, max-age=10"));
            assert!(answer.page.contains("lang=\"en\""), "{link}");
        }
    }

    #[actix_web::test]
    async fn a_figure_is_explained_as_far_as_it_is_published() {
        for (n, counts, worked) in [(9, false, false), (12, true, false), (40, true, true)] {
            let centre = Centre::open().await;
            centre.receive(n).await;
            for figure in ["item/A1", "component/access", "index/quick-counter"] {
                let answer = centre.get(&format!("/c/22651/how/{figure}{QUERY}")).await;
                assert_eq!(answer.status, StatusCode::OK, "{figure}");
                assert_eq!(answer.page.contains("id=\"counts\""), counts, "{n} {figure}");
                for part in ["id=\"r-counts\"", "id=\"r-responses\"", "id=\"formulas-heading\""] {
                    assert_eq!(answer.page.contains(part), worked, "{n} {figure} {part}");
                }
                assert_eq!(answer.page.contains("Chưa công bố tỷ lệ"), !worked, "{n} {figure}");
                // What satisfied people there are is told with the rate and not before.
                assert_eq!(answer.page.contains("Trong đó: hài lòng"), worked, "{n} {figure}");
                let api = format!("/api/v1/estimates/{figure}{QUERY}&commune=22651");
                let told = centre.get(&api).await.page;
                let told: serde_json::Value = serde_json::from_str(&told).unwrap();
                assert_eq!(told["estimate"].is_object(), counts, "{n} {figure}");
                let notes = told["notes"]["vi"].to_string();
                assert_eq!(notes.contains("Dưới 100 người"), worked, "{n} {figure} {notes}");
                assert_eq!(told["target"]["clause"].is_string(), figure != "item/A1", "{figure}");
                assert_eq!(told["estimate"]["rate"].is_number(), worked, "{n} {figure}");
                for part in ["sums", "interval"] {
                    assert_eq!(told[part].is_object(), worked, "{n} {figure} {part}");
                }
                assert_eq!(told["r"]["from_counts"].is_object(), worked, "{n} {figure}");
                assert_eq!(told["r"]["from_responses"].is_object(), worked, "{n} {figure}");
                assert_eq!(told["withheld"].is_null(), worked, "{n} {figure}");
            }
        }
    }

    #[actix_web::test]
    async fn addresses_of_nothing_are_told_as_on_every_page() {
        let centre = Centre::open().await;
        for (address, status, says) in [
            ("/c/22651/how/item/A9", StatusCode::NOT_FOUND, "Chưa có gì ở địa chỉ này"),
            ("/c/22651/how/nothing/A1", StatusCode::NOT_FOUND, "Chưa có gì ở địa chỉ này"),
            ("/c/22651/how/item/%3Cb%3E", StatusCode::NOT_FOUND, "Chưa có gì ở địa chỉ này"),
            ("/c/22651/how/item", StatusCode::NOT_FOUND, "Chưa có gì ở địa chỉ này"),
            ("/c/99999/how/item/A1", StatusCode::NOT_FOUND, "Tìm xã, phường, đặc khu"),
            ("/c/25273/how/item/A1", StatusCode::OK, "href=\"/c/25280\""),
            ("/c/22651/how/item/A1?period=abc", StatusCode::BAD_REQUEST, "không phải là kỳ"),
            ("/c/22651/how/item/A1?version=1", StatusCode::BAD_REQUEST, "Phiên bản phải đi cùng"),
            (
                "/c/22651/how/item/A1?instrument=quick-counter&version=x",
                StatusCode::BAD_REQUEST,
                "Hãy ghi phiên bản",
            ),
            (
                "/c/22651/how/item/A1?instrument=quick-counter&version=99",
                StatusCode::BAD_REQUEST,
                "Chưa có phiếu khảo sát này",
            ),
        ] {
            let answer = centre.get(address).await;
            assert_eq!(answer.status, status, "{address}");
            assert!(answer.page.contains(says), "{address}: {}", answer.page);
        }
        let told = centre.get("/api/v1/estimates/item/A9?commune=22651").await;
        assert_eq!(told.status, StatusCode::NOT_FOUND);
        assert!(told.page.contains("urn:hailong:problem:not-found"), "{}", told.page);
    }

    #[actix_web::test]
    async fn an_explanation_is_only_read() {
        let centre = Centre::open().await;
        centre.receive(40).await;
        let address = format!("/c/22651/how/index/quick-counter{QUERY}");
        let head = centre.ask(Method::HEAD, &address, "").await;
        assert_eq!(head.status, StatusCode::OK);
        let post = centre.post(&address, "").await;
        assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}
