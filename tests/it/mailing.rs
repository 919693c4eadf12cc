//! Survey links by mail: from a clerk's list through the running service to a mail
//! server, once, with one reminder, and never a mailbox in the clear.

use std::os::unix::fs::PermissionsExt;
use std::time::Instant;

use hailong::clock::Clock;
use hailong::config::{Settings, Smtp};
use hailong::staff::audit::{Action, OPERATOR};
use hailong::store::link_mails::MailsOfPoint;
use reqwest::Method;
use surveys::PointCode;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;
use crate::support::smtp::{Mail, Sink};
use crate::support::staff::event;
use crate::support::submission::{good, new_id, point};

on_both_databases![
    a_link_is_mailed_once_and_reminded_of_once,
    a_mail_is_said_first_in_the_language_of_its_batch,
    a_link_that_was_stopped_or_used_is_not_reminded_of,
    a_mail_server_that_takes_nothing_costs_no_mail,
    mails_wait_for_days_and_whoever_answers_meanwhile_is_not_reminded,
    mails_of_a_retired_point_go_out_when_it_is_reopened,
];

const LIST: &str = "dossier,email\n1,ok@a.vn\n2,busy@a.vn\n3,gone@a.vn\n4,cut@a.vn\n5,\n";

fn settings(sink: &Sink) -> Settings {
    settings_with(sink, "")
}

fn settings_with(sink: &Sink, more: &str) -> Settings {
    let smtp: Smtp = toml_of(&format!(
        "{more}\nhost = '127.0.0.1'\nport = {}\ntls = 'none'\nfrom = 'Xã Mẫu <khaosat@a.vn>'\nreply-to = 'motcua@a.vn'\nper-minute = 6000",
        sink.port()
    ));
    Settings {
        smtp: Some(smtp),
        submissions_per_minute: 0,
        public_address: Some("https://hailong.example.vn".parse().unwrap()),
        ..Settings::default()
    }
}

fn toml_of(text: &str) -> Smtp {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hailong.toml");
    std::fs::write(&path, format!("[smtp]\n{text}")).unwrap();
    Settings::read(&path).unwrap().smtp.unwrap()
}

/// Makes the links of `list` for the service to mail; gives the folder with the keys.
fn make(app: &App, list: &str) -> tempfile::TempDir {
    make_in(app, list, "vi")
}

/// The same, said first in `language`.
fn make_in(app: &App, list: &str, language: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("list.csv"), list).unwrap();
    std::fs::write(at("staff.key"), [7; 32]).unwrap();
    let own = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(at("staff.key"), own).unwrap();
    let point = point();
    let done = hailong(&[
        "links",
        "make",
        &at("list.csv"),
        "--point",
        &point,
        "--out",
        &at("links.csv"),
        "--public-address",
        "https://hailong.example.vn",
        "--delay",
        "2h",
        "--send-mail",
        "--language",
        language,
        "--key-file",
        &at("staff.key"),
        "--data-dir",
        folder.path().to_str().unwrap(),
        "--database",
        app.database().url(),
    ]);
    assert_eq!(done.status, 0, "{done:?}");
    folder
}

/// A moment as text.
fn written(millis: i64) -> String {
    chrono::DateTime::from_timestamp_millis(millis).unwrap().to_rfc3339()
}

/// Asks the store until `is_so` of how the mails stand.
async fn wait_until(app: &App, is_so: impl Fn(&MailsOfPoint) -> bool) {
    let db = app.database().open().await;
    let since = Instant::now();
    loop {
        let mails = db.mails_by_point().await.unwrap();
        if mails.first().is_some_and(&is_so) {
            break;
        }
        assert!(since.elapsed().as_secs() < 60, "{mails:?}");
    }
    db.close().await;
}

