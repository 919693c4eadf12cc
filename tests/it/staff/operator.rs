//! What the operator of the machine can do, and what a server says when it starts.

use hailong::staff::{Key, Token};
use std::os::unix::fs::PermissionsExt;

use crate::support::database::{Database, on_both_databases};
use crate::support::process::{Serving, hailong};

on_both_databases![
    the_operator_adds_links_lists_disables_and_enables,
    whatever_the_operator_changes_or_takes_along_is_noted,
];

async fn the_operator_adds_links_lists_disables_and_enables(database: Database) {
    let url = database.url().to_owned();
    let run = |arguments: &[&str]| hailong(&[arguments, &["--database", &url]].concat());
    let lan = ["staff", "add", "lan.nguyen", "--full-name", "Nguyễn Thị Lan"];
    let added = run(&[&lan[..], &["--role", "administrator", "--commune", "22651"]].concat());
    assert_eq!(added.status, 0, "{added:?}");
    let token = |out: &str| Token::parse(out.trim().strip_prefix("/staff/set-up/").unwrap());
    assert!(token(&added.out).is_some(), "{added:?}");
    for (what, arguments) in [
        ("a taken name", &["--role", "leader", "--commune", "22651"][..]),
        ("a role elsewhere", &["--role", "reviewer", "--commune", "22651"]),
        ("no commune", &["--role", "leader", "--commune", "99999"]),
        ("no point", &["--role", "data-entry", "--commune", "22651", "--point", "nowhere"]),
    ] {
        let told = run(&[&lan[..], arguments].concat());
        assert!(told.one_sentence().len() > 20, "{what}");
    }
    let listed = run(&["staff", "list", "--format", "csv"]);
    let row = "lan.nguyen,Nguyễn Thị Lan,administrator,/56/22651/,not-set-up";
    assert!(listed.out.contains(row), "{listed:?}");
    let linked = run(&["staff", "link", "lan.nguyen"]);
    assert!(token(&linked.out).is_some() && linked.out != added.out);
    assert_eq!(run(&["staff", "disable", "lan.nguyen"]).status, 0);
    assert!(run(&["staff", "list", "--format", "json"]).out.contains("\"disabled\""));
    assert!(run(&["staff", "link", "lan.nguyen"]).one_sentence().contains("staff enable"));
    assert_eq!(run(&["staff", "enable", "lan.nguyen"]).status, 0);
    assert!(run(&["staff", "disable", "nobody"]).one_sentence().contains("staff list"));
    let backdoor = database.backdoor().await;
    let noted = "select who || ' ' || action || ' ' || subject from staff_audit order by seq";
    let noted = backdoor.texts(noted).await;
    backdoor.close().await;
    let acts = ["add-account", "make-link", "make-link", "disable", "enable"];
    assert_eq!(noted, acts.map(|act| format!("(operator) {act} lan.nguyen")));
}

#[tokio::test]
async fn a_server_without_staff_prints_a_link_for_the_first_administrator() {
    let database = Database::sqlite();
    let mut serving = Serving::start(&database);
    let link = serving.announced("http://127.0.0.1", "/staff/set-up/");
    let page = reqwest::get(&link).await.unwrap();
    assert_eq!(page.status(), 200, "{link}");
    assert!(page.text().await.unwrap().contains("name=\"full_name\""));
    serving.kill();
    let added = ["staff", "add", "lan", "--full-name", "Lan", "--role", "administrator"];
    assert_eq!(hailong(&[&added[..], &["--database", database.url()]].concat()).status, 0);
    let second = Serving::start(&database);
    let path = link.split_once("/staff/").unwrap().1;
    let gone = reqwest::get(format!("{}staff/{path}", second.home)).await.unwrap();
    assert_eq!(gone.status(), 410, "the link ends with the first account");
}

