//! Texts that are like nothing else are put in wherever people put something in, through
//! the real interface; then they are looked for everywhere. A look that finds nothing
//! proves nothing, so each is looked for first where it has to be.

mod walked;

use std::fmt::Write as _;

use hailong::clock::Clock;
use hailong::config::Settings;
use hailong::staff::{Permission, Role};
use reqwest::Method;
use serde_json::json;
use surveys::{PointCode, VisitToken};

use self::walked::{Seen, body, staffs, unpacked};
use crate::staff::routes::{Named, shown};
use crate::support::answers;
use crate::support::app::App;
use crate::support::comments::{TWO_DAYS, gather};
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::petition::{Pass, post};
use crate::support::process::hailong;
use crate::support::sample;
use crate::support::staff::by_operator;
use crate::support::staff::{Member, PASSWORD, send};
use crate::support::submission::{good_at, good_but, new_id};
use hailong::staff::audit::Action;

on_both_databases![
    what_people_put_in_is_found_where_it_belongs_and_nowhere_else,
    no_column_of_an_answer_is_there_for_who_answered,
];

const COMMENT: &str = "chim-yến-góp-ý-9173";
const PETITION: &str = "chim-yến-phản-ánh-7391";
/// What is kept, if at all, only in a form that cannot be read.
const NEVER: [&str; 9] = [
    "Canarin Bảo Bình",
    "0987 654 329",
    "canary@chimyen.example",
    "H19.CANARY-7741",
    "bay qua chín ngọn núi",
    "chim yến gõ nhầm mật khẩu",
    "CanaryBrowser/9.9",
    "203.0.113.77",
    "chim-yến-chỗ-ghi-tên",
];

/// Where it all happens, and where [`Named`] has what addresses name; the counter has this
/// code too.
const COMMUNE: &str = "22651";
/// Who works on what was put in.
const CLERK: &str = "chim.lan";

/// The commune of it all, as a scope.
fn scope() -> String {
    let commune = surveys::unit::commune(COMMUNE).unwrap();
    format!("/{}/{}/", commune.province, commune.code)
}

/// What was planted, with what only its owner has.
struct Planted {
    never: Vec<String>,
    receipt: String,
    /// The code of the petition.
    petition: String,
    /// What the response is stored under.
    response: String,
}

fn holds(bytes: &[u8], canary: &str) -> bool {
    // A column of bytes is written in hexadecimal digits where it is read as text.
    let hex = canary.bytes().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let text = String::from_utf8_lossy(bytes);
    text.contains(canary) || text.contains(&hex)
}