async fn a_link_is_mailed_once_and_reminded_of_once(database: Database) {
    let sink = Sink::start();
    let app = App::with(database, settings(&sink));
    let folder = make(&app, LIST);
    let gateway = std::fs::read_to_string(folder.path().join("links.csv")).unwrap();
    assert_eq!(gateway.lines().count(), 2, "the gateway gets those without a mailbox: {gateway}");
    let backdoor = app.database().backdoor().await;
    let open = if app.database().url().starts_with("sqlite") {
        "select count(*) from link_mails where instr(sealed, cast('a.vn' as blob)) > 0"
    } else {
        "select count(*) from link_mails where position('a.vn'::bytea in sealed) > 0"
    };
    assert_eq!(backdoor.number("select count(sealed) from link_mails").await, 4);
    assert_eq!(backdoor.number(open).await, 0, "mailboxes are sealed");
    assert!(sink.mails().is_empty(), "nothing goes out before its delay is over");

    // The links were made by this machine's clock; the service's stands where it is put.
    app.set_clock(&written(Clock::System.now() + 3 * 3_600_000));
    wait_until(&app, |mails| mails.sent == 1 && mails.failed == 2).await;
    assert_eq!(sink.count("ok@a.vn"), 1);
    let put_off = "select count(*) from link_mails where sent_at is null
        and failed_at is null and claimed_at is null and attempts = 1";
    let since = Instant::now();
    while backdoor.number(put_off).await != 1 {
        assert!(since.elapsed().as_secs() < 60, "nothing was put off");
    }
    app.pass_minutes(6);
    wait_until(&app, |mails| mails.sent == 2).await;
    assert_eq!((sink.count("busy@a.vn"), sink.count("gone@a.vn")), (1, 0));

    app.pass_minutes(3 * 24 * 60 + 1);
    wait_until(&app, |mails| mails.reminded == 2 && mails.to_remind == 0).await;
    app.pass_minutes(10 * 24 * 60);
    let reasons = backdoor.texts("select failure from link_mails where failed_at > 0").await;
    assert_eq!(reasons.iter().filter(|why| *why == "unclear").count(), 1, "{reasons:?}");
    assert_eq!(reasons.iter().filter(|why| *why == "550").count(), 1);
    assert_eq!(backdoor.number("select count(sealed) from link_mails").await, 0, "forgotten");
    backdoor.close().await;
    for (to, times) in [("ok@a.vn", 2), ("busy@a.vn", 2), ("gone@a.vn", 0), ("cut@a.vn", 1)] {
        assert_eq!(sink.count(to), times, "{to}");
    }
    let first = sink.mails()[0].content.clone();
    for said in
        ["Reply-To: motcua@a.vn", "Auto-Submitted: auto-generated", "text/plain", "text/html"]
    {
        assert!(first.contains(said), "{said}: {first}");
    }
}

async fn a_mail_is_said_first_in_the_language_of_its_batch(database: Database) {
    let sink = Sink::start();
    let app = App::with(database, settings(&sink));
    make_in(&app, "dossier,email\n1,ok@a.vn\n", "en");
    app.set_clock(&written(Clock::System.now() + 3 * 3_600_000));
    wait_until(&app, |mails| mails.sent == 1).await;
    app.pass_minutes(3 * 24 * 60 + 1);
    wait_until(&app, |mails| mails.reminded == 1).await;
    let mails = sink.mails();
    assert_eq!(mails.len(), 2);
    for Mail { content, .. } in &mails {
        // Quoted-printable breaks lines by an equals sign at their end, and writes one as =3D.
        let said = content.replace("=\r\n", "").replace("=3D", "=");
        assert!(said.contains("<html lang=\"en\">"), "{said}");
        assert!(said.contains("<p lang=\"vi\">"), "Vietnamese stands below: {said}");
        assert!(said.contains("lang=en"), "the survey begins in it: {said}");
    }
}

/// Asks the store until mails wait for the reason `why`.
async fn wait_for_reason(app: &App, why: &str) {
    let db = app.database().open().await;
    let since = Instant::now();
    loop {
        let reasons = db.reasons_of_mails().await.unwrap();
        if reasons.iter().any(|reason| reason.why == why && reason.given_up == 0) {
            break;
        }
        assert!(since.elapsed().as_secs() < 60, "{why}: {reasons:?}");
    }
    db.close().await;
}

/// `hailong links` with `arguments` on what `app` stores in; what it printed.
fn links(app: &App, folder: &tempfile::TempDir, arguments: &[&str]) -> String {
    let mut all = vec!["links"];
    all.extend(arguments);
    let folder = folder.path().to_str().unwrap();
    all.extend(["--data-dir", folder, "--database", app.database().url()]);
    let done = hailong(&all);
    assert_eq!(done.status, 0, "{done:?}");
    done.out
}

/// Answers with the link in the mail to `to`.
async fn answer_with_mail(app: &App, sink: &Sink, to: &str) {
    let mail = sink.mails().into_iter().find(|mail| mail.to == to).unwrap();
    let plain = mail.content.replace("=\n", "").replace("=3D", "=");
    let token = plain.split_once("?v=").expect("the link").1[..26].to_owned();
    let mut answered = good();
    answered["visit_token"] = token.into();
    answered["answered_at"] = written(app.now()).into();
    let put = app.request(Method::PUT, &format!("/api/v1/responses/{}", new_id()));
    let put = put.header("content-type", "application/json").body(answered.to_string());
    assert_eq!(put.send().await.unwrap().status(), 201);
}

