//! Reply templates on staff's pages, and what of them comes into an answer.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::Pass;
use crate::support::staff::{self, Member};

on_both_databases![
    a_commune_keeps_templates_in_the_place_of_shipped_ones_and_beside_them,
    a_template_comes_into_the_answer_and_nothing_typed_is_lost,
    what_is_typed_wrong_into_a_template_is_told_and_stays,
    whoever_saves_a_template_second_sees_both_texts,
    a_template_of_another_commune_is_neither_seen_nor_put_into_an_answer,
    a_template_that_was_typed_survives_the_end_of_a_session,
];

const LIST: &str = "/staff/replies";
const NEW: &str = "/staff/replies/new";

async fn lan(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await
}

async fn text(member: &Member<'_>, path: &str) -> String {
    let answer = member.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// Keeps a template and gives the address of its page.
async fn kept(member: &Member<'_>, fields: &[(&str, &str)]) -> String {
    let answer = member.post(NEW, fields).await;
    assert_eq!(answer.status(), 303, "{fields:?}");
    assert_eq!(answer.headers()["location"], LIST);
    let list = text(member, LIST).await;
    let title = fields.iter().find(|(name, _)| *name == "title").unwrap().1;
    let before = list.split(&format!("\" lang=\"vi\">{title}</a>")).next().unwrap();
    before.rsplit("href=\"").next().unwrap().to_owned()
}

async fn acknowledged(app: &App, member: &Member<'_>) -> Pass {
    let pass = Pass::sent(app, &[]).await;
    let done = member.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    assert_eq!(done.status(), 303);
    pass
}

async fn a_commune_keeps_templates_in_the_place_of_shipped_ones_and_beside_them(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let list = text(&lan, LIST).await;
    assert_eq!(list.matches("Mẫu có sẵn</td>").count(), 6, "{list}");
    let form = text(&lan, &format!("{NEW}?replaces=fixed")).await;
    assert!(form.contains("Kính gửi ông/bà,") && form.contains("value=\"Đã khắc phục\""), "{form}");
    let fields = [("replaces", "fixed"), ("title", "Đã sửa xong"), ("text", "Đã sửa [ghi gì].")];
    let own = kept(&lan, &fields).await;
    let list = text(&lan, LIST).await;
    assert_eq!(list.matches("Mẫu có sẵn</td>").count(), 5, "one has another in its place");
    assert!(!list.contains("replaces=fixed") && list.contains("Xã Diên Khánh"), "{list}");
    kept(&lan, &[("title", "Riêng"), ("text", "Chào ông/bà.")]).await;
    let edited = [("title", "Đã sửa"), ("text", "Xong."), ("revision", "1")];
    assert_eq!(lan.post(&own, &edited).await.status(), 303);
    assert!(text(&lan, &own).await.contains(">\nXong.</textarea>"));
    let confirm = text(&lan, &format!("{own}/remove")).await;
    assert!(confirm.contains("mẫu có sẵn trở lại chỗ cũ"), "{confirm}");
    let removed = lan.post(&format!("{own}/remove"), &[("revision", "2")]).await;
    assert_eq!(removed.status(), 303);
    assert!(text(&lan, LIST).await.contains("replaces=fixed"), "the shipped one is back");
    assert_eq!(lan.get(&own).await.status(), 404);
    let backdoor = app.database().backdoor().await;
    let lines = "select action from staff_audit where action like '%-reply-%' order by seq";
    let lines = backdoor.texts(lines).await;
    backdoor.close().await;
    let save = "save-reply-template";
    assert_eq!(lines, [save, save, save, "remove-reply-template"]);
}

async fn a_template_comes_into_the_answer_and_nothing_typed_is_lost(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let own = [("title", "Của xã"), ("text", "[đơn vị] trả lời [mã] ngày [ngày]: [ghi gì]")];
    let own = kept(&lan, &own).await;
    let number = own.rsplit('/').next().unwrap();
    let pass = acknowledged(&app, &lan).await;
    let at = pass.staff("answer");
    let offered = text(&lan, &at).await;
    assert!(offered.contains("Của xã</option>"), "{offered}");
    assert!(offered.contains("Đã khắc phục (mẫu có sẵn)</option>"));
    let typed = "Chào ông Bưởi <b>,";
    let fields = [("version", "2"), ("answer", typed), ("template", number), ("insert", "yes")];
    let put = lan.post(&at, &fields).await;
    assert_eq!(put.status(), 200);
    let put = put.text().await.unwrap();
    let wanted = format!(
        "Chào ông Bưởi &#60;b&#62;,\n\nXã Diên Khánh trả lời {} ngày 15/10/2026: [ghi gì]</textarea>",
        pass.code
    );
    assert!(put.contains(&wanted), "{put}");
    assert!(put.contains("role=\"status\"") && put.contains("name=\"version\" value=\"2\""));
    let gap = [("version", "2"), ("answer", "Đã làm [ghi gì]"), ("template", number)];
    let refused = lan.post(&at, &gap).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("Còn chỗ chưa ghi: [ghi gì]"), "{refused}");
    assert!(refused.contains("Đã làm [ghi gì]</textarea>"), "{refused}");
    for template in ["", "999999", "fixed'", "-1"] {
        let fields =
            [("version", "2"), ("answer", typed), ("template", template), ("insert", "yes")];
        let none = lan.post(&at, &fields).await;
        assert_eq!(none.status(), 422, "{template}");
        let none = none.text().await.unwrap();
        assert!(
            none.contains("href=\"#template\"") && none.contains("Bưởi &#60;b&#62;,</textarea>")
        );
    }
    for act in ["extend", "refuse"] {
        let fields =
            [("version", "2"), ("reason", ""), ("template", "more-time"), ("insert", "yes")];
        let put = lan.post(&pass.staff(act), &fields).await;
        assert_eq!(put.status(), 200, "{act}");
        assert!(put.text().await.unwrap().contains("cần được kiểm tra thêm"), "{act}");
    }
    assert!(!text(&lan, &pass.staff("duplicate")).await.contains("name=\"template\""));
    assert_eq!(app.database().count("petition_events").await, 2, "nothing was sent by any of it");
    let sent = [("version", "2"), ("answer", "Đã thêm quầy."), ("template", number)];
    assert_eq!(lan.post(&at, &sent).await.status(), 303);
    assert!(pass.look(&app, &[]).await.1.contains("Đã thêm quầy."));
}

