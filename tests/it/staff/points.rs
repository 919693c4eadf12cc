//! Collection points on staff's pages: made, renamed, retired and reopened; tablets,
//! slips and forms; what two servers of one database say.

use base64::Engine;
use hailong::config::Settings;
use hailong::staff::Role;
use surveys::response::read_moment;

use crate::support::app::{App, NOW};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::{self, Tablet, enrol, report};
use crate::support::process::hailong;
use crate::support::staff::{Member, session};
use crate::support::submission::{commune, good, new_id, point};

on_both_databases![
    a_point_is_made_renamed_retired_and_reopened,
    a_retired_point_leads_elsewhere_and_takes_what_was_begun,
    another_server_sees_a_retired_point_within_a_second,
    what_is_typed_wrong_is_told_and_nothing_is_stored,
    opening_hours_are_typed_once_for_the_working_days_and_apart_for_others,
    a_tablet_is_enrolled_by_the_code_shown_and_revoked,
    slips_and_forms_are_counted_as_they_are_made,
    nobody_reaches_beyond_their_scope,
    a_retired_point_is_invited_to_nowhere,
    whoever_is_there_for_one_point_makes_no_other,
    a_new_name_is_kept_when_the_session_has_ended,
];

const NEW: [(&str, &str); 4] = [
    ("name", " Quầy  số 2 – Đất đai "),
    ("code", "mot-cua-2"),
    ("unit", "22651"),
    ("instrument", "quick-counter"),
];

async fn centre(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await
}

async fn text(answer: reqwest::Response) -> String {
    answer.text().await.unwrap()
}

async fn citizen(app: &App, path: &str) -> (u16, String) {
    let answer = app.request(reqwest::Method::GET, path).header("accept", "text/html");
    let answer = answer.send().await.unwrap();
    (answer.status().as_u16(), text(answer).await)
}

async fn a_point_is_made_renamed_retired_and_reopened(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let made = lan.post("/staff/points/new", &NEW).await;
    assert_eq!(made.headers()["location"], "/staff/points/mot-cua-2");
    let again = lan.post("/staff/points/new", &NEW).await;
    assert_eq!(again.status(), 303, "a second click finds what the first one made");
    let shown = text(lan.get("/staff/points/mot-cua-2").await).await;
    assert!(shown.contains("<h1>Quầy số 2 – Đất đai</h1>"), "{shown}");
    assert!(shown.contains("Luôn mở") && shown.contains("poster.pdf?size=card"));
    assert_eq!(citizen(&app, "/s/mot-cua-2").await.0, 200);

    let name = [("name", "Quầy số 2")];
    assert_eq!(lan.post("/staff/points/mot-cua-2/name", &name).await.status(), 303);
    let listed = text(lan.get("/staff/points").await).await;
    assert!(listed.contains(">Quầy số 2</a>") && listed.contains("đang mở"));

    lan.post("/staff/points/mot-cua-2/retire", &[]).await;
    let shown = text(lan.get("/staff/points/mot-cua-2").await).await;
    assert!(shown.contains("đã ngừng") && !shown.contains("poster.pdf"));
    lan.post("/staff/points/mot-cua-2/reopen", &[]).await;
    assert_eq!(citizen(&app, "/s/mot-cua-2").await.0, 200);
    let backdoor = app.database().backdoor().await;
    let lines = backdoor
        .texts("select action || ' ' || scope from staff_audit where who = 'lan' order by seq")
        .await;
    backdoor.close().await;
    let at = "/56/22651/mot-cua-2/";
    let wanted = ["add-point", "rename-point", "retire-point", "reopen-point"];
    assert_eq!(lines[lines.len() - 4..], wanted.map(|action| format!("{action} {at}")));
}

