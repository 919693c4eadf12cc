//! Whoever sent a petition asks at the counter, without the PIN, and staff erase the
//! contact and cover what is about them: within their scope, seen before it is gone, and
//! gone everywhere.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass, post};
use crate::support::staff::Member;

on_both_databases![
    staff_erase_the_contact_unopened_for_whoever_says_the_code,
    what_is_about_the_sender_is_covered_wherever_it_stands_and_gone,
    nothing_is_covered_that_was_not_seen_chosen_and_there,
];

const NAME: &str = "Nguyễn Văn Bình";
const PHONE: &str = "0905 123 456";

struct Sent<'a> {
    lan: Member<'a>,
    pass: Pass,
}

impl Sent<'_> {
    fn at(&self) -> String {
        format!("/staff/erase/{}", self.pass.code)
    }

    async fn page(&self) -> String {
        let answer = self.lan.get(&self.at()).await;
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    /// Sends the form of a page that was seen with these fields beside its version.
    async fn erase(&self, version: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let fields = [&[("version", version)], fields].concat();
        let answer = self.lan.post(&self.at(), &fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

/// A petition with a contact, in whose text its sender names themselves.
async fn sent(app: &App) -> Sent<'_> {
    let lan = Member::signed_in(app, "lan", Role::CentreStaff, "/56/22651/").await;
    let text = format!("Tôi là {NAME}, số {PHONE}, nhà có cổng xanh. Tôi chờ 45 phút.");
    let fields = [
        ("subject", "Chờ lâu"),
        ("text", text.as_str()),
        ("person", "Lê Thị Bưởi"),
        ("phone", "0911 222 333"),
        ("consent", "yes"),
        ("press", "send"),
    ];
    let answer = post(app, &format!("/p/{COMMUNE}"), &fields).await;
    assert_eq!(answer.status(), 200);
    let pass = Pass::of(&answer.text().await.unwrap());
    Sent { lan, pass }
}

async fn audited(app: &App) -> Vec<String> {
    let backdoor = app.database().backdoor().await;
    let sql = "select action || ' ' || who || ' ' || scope || ' ' || subject from staff_audit
        where action in ('erase-of-petition', 'open-contact', 'withdraw-response') order by seq";
    let lines = backdoor.texts(sql).await;
    backdoor.close().await;
    lines
}

async fn staff_erase_the_contact_unopened_for_whoever_says_the_code(database: Database) {
    const ERASE: &str = "/staff/erase";
    let app = App::spawn(database);
    let sent = sent(&app).await;
    let code = sent.pass.code.as_str();
    let foreign = Member::signed_in(&app, "hoa", Role::CentreStaff, "/01/00004/").await;
    let of_a_point = Member::signed_in(&app, "tam", Role::CentreStaff, "/56/22651/22651/").await;
    for other in [&foreign, &of_a_point] {
        let fields = [("receipt", code), ("asked", "yes")];
        let answer = other.post(ERASE, &fields).await;
        assert_eq!(answer.status(), 422);
        let page = answer.text().await.unwrap();
        assert!(page.contains("Chưa tìm thấy phiếu hoặc phản ánh"), "{page}");
        assert_ne!(other.get(&sent.at()).await.status(), 200);
        let fields = [("version", "1"), ("contact", "yes"), ("asked", "yes")];
        assert_ne!(other.post(&sent.at(), &fields).await.status(), 200);
    }
    // The code, as it is read out, leads to what is held; nothing is erased on the way.
    let spoken = code.to_lowercase().replace('-', " ");
    let way = sent.lan.post(ERASE, &[("receipt", spoken.as_str())]).await;
    assert_eq!(way.status(), 303);
    assert_eq!(way.headers()["location"], sent.at().as_str());
    let page = sent.page().await;
    for said in ["đang giữ (đã mã hóa)", "không công khai", "Chờ lâu"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("Bưởi") && !page.contains("222 333"), "it is not opened: {page}");

    let (status, page) = sent.erase("1", &[("contact", "yes")]).await;
    assert!(status == 422 && page.contains("href=\"#asked\""), "nobody asked: {page}");
    let (status, page) = sent.erase("1", &[("asked", "yes")]).await;
    assert!(status == 422 && page.contains("href=\"#contact\""), "nothing chosen: {page}");
    let (status, page) = sent.erase("7", &[("contact", "yes"), ("asked", "yes")]).await;
    assert!(status == 409 && page.contains("vừa cập nhật"), "{page}");
    assert_eq!(audited(&app).await, Vec::<String>::new());
    assert_eq!(app.database().count("petition_contacts").await, 1);

    let (status, page) = sent.erase("1", &[("contact", "yes"), ("asked", "yes")]).await;
    assert!(status == 200 && page.contains("Đã xóa, che theo yêu cầu"), "{page}");
    assert_eq!(app.database().count("petition_contacts").await, 0);
    let line = format!("erase-of-petition lan /56/22651/ {code} contact");
    assert_eq!(audited(&app).await, [line]);
    // The text is as it was, the sender reads that it was done, and can still look.
    let (status, page) = sent.pass.look(&app, &[]).await;
    assert!(status == 200 && page.contains("Xóa thông tin liên hệ"), "{page}");
    assert!(page.contains(NAME), "{page}");
    let page = sent.page().await;
    assert!(page.contains("không có, hoặc đã xóa") && !page.contains("name=\"contact\""), "{page}");
}

async fn what_is_about_the_sender_is_covered_wherever_it_stands_and_gone(database: Database) {
    let app = App::spawn(database);
    let sent = sent(&app).await;
    let answer =
        format!("Kính gửi ông {NAME}, số {PHONE}: đã thêm quầy, đã nhắc cán bộ Trần Văn Khoát.");
    let lan = &sent.lan;
    lan.post(&sent.pass.staff("acknowledge"), &[("version", "1")]).await;
    lan.post(&sent.pass.staff("answer"), &[("version", "2"), ("answer", &answer)]).await;
    let text = format!("Tôi là {NAME}, số {PHONE}, nhà có cổng xanh. Tôi chờ 45 phút.");
    let public = [("version", "3"), ("question", text.as_str()), ("answer", &answer)];
    let ticked = [
        ("sure", NAME),
        ("sure", PHONE),
        ("sure", &*format!("ông {NAME}")),
        ("sure", "Trần Văn Khoát"),
    ];
    let published = lan.post(&sent.pass.staff("publish"), &[&public[..], &ticked].concat()).await;
    assert_eq!(published.status(), 303, "{}", published.text().await.unwrap());
    let list = format!("/c/{COMMUNE}/petitions");
    let everybody = async || {
        let page = app.get(&list).await.text().await.unwrap();
        page + &app.get(&format!("{list}.csv")).await.text().await.unwrap()
    };
    assert!(everybody().await.contains(NAME), "the control: it is public");

    // What may be about a person is proposed and shown covered; staff add what is not found.
    let page = sent.page().await;
    assert!(page.contains(&format!("{NAME}\n{PHONE}")), "{page}");
    assert!(page.contains("Tôi là […], số […], nhà có cổng xanh."), "{page}");
    // Whom the office itself names is told, and not covered by itself.
    assert!(page.contains("Tên khác trong phản ánh, chưa che: Trần Văn Khoát."), "{page}");
    let parts = format!("{NAME}\r\nông {NAME}\r\n{PHONE}\r\nnhà có cổng xanh");
    let chosen = [("text", "yes"), ("asked", "yes"), ("contact", "yes"), ("parts", &*parts)];
    let (status, page) = sent.erase("4", &chosen).await;
    assert!(status == 200 && page.contains("Các đoạn cần che đã đổi"), "{page}");
    assert!(page.contains("Tôi là […], số […], […]. Tôi chờ 45 phút."), "{page}");
    assert!(everybody().await.contains(NAME), "nothing is covered yet");
    let seen = [&chosen[..], &[("previewed", &*parts)]].concat();
    let (status, page) = sent.erase("4", &seen).await;
    assert!(status == 200 && page.contains("Đã xóa, che theo yêu cầu"), "{page}");

    let of_staff = lan.get(&sent.pass.staff("")).await.text().await.unwrap();
    let (_, of_sender) = sent.pass.look(&app, &[]).await;
    let (_, file) = sent.pass.look(&app, &[("act", "json")]).await;
    for (place, page) in [
        ("staff", of_staff),
        ("sender", of_sender),
        ("file", file),
        ("everybody", everybody().await),
    ] {
        for gone in [NAME, PHONE, "cổng xanh"] {
            assert!(!page.contains(gone), "{gone} on the page of {place}: {page}");
        }
        assert!(page.contains("Tôi là […], số […], […]. Tôi chờ 45 phút."), "{place}: {page}");
        assert!(place == "everybody" || page.contains("Che phần nói về người gửi"), "{page}");
    }
    let line = format!("erase-of-petition lan /56/22651/ {} contact, text", sent.pass.code);
    assert_eq!(audited(&app).await, [line]);
    let database = app.stop();
    let db = database.open().await;
    db.forget_what_was_removed().await.unwrap();
    db.close().await;
    if database.url().starts_with("postgres") {
        let backdoor = database.backdoor().await;
        for table in ["petitions", "petition_events", "petition_contacts", "staff_audit"] {
            let rows = backdoor.texts(&format!("select t::text from {table} t")).await.concat();
            assert!(!rows.contains("Bình") && !rows.contains("cổng xanh"), "{table}: {rows}");
        }
        backdoor.close().await;
    } else {
        let bytes = std::fs::read(database.file()).unwrap();
        let file = String::from_utf8_lossy(&bytes);
        assert!(file.contains("45 ph"), "the control: the petition is in the file");
        assert!(!file.contains("Bình") && !file.contains("cổng xanh"), "it is gone from the file");
    }
}

async fn nothing_is_covered_that_was_not_seen_chosen_and_there(database: Database) {
    let app = App::spawn(database);
    let sent = sent(&app).await;
    for (parts, said) in [
        ("", "Ghi đoạn cần che"),
        ("Trần Thị Mơ", "Không thấy “Trần Thị Mơ” trong phản ánh"),
        ("<script>alert(1)</script>", "Không thấy “&#60;script"),
        ("chờ lâu", "không còn gì để đọc"),
        (&"x".repeat(200), "dài hơn 120 chữ"),
    ] {
        let fields = [("text", "yes"), ("asked", "yes"), ("parts", parts), ("previewed", parts)];
        let (status, page) = sent.erase("1", &fields).await;
        assert!(status == 422 && page.contains(said), "{parts}: {page}");
        assert!(page.contains("href=\"#parts\""), "{page}");
    }
    // Parts that stand in the box without the tick are left alone.
    let fields = [("contact", "yes"), ("asked", "yes"), ("parts", NAME)];
    assert_eq!(sent.erase("1", &fields).await.0, 200);
    let (_, page) = sent.pass.look(&app, &[]).await;
    assert!(page.contains(NAME), "{page}");
    let line = format!("erase-of-petition lan /56/22651/ {} contact", sent.pass.code);
    assert_eq!(audited(&app).await, [line]);
}
