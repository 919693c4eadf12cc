//! Improvement actions on staff's pages and on the page for everybody.

mod followed;
mod plan;
mod public;

use hailong::staff::Role;
use reqwest::Method;
use surveys::action::{MOST_NOTE_CHARS, Origin};

use crate::support::action::{COMMUNE, PLACE, columns, opened};
use crate::support::answers;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::spreadsheet;
use crate::support::staff::{self, Member};
use crate::support::sure;

on_both_databases![
    a_component_below_target_becomes_an_action_with_evidence_that_everybody_reads,
    what_is_typed_wrong_is_told_and_nothing_is_stored,
    what_somebody_types_is_text_wherever_it_is_shown,
    whoever_saves_second_sees_both_texts_and_decides,
    what_was_typed_before_a_session_ended_is_there_again_in_every_form,
    a_second_click_adds_nothing,
    nobody_reaches_beyond_their_scope_and_readers_only_read,
];

const PLAN: &str = "/staff/actions/plan";
const NEW: &str = "/staff/actions/new";
const OWN: [(&str, &str); 4] = [
    ("task", "Thêm ghế ngồi"),
    ("lead", "Trung tâm Phục vụ hành chính công xã"),
    ("due", "12/11/2026"),
    ("component", "quick-counter/access"),
];

async fn centre(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, PLACE).await
}