async fn a_mail_server_that_takes_nothing_costs_no_mail(database: Database) {
    let sink = Sink::start();
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "sai").unwrap();
    let more = format!("user = 'xa'\npassword-file = '{}'", secret.path().display());
    let mut app = App::with(database, settings_with(&sink, &more));
    let faults = [
        ("server 554", ("", "554 go away")),
        ("server 550", ("EHLO", "550 not you")),
        ("sign-in 535", ("AUTH", "535 5.7.8 wrong")),
        ("sender 550", ("MAIL", "550 unknown sender")),
        ("mail 554", ("RCPT", "554 5.7.1 relay access denied")),
    ];
    let folder = make(&app, "dossier,email\n1,a@a.vn\n2,gone@a.vn\n3,b@a.vn\n");
    sink.fail(Some(faults[0].1));
    app.set_clock(&written(Clock::System.now() + 3 * 3_600_000));
    for (why, fault) in faults {
        sink.fail(Some(fault));
        wait_for_reason(&app, why).await;
        if fault.0 != "RCPT" {
            app.expects("the mail server takes none");
        }
        app.pass_minutes(61);
    }
    assert!(sink.mails().is_empty());
    let told = links(&app, &folder, &["status"]);
    assert!(told.contains("mail 554 (máy chủ thư không chuyển thư"), "{told}");
    sink.fail(None);
    app.pass_minutes(4 * 60);
    wait_until(&app, |mails| mails.sent == 2 && mails.failed == 1 && mails.to_remind == 2).await;
    let told = links(&app, &folder, &["status"]);
    assert!(told.contains("550 (máy chủ thư từ chối hộp thư này): 1"), "{told}");
    for (to, times) in [("a@a.vn", 1), ("b@a.vn", 1), ("gone@a.vn", 0)] {
        assert_eq!(sink.count(to), times, "{to}");
    }
}

async fn mails_wait_for_days_and_whoever_answers_meanwhile_is_not_reminded(database: Database) {
    let sink = Sink::start();
    let app = App::with(database, settings(&sink));
    let _folder = make(&app, "dossier,email\n1,a@a.vn\n2,b@a.vn\n");
    app.set_clock(&written(Clock::System.now() + 3 * 3_600_000));
    wait_until(&app, |mails| mails.sent == 2).await;
    // The reminder is tried and put off, for longer than eight attempts took once.
    sink.fail(Some(("RCPT", "451 later")));
    app.pass_minutes(3 * 24 * 60 + 1);
    let backdoor = app.database().backdoor().await;
    for attempts in 1..=10 {
        let tried = format!(
            "select count(*) from link_mails where attempts >= {attempts}
            and claimed_at is null"
        );
        let since = Instant::now();
        while backdoor.number(&tried).await < 2 {
            assert!(since.elapsed().as_secs() < 60, "attempt {attempts} is not made");
        }
        if attempts == 10 {
            answer_with_mail(&app, &sink, "b@a.vn").await;
            sink.fail(None);
        }
        app.pass_minutes(4 * 60 + 1);
    }
    backdoor.close().await;
    wait_until(&app, |mails| mails.to_remind == 0).await;
    assert_eq!((sink.count("a@a.vn"), sink.count("b@a.vn")), (2, 1));
}

async fn mails_of_a_retired_point_go_out_when_it_is_reopened(database: Database) {
    let sink = Sink::start();
    let app = App::with(database, settings(&sink));
    let folder = make(&app, "dossier,email\n1,a@a.vn\n");
    let db = app.database().open().await;
    let code = PointCode::parse(&point()).unwrap();
    let retire = async |retired| {
        let event = event(app.now(), OPERATOR, Action::RetirePoint);
        assert!(db.set_retired(&code, retired, &event).await.unwrap());
    };
    retire(true).await;
    app.set_clock(&written(Clock::System.now() + 3 * 3_600_000));
    let told = links(&app, &folder, &["status"]);
    assert!(told.contains("retired (điểm khảo sát đã ngừng"), "{told}");
    retire(false).await;
    wait_until(&app, |mails| mails.sent == 1).await;
    assert_eq!(sink.count("a@a.vn"), 1);
    db.close().await;
}

async fn a_link_that_was_stopped_or_used_is_not_reminded_of(database: Database) {
    let sink = Sink::start();
    let app = App::with(database, settings(&sink));
    let folder = make(&app, "dossier,email\n1,a@a.vn\n2,b@a.vn\n3,c@a.vn\n");
    app.set_clock(&written(Clock::System.now() + 3 * 3_600_000));
    wait_until(&app, |mails| mails.sent == 3).await;
    links(&app, &folder, &["stop", "1", "--point", &point()]);
    answer_with_mail(&app, &sink, "b@a.vn").await;
    app.pass_minutes(3 * 24 * 60 + 1);
    wait_until(&app, |mails| mails.to_remind == 0).await;
    for (to, times) in [("a@a.vn", 1), ("b@a.vn", 1), ("c@a.vn", 2)] {
        assert_eq!(sink.count(to), times, "{to}");
    }
}