async fn a_retired_point_leads_elsewhere_and_takes_what_was_begun(database: Database) {
    let app = App::spawn(database);
    let here = point();
    let (survey, retire) = (format!("/s/{here}"), format!("/staff/points/{here}/retire"));
    let lan = Member::signed_in(&app, "lan", Role::Administrator, "/").await;
    let begun = app.request(reqwest::Method::POST, &survey).send().await.unwrap();
    let question = begun.headers()["location"].to_str().unwrap().to_owned();
    let code = device::code(&app).await;
    let tablet = Tablet::of(&enrol(&app, &code).await);
    lan.post(&retire, &[]).await;
    for path in [survey.clone(), format!("{survey}?v=0000000000000000000000000A")] {
        let (status, page) = citizen(&app, &path).await;
        assert_eq!(status, 410);
        assert!(page.contains("đã ngừng nhận ý kiến"), "{page}");
        assert!(page.contains(&format!("href=\"/c/{}\"", commune())), "{page}");
        assert!(page.contains(&format!("href=\"/s/{here}-sipas\"")), "{page}");
    }
    let late = app.request(reqwest::Method::POST, &survey).send().await.unwrap();
    assert_eq!(late.status(), 410, "nothing is begun by a page opened before");
    assert_eq!(citizen(&app, &question).await.0, 200, "what was begun goes on");
    assert_eq!(app.put(&new_id(), &good()).await.status, 201, "what was answered comes in");
    let told = tablet.report(&app, &report()).await;
    let never = serde_json::json!([{"day": 7, "from": 0, "until": 0}]);
    assert_eq!(told.body["opening_hours"], never, "tablets rest");
    let content = app.get(&format!("/kiosk/{here}/content.json")).await.json::<serde_json::Value>();
    assert_eq!(content.await.unwrap()["opening_hours"], never);
    lan.post(&format!("/staff/points/{here}/reopen"), &[]).await;
    assert_eq!(citizen(&app, &survey).await.0, 200);
}

async fn another_server_sees_a_retired_point_within_a_second(database: Database) {
    let app = App::spawn(database);
    assert_eq!(citizen(&app, "/s/22651").await.0, 200, "now it is remembered");
    let lan = centre(&app).await;
    let db = app.database().open().await;
    let code = surveys::PointCode::parse("22651").unwrap();
    let event = crate::support::staff::by_operator(1, hailong::staff::audit::Action::RetirePoint);
    // As another server would: not through the one that remembers.
    db.set_retired(&code, true, &event).await.unwrap();
    let since = std::time::Instant::now();
    while citizen(&app, "/s/22651").await.0 != 410 {
        assert!(since.elapsed().as_secs() < 20, "it is still open");
    }
    drop(lan);
    db.close().await;
}

async fn what_is_typed_wrong_is_told_and_nothing_is_stored(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let before = app.database().count("collection_points").await;
    for (field, typed) in [
        ("name", ""),
        ("name", "Quầy 二"),
        ("name", "مركز الخدمة"),
        ("name", "a\0b"),
        ("code", "một cửa"),
        ("code", "../x"),
        ("code", "22651"),
        ("code", "22651-SIPAS"),
        ("code", "new"),
        ("code", "New"),
        ("unit", "00004"),
        ("unit", "9999999999999"),
        ("instrument", "nothing"),
        ("instrument", "%00"),
    ] {
        let mut fields = NEW;
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = typed;
        let answer = lan.post("/staff/points/new", &fields).await;
        assert_eq!(answer.status(), 422, "{field} {typed}");
        let page = text(answer).await;
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field} {typed}");
        assert!(page.contains("<title>Lỗi: "), "{field}");
    }
    assert_eq!(app.database().count("collection_points").await, before);
    let long = "x".repeat(81);
    for (path, fields) in [
        ("name", &[("name", long.as_str())][..]),
        ("hours", &[("mon", "9-10")]),
        ("hours", &[("mon", "22h-6h")]),
        ("hours", &[("sun", "08:00-09:00,08:30-10:00")]),
        ("devices", &[("name", "")]),
        ("devices", &[("name", "Quầy 1"), ("pin", "12a4")]),
        ("slips", &[("count", "0")]),
        ("slips", &[("count", "2001")]),
        ("slips", &[("count", "-1")]),
        ("paper", &[("sheets", "501")]),
        ("paper", &[("sheets", "ba")]),
    ] {
        let answer = lan.post(&format!("/staff/points/22651/{path}"), fields).await;
        assert_eq!(answer.status(), 422, "{path} {fields:?}");
        assert!(text(answer).await.contains("class=\"errors\""), "{path}");
    }
    let told = [("mon", "9"), ("tue", "22h-6h"), ("wed", "8h-9h 8h30-10h")];
    let page = text(lan.post("/staff/points/22651/hours", &told).await).await;
    for said in
        ["Thứ Hai: viết giờ như", "Thứ Ba: giờ kết thúc phải sau", "Thứ Tư: sửa để các khoảng"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    for table in ["visit_tokens", "paper_ranges", "enrolment_codes", "opening_hours"] {
        assert_eq!(app.database().count(table).await, 0, "{table}");
    }
}

