//! Every version of what was published can be had as it was; the list of periods is made
//! without computing figures.

use hailong::staff::audit::Action;
use hailong::store::publications::{Footprint, NewPublication};
use hailong::store::responses::Selection;
use reqwest::Method;
use surveys::period::ReportingCalendar;
use surveys::{CommuneCode, catalog};

use super::{LIST, SEPTEMBER, citizen, later, leader, publish, service, text};
use crate::support::answers::MONTH;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::by_operator;

on_both_databases![
    the_files_of_a_publication_stay_byte_for_byte_as_they_were,
    the_list_of_periods_is_made_without_computing_figures,
];

async fn bytes(app: &App, path: &str) -> Vec<u8> {
    let answer = app.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.bytes().await.unwrap().to_vec()
}

async fn the_files_of_a_publication_stay_byte_for_byte_as_they_were(database: Database) {
    let app = service(database, 150).await;
    let hoa = leader(&app).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "").await, 303);
    let zip = format!("/api/v1/exports/hailong_22651_{MONTH}.zip");
    let csv = format!("/api/v1/estimates?commune=22651&period={MONTH}&format=csv");
    assert!(!citizen(&app, &format!("/c/22651?period={MONTH}")).await.contains("id=\"decisions\""));
    let then = [bytes(&app, &zip).await, bytes(&app, &csv).await];
    later(&app, 150, 400).await;
    assert_eq!(publish(&hoa, SEPTEMBER, "thiếu phiếu <giấy>").await, 303);
    let now = [bytes(&app, &zip).await, bytes(&app, &csv).await];
    assert!(now[0] != then[0] && now[1] != then[1]);

    let page = citizen(&app, &format!("/c/22651?period={MONTH}")).await;
    let (_, decisions) = page.split_once("id=\"decisions\"").expect("what was decided");
    let decisions = decisions.split_once("</table>").unwrap().0;
    assert!(
        decisions.contains("Đính chính") && decisions.contains("&#60;giấy&#62;"),
        "{decisions}"
    );
    let links: Vec<String> = decisions
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"))
        .collect();
    let files: Vec<&String> = links.iter().filter(|link| link.starts_with("/api/")).collect();
    assert_eq!(files.len(), 4, "{links:?}");
    // The newest first, each as ZIP and CSV; after a restart as well.
    for _ in 0..2 {
        for (link, file) in files.iter().zip([&now[0], &now[1], &then[0], &then[1]]) {
            assert_eq!(&bytes(&app, link).await, file, "{link}");
        }
    }
    let earlier = citizen(&app, &links[3]).await;
    assert!(earlier.contains("<strong id=\"received\">150</strong>"), "{earlier}");
    let package = format!("{zip}?instrument=quick-counter&#38;publication=1");
    assert!(earlier.contains(&package), "the page of the first offers its package: {earlier}");
    let named = app.request(Method::GET, files[2]).send().await.unwrap();
    assert_eq!(named.headers()["cache-control"], "no-cache", "it may be withdrawn");
    let name = named.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(name, "attachment; filename=\"hailong_22651_2026-09_quick-counter_1.zip\"");
    for (path, status) in [
        (format!("{zip}?publication=3"), 400),
        (format!("{zip}?publication=x"), 400),
        (format!("{zip}?publication=1&instrument=none"), 400),
        (format!("{zip}?publication=1&instrument=sipas-style"), 400),
    ] {
        let answer = app.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
    }
    let app = App::by_decision(app.stop());
    for (link, file) in files.iter().zip([&now[0], &now[1], &then[0], &then[1]]) {
        assert_eq!(&bytes(&app, link).await, file, "{link}");
    }
}

/// Publishes every period of a year by decisions whose documents nobody can read.
async fn publish_unreadable(app: &App) -> usize {
    let commune = CommuneCode::parse("22651").unwrap();
    let calendar = catalog::plan_of(&commune)
        .map_or_else(ReportingCalendar::default, |plan| plan.calendar.clone());
    let today = surveys::period::date_of_millis(app.now());
    let db = app.database().open().await;
    let mut published = 0;
    for period in calendar.finished(today) {
        let selection = Selection {
            commune_code: commune.to_string(),
            instrument: "quick-counter".into(),
            version: 1,
            from: period.start_millis(),
            until: period.end_millis(),
        };
        let days = db.days_of_responses(&selection).await.unwrap();
        if days.is_empty() {
            continue;
        }
        let new = NewPublication {
            commune: commune.clone(),
            instrument: "quick-counter".into(),
            version: 1,
            period: period.code.clone(),
            start: period.start,
            end: period.end,
            number: 1,
            reason: String::new(),
            last_seq: 1,
            document: "{".into(),
            made_of: days.into_iter().map(|(_, one)| one).reduce(Footprint::and).unwrap(),
        };
        assert!(db.publish(&new, &by_operator(0, Action::PublishResults)).await.unwrap());
        published += 1;
    }
    db.close().await;
    published
}

async fn the_list_of_periods_is_made_without_computing_figures(database: Database) {
    let mut app = service(database, 150).await;
    app.expects("what was published cannot be read");
    let published = publish_unreadable(&app).await;
    assert!(published >= 3, "{published}");
    let hoa = leader(&app).await;
    let list = text(hoa.get(LIST).await).await;
    assert_eq!(list.matches("Lần 1, ").count(), published, "{list}");
    assert!(!list.contains("Số liệu đã thay đổi") && !list.contains("Chờ công bố"), "{list}");
    // With other responses it is looked at, and the document is found damaged.
    later(&app, 150, 1).await;
    assert!(text(hoa.get(LIST).await).await.contains("Không đọc được bản đã công bố"));
}
