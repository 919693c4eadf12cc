//! What a collection point is given on staff's pages: recordings, fields, a contact; the
//! files of its tablets; reminders of its links.

use base64::Engine;
use hailong::config::Settings;
use hailong::links::LinkKey;
use hailong::staff::Role;
use hailong::staff::audit::Action;
use hailong::store::recordings::Spoken;
use hailong::store::survey_links::NewLink;
use reqwest::Method;
use serde_json::{Value, json};
use surveys::{InstrumentId, ItemCode, Language, PointCode, VisitToken};

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::device::{self, Tablet};
use crate::support::process::hailong;
use crate::support::staff::{Member, by_operator};
use crate::support::submission::{commune, good, new_id, point};

on_both_databases![
    a_point_has_its_own_recordings_beside_those_that_are_shared,
    a_tablets_file_is_taken_in_once_and_what_is_refused_is_told,
    a_tablets_file_goes_to_its_own_point_only,
    staff_are_told_how_many_responses_a_tablet_has_lost,
    fields_and_going_on_are_set_on_a_page,
    a_contact_stands_where_a_citizen_needs_it_and_nowhere_without_one,
];

async fn centre(app: &App) -> Member<'_> {
    Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await
}

/// Somebody in `role` in the commune of [`point`], or with `wide` in its province.
pub(super) async fn beside_the_tablet<'a>(
    app: &'a App,
    name: &str,
    role: Role,
    wide: bool,
) -> Member<'a> {
    let commune = surveys::unit::commune(&commune()).unwrap();
    let place = if wide { String::new() } else { format!("{}/", commune.code) };
    Member::signed_in(app, name, role, &format!("/{}/{place}", commune.province)).await
}

pub(super) async fn page(answer: reqwest::Response, status: u16) -> String {
    let found = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    assert_eq!(found, status, "{text}");
    text
}

/// The lines of the audit log that `lan` left, but for signing in.
pub(super) async fn noted(app: &App) -> Vec<String> {
    let backdoor = app.database().backdoor().await;
    let lines = backdoor
        .texts(
            "select action || ' ' || subject from staff_audit
            where who = 'lan' and action <> 'second-factor' and action <> 'enter' order by seq",
        )
        .await;
    backdoor.close().await;
    lines
}

/// The sound of the item A1 in Vietnamese that a tablet of `point` would play.
async fn heard(app: &App, point: &str) -> String {
    let content = app.get(&format!("/kiosk/{point}/content.json")).await;
    let content: Value = content.json().await.unwrap();
    let address = &content["instrument"]["items"][0]["recordings"]["vi"]["address"];
    let Some(address) = address.as_str() else { return String::new() };
    app.get(address).await.text().await.unwrap()
}