async fn page(member: &Member<'_>, path: &str) -> String {
    let answer = member.get(path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// What everybody reads at `path`.
async fn public(app: &App, path: &str) -> String {
    let answer = app.request(Method::GET, path).header("accept", "text/html").send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

/// Sends a form that is taken, and gives the address it leads to.
async fn sent(member: &Member<'_>, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = member.post(path, fields).await;
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    let status = answer.status();
    let Some(to) = to else { panic!("{path}: {status} {}", answer.text().await.unwrap()) };
    to
}

/// The revision that the form at `path` is filled in for.
async fn revision(member: &Member<'_>, path: &str) -> String {
    let page = page(member, path).await;
    let rest = page.split_once("name=\"revision\" value=\"").expect("a revision").1;
    rest.split_once('"').expect("an end").0.to_owned()
}

async fn a_component_below_target_becomes_an_action_with_evidence_that_everybody_reads(
    database: Database,
) {
    answers::month(&database, COMMUNE, 150).await;
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let said = "phản ánh, kiến nghị: 58,5";
    let list = page(&lan, "/staff/actions").await;
    let offer = "origin=verdict%2Fquick-counter%2Ffeedback%2F2026-09&#38;unit=22651";
    assert!(list.contains(said) && list.contains(offer), "{list}");
    let against =
        "dưới chỉ tiêu 90\u{a0}% của kế hoạch hết hiệu lực ngày 31/12/2025 (tháng 9 năm 2026)";
    assert!(list.contains(against), "{list}");
    let unanswered = public(&app, "/c/22651/actions").await;
    assert!(unanswered.contains(said) && unanswered.contains("chưa có việc khắc phục"));

    let from = format!("{NEW}?{}", offer.replace("&#38;", "&"));
    let form = page(&lan, &from).await;
    assert!(form.contains("Mở từ kết quả khảo sát."), "{form}");
    assert!(form.contains("value=\"quick-counter/feedback\" selected"), "{form}");
    let origin = ("origin", "verdict/quick-counter/feedback/2026-09");
    let fields = [origin, ("component", "quick-counter/feedback"), OWN[0], OWN[1], OWN[2]];
    let action = sent(&lan, NEW, &fields).await;
    let one = page(&lan, &action).await;
    assert!(one.contains("chỉ tiêu ≥\u{a0}90\u{a0}%: chưa đạt") && one.contains("Thêm ghế ngồi"));
    assert!(one.contains("Kế hoạch có chỉ tiêu này đã hết hiệu lực"), "{one}");
    assert!(one.contains("không đặt riêng cho thành phần"), "{one}");
    assert!(one.contains("Còn 28 ngày"), "{one}");
    assert!(one.contains("id=\"followed\"") && one.contains("Tháng 10 năm 2026"), "{one}");
    assert!(one.contains("mở việc trong kỳ này") && one.contains("chưa chứng tỏ"));
    let list = page(&lan, "/staff/actions").await;
    assert!(!list.contains(offer) && list.contains("Còn 28 ngày"), "the offer is taken up");

    let status = format!("{action}/status");
    let seen = revision(&lan, &status).await;
    let refused = lan.post(&status, &[("next", "done"), ("revision", &seen)]).await;
    assert_eq!(refused.status(), 422);
    let refused = refused.text().await.unwrap();
    assert!(refused.contains("chưa có minh chứng kể từ khi mở"), "{refused}");
    let evidence = [
        ("kind", "evidence"),
        ("text", "Biên bản số 3 ngày 10/10/2026 của ông Nguyễn Văn A"),
        ("link", "https://dienkhanh.gov.vn/3"),
    ];
    sent(&lan, &format!("{action}/note"), &evidence).await;
    let seen = revision(&lan, &status).await;
    sent(&lan, &status, &[("next", "done"), ("revision", &seen), ("why", "Đã đủ")]).await;

    let publication = format!("{action}/public");
    let form = page(&lan, &publication).await;
    assert!(form.contains("người trả lời hài lòng về “Tiếp nhận"), "{form}");
    let seen = revision(&lan, &publication).await;
    let words = [
        ("show", "yes"),
        ("found", "Nhiều người thấy phản ánh chưa được trả lời."),
        ("done", "Đã cử một người trả lời trong ngày."),
        ("revision", seen.as_str()),
    ];
    sent(&lan, &publication, &words).await;
    let told = public(&app, "/c/22651/actions").await;
    for said in [words[1].1, words[2].1, OWN[1].1, "Đã xong, 15/10/2026"] {
        assert!(told.contains(said), "{said}: {told}");
    }
    for kept in ["Nguyễn Văn A", "dienkhanh.gov.vn/3", "lan", "Đã đủ"] {
        let name = format!(">{kept}<");
        assert!(!told.contains(&name) && (kept == "lan" || !told.contains(kept)), "{kept}");
    }
    assert!(!told.contains(said), "done since the period ended: its figure asks for nothing more");
    let dropped = format!("{action}/status");
    let seen = revision(&lan, &dropped).await;
    let why = ("why", "Làm lại từ đầu");
    sent(&lan, &dropped, &[("next", "under-way"), ("revision", &seen), why]).await;
    let seen = revision(&lan, &dropped).await;
    sent(&lan, &dropped, &[("next", "dropped"), ("revision", &seen), why]).await;
    assert!(page(&lan, "/staff/actions").await.contains(offer), "dropped, it is offered again");
    let told = public(&app, "/c/22651/actions").await;
    assert!(told.contains(said) && told.contains("Không làm nữa, 15/10/2026"), "{told}");
    assert!(!told.contains(words[2].1), "what was done is told of what is done");
    let results = public(&app, "/c/22651?period=2026-09").await;
    assert!(results.contains("href=\"/c/22651/actions\""));
    let file = lan.get("/staff/actions/actions.csv").await;
    assert!(file.headers()["content-disposition"].to_str().unwrap().contains("viec-khac-phuc.csv"));
    let file = file.text().await.unwrap();
    let book = lan.get("/staff/actions/actions.xlsx").await;
    assert!(book.headers()["content-disposition"].to_str().unwrap().ends_with("phuc.xlsx\""));
    let [csv, xlsx] = spreadsheet::both(file.as_bytes(), book.bytes().await.unwrap().to_vec());
    assert!(csv.len() > 1 && csv == xlsx, "{csv:?} {xlsx:?}");
    assert!(
        file.contains("quick-counter/feedback 2026-09") && file.contains(",dropped,2026-11-12,")
    );
    let backdoor = app.database().backdoor().await;
    let lines = "select action from staff_audit where action like '%-action' order by seq";
    let lines = backdoor.texts(lines).await;
    backdoor.close().await;
    let moves = ["move-action"; 2];
    let wanted = [&["open-action", "note-action", "move-action", "publish-action"], &moves[..]];
    assert_eq!(lines, wanted.concat());
}

async fn what_is_typed_wrong_is_told_and_nothing_is_stored(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let (long, longer) = ("x".repeat(1_501), "x".repeat(801));
    for (field, typed) in [
        ("task", ""),
        ("task", long.as_str()),
        ("task", "a\0b"),
        ("lead", " "),
        ("lead", longer.as_str()),
        ("due", "31/02/2026"),
        ("due", "12/10/2025"),
        ("due", ""),
        ("component", "quick-counter/none"),
        ("component", "../../x"),
    ] {
        let mut fields = OWN;
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = typed;
        let answer = lan.post(NEW, &fields).await;
        assert_eq!(answer.status(), 422, "{field} {typed}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field} {typed}");
        assert!(page.contains("value=\"quick-counter/access\" selected") || field == "component");
    }
    assert_eq!(app.database().count("actions").await, 0);
    let everywhere = Member::signed_in(&app, "admin", Role::Administrator, "/").await;
    for unit in ["", "99999", "56", "22651x"] {
        let answer = everywhere.post(NEW, &[OWN[0], OWN[1], OWN[2], ("unit", unit)]).await;
        assert_eq!(answer.status(), 422, "{unit}");
        assert!(answer.text().await.unwrap().contains("href=\"#unit\""), "{unit}");
    }
    let action = sent(&lan, NEW, &OWN).await;
    let long = "ế".repeat(MOST_NOTE_CHARS + 1);
    for (part, fields) in [
        ("note", &[("text", "")][..]),
        ("note", &[("text", long.as_str())]),
        ("note", &[("text", "x"), ("link", "javascript:alert(1)")]),
        ("status", &[("next", "")]),
        ("status", &[("next", "open"), ("revision", "1")]),
        ("status", &[("next", "dropped"), ("revision", "1"), ("why", " ")]),
        ("status", &[("next", "dropped"), ("revision", "1"), ("why", &long)]),
        ("status", &[("next", "done"), ("revision", "1")]),
        ("public", &[("show", ""), ("found", "x")]),
        ("public", &[("show", "yes"), ("found", ""), ("revision", "1")]),
        ("public", &[("show", "yes"), ("found", &long), ("revision", "1")]),
        ("edit", &[("task", ""), ("revision", "1")]),
    ] {
        let answer = lan.post(&format!("{action}/{part}"), fields).await;
        assert_eq!(answer.status(), 422, "{part} {fields:?}");
        assert!(answer.text().await.unwrap().contains("class=\"errors\""), "{part}");
    }
    assert_eq!(app.database().count("action_notes").await, 1, "only that it was opened");
    let most = "ế".repeat(MOST_NOTE_CHARS);
    sent(&lan, &format!("{action}/note"), &[("text", &most)]).await;
}

async fn what_somebody_types_is_text_wherever_it_is_shown(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let evil =
        "<script>alert(1)</script>\"'--><img src=x onerror=y>{{7*7}}%s'; drop table actions;--";
    let fields =
        [("task", evil), ("lead", evil), ("partners", evil), ("product", evil), ("term", evil)];
    let action = sent(&lan, NEW, &fields).await;
    let link = ("link", "https://x.vn/\"><script>alert(2)</script>");
    let link = (link.0, link.1.replace(' ', ""));
    sent(&lan, &format!("{action}/note"), &[("text", evil), (link.0, &link.1)]).await;
    let seen = [("show", "yes"), ("found", evil), ("done", evil), ("revision", "1")];
    let sure = sure::parts(evil, &lan);
    let seen = [&seen[..], &sure::ticked(&sure)].concat();
    sent(&lan, &format!("{action}/public"), &seen).await;
    let odd = "/staff/actions?status=%3Cscript%3E&component=%00%22&page=-1&unit=%27";
    for path in [
        "/staff/actions",
        &action,
        &format!("{action}/edit"),
        &format!("{action}/public"),
        odd,
        "/staff/actions?page=4294967295",
        &format!("{NEW}?origin=verdict/%22/%3Cscript%3E/2026-01-01..2026-01-02"),
        &format!("{NEW}?origin=verdict/quick-counter/access/2026-01-01..2026-01-02"),
        &format!("{NEW}?origin=plan/dien-khanh-2025/access/0"),
        &format!("{NEW}?origin=comment/%3Cscript%3E"),
    ] {
        let page = page(&lan, path).await;
        let raw = ["<script>alert", "onerror=y>", "<img src=x"].iter().any(|s| page.contains(s));
        assert!(!raw, "{path}: {page}");
    }
    assert!(page(&lan, &action).await.contains("&#60;script&#62;alert(1)"), "all of it is there");
    let days = format!("{NEW}?origin=verdict/quick-counter/access/2026-01-01..2026-01-02");
    assert!(
        page(&lan, &days).await.contains("Địa phương tự đặt ra"),
        "days of one's own have no figures"
    );
    assert!(!public(&app, "/c/22651/actions").await.contains("<script>alert"));
}

async fn whoever_saves_second_sees_both_texts_and_decides(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, PLACE).await;
    let action = sent(&lan, NEW, &OWN).await;
    let edit = format!("{action}/edit");
    let with = |task: &'static str| [("task", task), OWN[1], OWN[2], OWN[3], ("revision", "1")];
    sent(&lan, &edit, &with("Thêm hai mươi ghế")).await;
    let second = hoa.post(&edit, &with("Thêm quạt mát")).await;
    assert_eq!(second.status(), 409);
    let page_of_both = second.text().await.unwrap();
    assert!(page_of_both.contains("Thêm quạt mát</textarea>"), "{page_of_both}");
    assert!(page_of_both.contains("Đang lưu: Thêm hai mươi ghế"), "{page_of_both}");
    assert_eq!(page_of_both.matches("Đang lưu").count(), 1, "only what differs is told");
    assert!(page_of_both.contains("name=\"revision\" value=\"2\""));
    let status = format!("{action}/status");
    let blind = hoa.post(&status, &[("next", "under-way"), ("revision", "1")]).await;
    assert_eq!(blind.status(), 409);
    let publication = [("show", "yes"), ("found", "Thấy"), ("revision", "1")];
    let blind = hoa.post(&format!("{action}/public"), &publication).await;
    assert_eq!(blind.status(), 409);
    let both = blind.text().await.unwrap();
    assert!(both.contains("Thấy</textarea>") && both.contains("Đang lưu: để trống"), "{both}");
    let decided = [("task", "Thêm ghế và quạt"), OWN[1], OWN[2], OWN[3], ("revision", "2")];
    sent(&hoa, &edit, &decided).await;
    let one = page(&lan, &action).await;
    assert!(one.contains("Thêm ghế và quạt") && one.contains("Trước đó: Thêm hai mươi ghế"));
    // The control: nobody in between, nothing to decide.
    let alone = [("task", "Thêm ghế"), OWN[1], OWN[2], OWN[3], ("revision", "3")];
    sent(&lan, &edit, &alone).await;
}

async fn what_was_typed_before_a_session_ended_is_there_again_in_every_form(database: Database) {
    let app = App::spawn(database);
    let mut lan = centre(&app).await;
    let action = sent(&lan, NEW, &OWN).await;
    let db = app.database().open().await;
    let typed = "Chữ đã gõ của ông Bưởi";
    for (part, field) in
        [("edit", "task"), ("note", "text"), ("status", "why"), ("public", "found"), ("", "task")]
    {
        let path = if part.is_empty() { NEW.to_owned() } else { format!("{action}/{part}") };
        let origin = ("origin", "plan/dien-khanh-2025/access/2");
        app.pass_minutes(40);
        let ended = lan.post(&path, &[(field, typed), origin, ("revision", "1")]).await;
        assert_eq!(ended.status(), 303, "{path}");
        let to = ended.headers()["location"].to_str().unwrap();
        assert!(to.starts_with("/staff/sign-in?next="), "{to}");
        lan.token = staff::session(&db, &lan.account, app.now()).await;
        let again = page(&lan, &path).await;
        assert!(again.contains(&format!("{typed}</textarea>")), "{path}: {again}");
        assert!(again.contains("role=\"status\""), "{path} says that it was kept");
        assert!(!part.is_empty() || again.contains(origin.1), "what it is opened for is kept too");
    }
    assert_eq!(app.database().count("action_notes").await, 1, "nothing was sent by itself");
    db.close().await;
}

async fn a_second_click_adds_nothing(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let action = sent(&lan, NEW, &OWN).await;
    assert_eq!(sent(&lan, NEW, &OWN).await, action);
    let note = [("text", "Đã họp"), ("kind", "said")];
    for _ in 0..2 {
        assert_eq!(sent(&lan, &format!("{action}/note"), &note).await, action);
    }
    let begin = [("next", "under-way"), ("revision", "1")];
    for _ in 0..2 {
        assert_eq!(sent(&lan, &format!("{action}/status"), &begin).await, action);
    }
    assert_eq!(app.database().count("actions").await, 1);
    assert_eq!(app.database().count("action_notes").await, 3);
}

async fn nobody_reaches_beyond_their_scope_and_readers_only_read(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let own = opened(&db, COMMUNE, columns("Việc của Diên Khánh", ""), Origin::Own).await.id;
    let foreign = opened(&db, "00004", columns("Việc nơi khác", ""), Origin::Own).await.id;
    db.close().await;
    let lan = centre(&app).await;
    let list = page(&lan, "/staff/actions?status=all&unit=00004").await;
    assert!(!list.contains("Việc nơi khác"), "{list}");
    assert_eq!(lan.get(&format!("/staff/actions/{foreign}")).await.status(), 404);
    assert_eq!(
        lan.post(&format!("/staff/actions/{foreign}/note"), &[("text", "x")]).await.status(),
        404
    );
    let elsewhere = lan.post(NEW, &[OWN[0], OWN[1], OWN[2], ("unit", "00004")]).await;
    assert_eq!(elsewhere.status(), 422);
    assert!(
        !lan.get("/staff/actions/actions.csv").await.text().await.unwrap().contains("nơi khác")
    );
    let at_one = Member::signed_in(&app, "tam", Role::CentreStaff, "/56/22651/22651/").await;
    for path in ["/staff/actions".to_owned(), format!("/staff/actions/{own}")] {
        assert_eq!(at_one.get(&path).await.status(), 403, "one counter is no commune: {path}");
    }
    let officer = Member::signed_in(&app, "binh", Role::ProvinceOfficer, "/56/").await;
    let list = page(&officer, "/staff/actions").await;
    assert!(list.contains("Việc của Diên Khánh") && list.contains("Diên Khánh</span>"), "{list}");
    assert!(!list.contains("nơi khác") && !list.contains(NEW) && list.contains("name=\"unit\""));
    assert!(!list.contains("Nhiệm vụ trong kế hoạch"), "of which of the communes");
    let chosen = page(&officer, "/staff/actions?unit=22651").await;
    assert!(chosen.contains("Nhiệm vụ trong kế hoạch") && !chosen.contains(NEW), "{chosen}");
    let one = page(&officer, &format!("/staff/actions/{own}")).await;
    assert!(!one.contains("/edit") && !one.contains("/public\""), "who reads, only reads");
    assert_eq!(officer.post(NEW, &OWN).await.status(), 403);
}