#[test]
fn a_key_that_others_can_read_or_of_another_database_stops_the_start() {
    let database = Database::sqlite();
    Serving::start(&database).kill();
    let key = database.file().with_file_name("staff.key");
    let serve = |more: &[&str]| {
        let ports = ["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"];
        hailong(&[&ports[..], &["--database", database.url()], more].concat())
    };
    let mode = |mode| {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    mode(0o644);
    assert!(serve(&[]).one_sentence().contains("chmod 600"));
    mode(0o600);
    let other = key.with_file_name("other.key");
    Key::read_or_make(&other, [9; 32]).unwrap();
    let told = serve(&["--key-file", other.to_str().unwrap()]);
    assert!(told.one_sentence().contains("other.key"));
    std::fs::remove_file(&key).unwrap();
    let lost = serve(&[]);
    assert!(lost.one_sentence().contains("hailong staff new-key"), "{lost:?}");
    assert!(!key.exists(), "a new key would hide that the old one is lost");
    let given_up = hailong(&["staff", "new-key", "--database", database.url()]);
    assert_eq!(given_up.status, 0, "{given_up:?}");
    Serving::start(&database).kill();
    assert!(key.exists());
}

async fn whatever_the_operator_changes_or_takes_along_is_noted(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let home = folder.path().to_str().unwrap();
    std::fs::write(file("in.csv"), "answered_at,A1,A2,A3,A4,A5\n2026-10-05,5,4,4,4,4\n").unwrap();
    std::fs::write(file("a1.ogg"), b"OggS....").unwrap();
    let dossiers = "dossier,phone,email,closed_at\nH19.25-101,0912 345 678,,2020-10-15T09:30\n";
    std::fs::write(file("dossiers.csv"), dossiers).unwrap();
    let address = ["--public-address", "https://hailong.example.vn"];
    let (dossiers, links) = (file("dossiers.csv"), ["--point", "22651", "--data-dir", home]);
    let month = ["--commune", "22651", "--period", "2026-10", "--out", home];
    let commands: [(&str, Vec<&str>); 11] = [
        ("import", vec!["import", "in.csv", "--instrument", "quick-counter", "--channel", "paper"]),
        ("export-responses", vec!["export", "--raw", "--out", "out.csv"]),
        ("export-responses", [&["export", "--internal"][..], &month].concat()),
        ("undo-batch", vec!["batch", "undo", "1", "--reason", "x"]),
        ("make-slips", vec!["visits", "make", "--point", "22651", "--count", "2"]),
        ("make-paper", vec!["paper", "make", "--point", "22651", "--sheets", "1"]),
        ("set-fields", vec!["point", "fields", "22651", "Đất đai"]),
        ("set-advance", vec!["point", "advance", "22651", "on"]),
        ("add-recording", vec!["recording", "add", "A1", "a1.ogg"]),
        ("remove-recording", vec!["recording", "remove", "A1"]),
        (
            "make-survey-links",
            [&["links", "make", &dossiers, "--out", "l.csv"][..], &links[..]].concat(),
        ),
    ];
    let mut expected = Vec::new();
    for (noted, command) in &commands {
        let more: Vec<&str> = match *noted {
            "import" => vec!["--point", "22651"],
            "make-slips" => [&["--out", "slips.csv"][..], &address[..]].concat(),
            "make-paper" => vec!["--out", "forms.pdf"],
            "make-survey-links" => address.to_vec(),
            _ => Vec::new(),
        };
        let all = command.iter().chain(&more).map(|word| match *word {
            "in.csv" | "out.csv" | "a1.ogg" | "slips.csv" | "forms.pdf" | "l.csv" => file(word),
            word => word.to_owned(),
        });
        let all: Vec<String> = all.collect();
        let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
        all.extend(["--database", database.url()]);
        let done = hailong(&all);
        assert_eq!(done.status, 0, "{all:?}: {done:?}");
        expected.push(format!("(operator) {noted}"));
        let backdoor = database.backdoor().await;
        let told = backdoor.texts("select who || ' ' || action from staff_audit order by seq");
        assert_eq!(told.await, expected);
        backdoor.close().await;
    }
    let backdoor = database.backdoor().await;
    let personal = "select subject from staff_audit where subject like '%H19%'";
    assert_eq!(backdoor.texts(personal).await, Vec::<String>::new());
    backdoor.close().await;
}
