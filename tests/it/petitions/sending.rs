//! Sending a petition: what is asked, what is to be mended, what is stored once.

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass, post};
use crate::support::staff::Member;
use hailong::staff::{Role, Token};

on_both_databases![
    a_petition_is_looked_at_once_more_and_then_stored,
    the_same_form_sent_twice_is_one_petition,
    what_is_to_be_mended_is_told_beside_everything_that_was_typed,
    staff_enter_what_came_on_paper_and_nothing_typed_is_lost,
];

const FORM: &str = "/p/22651";

async fn a_petition_is_looked_at_once_more_and_then_stored(database: Database) {
    let app = App::spawn(database);
    let page = app.get(FORM).await;
    assert_eq!(
        (page.status().as_u16(), &page.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    let typed = [("subject", "Chờ lâu"), ("text", "Tôi chờ\r\n45 phút."), ("press", "check")];
    let check = post(&app, FORM, &typed).await.text().await.unwrap();
    assert!(check.contains("Tôi chờ\n45 phút.") && check.contains("value=\"send\""), "{check}");
    assert_eq!(app.database().count("petitions").await, 0, "looking stores nothing");
    let change = post(&app, FORM, &[&typed[..2], &[("press", "change")]].concat()).await;
    assert!(change.text().await.unwrap().contains(">\nTôi chờ\n45 phút.</textarea>"));
    let pass = Pass::sent(&app, &[]).await;
    assert_eq!((pass.code.len(), pass.pin.len()), (9, 6));
    assert_eq!(app.database().count("petitions").await, 1);
    assert_eq!(app.database().count("petition_contacts").await, 0, "none was given");
    for (path, status) in [("/p/99999", 404), ("/p/x", 404), ("/p/22651/status?code=%00", 200)] {
        assert_eq!(app.get(path).await.status().as_u16(), status, "{path}");
    }
}

async fn the_same_form_sent_twice_is_one_petition(database: Database) {
    let app = App::spawn(database);
    let form = Token::of([5; 32]).text();
    let contact = [("phone", "0905 123 456"), ("consent", "yes")];
    let fields = [&[("form", form.as_str())], &contact[..]].concat();
    let both = futures_util::future::join(Pass::sent(&app, &fields), Pass::sent(&app, &fields));
    let (one, two) = both.await;
    assert_eq!(one, two, "a double press gives the same code and PIN");
    assert_eq!(app.database().count("petitions").await, 1);
    assert_eq!(app.database().count("petition_contacts").await, 1);
    let other = Pass::sent(&app, &[("form", form.as_str())]).await;
    assert_ne!(other.code, one.code, "what was changed before sending again is not lost");
}

async fn what_is_to_be_mended_is_told_beside_everything_that_was_typed(database: Database) {
    let app = App::spawn(database);
    let long = "đ".repeat(2_001);
    for (fields, ids) in [
        (vec![("subject", ""), ("text", "")], vec!["subject", "text"]),
        (vec![("subject", "x"), ("text", long.as_str())], vec!["text"]),
        (vec![("subject", &long[..302]), ("text", "Còn đây")], vec!["subject"]),
        (
            vec![("subject", "x"), ("text", "Còn đây"), ("phone", "gọi tôi"), ("email", "a@")],
            vec!["phone", "email", "consent"],
        ),
        (vec![("subject", "x"), ("text", "Còn đây"), ("person", "Lan")], vec!["consent"]),
    ] {
        let fields = [&fields[..], &[("press", "send")]].concat();
        let answer = post(&app, FORM, &fields).await;
        assert_eq!(answer.status(), 422, "{ids:?}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("<title>Lỗi:"), "the title says so");
        for id in &ids {
            let told = format!("id=\"{id}-error\"");
            assert!(page.contains(&told) && page.contains(&format!("href=\"#{id}\"")), "{id}");
        }
        assert_eq!(page.matches("class=\"error\"").count(), ids.len(), "{ids:?}");
        for (name, typed) in fields.iter().filter(|(name, _)| *name != "press") {
            assert!(page.contains(typed), "{name} is lost");
        }
    }
    assert_eq!(app.database().count("petitions").await, 0);
    let exact = "đ".repeat(2_000);
    let sent = post(&app, FORM, &[("subject", "x"), ("text", &exact), ("press", "send")]).await;
    assert_eq!(sent.status(), 200, "the longest text is taken");
    let huge = post(&app, FORM, &[("text", &"đ".repeat(60_000))]).await;
    assert_eq!(huge.status(), 413);
}

async fn staff_enter_what_came_on_paper_and_nothing_typed_is_lost(database: Database) {
    const NEW: &str = "/staff/petitions/new";
    let app = App::spawn(database);
    let mut lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let typed = [("channel", "paper"), ("subject", "Thiếu ghế"), ("text", "Phòng chờ\nthiếu ghế.")];
    app.pass_minutes(45);
    let ended = lan.post(NEW, &typed).await;
    assert!(ended.headers()["location"].to_str().unwrap().starts_with("/staff/sign-in?"));
    let db = app.database().open().await;
    lan.token = crate::support::staff::session(&db, &lan.account, app.now()).await;
    db.close().await;
    let page = lan.get(NEW).await.text().await.unwrap();
    assert!(page.contains(">\nPhòng chờ\nthiếu ghế.</textarea>"), "what was typed is there");
    assert!(page.contains("value=\"paper\" selected"));
    let stored = lan.post(NEW, &typed).await;
    let page = stored.text().await.unwrap();
    assert!(page.contains("Mã phản ánh: ") && page.contains("Số PIN: "), "{page}");
    let list = lan.get("/staff/petitions").await.text().await.unwrap();
    assert!(list.contains("Thiếu ghế"));
    let wide = Member::signed_in(&app, "hai", Role::Administrator, "/56/").await;
    let elsewhere = [&typed[..], &[("commune", "00004")]].concat();
    assert_eq!(wide.post(NEW, &elsewhere).await.status(), 422, "outside the scope");
    let here = [&typed[..], &[("commune", COMMUNE)]].concat();
    assert_eq!(wide.post(NEW, &here).await.status(), 200);
    assert_eq!(app.database().count("petitions").await, 2);
    for wrong in ["16/10/2026", "14/09/2026", "30/02/2026", "hôm qua"] {
        let dated = [&typed[..], &[("received", wrong)]].concat();
        let answer = lan.post(NEW, &dated).await;
        assert_eq!(answer.status(), 422, "{wrong}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("href=\"#received\"") && page.contains(wrong), "{page}");
    }
    // It came on a Friday: its deadlines run from then, not from the day it is typed.
    let dated = [&typed[..2], &[("text", "Thư gửi thứ Sáu"), ("received", "02/10/2026")]].concat();
    assert_eq!(lan.post(NEW, &dated).await.status(), 200);
    let list = lan.get("/staff/petitions").await.text().await.unwrap();
    assert!(list.contains("Quá hạn 7 ngày làm việc"), "to be taken on by 06/10: {list}");
}