async fn a_point_has_its_own_recordings_beside_those_that_are_shared(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let (list, item) = ("/staff/points/22651/recordings", "/staff/points/22651/recordings/A1/vi");
    let shown = page(lan.get(list).await, 200).await;
    assert!(shown.contains("Chưa có") && !shown.contains("<audio"), "{shown}");
    let shared = Spoken {
        point: None,
        instrument: InstrumentId::parse("quick-counter").unwrap(),
        item: ItemCode::parse("A1").unwrap(),
        language: Language::Vi.tag().to_owned(),
    };
    let db = app.database().open().await;
    let added = by_operator(1, Action::AddRecording);
    db.add_recording(&shared, "audio/ogg", b"OggS shared", &added).await.unwrap();
    db.close().await;
    let shown = page(lan.get(list).await, 200).await;
    assert!(shown.contains("Dùng chung cho mọi điểm, 1 KB"), "{shown}");
    assert!(!shown.contains("/remove"), "what every point shares is not the centre's to remove");

    let mut large = b"OggS".to_vec();
    large.resize(60 * 1024 + 1, 0);
    for (content, said) in [
        (&b"<html>"[..], "MP3, M4A (AAC), Ogg hay WAV; hãy ghi lại"),
        (&large[..], "nhiều nhất 60 KB"),
        (&b""[..], "chọn một tệp có nội dung"),
    ] {
        let told = page(lan.upload(item, &[], ("cau-1.ogg", content)).await, 422).await;
        assert!(told.contains(said) && told.contains("href=\"#file\""), "{told}");
    }
    assert_eq!(heard(&app, "22651").await, "OggS shared", "nothing was stored");
    large.pop();
    for own in [&large[..], b"OggS own"] {
        let kept = lan.upload(item, &[], ("cau-1.ogg", own)).await;
        assert_eq!(
            (kept.status().as_u16(), &kept.headers()["location"]),
            (303, &list.parse().unwrap())
        );
    }
    let shown = page(lan.get(list).await, 200).await;
    assert!(shown.contains("Của điểm này, 1 KB") && shown.contains("<audio"), "{shown}");
    assert_eq!(heard(&app, "22651").await, "OggS own");
    assert_eq!(heard(&app, "21409").await, "OggS shared", "another point hears its own");

    let leader = Member::signed_in(&app, "mai", Role::Leader, "/56/22651/").await;
    let read = page(leader.get(list).await, 200).await;
    assert!(read.contains("<audio") && !read.contains("/recordings/A1/vi\""), "{read}");

    assert_eq!(lan.post(&format!("{item}/remove"), &[]).await.status(), 303);
    assert_eq!(heard(&app, "22651").await, "OggS shared");
    assert_eq!(lan.post(&format!("{item}/remove"), &[]).await.status(), 303, "a second click");
    for nothing in ["Z9/vi", "A1/fr", "%00/vi", "A1/%00"] {
        let path = format!("{list}/{nothing}");
        assert_eq!(lan.get(&path).await.status(), 404, "{nothing}");
        assert_eq!(lan.upload(&path, &[], ("a.ogg", b"OggS")).await.status(), 404, "{nothing}");
    }
    let about = "22651 quick-counter A1 vi";
    let wanted = ["add-recording", "add-recording", "remove-recording"];
    assert_eq!(noted(&app).await, wanted.map(|action| format!("{action} {about}")));
}

/// A file as the tablet `id` saves it, with these responses.
pub(super) fn saved(id: &str, lines: &[Value]) -> Vec<u8> {
    let head = json!({"device_id": id, "clock_lead_seconds": 0});
    let all = std::iter::once(&head).chain(lines).map(Value::to_string);
    all.collect::<Vec<_>>().join("\n").into_bytes()
}

/// A response of a tablet under `id`.
pub(super) fn response(id: &str) -> Value {
    let mut line = good();
    line["response_id"] = json!(id);
    line["channel"] = json!("kiosk");
    line
}

pub(super) const FILE: &str = "hailong-22651-2026-10-15.ndjson";

async fn a_tablets_file_is_taken_in_once_and_what_is_refused_is_told(database: Database) {
    let app = App::spawn(database);
    let lan = beside_the_tablet(&app, "lan", Role::CentreStaff, false).await;
    let tablet = Tablet::enrolled(&app).await;
    let here = format!("/staff/points/{}/devices/import", point());
    let (first, second) = (new_id(), new_id());
    let lines = [response(&first), response(&second)];
    let take = async |content: &[u8], status: u16| {
        page(lan.upload(&here, &[], (FILE, content)).await, status).await
    };
    for (content, said) in [
        (&b""[..], "chọn một tệp có nội dung"),
        (&b"response_id,A1\n1,5\n"[..], "không phải do màn hình bảo trì"),
        (&b"\xFF\xFE\0"[..], "không phải do màn hình bảo trì"),
    ] {
        assert!(take(content, 422).await.contains(said));
    }
    let told = take(&saved(&tablet.id, &lines), 200).await;
    assert!(told.contains("Đã lưu 2 phiếu mới; 0 phiếu đã có từ trước"), "{told}");
    let told = take(&saved(&tablet.id, &lines), 200).await;
    assert!(told.contains("Đã lưu 0 phiếu mới; 2 phiếu đã có từ trước"), "{told}");
    let sent = tablet.put(&app, &first, &response(&first), "2026-10-15T10:00:00+07:00").await;
    assert_eq!(sent.status, 200, "what the tablet sends later is the same response");

    let mut other = response(&second);
    other["answers"]["A1"] = json!(1);
    let mut elsewhere = response(&new_id());
    elsewhere["collection_point"] = json!("22651");
    let file = saved(&tablet.id, &[other, json!("nonsense"), elsewhere, response(&new_id())]);
    let told = take(&file, 200).await;
    let counts = "Đã lưu 1 phiếu mới; 0 phiếu đã có từ trước; 1 phiếu trùng mã với phiếu khác nên \
         bỏ ra; 2 dòng chưa nhận được";
    assert!(told.contains(counts), "{told}");
    assert!(told.contains("<tr><th scope=\"row\">3</th>"), "{told}");
    assert!(told.contains("Không đọc được dòng này.") && told.contains("collection_point"));
    assert_eq!(app.database().count("responses").await, 3);
    let notes = noted(&app).await;
    assert_eq!(notes.len(), 3, "{notes:?}");
    let unsigned = format!("Quầy 1 (không có chữ ký / unsigned) – {FILE}");
    assert!(notes[0].contains(&format!("import-queue {}: {unsigned}", point())), "{notes:?}");
}

