//! The published list: only what somebody decided to publish, after a look for personal
//! data, with an on-time rate once there is enough to tell.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass};
use crate::support::staff::Member;

on_both_databases![
    nothing_is_public_before_somebody_looked_for_personal_data,
    the_rate_is_withheld_below_ten_and_counts_every_petition_of_the_period,
    what_was_overdue_is_not_taken_out_of_the_rate_by_refusing_it,
    petitions_refused_too_late_before_the_rule_are_brought_to_it,
];

async fn list(app: &App) -> String {
    let page = app.get(&format!("/c/{COMMUNE}/petitions?period=2026-10")).await;
    assert_eq!(page.status(), 200);
    page.text().await.unwrap()
}

async fn nothing_is_public_before_somebody_looked_for_personal_data(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let pass = Pass::sent(&app, &[]).await;
    let publish = async |fields: &[(&str, &str)]| {
        let answer = lan.post(&pass.staff("publish"), fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let texts = [
        ("version", "3"),
        ("question", "Chị Bưởi, số 0905 123 456, chờ lâu"),
        ("answer", "Đã thêm quầy."),
    ];
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    assert!(list(&app).await.contains("Chưa có phản ánh nào được công khai"));
    assert_eq!(publish(&[&[("version", "2")], &texts[1..]].concat()).await.0, 422, "no answer");
    lan.post(&pass.staff("answer"), &[("version", "2"), ("answer", "Đã thêm quầy.")]).await;
    assert!(!list(&app).await.contains("Đã thêm quầy"), "an answer alone is not public");
    let (status, page) = publish(&texts).await;
    assert_eq!(status, 422);
    for mark in ["số điện thoại: 0905 123 456", "tên người: Chị Bưởi", "name=\"looked\""]
    {
        assert!(page.contains(mark), "{mark}: {page}");
    }
    let clean = [("version", "3"), ("question", "Chờ lâu ở quầy"), texts[2]];
    assert_eq!(publish(&clean).await.0, 303);
    let page = list(&app).await;
    assert!(page.contains("Chờ lâu ở quầy") && page.contains("Đã thêm quầy."));
    assert!(!page.contains("45 phút") && !page.contains(&pass.code), "the original is not");
    assert!(!page.contains("15/10/2026"), "nor its day");
    lan.post(&pass.staff("withdraw"), &[("version", "4")]).await;
    assert!(!list(&app).await.contains("Chờ lâu ở quầy"));
}

async fn the_rate_is_withheld_below_ten_and_counts_every_petition_of_the_period(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    for n in 0..10 {
        let page = list(&app).await;
        assert!(page.contains("Chưa đủ 10 phản ánh"), "{n} are too few");
        let pass = Pass::sent(&app, &[]).await;
        lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
        lan.post(&pass.staff("answer"), &[("version", "2"), ("answer", "x")]).await;
    }
    assert!(list(&app).await.contains("100,0\u{a0}% trả lời đúng hạn (10 trên 10"));
    for _ in 0..2 {
        Pass::sent(&app, &[]).await;
    }
    assert!(list(&app).await.contains("(10 trên 10"), "what is not due yet is not counted");
    app.set_clock("2026-10-30T00:00:00+07:00");
    assert!(list(&app).await.contains("83,3\u{a0}% trả lời đúng hạn (10 trên 12"));
    for (period, status) in [("2026", 200), ("nonsense", 400), ("2026-10-01..2026-10-02", 400)] {
        for file in ["petitions", "petitions.csv"] {
            let path = format!("/c/{COMMUNE}/{file}?period={period}");
            assert_eq!(app.get(&path).await.status().as_u16(), status, "{path}");
        }
    }
    assert_eq!(app.get("/c/99999/petitions").await.status(), 404);
}

async fn what_was_overdue_is_not_taken_out_of_the_rate_by_refusing_it(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let refuse = async |pass: &Pass, member: &Member<'_>| {
        let reason = [("version", "1"), ("reason", "Thuộc thẩm quyền của tỉnh")];
        assert_eq!(member.post(&pass.staff("refuse"), &reason).await.status(), 303);
    };
    refuse(&Pass::sent(&app, &[]).await, &lan).await;
    let mut passes = Vec::new();
    for _ in 0..12 {
        passes.push(Pass::sent(&app, &[]).await);
    }
    let of = [("of", passes[0].code.as_str()), ("reason", "Cùng một việc"), ("version", "1")];
    let other = Pass::sent(&app, &[]).await;
    assert_eq!(lan.post(&other.staff("duplicate"), &of).await.status(), 303);
    app.set_clock("2026-10-30T00:00:00+07:00");
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    for pass in &passes[1..] {
        refuse(pass, &hoa).await;
    }
    let page = list(&app).await;
    assert!(page.contains("0,0\u{a0}% trả lời đúng hạn (0 trên 12"), "{page}");
    let left_out = "1 phản ánh trùng, 1 phản ánh không thuộc thẩm quyền";
    assert!(page.contains(left_out), "how many were left out, and why: {page}");
}

async fn petitions_refused_too_late_before_the_rule_are_brought_to_it(database: Database) {
    const SQLITE: &str = include_str!("../../../migrations/sqlite/0022_late_and_kept.sql");
    const POSTGRES: &str = include_str!("../../../migrations/postgres/0022_late_and_kept.sql");
    let sql = if database.url().starts_with("sqlite") { SQLITE } else { POSTGRES };
    let rule = sql.split(';').next().unwrap();
    let db = database.open().await;
    let now = 1_791_165_600_000;
    let in_time = crate::support::petition::stored(&db, COMMUNE, now).await;
    let late = crate::support::petition::stored(&db, COMMUNE, now).await;
    db.close().await;
    let backdoor = database.backdoor().await;
    for (code, on) in [(&in_time, "answer_by"), (&late, "'2026-12-31'")] {
        let code = code.replace('-', "");
        let set = format!("update petitions set state = 'refused', settled_on = {on}");
        backdoor.execute(&format!("{set} where code = '{code}'")).await;
    }
    backdoor.execute(rule).await;
    let found = backdoor.texts("select code from petitions where late = 1").await;
    assert_eq!(found, [late.replace('-', "")]);
    backdoor.close().await;
}
