//! What everybody reads of improvement actions: only what somebody looked at and published.

use hailong::staff::audit::Action;
use reqwest::Method;
use surveys::action::{Origin, Published};

use super::{NEW, OWN, centre, page, public, revision, sent};
use crate::support::action::{COMMUNE, columns, event, opened};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{self, Member};

on_both_databases![
    nothing_of_an_action_is_public_that_nobody_looked_at,
    what_everybody_reads_is_changed_after_a_code_only_and_a_moved_term_shows,
    what_is_not_published_is_on_no_public_page,
];

async fn what_everybody_reads_is_changed_after_a_code_only_and_a_moved_term_shows(
    database: Database,
) {
    let app = App::spawn(database);
    let mut lan = centre(&app).await;
    let action = sent(&lan, NEW, &OWN).await;
    let edit = format!("{action}/edit");
    let anew = async |lan: &mut Member<'_>| {
        let db = app.database().open().await;
        lan.token = staff::session(&db, &lan.account, app.now()).await;
        db.close().await;
    };
    let until = |due: &'static str, revision: &'static str| {
        let mut fields = OWN.to_vec();
        fields[2].1 = due;
        fields.push(("revision", revision));
        fields
    };
    app.pass_minutes(20);
    sent(&lan, &edit, &until("20/11/2026", "1")).await;
    anew(&mut lan).await;
    let published = [("show", "yes"), ("found", "Thiếu ghế"), ("done", ""), ("revision", "2")];
    sent(&lan, &format!("{action}/public"), &published).await;
    let everybody = format!("/c/{COMMUNE}/actions");
    assert!(!public(&app, &everybody).await.contains("Thời hạn lúc đầu"));
    app.pass_minutes(20);
    assert_eq!(lan.get(&edit).await.status(), 403);
    let refused = lan.post(&edit, &until("20/12/2026", "3")).await;
    assert_eq!(refused.status(), 403);
    assert!(refused.text().await.unwrap().contains("name=\"code\""), "a code is asked for");
    anew(&mut lan).await;
    assert!(page(&lan, &edit).await.contains("20/12/2026"), "what was typed is there again");
    for (due, revision) in [("20/12/2026", "3"), ("31/12/2027", "4")] {
        sent(&lan, &edit, &until(due, revision)).await;
    }
    let shown = public(&app, &everybody).await;
    let said = "Thời hạn lúc đầu: 20/11/2026. Đã dời 2 lần.";
    assert!(shown.contains("31/12/2027") && shown.contains(said), "{shown}");
}

async fn nothing_of_an_action_is_public_that_nobody_looked_at(database: Database) {
    const FOUND: &str = "Bà Nguyễn Thị Hoa, 0912 345 678, CCCD 079123456789 nói chờ lâu";
    const PARTS: [&str; 3] = ["Bà Nguyễn Thị Hoa", "0912 345 678", "079123456789"];
    const NAMED: &str = "Gọi bà Hoa 0912345678 để nhận tiền";
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let action = sent(&lan, NEW, &OWN).await;
    let publication = format!("{action}/public");
    let with = |found: &'static str, revision: &'static str| {
        [("show", "yes"), ("found", found), ("revision", revision)]
    };
    let two = [("sure", PARTS[0]), ("sure", PARTS[1])];
    for ticks in [&[][..], &two, &[("looked", "yes")]] {
        let answer = lan.post(&publication, &[&with(FOUND, "1")[..], ticks].concat()).await;
        assert_eq!(answer.status(), 422, "{ticks:?}");
        let page = answer.text().await.unwrap();
        for part in PARTS {
            assert!(page.contains(&format!("name=\"sure\" value=\"{part}\"")), "{part}: {page}");
        }
        assert!(
            page.contains(&format!("{FOUND}</textarea>")) && page.contains("#sure-1"),
            "{page}"
        );
    }
    let told = public(&app, "/c/22651/actions").await;
    assert!(!told.contains("0912") && told.contains("chưa có việc nào được công khai"), "{told}");
    // For staff alone nothing is asked; once everybody reads it, whatever is changed is.
    let edit = format!("{action}/edit");
    let task = |task: &'static str, revision: &'static str| {
        [("task", task), OWN[1], OWN[2], OWN[3], ("revision", revision)]
    };
    sent(&lan, &edit, &task(NAMED, "1")).await;
    let answer = lan.post(&publication, &with("Người dân chờ lâu", "2")).await;
    assert_eq!(answer.status(), 422, "the task is read by everybody too");
    let asked = answer.text().await.unwrap();
    assert!(
        asked.contains("value=\"0912345678\"") && asked.contains("value=\"bà Hoa\""),
        "{asked}"
    );
    sent(&lan, &edit, &task("Thêm ghế", "2")).await;
    sent(&lan, &publication, &with("Người dân chờ lâu", "3")).await;
    let seen = revision(&lan, &edit).await;
    let fields = [("task", NAMED), OWN[1], OWN[2], OWN[3], ("revision", seen.as_str())];
    let answer = lan.post(&edit, &fields).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("value=\"0912345678\""));
    assert!(!public(&app, "/c/22651/actions").await.contains("0912"));
    let all = [&fields[..], &[("sure", "0912345678"), ("sure", "bà Hoa")]].concat();
    sent(&lan, &edit, &all).await;
    assert!(public(&app, "/c/22651/actions").await.contains(NAMED), "what is ticked is public");
}

async fn what_is_not_published_is_on_no_public_page(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    opened(&db, COMMUNE, columns("Việc nội bộ", ""), Origin::Own).await;
    db.close().await;
    let told = public(&app, "/c/22651/actions").await;
    assert!(!told.contains("Việc nội bộ") && told.contains("chưa có việc nào được công khai"));
    let english = public(&app, "/c/22651/actions?lang=en").await;
    assert!(english.contains("No action is public at present."));
    let unknown = app.request(Method::GET, "/c/99999/actions").header("accept", "text/html");
    assert_eq!(unknown.send().await.unwrap().status(), 404);
    let merged = public(&app, "/c/25273/actions").await;
    assert!(merged.contains("href=\"/c/25280\""), "a merged commune leads on");
}

#[tokio::test]
async fn long_lists_come_in_pages_and_the_public_page_has_its_bound() {
    let app = App::spawn(Database::sqlite());
    let lan = centre(&app).await;
    let db = app.database().open().await;
    let told = Published { found: "Thiếu ghế".into(), done: String::new() };
    for n in 0..201 {
        let action = opened(&db, COMMUNE, columns(&format!("Việc {n}"), ""), Origin::Own).await;
        let published = event(1, Action::PublishAction);
        assert!(db.publish_action(&action, Some(&told), &published).await.unwrap());
    }
    db.close().await;
    let rows = |page: &str| page.matches("<a class=\"clipped\"").count();
    let first = page(&lan, "/staff/actions?status=open").await;
    assert_eq!(rows(&first), 50);
    assert!(first.contains("/staff/actions?status=open&#38;page=2"), "{first}");
    let last = page(&lan, "/staff/actions?page=5").await;
    assert_eq!(rows(&last), 1);
    assert!(last.contains("Việc 200") && !last.contains("page=6"));
    let everybody = public(&app, "/c/22651/actions").await;
    assert_eq!(everybody.matches("<article").count(), 200);
    let file = lan.get("/staff/actions/actions.csv").await.text().await.unwrap();
    assert_eq!(file.lines().count(), 202, "the file has all of them");
}