async fn a_tablets_file_goes_to_its_own_point_only(database: Database) {
    let app = App::spawn(database);
    let tablet = Tablet::enrolled(&app).await;
    let file = saved(&tablet.id, &[response(&new_id())]);
    let unknown = saved(&new_id(), &[response(&new_id())]);
    let officer = beside_the_tablet(&app, "hoa", Role::ProvinceOfficer, true).await;
    let elsewhere = format!("/staff/points/{}-sipas/devices/import", point());
    let here = format!("/staff/points/{}/devices/import", point());
    for (path, content) in [(&elsewhere, &file), (&here, &unknown)] {
        let told = page(officer.upload(path, &[], (FILE, content)).await, 422).await;
        assert!(told.contains("không thuộc điểm khảo sát này"), "{told}");
    }
    assert_eq!(app.database().count("responses").await, 0);
}

async fn fields_and_going_on_are_set_on_a_page(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let path = "/staff/points/22651/asking";
    let set = [("fields", " Đất đai \r\n\r\nHộ tịch\r\n"), ("advance", "yes")];
    assert_eq!(lan.post(path, &set).await.status(), 303);
    let content: Value = app.get("/kiosk/22651/content.json").await.json().await.unwrap();
    assert_eq!(content["auto_advance"], true);
    assert_eq!(content["service_field"]["options"].as_array().map(Vec::len), Some(3));
    let shown = page(lan.get(path).await, 200).await;
    assert!(shown.contains("Đất đai\nHộ tịch</textarea>"), "{shown}");
    assert!(shown.contains("name=\"advance\" value=\"yes\" checked"), "{shown}");
    assert_eq!(lan.post(path, &set).await.status(), 303, "nothing is changed and nothing noted");
    for (bad, said) in [
        ("a\nb\nc\nd\ne\nf\ng", "nhiều nhất 6"),
        ("Thuế\nThuế", "hai lần"),
        ("<script>alert(1)</script> và một tên rất dài", "1 đến 40 ký tự"),
    ] {
        let told = page(lan.post(path, &[("fields", bad)]).await, 422).await;
        assert!(told.contains(said) && !told.contains("<script>alert"), "{told}");
        assert!(told.contains("href=\"#fields\""), "{told}");
    }
    assert_eq!(lan.post(path, &[("fields", "")]).await.status(), 303);
    let content: Value = app.get("/kiosk/22651/content.json").await.json().await.unwrap();
    assert_eq!(
        (&content["auto_advance"], &content["service_field"]),
        (&json!(false), &Value::Null)
    );
    let wanted = ["set-fields", "set-advance", "set-fields", "set-advance"];
    assert_eq!(noted(&app).await, wanted.map(|action| format!("{action} 22651")));
}

/// The receipt's page of a survey at 22651 in which everything was skipped.
async fn receipt_page(app: &App) -> String {
    let post = async |path: &str, body: &'static str| {
        let request = app.request(Method::POST, path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body).send().await.unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    };
    let mut at = post("/s/22651", "").await;
    while !at.contains("/done") {
        at = post(&at, "press=skip").await;
    }
    app.get(&at).await.text().await.unwrap()
}