async fn what_is_typed_wrong_into_a_template_is_told_and_stays(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let (title, long) = ("ế".repeat(101), "ế".repeat(4_001));
    for (typed, field) in [
        ([("title", ""), ("text", "Còn đây <b>")], "title"),
        ([("title", title.as_str()), ("text", "Còn đây <b>")], "title"),
        ([("title", "Còn đây <b>"), ("text", " \n ")], "text"),
        ([("title", "Còn đây <b>"), ("text", long.as_str())], "text"),
    ] {
        let answer = lan.post(NEW, &typed).await;
        assert_eq!(answer.status(), 422, "{field}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("href=\"#{field}\"")), "{page}");
        assert!(page.contains("Còn đây &#60;b&#62;") && !page.contains("đây <b>"), "{page}");
    }
    let everywhere = Member::signed_in(&app, "admin", Role::Administrator, "/").await;
    let fields = [("title", "Mẫu"), ("text", "Chào"), ("commune", "99999")];
    let answer = everywhere.post(NEW, &fields).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("href=\"#commune\""));
    assert_eq!(app.database().count("reply_templates").await, 0);
    let fields = [("title", "Mẫu"), ("text", "Chào"), ("commune", "22651")];
    assert_eq!(everywhere.post(NEW, &fields).await.status(), 303);
    assert!(text(&lan, LIST).await.contains("Mẫu</a>"));
}

async fn whoever_saves_a_template_second_sees_both_texts(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/").await;
    let first = [("replaces", "late"), ("title", "Của Lan"), ("text", "Xin lỗi ông/bà.")];
    let own = kept(&lan, &first).await;
    let second = [("replaces", "late"), ("title", "Của Hoa"), ("text", "Thành thật xin lỗi.")];
    let late = hoa.post(NEW, &second).await;
    assert_eq!(late.status(), 409);
    let both = late.text().await.unwrap();
    assert!(both.contains("Xin lỗi ông/bà.") && both.contains("Thành thật xin lỗi.</textarea>"));
    assert!(both.contains("name=\"revision\" value=\"1\""), "{both}");
    assert!(both.contains(&format!("action=\"{own}\"")), "it changes the one that is there");
    assert_eq!(hoa.post(&own, &[second[1], second[2], ("revision", "1")]).await.status(), 303);
    let stale = lan.post(&own, &[first[1], first[2], ("revision", "1")]).await;
    assert_eq!(stale.status(), 409);
    let both = stale.text().await.unwrap();
    assert!(both.contains("Thành thật xin lỗi.") && both.contains("Xin lỗi ông/bà.</textarea>"));
    let blind = lan.post(&format!("{own}/remove"), &[("revision", "1")]).await;
    assert_eq!(blind.status(), 409);
    assert_eq!(app.database().count("reply_templates").await, 1);
}

async fn a_template_of_another_commune_is_neither_seen_nor_put_into_an_answer(database: Database) {
    let app = App::spawn(database);
    let lan = lan(&app).await;
    let elsewhere = Member::signed_in(&app, "phu", Role::CentreStaff, "/01/00004/").await;
    let foreign = kept(&elsewhere, &[("title", "Nơi khác"), ("text", "Bí mật nơi khác")]).await;
    assert!(!text(&lan, LIST).await.contains("Nơi khác"));
    assert_eq!(lan.get(&foreign).await.status(), 404);
    let fields = [("title", "x"), ("text", "y"), ("revision", "1")];
    assert_eq!(lan.post(&foreign, &fields).await.status(), 404);
    let pass = acknowledged(&app, &lan).await;
    assert!(!text(&lan, &pass.staff("answer")).await.contains("Nơi khác"));
    let number = foreign.rsplit('/').next().unwrap();
    let fields = [("version", "2"), ("answer", ""), ("template", number), ("insert", "yes")];
    let none = lan.post(&pass.staff("answer"), &fields).await;
    assert_eq!(none.status(), 422);
    assert!(!none.text().await.unwrap().contains("Bí mật"));
    let leader = Member::signed_in(&app, "chinh", Role::Leader, "/56/22651/").await;
    assert_eq!(leader.get(LIST).await.status(), 403);
}

async fn a_template_that_was_typed_survives_the_end_of_a_session(database: Database) {
    let app = App::spawn(database);
    let mut lan = lan(&app).await;
    let typed = "Kính gửi ông/bà, ".repeat(100);
    app.pass_minutes(45);
    let fields = [("replaces", "fixed"), ("title", "Mẫu dài"), ("text", &*typed)];
    assert_eq!(lan.post(NEW, &fields).await.status(), 303);
    let db = app.database().open().await;
    lan.token = staff::session(&db, &lan.account, app.now()).await;
    db.close().await;
    let again = text(&lan, NEW).await;
    assert!(again.contains(&typed) && again.contains("value=\"Mẫu dài\""), "{again}");
    assert!(again.contains("name=\"replaces\" value=\"fixed\""), "{again}");
    assert_eq!(app.database().count("reply_templates").await, 0);
}