async fn opening_hours_are_typed_once_for_the_working_days_and_apart_for_others(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let day = "07:00-11:30, 13:30–17:00";
    let typed = [("mon", day), ("tue", "7h-11h30; 13h30-17h"), ("sat", "7:30-11:00")];
    assert_eq!(lan.post("/staff/points/22651/hours", &typed).await.status(), 303);
    let shown = text(lan.get("/staff/points/22651").await).await;
    assert!(shown.contains("Thứ Hai – Thứ Ba: 07:00–11:30, 13:30–17:00"), "{shown}");
    assert!(shown.contains("Thứ Tư – Thứ Sáu: nghỉ"));
    let form = text(lan.get("/staff/points/22651/hours").await).await;
    assert!(form.contains("value=\"07:00-11:30, 13:30-17:00\""), "it can be changed as it is");
    let week = [("week", day), ("wed", " Nghỉ "), ("fri", "7h-11h"), ("sat", "7:30-11:00")];
    assert_eq!(lan.post("/staff/points/22651/hours", &week).await.status(), 303);
    let shown = text(lan.get("/staff/points/22651").await).await;
    for line in [
        "Thứ Hai – Thứ Ba: 07:00–11:30, 13:30–17:00",
        "Thứ Tư: nghỉ",
        "Thứ Năm: 07:00–11:30, 13:30–17:00",
        "Thứ Sáu: 07:00–11:00",
        "Thứ Bảy: 07:30–11:00",
        "Chủ nhật: nghỉ",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let form = text(lan.get("/staff/points/22651/hours").await).await;
    let value = |id: &str| {
        let field = between(&form, &format!("id=\"{id}\""), ">");
        between(field, "value=\"", "\"").to_owned()
    };
    assert_eq!(
        ["week", "mon", "wed", "sat"].map(value),
        ["07:00-11:30, 13:30-17:00", "", "nghỉ", "07:30-11:00"]
    );
    assert!(form.contains("<details class=\"folded\" open>"), "other days are in view: {form}");
    // What is wrong for all working days is told once, and all that was typed stays.
    let answer = lan.post("/staff/points/22651/hours", &[("week", "9"), ("fri", "7h-11h")]).await;
    assert_eq!(answer.status(), 422);
    let form = text(answer).await;
    assert_eq!(form.matches("class=\"error\"").count(), 1, "{form}");
    assert!(form.contains("href=\"#week\"") && form.contains("Thứ Hai – Thứ Sáu: viết giờ như"));
    assert!(form.contains("value=\"9\"") && form.contains("value=\"7h-11h\""), "{form}");
    assert_eq!(lan.post("/staff/points/22651/hours", &[]).await.status(), 303);
    assert!(text(lan.get("/staff/points/22651").await).await.contains("Luôn mở"));
}

/// What stands between `before` and the next `after` in `page`.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split_once(after).expect("an end").0
}

