//! What the operator of the machine can do, and what a server says when it starts.

use hailong::staff::{Key, Token};
use std::os::unix::fs::PermissionsExt;

use crate::support::database::{Database, on_both_databases};
use crate::support::process::{Serving, hailong};

on_both_databases![the_operator_adds_links_lists_disables_and_enables];

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
