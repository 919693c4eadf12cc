//! What came in lately, and whose.

use hailong::clock::Clock;
use hailong::staff::Scope;
use hailong::staff::audit::Action;
use serde_json::json;
use surveys::response::{Channel, read_moment};
use surveys::{CommuneCode, OpeningHours, PointCode, catalog, unit};

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::staff::by_operator;
use crate::support::submission::{commune, good_but, parsed, point};

on_both_databases![
    the_pulse_tells_what_came_in_since,
    arrivals_are_counted_by_channel_for_one_commune_or_point,
    the_first_answer_is_that_of_the_communes_asked_for,
    points_and_devices_are_those_within_a_scope,
    opening_hours_are_told_of_the_points_that_have_some,
];

async fn the_pulse_tells_what_came_in_since(database: Database) {
    let db = database.open().await;
    let before = db.pulse().await.unwrap();
    assert_eq!(before, db.pulse().await.unwrap());
    let new = parsed(Clock::System.new_id(), &good_but("channel", json!("qr")));
    db.insert_responses(&[new]).await.unwrap();
    let after = db.pulse().await.unwrap();
    assert!(after.last > before.last && after.turns == before.turns);
    assert_eq!(db.communes_after(before).await.unwrap(), [commune()]);
    db.close().await;
}

async fn arrivals_are_counted_by_channel_for_one_commune_or_point(database: Database) {
    let db = database.open().await;
    for (channel, at) in [
        ("qr", "2026-10-05T09:30:00+07:00"),
        ("qr", "2026-10-02T09:30:00+07:00"),
        ("paper", "2026-10-02T09:30:00+07:00"),
        ("paper", "2026-09-02T09:30:00+07:00"),
    ] {
        let mut answer = good_but("channel", json!(channel));
        answer["answered_at"] = json!(at);
        db.insert_responses(&[parsed(Clock::System.new_id(), &answer)]).await.unwrap();
    }
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let millis = |text| read_moment(text).unwrap();
    let since = (millis("2026-10-05T00:00:00+07:00"), millis("2026-09-29T00:00:00+07:00"));
    let counted = async |commune: &str, point: Option<&str>| {
        let (commune, point) =
            (CommuneCode::parse(commune).unwrap(), point.map(|p| PointCode::parse(p).unwrap()));
        let arrivals = db.arrivals(&commune, point.as_ref(), quick, since).await.unwrap();
        arrivals.iter().map(|a| (a.channel, a.today, a.lately)).collect::<Vec<_>>()
    };
    let expected = [(Channel::Qr, 1, 2), (Channel::Paper, 0, 1)];
    assert_eq!(counted(&commune(), None).await, expected);
    assert_eq!(counted(&commune(), Some(&point())).await, expected);
    assert!(counted(&commune(), Some("nowhere")).await.is_empty());
    assert!(counted("00004", None).await.is_empty());
    db.close().await;
}

async fn the_first_answer_is_that_of_the_communes_asked_for(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    let quick = catalog::instrument("quick-counter", Some(1)).unwrap();
    let first = async |communes: &[&str]| {
        let codes: Vec<CommuneCode> =
            communes.iter().map(|code| CommuneCode::parse(code).unwrap()).collect();
        db.first_answers(&codes.iter().collect::<Vec<_>>(), quick).await.unwrap()
    };
    let own = commune();
    assert!(first(&[&own]).await.is_empty(), "nobody has answered");
    for at in ["2026-10-05T09:30:00+07:00", "2025-11-20T09:30:00+07:00"] {
        let answer = good_but("answered_at", json!(at));
        db.insert_responses(&[parsed(Clock::System.new_id(), &answer)]).await.unwrap();
    }
    let expected = [read_moment("2025-11-20T09:30:00+07:00").unwrap()];
    assert_eq!(first(&[&own]).await, expected);
    let others: Vec<String> = catalog::plans().iter().map(|p| p.commune_code.to_string()).collect();
    let others: Vec<&str> = others.iter().map(String::as_str).filter(|c| *c != own).collect();
    assert_eq!(first(&[&others[..], &[&own]].concat()).await, expected);
    assert!(first(&others).await.is_empty(), "what one answered is not the others'");
    assert!(first(&[]).await.is_empty());
    let sipas = catalog::instrument("sipas-style", Some(1)).unwrap();
    let code = CommuneCode::parse(&own).unwrap();
    assert!(db.first_answers(&[&code], sipas).await.unwrap().is_empty());
    db.close().await;
}

async fn points_and_devices_are_those_within_a_scope(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    db.close().await;
    let at = PointCode::parse(&point()).unwrap();
    let province = unit::commune(&commune()).unwrap().province.clone();
    let app = App::spawn(database);
    Tablet::enrolled(&app).await;
    let db = app.database().open().await;
    let own = format!("/{province}/{}/", commune());
    for (scope, any) in [("/", true), (own.as_str(), true), ("/01/00004/", false)] {
        let scope = Scope::parse(scope).unwrap();
        assert_eq!(db.devices_within(&scope).await.unwrap().len() == 1, any, "{scope}");
        let points = db.collection_points_within(&scope).await.unwrap();
        assert_eq!(points.iter().any(|p| p.code == at), any, "{scope}");
    }
    let here = Scope::parse(&format!("{own}{at}/")).unwrap();
    let points = db.collection_points_within(&here).await.unwrap();
    assert!(points.len() == 1 && points[0].code == at, "one point and no sister of it");
    db.close().await;
}

async fn opening_hours_are_told_of_the_points_that_have_some(database: Database) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    assert!(db.opening_hours_set().await.unwrap().is_empty());
    let at = PointCode::parse(&point()).unwrap();
    let hours = OpeningHours::parse("Mon-Fri 07:00-11:00").unwrap();
    db.set_opening_hours(&at, &hours, &by_operator(1, Action::SetHours)).await.unwrap();
    let set = db.opening_hours_set().await.unwrap();
    assert_eq!(set.into_iter().collect::<Vec<_>>(), [(at.clone(), hours.clone())]);
    assert_eq!(db.opening_hours(&at).await.unwrap(), hours);
    db.close().await;
}
