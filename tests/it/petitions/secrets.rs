//! What must never be found: a contact anywhere but where it is opened, a PIN anywhere
//! but where it is shown, and when in a day somebody wrote.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition::{COMMUNE, Pass};
use crate::support::staff::Member;

/// A contact that is found nowhere by accident.
const CANARY: [&str; 3] = ["Canarin Hoàng Yến", "0987 654 321", "canary@hoangyen.example"];

on_both_databases![
    nothing_beside_the_sealed_contact_leads_from_a_petition_to_anybody,
    no_column_holds_a_moment_or_an_id_of_a_response,
];

async fn sent(app: &App) -> Pass {
    let [person, phone, email] = CANARY;
    let contact = [("person", person), ("phone", phone), ("email", email), ("consent", "yes")];
    Pass::sent(app, &contact).await
}

async fn nothing_beside_the_sealed_contact_leads_from_a_petition_to_anybody(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let pass = sent(&app).await;
    lan.post(&pass.staff("acknowledge"), &[("version", "1")]).await;
    lan.post(&pass.staff("answer"), &[("version", "2"), ("answer", "Đã thêm quầy.")]).await;
    let opened = lan.post(&pass.staff("contact"), &[]).await.text().await.unwrap();
    assert!(CANARY.iter().all(|canary| opened.contains(canary)), "the control: it is there");
    for path in [
        "/staff/petitions".to_owned(),
        pass.staff(""),
        pass.staff("answer"),
        format!("/staff/apology?petition={}", pass.code),
        format!("/c/{COMMUNE}/petitions"),
        format!("/c/{COMMUNE}/petitions.csv"),
        format!("/p/{COMMUNE}/status?code={}", pass.code),
    ] {
        let page = lan.get(&path).await.text().await.unwrap();
        for secret in CANARY.iter().chain([&pass.pin.as_str()]) {
            assert!(!page.contains(secret), "{path} has {secret}");
        }
    }
    let (_, seen) = pass.look(&app, &[]).await;
    assert!(CANARY.iter().all(|canary| !seen.contains(canary)), "not even on the sender's page");
    let database = app.stop();
    let backdoor = database.backdoor().await;
    let postgres = database.url().starts_with("postgres");
    for table in ["petitions", "petition_events", "petition_contacts", "staff_audit"] {
        for secret in CANARY.iter().filter(|_| postgres) {
            let sql =
                format!("select count(*) from {table} t where strpos(t::text, '{secret}') > 0");
            assert_eq!(backdoor.number(&sql).await, 0, "{table} has {secret}");
        }
    }
    backdoor.close().await;
    if !postgres {
        let files = ["", "-wal"].map(|end| {
            let mut file = database.file().into_os_string();
            file.push(end);
            std::fs::read(file).unwrap_or_default()
        });
        let bytes = files.concat();
        let holds = |part: &str| bytes.windows(part.len()).any(|window| window == part.as_bytes());
        assert!(holds("Tôi chờ 45 phút."), "the control: what is not sealed is found");
        assert!(CANARY.iter().all(|canary| !holds(canary)), "the file has a contact");
    }
}

async fn no_column_holds_a_moment_or_an_id_of_a_response(database: Database) {
    let app = App::spawn(database);
    let pass = sent(&app).await;
    let (now, database) = (app.now(), app.stop());
    let backdoor = database.backdoor().await;
    let columns = if database.url().starts_with("postgres") {
        "select column_name from information_schema.columns where table_name like 'petition%'"
    } else {
        "select p.name from sqlite_master m join pragma_table_info(m.name) p
         where m.name like 'petition%' and m.type = 'table'"
    };
    for column in backdoor.texts(columns).await {
        let wrong = ["_at", "_id", "address", "phone", "email"].iter();
        assert!(wrong.clone().all(|part| !column.ends_with(part)), "{column}");
    }
    let day = backdoor.texts("select received_on from petitions").await;
    assert_eq!(day, ["2026-10-15"], "the day, and nothing finer, at {now}");
    let code = backdoor.texts("select code from petition_contacts").await;
    assert_eq!(code, [pass.code.replace('-', "")]);
    backdoor.close().await;
}
