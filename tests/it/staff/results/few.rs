//! What staff see of few people: no verdict, no group that tells of its members, no number of
//! those who answered alike.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use hailong::clock::Clock;
use hailong::staff::Role;
use serde_json::json;

use super::{by_figure, file, own, rows};
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::Member;
use crate::support::submission::{self, commune, parsed, point};

on_both_databases![
    a_month_of_few_has_one_verdict_for_staff_and_for_everybody,
    small_groups_are_neither_shown_nor_to_be_worked_out,
    few_who_answered_alike_are_told_by_the_end_they_are_at,
    a_month_of_few_who_answered_alike_has_neither_their_count_nor_their_options,
];

async fn a_month_of_few_has_one_verdict_for_staff_and_for_everybody(database: Database) {
    answers::month(&database, &point(), 60).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::Leader, &own().0).await;
    let unit = commune();
    let fields = [
        ("unit", unit.as_str()),
        ("instrument", "quick-counter"),
        ("period", MONTH),
        ("table", "figures"),
        ("format", "csv"),
    ];
    let ours = by_figure(&file(&lan, &fields).await);
    let address = format!(
        "/api/v1/estimates?commune={unit}&instrument=quick-counter&period={MONTH}&format=csv"
    );
    let public = by_figure(&app.get(&address).await.bytes().await.unwrap());
    let mut compared = 0;
    for (figure, told) in &public {
        assert_eq!(ours[figure]["verdict"], told["verdict"], "{figure:?}");
        compared += usize::from(!told["verdict"].is_empty());
    }
    assert!(compared > 3, "the index and components have targets: {public:?}");
    let index = &ours[&("index".to_owned(), "quick-counter".to_owned())];
    assert_eq!(index["verdict"], "too_few");
    assert!(!index["rate"].is_empty(), "staff see the rate");
    let package = app.get(&format!("/api/v1/exports/hailong_{unit}_{MONTH}.zip")).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(package.bytes().await.unwrap())).unwrap();
    let mut filed = String::new();
    zip.by_name("ket-qua.csv").unwrap().read_to_string(&mut filed).unwrap();
    assert!(filed.contains("too_few") && !filed.contains(",met,"), "{filed}");
    for path in [format!("/staff/results?period={MONTH}"), "/staff?lang=vi".to_owned()] {
        let page = lan.get(&path).await.text().await.unwrap();
        assert!(!page.contains("class=\"verdict met\""), "{path}: {page}");
    }
    let page = lan.get(&format!("/staff/results?period={MONTH}")).await.text().await.unwrap();
    assert!(page.contains("Chưa đủ phiếu</span> <span class=\"small\">(dưới 100 người)"), "{page}");
}

/// Stores `count` answers about `field` on days of September.
async fn about(database: &Database, field: &str, count: u32, first: u32) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    for n in first..first + count {
        let mut answer = submission::good_but("service_field", json!(field));
        answer["answered_at"] = json!(format!("2026-09-{:02}T09:00:00+07:00", n % 28 + 1));
        let value = if n % 7 == 0 { 2 } else { 5 };
        answer["answers"] = json!({"A1": value, "A2": 4, "A3": value, "A4": 5, "A5": value});
        db.insert_responses(&[parsed(Clock::System.new_id(), &answer)]).await.unwrap();
    }
    db.close().await;
}

async fn small_groups_are_neither_shown_nor_to_be_worked_out(database: Database) {
    for (place, (field, count)) in
        [("Đất đai", 60), ("Hộ tịch", 30), ("=Tên tôi", 5)].into_iter().enumerate()
    {
        about(&database, field, count, u32::try_from(place).unwrap() * 100).await;
    }
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own().0).await;
    let at = format!("/staff/results?period={MONTH}");
    let read = async |query: &str| lan.get(&format!("{at}{query}")).await.text().await.unwrap();
    let page = read("&group=service_field").await;
    assert!(page.contains("Đất đai") && page.contains("Hộ tịch"), "{page}");
    assert!(!page.contains("Tên tôi"), "what five people wrote may say who they are");
    assert!(page.contains("Còn 5 phiếu thuộc các nhóm ít người"), "{page}");
    let unit = commune();
    let fields = [
        ("unit", unit.as_str()),
        ("period", MONTH),
        ("group", "service_field"),
        ("table", "groups"),
        ("format", "csv"),
    ];
    let groups = String::from_utf8(file(&lan, &fields).await).unwrap();
    assert!(groups.contains("Đất đai"));
    assert!(!groups.contains("Hộ tịch"), "all less land less it would be the five: {groups}");
    assert!(!groups.contains("Tên tôi"));
    // Asked for by name it is no different.
    for field in ["%3DT%C3%AAn+t%C3%B4i", "H%E1%BB%99+t%E1%BB%8Bch", "nobody"] {
        let page = read(&format!("&service_field={field}")).await;
        assert!(!page.contains("class=\"chart"), "{field} is drawn");
    }
    let land = read("&service_field=%C4%90%E1%BA%A5t+%C4%91ai").await;
    assert!(land.contains("class=\"chart") && land.contains("Chỉ tính: Đất đai"), "{land}");
    assert!(land.contains("tham khảo"), "a target of all is a yardstick for some");
    let two = lan.get(&format!("{at}&channel=qr&service_field=%C4%90%E1%BA%A5t+%C4%91ai")).await;
    assert_eq!(two.status(), 422);
    assert!(two.text().await.unwrap().contains("Hãy chọn một điều kiện thôi"));
}