async fn a_tablet_is_enrolled_by_the_code_shown_and_revoked(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let fields = [("name", "Máy ở quầy 1"), ("pin", "2468")];
    let shown = text(lan.post("/staff/points/22651/devices", &fields).await).await;
    let reached = between(&shown, "<code>", "</code>");
    assert!(reached.starts_with(&app.url("/kiosk/22651#enrol=")), "{reached}");
    assert!(shown.contains("data:image/svg+xml;base64,") && shown.contains("2468"));
    let code = reached.split_once("#enrol=").unwrap().1;
    let tablet = Tablet::of(&enrol(&app, code).await);
    assert_eq!(enrol(&app, code).await.status, 401, "a code enrols once");

    let page = text(lan.get("/staff/points/22651").await).await;
    assert!(page.contains("Máy ở quầy 1") && page.contains("chưa báo"), "{page}");
    let mut told = report();
    told["queued"] = 200.into();
    told["oldest_seconds"] = 90_000.into();
    tablet.report(&app, &told).await;
    let page = text(lan.get("/staff/points/22651").await).await;
    assert!(page.contains("Từ 200 phiếu trở lên") && page.contains("quá 24 giờ"), "{page}");
    assert!(text(lan.get("/staff/points").await).await.contains("1 máy, 1 máy cần xem"));
    app.pass_minutes(25);
    let leader = Member::signed_in(&app, "mai", Role::Leader, "/56/22651/").await;
    let page = text(leader.get("/staff/points/22651").await).await;
    assert!(page.contains("Máy ở quầy 1") && !page.contains("revoke"), "who reads, only reads");

    let revoke = format!("/staff/points/22651/devices/{}/revoke", tablet.id);
    for _ in 0..2 {
        assert_eq!(lan.post(&revoke, &[]).await.status(), 303, "twice is once");
    }
    tablet.report(&app, &told).await.problem(401, "unknown-device");
    assert!(text(lan.get("/staff/points/22651").await).await.contains("đã thu hồi"));
    let elsewhere = format!("/staff/points/22651-sipas/devices/{}/revoke", tablet.id);
    assert_eq!(lan.post(&elsewhere, &[]).await.status(), 404, "a tablet is of its point");
    assert_eq!(read_moment(NOW).unwrap() + 25 * 60_000, app.now());
}

async fn slips_and_forms_are_counted_as_they_are_made(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let slips = lan.post("/staff/points/22651/slips", &[("count", "25")]).await;
    assert_eq!(slips.headers()["content-type"], "application/pdf");
    let kept = slips.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(kept, "attachment; filename=\"22651-slips.pdf\"");
    assert!(slips.bytes().await.unwrap().starts_with(b"%PDF-1."));
    assert_eq!(app.database().count("visit_tokens").await, 25);
    let forms = lan.post("/staff/points/22651/paper", &[("sheets", "3"), ("language", "en")]).await;
    assert!(forms.bytes().await.unwrap().starts_with(b"%PDF-1."));
    let backdoor = app.database().backdoor().await;
    assert_eq!(backdoor.number("select last - first + 1 from paper_ranges").await, 3);
    backdoor.close().await;
}