/// Puts everything in, the way people do.
async fn plant(app: &App, lan: &Member<'_>) -> Planted {
    let [person, phone, email, dossier, password, mistyped, agent, address, name] = NEVER;
    let tablet = Tablet::enrolled(app).await;
    let visit = VisitToken::new(Clock::System.salt());
    let db = app.database().open().await;
    let at = PointCode::parse(COMMUNE).unwrap();
    db.add_visits(
        &at,
        Clock::System.new_id(),
        std::slice::from_ref(&visit),
        &by_operator(app.now(), Action::MakeSlips),
    )
    .await
    .unwrap();
    db.close().await;
    let mut submission = good_at(COMMUNE);
    submission["comment"] = json!(format!("{COMMENT} rất tốt"));
    submission["answered_at"] = json!("2026-09-14T09:30:00+07:00");
    submission["visit_token"] = json!(visit.to_string());
    let response = new_id();
    let stored = app
        .request(Method::PUT, &format!("/api/v1/responses/{response}"))
        .header("user-agent", agent)
        .header("x-forwarded-for", address)
        .body(submission.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(stored.status(), 201);
    let stored: serde_json::Value = stored.json().await.unwrap();
    let counter = good_but("channel", json!("kiosk"));
    let sent = tablet.put(app, &new_id(), &counter, "2026-10-15T10:00:00+07:00").await;
    assert_eq!(sent.status, 201, "{sent:?}");
    // A body that is refused is told what is wrong with it, and forgotten.
    app.put(&new_id(), &good_but("instrument", json!(name))).await;

    let fields = [
        ("subject", "Chờ lâu"),
        ("text", PETITION),
        ("person", person),
        ("phone", phone),
        ("email", email),
        ("consent", "yes"),
        ("press", "send"),
    ];
    let request = app.request(Method::POST, &format!("/p/{COMMUNE}"));
    let request = request.header("x-forwarded-for", address).header("user-agent", agent);
    let sent = send(request.header("accept", "text/html"), &fields).await;
    assert_eq!(sent.status(), 200);
    let pass = Pass::of(&sent.text().await.unwrap());

    let list = [("point", COMMUNE), ("list", dossier)];
    assert_eq!(lan.post("/staff/links/new", &list).await.status(), 200);
    let chosen = [("current", PASSWORD), ("password", password), ("repeated", password)];
    assert_eq!(lan.post("/staff/me/password", &chosen).await.status(), 303);
    // Somebody types the password into the field for the name.
    for fields in
        [[("name", mistyped), ("password", "x")], [("name", CLERK), ("password", mistyped)]]
    {
        let request = app.request(Method::POST, "/staff/sign-in");
        let request = request.header("sec-fetch-site", "same-origin").header("user-agent", agent);
        send(request, &fields).await;
    }
    let mut never: Vec<String> = NEVER.map(str::to_owned).into();
    never.extend([visit.to_string(), tablet.token.clone(), lan.token.text(), pass.pin]);
    let receipt = stored["receipt"].as_str().unwrap().to_owned();
    Planted { never, receipt, petition: pass.code, response }
}

/// The number of the comment that was planted.
async fn comment(app: &App) -> i64 {
    let backdoor = app.database().backdoor().await;
    let sql =
        format!("select cast(comment_id as text) from comments where text like '%{COMMENT}%'");
    let comment = backdoor.texts(&sql).await.remove(0);
    backdoor.close().await;
    comment.parse().unwrap()
}

/// Everything the database holds, as text.
async fn dump(database: &Database) -> Vec<Seen> {
    if !database.url().starts_with("postgres") {
        let file = |end: &str| {
            let mut path = database.file().into_os_string();
            path.push(end);
            (format!("the database{end}"), std::fs::read(path).unwrap_or_default())
        };
        return ["", "-wal"].map(file).into();
    }
    let backdoor = database.backdoor().await;
    let names = "select table_name::text from information_schema.tables
        where table_schema = current_schema() order by 1";
    let mut seen = Vec::new();
    for table in backdoor.texts(names).await {
        let rows = backdoor.texts(&format!("select t::text from \"{table}\" t")).await;
        seen.push((format!("the table {table}"), rows.join("\n").into_bytes()));
    }
    backdoor.close().await;
    seen
}

/// Fails if anything that was seen holds any of these.
fn nothing_of(canaries: &[&str], seen: &[Seen]) {
    for (name, bytes) in seen {
        for canary in canaries {
            assert!(!holds(bytes, canary), "{name} has {canary}");
        }
    }
}

async fn what_people_put_in_is_found_where_it_belongs_and_nowhere_else(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    answers::month(&database, COMMUNE, 60).await;
    let settings = Settings {
        data_dir: folder.path().to_owned(),
        submissions_per_minute: 10_000,
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..Settings::default()
    };
    let app = App::telling_all(database, settings);
    let lan = Member::signed_in(&app, CLERK, Role::CentreStaff, &scope()).await;
    let planted = plant(&app, &lan).await;
    let db = app.database().open().await;
    assert!(gather(&db, app.now() + TWO_DAYS).await > 0);
    sample::add(&db, 1).await;
    sample::asked(&app).await;
    app.set_clock("2026-10-16T10:00:00+07:00");
    let lan = lan.with(crate::support::staff::session(&db, &lan.account, app.now()).await);
    db.close().await;
    let never: Vec<&str> = planted.never.iter().map(String::as_str).collect();
    let any = [&never[..], &[COMMENT, PETITION]].concat();

    // The controls: it is there where it has to be, and the look sees it.
    let queue = body("/staff/comments", lan.get("/staff/comments").await).await;
    assert!(queue.iter().any(|(_, bytes)| holds(bytes, COMMENT)), "staff read comments");
    let opened = post(&app, "/privacy/erase", &[("receipt", &planted.receipt)]).await;
    assert_eq!(opened.status(), 200);
    let opened = body("what is held", opened).await;
    assert!(holds(&unpacked("x", "3078".into())[0].1, "0x"), "also in hexadecimal digits");

    nothing_of(&any, &walked::public(&app, &planted).await);
    nothing_of(&any, &opened);
    let db = app.database().open().await;
    let named = Named::made(&db, app.now()).await;
    let named = named.with(&planted.petition, comment(&app).await);
    let members = shown::members(&app).await;
    shown::prepared(&app, &db, &members).await;
    let elsewhere = shown::elsewhere(&app, &db).await;
    let mut readers = [0; 2];
    for (permission, seen) in staffs(&app, &db, &members, (&named, &elsewhere)).await {
        use Permission::{DecideComments, HandlePetitions, ReadComments, ReadPetitions};
        nothing_of(&never, std::slice::from_ref(&seen));
        for (place, canary, readers_of) in [
            (0, COMMENT, [ReadComments, DecideComments]),
            (1, PETITION, [ReadPetitions, HandlePetitions]),
        ] {
            if permission.is_some_and(|permission| readers_of.contains(&permission)) {
                readers[place] += usize::from(holds(&seen.1, canary));
            } else {
                nothing_of(&[canary], std::slice::from_ref(&seen));
            }
        }
    }
    db.close().await;
    assert!(readers.iter().all(|pages| *pages > 6), "the control: they are read {readers:?}");
    let chosen = [("unit", COMMUNE), ("period", answers::MONTH), ("table", "figures")];
    let leader = Member::signed_in(&app, "leader", Role::Leader, &scope()).await;
    let audited = Member::signed_in(&app, "auditor", Role::Administrator, &scope()[..4]).await;
    for (path, fields, by) in [
        ("/staff/audit/export", &[][..], &audited),
        ("/staff/results/export", &[chosen[0], chosen[1], chosen[2], ("format", "csv")], &leader),
        ("/staff/results/export", &[chosen[0], chosen[1], chosen[2], ("format", "xlsx")], &leader),
    ] {
        let answer = by.post(path, fields).await;
        assert_eq!(answer.status(), 200, "{path} {fields:?}");
        nothing_of(&any, &body(path, answer).await);
    }
    let log = app.logged();
    assert!(!log.is_empty(), "everything is logged");
    let told = [&any[..], &[&planted.receipt]].concat();
    nothing_of(&told, &[("the log".to_owned(), log.concat().into())]);

    let database = app.stop();
    let dump = dump(&database).await;
    for canary in [COMMENT, PETITION] {
        assert!(dump.iter().any(|(_, bytes)| holds(bytes, canary)), "the control: {canary}");
    }
    nothing_of(&never, &dump);
    let file = folder.path().join("responses.csv").display().to_string();
    let raw = ["export", "--raw", "--instrument", "quick-counter", "--out", &file];
    let done = hailong(&[&raw[..], &["--database", database.url()]].concat());
    assert_eq!(done.status, 0, "{done:?}");
    let raw = std::fs::read(&file).unwrap();
    assert!(holds(&raw, COMMUNE), "the control: it has responses");
    nothing_of(&any, &[("the raw file".to_owned(), raw)]);
}

async fn no_column_of_an_answer_is_there_for_who_answered(database: Database) {
    const WHO: [&str; 12] = [
        "name",
        "phone",
        "telephone",
        "email",
        "mailbox",
        "address",
        "ip",
        "agent",
        "cookie",
        "dossier",
        "citizen",
        "birth",
    ];
    database.open().await.close().await;
    let columns = if database.url().starts_with("postgres") {
        "select column_name::text from information_schema.columns where table_name in
            ('responses', 'drafts', 'comments', 'visit_tokens')"
    } else {
        "select p.name from sqlite_master m join pragma_table_info(m.name) p
         where m.name in ('responses', 'drafts', 'comments', 'visit_tokens')"
    };
    let backdoor = database.backdoor().await;
    let columns = backdoor.texts(columns).await;
    backdoor.close().await;
    assert!(columns.len() > 30, "{columns:?}");
    for column in columns {
        assert!(column.split('_').all(|part| !WHO.contains(&part)), "{column}");
    }
}