async fn a_contact_stands_where_a_citizen_needs_it_and_nowhere_without_one(database: Database) {
    let app = App::spawn(database);
    let lan = centre(&app).await;
    let (path, gone) = ("/staff/points/22651/contact", format!("/s/22651/{}/1", new_id()));
    for page in [receipt_page(&app).await, app.get(&gone).await.text().await.unwrap()] {
        assert!(!page.contains("Liên hệ Trung tâm"), "{page}");
    }
    let kiosk = async || app.get("/kiosk/22651").await.text().await.unwrap();
    assert!(
        kiosk().await.contains("&quot;contact&quot;:null")
            || kiosk().await.contains("&#34;contact&#34;:null")
    );
    let long = "ậ".repeat(121);
    let wrong = [("telephone", "gọi bà Lan"), ("address", &*long), ("note", &*long)];
    let told = page(lan.post(path, &wrong).await, 422).await;
    for field in ["telephone", "address", "note"] {
        assert!(told.contains(&format!("href=\"#{field}\"")), "{told}");
    }
    assert!(told.contains("value=\"gọi bà Lan\""), "what was typed stays");
    let set = [("telephone", "(0258) 3 811 234"), ("address", "<b>1 Trần Phú</b>"), ("note", "")];
    assert_eq!(lan.post(path, &set).await.status(), 303);
    let gone = app.get(&gone).await;
    assert_eq!(gone.status(), 410);
    for page in [receipt_page(&app).await, gone.text().await.unwrap()] {
        assert!(page.contains("<a href=\"tel:02583811234\">(0258) 3 811 234</a>"), "{page}");
        assert!(page.contains("1 Trần Phú") && !page.contains("<b>1 Trần"), "{page}");
    }
    assert!(kiosk().await.contains("(0258) 3 811 234 · "));
    let elsewhere = app.get(&format!("/s/21409/{}/1", new_id())).await.text().await.unwrap();
    assert!(!elsewhere.contains("Liên hệ Trung tâm"), "another centre has another number");
    let shown = page(lan.get("/staff/points/22651").await, 200).await;
    assert!(shown.contains("<li>(0258) 3 811 234</li>"), "{shown}");
    assert_eq!(noted(&app).await, ["set-contact 22651"]);
}