async fn nobody_reaches_beyond_their_scope(database: Database) {
    let app = App::spawn(database);
    let at_one = Member::signed_in(&app, "tam", Role::CentreStaff, "/56/22651/22651/").await;
    let list = text(at_one.get("/staff/points").await).await;
    assert!(list.contains("/staff/points/22651\"") && !list.contains("22651-sipas"), "{list}");
    assert!(!list.contains("/staff/points/new"), "who has one point makes no other");
    assert_eq!(at_one.post("/staff/points/new", &NEW).await.status(), 403);
    for path in ["/staff/points/22651-sipas", "/staff/points/21409", "/staff/points/%00"] {
        assert_eq!(at_one.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(at_one.post("/staff/points/21409/retire", &[]).await.status(), 404);
    assert_eq!(citizen(&app, "/s/21409").await.0, 200);
}

#[tokio::test]
async fn links_are_made_from_a_pasted_list_and_downloaded_once() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        submissions_per_minute: 0,
        ..Settings::default()
    };
    let app = App::with(Database::sqlite(), settings);
    let lan = centre(&app).await;
    for (point, list, field) in [
        ("22651", "", "list"),
        ("21409", "H1", "point"),
        ("22651", "dossier,closed_at\nH1,hôm qua", "list"),
        ("22651", "dossier,closed_at\nH1,9999-01-01", "list"),
    ] {
        let answer = lan.post("/staff/links/new", &[("point", point), ("list", list)]).await;
        assert_eq!(answer.status(), 422, "{list}");
        assert!(text(answer).await.contains(&format!("href=\"#{field}\"")), "{list}");
    }
    let fields = [("point", "22651"), ("list", "H19.1\r\nH19.2\r\n")];
    let made = text(lan.post("/staff/links/new", &fields).await).await;
    assert!(made.contains("Đã tạo 2 liên kết mới."), "{made}");
    assert!(made.contains("download=\"22651-links.csv\""), "{made}");
    let file = between(&made, "href=\"data:text/csv;charset=utf-8;base64,", "\"");
    let file = base64::engine::general_purpose::STANDARD.decode(file).unwrap();
    let csv = String::from_utf8(file).unwrap();
    assert!(csv.lines().count() == 3 && csv.contains("H19.2"), "{csv}");
    assert_eq!(text(lan.post("/staff/links/new", &fields).await).await, made, "a second click");
    let fields = [("point", "22651"), ("list", "Mã hồ sơ;Email\nH19.1;\nH19.2;a@b.vn")];
    let again = text(lan.post("/staff/links/new", &fields).await).await;
    assert!(again.contains("2 hồ sơ đã có liên kết từ trước"), "{again}");
    assert!(!again.contains("data:text/csv"), "no dossier gets a second link, and no empty file");
    let once_more = [&fields[..], &[("known", "again")]].concat();
    let again = text(lan.post("/staff/links/new", &once_more).await).await;
    assert!(again.contains("Đã ghi lại 2 liên kết có từ trước mà chưa trả lời."), "{again}");
    let file = between(&again, "href=\"data:text/csv;charset=utf-8;base64,", "\"");
    let file = base64::engine::general_purpose::STANDARD.decode(file).unwrap();
    let rows = |text: &str| -> Vec<(String, String)> {
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let rows = rows.records().map(Result::unwrap);
        rows.map(|row| (row[0].to_owned(), row[3].to_owned())).collect()
    };
    assert_eq!(rows(&String::from_utf8(file).unwrap()), rows(&csv), "the very same links");
    let page = text(lan.get("/staff/links").await).await;
    assert!(page.contains("<td class=\"number\" data-label=\"Liên kết\">2</td>"), "{page}");
    // A batch in English; a language that the survey has not is told at its field.
    let english = [("point", "22651"), ("list", "H19.3"), ("language", "en")];
    let made = text(lan.post("/staff/links/new", &english).await).await;
    assert!(made.contains("Tin nhắn SMS mỗi liên kết: bản không dấu 1 tin"), "{made}");
    let file = between(&made, "href=\"data:text/csv;charset=utf-8;base64,", "\"");
    let file = base64::engine::general_purpose::STANDARD.decode(file).unwrap();
    let csv = String::from_utf8(file).unwrap();
    assert!(csv.contains("&lang=en") && csv.contains("asks you"), "{csv}");
    // A contact that cannot be used costs no link; all that is wrong is told at once.
    let list = "Mã hồ sơ;Số điện thoại\r\nH19.5;12\r\nH19.6;0912345678";
    let made = text(lan.post("/staff/links/new", &[("point", "22651"), ("list", list)]).await);
    let made = made.await;
    assert!(made.contains("Đã tạo 2 liên kết mới.") && made.contains("dòng 2, cột Số điện thoại"));
    let list = "Mã hồ sơ;Ngày đóng\r\nH19.7;hôm qua\r\n\r\nH19.8;x";
    let told = text(lan.post("/staff/links/new", &[("point", "22651"), ("list", list)]).await);
    let told = told.await;
    assert!(told.contains("dòng 2, cột Ngày đóng") && told.contains("dòng 4, cột Ngày đóng"));
    let other = [("point", "22651"), ("list", "H19.4"), ("language", "tyz")];
    let answer = lan.post("/staff/links/new", &other).await;
    assert_eq!(answer.status(), 422);
    assert!(text(answer).await.contains("href=\"#language\""));
}