/// Stores `count` answers of September about `field` that all give every item `value`.
async fn alike(database: &Database, field: &str, count: u32, value: u8) {
    let db = database.open().await;
    hailong::first_points::add(&db, 0).await.unwrap();
    for n in 0..count {
        let mut answer = submission::good_but("service_field", json!(field));
        answer["answered_at"] = json!(format!("2026-09-{:02}T09:00:00+07:00", n % 28 + 1));
        answer["answers"] =
            json!({"A1": value, "A2": value, "A3": value, "A4": value, "A5": value});
        db.insert_responses(&[parsed(Clock::System.new_id(), &answer)]).await.unwrap();
    }
    db.close().await;
}

/// What tells of the answers of a figure.
const OF_THE_ANSWERS: [&str; 7] = ["satisfied", "rate", "se", "low", "upp", "deff", "interval"];

async fn few_who_answered_alike_are_told_by_the_end_they_are_at(database: Database) {
    for (field, count, value) in
        [("Hộ tịch", 12, 5), ("Chứng thực", 29, 1), ("Đất đai", 30, 5), ("Xây dựng", 31, 1)]
    {
        alike(&database, field, count, value).await;
    }
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own().0).await;
    let unit = commune();
    let chosen = [("unit", unit.as_str()), ("period", MONTH), ("group", "service_field")];
    let of_groups = [&chosen[..], &[("table", "groups"), ("format", "csv")]].concat();
    let groups = rows(&file(&lan, &of_groups).await);
    for (field, flag, rate) in [
        ("Hộ tịch", "at_least_95", ""),
        ("Chứng thực", "at_most_5", ""),
        ("Đất đai", "all_satisfied", "1"),
        ("Xây dựng", "none_satisfied", "0"),
    ] {
        let own: Vec<_> = groups.iter().filter(|row| row["group"] == field).collect();
        assert!(own.len() > 10, "the index, components and items of {field}");
        for row in own {
            assert!(row["flags"].contains(flag), "{row:?}");
            assert_eq!(row["flags"].contains("_satisfied"), !rate.is_empty(), "{row:?}");
            assert_eq!(row["rate"], rate, "{row:?}");
            for column in OF_THE_ANSWERS.iter().filter(|_| rate.is_empty()) {
                assert_eq!(row[*column], "", "{column} of {row:?}");
            }
        }
    }
    let read = async |query: &str| {
        let at = format!("/staff/results?period={MONTH}&{query}");
        lan.get(&at).await.text().await.unwrap()
    };
    let page = read("group=service_field").await;
    for said in ["≥\u{a0}95\u{a0}%", "≤\u{a0}5\u{a0}%", "100,0\u{a0}%", "0,0\u{a0}%"] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    let few = read("service_field=H%E1%BB%99+t%E1%BB%8Bch").await;
    assert!(few.contains("≥\u{a0}95\u{a0}%") && few.contains("gần như ai cũng hài lòng"), "{few}");
    let of_figures = |page: &str| {
        let from = page.find("figures-heading").unwrap();
        page[from..from + page[from..].find("groups-heading").unwrap()].to_owned()
    };
    assert!(!of_figures(&few).contains("100,0"), "{few}");
    let many = read("service_field=%C4%90%E1%BA%A5t+%C4%91ai").await;
    assert!(of_figures(&many).contains("100,0"), "from thirty people on it is told");
}

async fn a_month_of_few_who_answered_alike_has_neither_their_count_nor_their_options(
    database: Database,
) {
    alike(&database, "Hộ tịch", 12, 5).await;
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &own().0).await;
    let unit = commune();
    let page = lan.get(&format!("/staff/results?period={MONTH}")).await.text().await.unwrap();
    assert!(page.contains("≥\u{a0}95\u{a0}%") && !page.contains("100,0"), "{page}");
    let chosen = [("unit", unit.as_str()), ("period", MONTH)];
    let of_options = [&chosen[..], &[("table", "options"), ("format", "csv")]].concat();
    let options = rows(&file(&lan, &of_options).await);
    assert!(options.iter().all(|row| !row["item"].starts_with('A')), "{options:?}");
    let public = format!(
        "/api/v1/estimates?commune={unit}&instrument=quick-counter&period={MONTH}&format=csv"
    );
    let public = rows(&app.get(&public).await.bytes().await.unwrap());
    assert!(public.iter().any(|row| row["valid"] == "12"), "{public:?}");
    for row in &public {
        assert!(OF_THE_ANSWERS.iter().all(|column| row[*column].is_empty()), "{row:?}");
    }
    let package = app.get(&format!("/api/v1/exports/hailong_{unit}_{MONTH}.zip")).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(package.bytes().await.unwrap())).unwrap();
    for (name, column) in [("ket-qua.csv", "so_hai_long"), ("so-lieu.csv", "so_luot")] {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        let code = |row: &BTreeMap<String, String>| row.get("ma_cau_hoi").cloned();
        for row in rows(&bytes) {
            let asked = code(&row).is_none_or(|code| code.starts_with('A'));
            assert!(!asked || row[column].is_empty(), "{name}: {row:?}");
        }
    }
}