#[tokio::test]
async fn a_reminder_is_made_once_and_mail_is_stopped_for_whoever_asks() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        submissions_per_minute: 0,
        ..Settings::default()
    };
    let app = App::with(Database::sqlite(), settings);
    let lan = centre(&app).await;
    let list = [("point", "22651"), ("list", "H19.1\nH19.2")];
    page(lan.post("/staff/links/new", &list).await, 200).await;
    let early = page(lan.post("/staff/links/remind", &list).await, 200).await;
    assert!(early.contains("0 hồ sơ được nhắc.") && !early.contains("data:text/csv"), "{early}");
    // Two hours until a link may be sent, three days from then on.
    app.pass_minutes(2 * 60 + 3 * 24 * 60);
    let lan = lan.with(
        crate::support::staff::session(&app.database().open().await, &lan.account, app.now()).await,
    );
    for (point, list, field) in [("21409", "H19.1", "point"), ("22651", "", "list")] {
        let fields = [("point", point), ("list", list)];
        let told = page(lan.post("/staff/links/remind", &fields).await, 422).await;
        assert!(told.contains(&format!("href=\"#{field}\"")), "{told}");
    }
    let made = page(lan.post("/staff/links/remind", &list).await, 200).await;
    assert!(made.contains("download=\"22651-reminders.csv\""), "{made}");
    let file = made.split("data:text/csv;charset=utf-8;base64,").nth(1).unwrap();
    let file = file.split('"').next().unwrap();
    let csv = base64::engine::general_purpose::STANDARD.decode(file).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert!(csv.lines().count() == 3 && csv.contains("H19.2"), "{csv}");
    let twice = [("point", "22651"), ("list", "H19.2\nH19.1")];
    let told = page(lan.post("/staff/links/remind", &twice).await, 200).await;
    assert!(told.contains("0 hồ sơ được nhắc.") && told.contains("2 hồ sơ không cần"), "{told}");

    let here = PointCode::parse("22651").unwrap();
    let key = LinkKey::read(folder.path()).unwrap().unwrap();
    let link = NewLink {
        dossier: key.dossier(&here, "H19.9"),
        token: VisitToken::new([9; 16]),
        send_after: app.now() + 86_400_000,
        mail: Some(vec![1]),
    };
    let db = app.database().open().await;
    let id = uuid::Uuid::from_u128(9);
    db.add_survey_links(&here, id, &[link], &by_operator(app.now(), Action::MakeSurveyLinks))
        .await
        .unwrap();
    db.close().await;
    let stop = async |point: &str, dossier: &str, status: u16| {
        let fields = [("point", point), ("dossier", dossier)];
        page(lan.post("/staff/links/stop", &fields).await, status).await
    };
    assert!(stop("22651", " ", 422).await.contains("href=\"#dossier\""));
    assert!(stop("21409", "H19.9", 422).await.contains("href=\"#point\""));
    assert!(stop("22651", "H19.8", 200).await.contains("Không có thư nào đang chờ"));
    assert!(stop("22651", " H19.9 ", 200).await.contains("Sẽ không gửi thêm thư nào"));
    assert!(stop("22651", "H19.9", 200).await.contains("Không có thư nào đang chờ"));
    let backdoor = app.database().backdoor().await;
    let sealed = "select count(*) from link_mails where sealed is not null";
    assert_eq!(backdoor.number(sealed).await, 0, "the mailbox is forgotten");
    backdoor.close().await;
    let notes = noted(&app).await;
    assert_eq!(notes.last().map(String::as_str), Some("stop-mail 22651"), "{notes:?}");
    assert!(!notes.concat().contains("H19"), "no dossier is in the log: {notes:?}");
}

async fn staff_are_told_how_many_responses_a_tablet_has_lost(database: Database) {
    let app = App::spawn(database);
    let lan = beside_the_tablet(&app, "lan", Role::CentreStaff, false).await;
    let addresses = ["/staff".to_owned(), format!("/staff/points/{}", point())];
    let tablet = Tablet::enrolled(&app).await;
    let mut told = device::report();
    (told["queued"], told["sent"]) = (json!(1_234), json!(10));
    (told["untold"], told["untold_seconds"]) = (json!(7), json!(90_000));
    assert_eq!(tablet.report(&app, &told).await.status, 200);
    for address in &addresses {
        let before = page(lan.get(address).await, 200).await;
        assert!(!before.contains("đã mất"), "{address}: {before}");
    }
    app.pass_minutes(1);
    let anew = Tablet::enrolled(&app).await;
    for address in &addresses {
        let said = page(lan.get(address).await, 200).await;
        assert!(said.contains("1.234 phiếu từng chờ trên máy đã mất"), "{address}: {said}");
        assert!(said.contains("Kết quả thăm của 7 hộ ghi trên máy đã mất"), "{address}: {said}");
        assert!(said.contains("Kết quả thăm hộ chưa gửi được quá 24 giờ"), "{address}: {said}");
        let english = page(lan.get(&format!("{address}?lang=en")).await, 200).await;
        assert!(english.contains("1,234 responses that waited"), "{address}: {english}");
    }
    let listed =
        hailong(&["device", "list", "--format", "json", "--database", app.database().url()]);
    let listed: Value = serde_json::from_str(&listed.out).unwrap();
    let of =
        |id: &str| listed.as_array().unwrap().iter().find(|row| row["device_id"] == id).unwrap();
    assert_eq!(of(&tablet.id)["lost"], 1_234, "{listed}");
    assert_eq!(of(&tablet.id)["untold_households"], 7, "{listed}");
    assert_eq!(of(&tablet.id)["lost_households"], 7, "{listed}");
    let alarms = of(&tablet.id)["alarms"].as_str().unwrap();
    assert!(alarms.starts_with("lost;lost-households;queue;households"), "{listed}");
    assert_eq!(of(&anew.id)["lost"], Value::Null, "{listed}");
}
