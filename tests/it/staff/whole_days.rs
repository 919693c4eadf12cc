//! Figures are of whole days: whoever sits at the counter and looks before and after
//! somebody answers learns nothing of how.

use hailong::staff::Role;
use serde_json::json;

use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;
use crate::support::submission::{self, commune, point};

on_both_databases![what_is_answered_today_moves_no_figure_before_tomorrow];

/// Everything with figures of the running year that staff and, where nobody has to decide,
/// the public can read.
async fn read(app: &App, member: &Member<'_>) -> Vec<(String, Vec<u8>)> {
    let unit = commune();
    let mut all = Vec::new();
    let run = "instrument=quick-counter%401&period=2026";
    for query in ["", "&group=channel", "&group=point", "&channel=qr", "&figure=index"] {
        let address = format!("/staff/results?unit={unit}&{run}{query}");
        all.push((address.clone(), member.get(&address).await.bytes().await.unwrap().to_vec()));
    }
    for table in ["figures", "options", "groups", "trend"] {
        let fields = [
            ("unit", unit.as_str()),
            ("instrument", "quick-counter"),
            ("version", "1"),
            ("period", "2026"),
            ("group", "channel"),
            ("table", table),
            ("format", "csv"),
        ];
        let answer = member.post("/staff/results/export", &fields).await;
        assert_eq!(answer.status(), 200, "{table}");
        all.push((table.to_owned(), answer.bytes().await.unwrap().to_vec()));
    }
    let province = &surveys::unit::commune(&unit).unwrap().province;
    for address in [
        format!("/c/{unit}?{run}"),
        format!("/province/{province}?period=2026"),
        format!("/api/v1/estimates?commune={unit}&instrument=quick-counter@1&period=2026"),
        format!("/api/v1/exports/hailong_{unit}_2026.zip"),
    ] {
        all.push((address.clone(), app.get(&address).await.bytes().await.unwrap().to_vec()));
    }
    all
}

/// The table of components on the first page of staff.
async fn components_today(member: &Member<'_>) -> String {
    let page = member.get("/staff").await.text().await.unwrap();
    let from = page.find("id=\"survey-1\"").expect("a survey");
    let until = page[from..].find("<table class=\"counts\"").expect("what came in") + from;
    page[from..until].to_owned()
}

async fn what_is_answered_today_moves_no_figure_before_tomorrow(database: Database) {
    answers::month(&database, &point(), 150).await;
    let app = App::spawn(database);
    let place = surveys::unit::commune(&commune()).unwrap();
    let scope = format!("/{}/{}/", place.province, place.code);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &scope).await;
    let before = (read(&app, &lan).await, components_today(&lan).await);
    let now = surveys::period::date_of_millis(app.now()).format("%Y-%m-%dT09:58:00+07:00");
    let mut answer = submission::good_but("answered_at", json!(now.to_string()));
    answer["answers"] = json!({"A1": 1, "A2": 1, "A3": 1, "A4": 1, "A5": 1});
    let stored = app.put(&submission::new_id(), &answer).await;
    assert_eq!(stored.status, 201, "{stored:?}");
    let after = (read(&app, &lan).await, components_today(&lan).await);
    for ((address, then), (_, now)) in before.0.iter().zip(&after.0) {
        assert!(then == now, "{address} tells of the one who has just answered");
    }
    assert_eq!(before.1, after.1);
    app.pass_minutes(24 * 60);
    let mai = Member::signed_in(&app, "mai", Role::CentreStaff, &scope).await;
    for ((address, then), (_, now)) in before.0.iter().zip(&read(&app, &mai).await) {
        // Pages of staff have their reader's name.
        let differs = then != now;
        assert!(differs || address.starts_with("/staff"), "{address} does not tell of yesterday");
    }
    assert_ne!(before.1, components_today(&mai).await);
}
