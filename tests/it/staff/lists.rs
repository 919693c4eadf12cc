//! The lists of staff as files: what the page lists, noted in the log, and no formula.

use hailong::staff::Role;

use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::spreadsheet;
use crate::support::staff::Member;

on_both_databases![
    every_list_is_taken_along_as_a_file_of_what_one_may_see,
    no_cell_of_a_list_is_a_formula,
];

const COMMUNE: &str = "/56/22651/";

async fn csv(member: &Member<'_>, page: &str) -> String {
    let answer = member.post(&format!("{page}/export"), &[("format", "csv")]).await;
    assert_eq!(answer.status(), 200, "{page}");
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.starts_with("attachment; filename=\"") && name.ends_with(".csv\""), "{name}");
    answer.text().await.unwrap()
}

async fn every_list_is_taken_along_as_a_file_of_what_one_may_see(database: Database) {
    answers::month(&database, "22651", 150).await;
    let app = App::spawn(database);
    let anh = Member::signed_in(&app, "anh", Role::Administrator, COMMUNE).await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, COMMUNE).await;
    Member::signed_in(&app, "nguoi.xa", Role::CentreStaff, "/01/00004/").await;
    let pages = [
        (&lan, "/staff/points", "point,name,commune", "\r\n22651,"),
        (&anh, "/staff/accounts", "name,full_name,role", "\r\nlan,Cán bộ lan,centre-staff,"),
        (&lan, "/staff/samples", "sample,title,point", ""),
        (&lan, "/staff/paper", "batch,point,instrument", ""),
        (&lan, "/staff/links", "made_at,point,links", ""),
        (&lan, "/staff/import/batches", "batch,begun_at,file", ""),
        (&lan, "/staff/publishing", "commune,instrument,version,period,state", ",2026-09,waiting,"),
    ];
    for (member, page, columns, holds) in pages {
        let text = csv(member, page).await;
        assert!(text.starts_with(&format!("\u{feff}{columns}")), "{page}: {text}");
        assert!(text.contains(holds), "{page}: {text}");
        assert!(!text.contains("00004") && !text.contains("nguoi.xa"), "of another unit: {text}");
        let book = member.post(&format!("{page}/export"), &[("format", "xlsx")]).await;
        let book = book.bytes().await.unwrap();
        let [told, shown] = spreadsheet::both(text.as_bytes(), book.into());
        assert_eq!(told, shown, "{page}: the same in both forms");
    }
    let log = anh.post("/staff/audit/export", &[]).await.text().await.unwrap();
    for (_, page, ..) in pages {
        let noted = format!(",export-list,{COMMUNE},{page},done");
        assert_eq!(log.matches(&noted).count(), 2, "{page}: {log}");
    }
    let read = anh.get("/staff/audit").await.text().await.unwrap();
    assert!(read.contains("Tải một danh sách thành tệp"), "{read}");
    let elsewhere = [("unit", "00004")];
    let answer = lan.post("/staff/publishing/export", &elsewhere).await;
    assert_eq!(answer.status(), 303, "another's is as if there were none");
}

async fn no_cell_of_a_list_is_a_formula(database: Database) {
    let app = App::spawn(database);
    let anh = Member::signed_in(&app, "anh", Role::Administrator, COMMUNE).await;
    let renamed = anh.post("/staff/points/22651/name", &[("name", "=1+cmd|x")]).await;
    assert_eq!(renamed.status(), 303);
    let text = csv(&anh, "/staff/points").await;
    assert!(text.contains(",'=1+cmd|x,"), "{text}");
    let book = anh.post("/staff/points/export", &[("format", "xlsx")]).await;
    let [_, shown] = spreadsheet::both(text.as_bytes(), book.bytes().await.unwrap().into());
    assert!(shown.iter().flatten().any(|cell| cell == "=1+cmd|x"), "a text as it was: {shown:?}");
}
