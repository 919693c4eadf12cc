//! The results page of a commune.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use surveys::unit::{self, Predecessor};
use surveys::{Period, catalog};

use super::asked::{self, Address, Asked};
use super::page::{self, Keep};
use super::province;
use crate::pages::Shell;
use crate::pages::commune::{Contents, Published, Results};
use crate::pages::message::Message;
use crate::problem::Problem;
use crate::reporting::petitions::Counted;
use crate::reporting::{Release, Report};
use crate::service::Service;
use crate::staff::Scope;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(page::resource(&["/c/{code}", "/c/{code}/"], web::route().to(results)));
}

async fn results(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let code = request.match_info().get("code").unwrap_or("");
    if let Some(answer) = no_commune(&shell, code) {
        return answer;
    }
    let made = match contents(&service, &address(&shell, code)).await {
        // Charts are drawn with it: too much for an asynchronous thread.
        Ok(contents) => {
            let shell = shell.clone();
            let draw = move || {
                let page = Results::new(&shell, &contents).map_err(|e| e.to_string())?;
                page.render().map_err(|e| e.to_string())
            };
            tokio::task::spawn_blocking(draw)
                .await
                .unwrap_or_else(|e| Err(e.to_string()))
                .map_err(|what| asked::internal(&what))
        }
        Err(problem) => Err(problem),
    };
    match made {
        Ok(html) => page::html_answer(StatusCode::OK, Keep::Briefly, html),
        Err(problem) => page::problem(&shell, &format!("/c/{code}"), &problem),
    }
}

/// The page for a `code` that no commune has, or had before a merger; `None` when one
/// has it.
pub(super) fn no_commune(shell: &Shell, code: &str) -> Option<HttpResponse> {
    match (unit::commune(code), unit::successors(code)) {
        (Some(_), _) => None,
        (None, []) => Some(unknown(shell)),
        (None, merged) => Some(moved(shell, merged)),
    }
}

/// The figures of the commune `code` that the page's query asks for.
pub(super) fn address(shell: &Shell, code: &str) -> Address {
    let given = |name| given(shell, name).map(str::to_owned);
    Address {
        commune: code.to_owned(),
        instrument: given("instrument"),
        version: None,
        period: given("period"),
        publication: given("publication").map(|number| number.parse().unwrap_or(0)),
    }
}

/// What the query gives as `name`, if anything.
pub(super) fn given<'a>(shell: &'a Shell, name: &str) -> Option<&'a str> {
    shell.asked(name).map(str::trim).filter(|value| !value.is_empty())
}

async fn contents(service: &Service, address: &Address) -> Result<Contents, Problem> {
    let asked = Asked::of(service, address).await?;
    let code = &asked.commune.code.clone();
    let today = service.reporting.today();
    let mut asked = asked;
    let mut report = asked.report(service).await?;
    let mut awaited = None;
    // In place of what is not published yet, what was published last.
    if report.is_awaited()
        && let Some(last) = service.reporting.last_published(code, asked.instrument).await?
    {
        awaited = Some(std::mem::replace(&mut asked.period, last));
        report = asked.report(service).await?;
    }
    let published = published(service, &asked, &report, awaited).await?;
    let last = asked.period.last_day().min(today);
    let trend = service.reporting.trend(code, asked.instrument, last).await?;
    let since = service.reporting.since(&report).await?;
    let answered = service.reporting.answered(code).await?;
    let mut points = service.db.collection_points_of(code).await?;
    points.retain(|point| !point.retired);
    let samples = service.db.samples(&Scope::Commune(code.clone())).await?;
    let entries = service.db.indicator_entries(code).await?;
    let petitions = match catalog::plan_of(code) {
        Some(plan) => service.reporting.counted_petitions(code, plan, &asked.period).await?,
        None => Counted::default(),
    };
    let has_comments = service.reporting.has_comments(code).await?;
    Ok(Contents {
        report,
        published,
        trend,
        since,
        answered,
        points,
        samples,
        entries,
        petitions,
        has_comments,
        today,
    })
}