async fn a_retired_point_is_invited_to_nowhere(database: Database) {
    let app = App::spawn(database);
    let here = point();
    let survey = format!("/s/{here}");
    let places = ["/".to_owned(), format!("/c/{}", commune())];
    for place in &places {
        assert!(citizen(&app, place).await.1.contains(&format!("href=\"{survey}\"")), "{place}");
    }
    let poster = format!("/api/v1/collection-points/{here}/poster.svg");
    assert_eq!(citizen(&app, &poster).await.0, 200);
    let lan = Member::signed_in(&app, "lan", Role::Administrator, "/").await;
    lan.post(&format!("/staff/points/{here}/retire"), &[]).await;
    for place in &places {
        let page = citizen(&app, place).await.1;
        assert!(!page.contains(&format!("href=\"{survey}\"")), "{place}");
        assert!(page.contains(&format!("href=\"{survey}-sipas\"")), "{place}: others stay");
    }
    assert_eq!(citizen(&app, &poster).await.0, 404);
    for (path, fields) in [
        ("devices", &[("name", "Quầy 1")][..]),
        ("slips", &[("count", "10")]),
        ("paper", &[("sheets", "10")]),
    ] {
        let path = format!("/staff/points/{here}/{path}");
        for answer in [lan.get(&path).await, lan.post(&path, fields).await] {
            assert_eq!(answer.status(), 409, "{path}");
            assert!(text(answer).await.contains("Điểm khảo sát đã ngừng"), "{path}");
        }
    }
    for table in ["visit_tokens", "paper_ranges", "enrolment_codes"] {
        assert_eq!(app.database().count(table).await, 0, "{table}");
    }
    for command in [
        &["point", "poster", &here, "--out", "x.svg"][..],
        &["visits", "make", "--point", &here, "--count", "2", "--out", "x.pdf"],
    ] {
        let mut all = command.to_vec();
        all.extend(["--public-address", "https://a.vn", "--database", app.database().url()]);
        let refused = hailong(&all);
        assert!(refused.one_sentence().contains("đã ngừng"), "{refused:?}");
    }
}

async fn whoever_is_there_for_one_point_makes_no_other(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/22651/").await;
    assert_eq!(lan.get("/staff/points/new").await.status(), 403);
    assert_eq!(lan.post("/staff/points/new", &NEW).await.status(), 403);
    assert_eq!(app.database().count("staff_audit where outcome = 'refused'").await, 2);
}

async fn a_new_name_is_kept_when_the_session_has_ended(database: Database) {
    let app = App::spawn(database);
    let mut lan = centre(&app).await;
    app.pass_minutes(31);
    let path = "/staff/points/22651/name";
    let ended = lan.post(path, &[("name", "Quầy số 7")]).await;
    assert!(ended.headers()["location"].to_str().unwrap().starts_with("/staff/sign-in"));
    let db = app.database().open().await;
    lan.token = session(&db, &lan.account, app.now()).await;
    db.close().await;
    assert!(text(lan.get(path).await).await.contains("value=\"Quầy số 7\""));
}

#[tokio::test]
async fn a_server_without_the_key_of_links_says_so_and_one_setting_shares_it() {
    let [first, second] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let settings = |folder: &tempfile::TempDir, key: &tempfile::TempDir| Settings {
        data_dir: folder.path().to_owned(),
        key_file: Some(key.path().join("staff.key")),
        submissions_per_minute: 0,
        ..Settings::default()
    };
    let database = Database::sqlite();
    let make = async |app: &App, name: &str, code: &str| {
        let clerk = Member::signed_in(app, name, Role::CentreStaff, "/56/22651/").await;
        let answer = clerk.post("/staff/links/new", &[("point", "22651"), ("list", code)]).await;
        (answer.status().as_u16(), text(answer).await)
    };
    let app = App::with(database, settings(&first, &first));
    assert_eq!(make(&app, "lan", "H1").await.0, 200);
    let mut app = App::with(app.stop(), settings(&second, &second));
    app.expects("survey links could not be made");
    let (status, page) = make(&app, "mai", "H2").await;
    assert_eq!(status, 503);
    assert!(page.contains("links.key") && page.contains("người quản trị"), "{page}");
    assert!(!second.path().join("links.key").exists());
    let app = App::with(app.stop(), settings(&second, &first));
    assert_eq!(make(&app, "hoa", "H2").await.0, 200);
}