/// What else was published of the period of `report`.
async fn published(
    service: &Service,
    asked: &Asked,
    report: &Report,
    awaited: Option<Period>,
) -> Result<Published, Problem> {
    let (code, reporting) = (&asked.commune.code, &service.reporting);
    let decisions = reporting.decisions(code, asked.instrument, &asked.period).await?;
    let withdrawn = reporting.withdrawn_beside(code, asked.instrument, &asked.period).await?;
    let before = match report.release().and_then(Release::corrects) {
        Some(number) => reporting.release(code, asked.instrument, &asked.period, number).await?,
        None => None,
    };
    let before = before.filter(|before| !before.tells_nothing());
    let offered = if reporting.is_by_decision() {
        let commune = BTreeSet::from([code.clone()]);
        Some(province::published(service, asked.instrument, &commune).await?)
    } else {
        None
    };
    Ok(Published { before, decisions, withdrawn, awaited, offered })
}

fn unknown(shell: &Shell) -> HttpResponse {
    let t = shell.t;
    let page = Message::new(shell, t.get("commune-unknown-heading"))
        .saying(t.get("commune-unknown"))
        .with_search();
    page::show(StatusCode::NOT_FOUND, Keep::Never, &page)
}

/// Says where a merged commune went.
fn moved(shell: &Shell, merged: &[Predecessor]) -> HttpResponse {
    let t = shell.t;
    let heading = t.with("commune-merged-heading", &[("old", merged[0].old_name)]);
    let mut page = Message::new(shell, heading);
    for unit in merged {
        let place = format!("{}, {}", unit.old_place.district, unit.old_place.province);
        let day = crate::pages::day(unit.merged_on, shell.language());
        page = page.saying(t.with(
            "commune-merged",
            &[("day", &day), ("old", unit.old_name), ("place", &place), ("new", unit.commune.name)],
        ));
    }
    for unit in merged {
        let label = t.with("commune-merged-link", &[("new", unit.commune.name)]);
        page = page.leading(&format!("/c/{}", unit.commune.code), label);
    }
    page::show(StatusCode::OK, Keep::Briefly, &page)
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use surveys::{CommuneCode, Period, catalog};

    use super::super::centre::Centre;

    const PAGE: &str = "/c/22651";

    #[actix_web::test]
    async fn a_commune_without_answers_says_how_to_answer() {
        let centre = Centre::open().await;
        let answer = centre.get(PAGE).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.kept, "public, max-age=10");
        assert!(answer.page.contains("Chưa có phiếu nào trong kỳ này."));
        assert!(answer.page.contains("href=\"/s/22651\""));
        assert!(!answer.page.contains("id=\"components\""));
        assert!(centre.get("/c/00004").await.page.contains("chưa mở điểm khảo sát nào"));
    }

    #[actix_web::test]
    async fn what_is_shown_grows_with_the_number_of_people() {
        for (n, rate, verdict) in
            [(9, false, false), (12, false, false), (40, true, false), (150, true, true)]
        {
            let centre = Centre::open().await;
            centre.receive(n).await;
            let page = centre.get(PAGE).await.page;
            let told = if n < 10 { "tạm chưa công bố".to_owned() } else { n.to_string() };
            assert!(page.contains(&format!("<strong id=\"received\">{told}</strong>")));
            assert_eq!(page.contains("id=\"components\""), n >= 10, "{n}");
            assert_eq!(page.contains("<svg xmlns"), rate, "{n}");
            assert_eq!(page.contains("90,0\u{a0}%"), rate, "{n}");
            assert_eq!(page.contains("href=\"#mark-undetermined\""), verdict, "{n}");
        }
    }

    #[actix_web::test]
    async fn the_page_says_the_figures_of_the_report() {
        let centre = Centre::open().await;
        centre.receive(150).await;
        let page = centre.get("/c/22651?period=2026-10&lang=en").await.page;
        let code = CommuneCode::parse("22651").unwrap();
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let month = Period::parse("2026-10").unwrap();
        let report = centre.service.reporting.report(&code, quick, &month).await.unwrap();
        for finding in &report.findings {
            let estimate = &finding.estimate;
            for value in [estimate.rate, estimate.low, estimate.upp].into_iter().flatten() {
                let said = format!("{:.1}", value * 100.0);
                assert!(page.contains(&said), "{} {said}", estimate.code);
            }
        }
        assert!(page.contains("there is no newer plan"), "the plan was for 2025");
        assert!(page.contains("hailong_22651_2026-10.zip"));
    }

    #[actix_web::test]
    async fn months_of_fewer_than_a_hundred_people_together_have_no_direction() {
        let centre = Centre::open().await;
        for (days, nth) in [(66, 2), (36, 3), (2, 10)] {
            centre.receive_earlier(days, 33, nth).await;
        }
        let too_few = "chưa đủ phiếu để nói mức hài lòng tăng hay giảm";
        let page = centre.get("/c/22651?period=2026-10").await.page;
        assert!(page.contains(too_few) && !page.contains("có xu hướng tăng"), "{page}");
        centre.receive_earlier(1, 60, 10).await;
        let page = centre.get("/c/22651?period=2026-10").await.page;
        assert!(!page.contains(too_few) && page.contains("có xu hướng tăng"), "{page}");
    }

    #[actix_web::test]
    async fn a_commune_that_answered_the_former_version_keeps_its_results_until_the_new_one_has_some()
     {
        let centre = Centre::open().await;
        let told = async |query: &str| {
            let address = format!("/api/v1/estimates?commune=22651{query}");
            let page = centre.get(&address).await.page;
            let told: serde_json::Value = serde_json::from_str(&page).unwrap();
            let mut estimates = told["estimates"].as_array().unwrap().iter();
            let first = estimates.find(|estimate| estimate["code"] == "A1");
            let people = first.and_then(|first| first["asked"].as_u64());
            (told["version"].as_u64().unwrap(), people.unwrap_or(0))
        };
        centre.receive_of(1, 30, 40, 10).await;
        for query in ["", "&period=2026-09", "&instrument=quick-counter&period=2026-09"] {
            assert_eq!(told(query).await, (1, 40), "{query}");
        }
        assert_eq!(told("&instrument=quick-counter@2&period=2026-09").await, (2, 0));
        // The month of the change has both: the newer is shown, the former one is offered.
        centre.receive_of(1, 2, 50, 10).await;
        centre.receive(60).await;
        assert_eq!(told("&period=2026-09").await, (1, 40), "a month of before");
        for (name, expected) in [("", (2, 60)), ("&instrument=quick-counter", (2, 60))] {
            assert_eq!(told(&format!("&period=2026-10{name}")).await, expected);
        }
        assert_eq!(told("&instrument=quick-counter@1&period=2026-10").await, (1, 50));
        let page = centre.get("/c/22651?period=2026-10").await.page;
        assert!(page.contains("instrument=quick-counter%401"), "{page}");
        assert!(page.contains("phiên bản 1"), "{page}");
        let former = centre.get("/c/22651?period=2026-10&instrument=quick-counter@1").await.page;
        assert!(former.contains("<strong id=\"received\">50</strong>"), "{former}");
        assert!(former.contains("instrument=quick-counter@1&#38;period=2026-10&#38;format=csv"));
        let province = centre.get("/province/56/communes.csv?period=2026-09").await.page;
        assert!(province.contains("quick-counter,1,2026-09"), "{province}");
        for wrong in ["quick-counter@3", "quick-counter@", "quick-counter@x", "quick-counter@1@1"] {
            let answer = centre.get(&format!("/c/22651?instrument={wrong}")).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    }

    #[actix_web::test]
    async fn what_was_not_good_is_counted_of_those_who_were_asked() {
        let code = CommuneCode::parse("22651").unwrap();
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let month = Period::parse("2026-10").unwrap();
        // One in ten is dissatisfied; everybody's form has the first reason ticked.
        for (days, told) in [(5, Some((15, 15))), (3, None)] {
            let centre = Centre::open().await;
            for day in 0..days {
                centre.receive_earlier(day, 29, 10).await;
            }
            let report = centre.service.reporting.report(&code, quick, &month).await.unwrap();
            let shown = report.options_shown(None);
            let reasons: Vec<_> = shown.iter().filter(|o| o.item.code.as_str() == "L1").collect();
            let first = reasons.first().map(|option| (option.count, option.asked));
            assert_eq!(first, told, "{days} days");
            assert!(reasons.iter().skip(1).all(|option| option.count == 0), "nor was any left out");
            let rating = shown.iter().find(|o| o.item.code.as_str() == "A1");
            assert!(rating.is_none_or(|option| option.asked == u64::from(days) * 29));
        }
    }

    #[actix_web::test]
    async fn a_change_is_told_when_both_periods_are_published() {
        let october = "/c/22651?period=2026-10";
        let centre = Centre::open().await;
        centre.receive(150).await;
        assert!(!centre.get(october).await.page.contains("id=\"changes\""));
        centre.receive_earlier(20, 29, 3).await;
        assert!(!centre.get(october).await.page.contains("id=\"changes\""), "29 have no rate");
        centre.receive_earlier(21, 40, 3).await;
        let few = centre.get(october).await.page;
        assert!(few.contains("Chưa đủ phiếu để nói mức hài lòng chung thay đổi thế nào"), "{few}");
        centre.receive_earlier(22, 81, 3).await;
        let page = centre.get(october).await.page;
        let said = "So với tháng 9 năm 2026, mức hài lòng chung tăng 24,0 điểm phần trăm (từ ";
        assert!(page.contains(said), "{page}");
        let english = centre.get("/c/22651?period=2026-10&lang=en").await.page;
        assert!(english.contains("overall satisfaction is 24.0 percentage points higher"));
        let json = centre.get("/api/v1/estimates?commune=22651&period=2026-10").await.page;
        let told: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(told["change"]["since"]["code"], "2026-09");
        let index = &told["change"]["estimates"][0];
        assert_eq!((&index["level"], &index["direction"]), (&"index".into(), &"higher".into()));
        assert!((index["change"].as_f64().unwrap() - (135.0 / 150.0 - 99.0 / 150.0)).abs() < 1e-12);
    }

    #[actix_web::test]
    async fn a_withheld_month_does_not_follow_from_its_quarter_and_the_other_months() {
        let centre = Centre::open().await;
        let (july, august, september) = (66, 36, 5);
        centre.receive_earlier(july, 4, 10).await;
        centre.receive_earlier(august, 30, 10).await;
        centre.receive_earlier(september, 40, 10).await;
        let told = async |period: &str| {
            let address = format!("/api/v1/estimates?commune=22651&period={period}");
            let told: serde_json::Value =
                serde_json::from_str(&centre.get(&address).await.page).unwrap();
            !told["estimates"].as_array().unwrap().is_empty()
        };
        for (period, shown) in [
            ("2026-07", false),
            ("2026-08", false),
            ("2026-09", true),
            ("2026-Q3", true),
            ("2026-H2", true),
            ("2026-9M", true),
            ("2026", true),
        ] {
            assert_eq!(told(period).await, shown, "{period}");
        }
        let page = centre.get("/c/22651?period=2026-08").await.page;
        assert!(page.contains("Kết quả của kỳ này tạm chưa công bố"), "{page}");
        // Once July has ten, nothing needs to be withheld any more.
        centre.receive_earlier(july + 1, 6, 10).await;
        assert!(told("2026-07").await && told("2026-08").await);
    }

    #[actix_web::test]
    async fn every_plan_is_shown_whole_in_both_languages() {
        let centre = Centre::open().await;
        for plan in catalog::plans() {
            for tongue in ["", "?lang=en"] {
                let answer = centre.get(&format!("/c/{}{tongue}", plan.commune_code)).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", plan.id);
                for target in &plan.targets {
                    let clause = target.clause.replace('&', "&#38;");
                    assert!(answer.page.contains(&clause), "{} {}", plan.id, target.code);
                }
                let conflicts = plan.targets.iter().any(|t| !t.conflicts_with.is_empty());
                assert_eq!(answer.page.contains("tag conflict"), conflicts, "{}", plan.id);
            }
        }
    }

    #[actix_web::test]
    async fn codes_and_periods_that_are_none_are_explained() {
        let centre = Centre::open().await;
        for (address, status, says) in [
            ("/c/25273", StatusCode::OK, "href=\"/c/25280\""),
            ("/c/99999", StatusCode::NOT_FOUND, "Tìm xã, phường, đặc khu"),
            ("/c/x%00y", StatusCode::NOT_FOUND, "Tìm xã, phường, đặc khu"),
            ("/c/22651?period=abc", StatusCode::BAD_REQUEST, "không phải là kỳ báo cáo"),
            ("/c/22651?period=%3Cb%3E", StatusCode::BAD_REQUEST, "&#60;b&#62;"),
            ("/c/22651?instrument=none", StatusCode::BAD_REQUEST, "Chưa có phiếu khảo sát này"),
            ("/c/22651?period=&instrument=", StatusCode::OK, "Chưa có phiếu nào"),
            ("/assets/style.css", StatusCode::NOT_FOUND, "Chưa có gì ở địa chỉ này"),
        ] {
            let answer = centre.get(address).await;
            assert_eq!(answer.status, status, "{address}");
            assert!(answer.page.contains(says), "{address}");
        }
    }
}
