//! The file that a tablet saves without a network is signed: whoever carries it can neither
//! change nor add anything.

use hailong::staff::Role;
use serde_json::Value;

use super::equipment::{FILE, beside_the_tablet, noted, page, response, saved};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::device::Tablet;
use crate::support::process::hailong;
use crate::support::signer::Signer;
use crate::support::staff::Member;
use crate::support::submission::{new_id, point};

on_both_databases![
    a_file_that_somebody_changed_on_its_way_is_refused_as_a_whole,
    the_file_of_a_tablet_from_before_there_were_keys_goes_in_and_is_marked,
];

/// A file as the tablet `id` saves it, without its signature.
fn plain(id: &str, lines: &[Value]) -> String {
    String::from_utf8(saved(id, lines)).unwrap()
}

/// What came of `file` on the page of the tablet's point and on the command line, in words.
async fn both(app: &App, lan: &Member<'_>, file: &str, status: u16) -> [String; 2] {
    let here = format!("/staff/points/{}/devices/import", point());
    let shown = page(lan.upload(&here, &[], (FILE, file.as_bytes())).await, status).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    std::fs::write(&path, file).unwrap();
    let database = app.database().url();
    let done = hailong(&["device", "import", path.to_str().unwrap(), "--database", database]);
    assert_eq!(done.status == 0, status == 200, "{done:?}");
    [shown, done.err]
}

async fn a_file_that_somebody_changed_on_its_way_is_refused_as_a_whole(database: Database) {
    let app = App::spawn(database);
    let lan = beside_the_tablet(&app, "lan", Role::CentreStaff, false).await;
    let (signer, other) = (Signer::new(), Signer::new());
    let (tablet, keyless) = (signer.enrolled(&app).await, Tablet::enrolled(&app).await);
    let lines = [response(&new_id()), response(&new_id())];
    let text = plain(&tablet.id, &lines);
    let whole = signer.seal(&text);
    let seal = whole.lines().last().unwrap().to_owned();
    let changed = [
        whole.replacen("\"A1\":5", "\"A1\":1", 1),
        whole.replacen("seconds\":0", "seconds\":3600", 1),
        format!("{text}\n{}\n{seal}", response(&new_id())),
        format!("{whole}{}\n", response(&new_id())),
        format!("{}\n{}\n{seal}", text.lines().next().unwrap(), text.lines().nth(1).unwrap()),
        plain(&tablet.id, &[lines[1].clone(), lines[0].clone()]) + "\n" + &seal,
        text.clone(),
        other.seal(&text),
        format!("{text}\n{{\"signature\":\"\"}}\n"),
        whole.replacen(&tablet.id, &keyless.id, 1),
    ];
    for (n, file) in changed.iter().enumerate() {
        assert_ne!(*file, whole, "change {n}");
        for said in both(&app, &lan, file, 422).await {
            assert!(said.contains("không còn nguyên như máy đã lưu"), "change {n}: {said}");
        }
    }
    assert_eq!(app.database().count("responses").await, 0);
    let notes = noted(&app).await;
    assert_eq!(notes.len(), changed.len(), "{notes:?}");
    let wanted = format!("refuse-queue {}: Quầy 1 – {FILE}", point());
    assert!(notes.iter().all(|note| note.contains(&wanted)), "{notes:?}");
    // As it is, and with the ends of lines of another system.
    for file in [whole.clone(), whole.replace('\n', "\r\n")] {
        for said in both(&app, &lan, &file, 200).await {
            assert!(!said.contains("chữ ký"), "{said}");
        }
    }
    assert_eq!(app.database().count("responses").await, 2);
    assert!(!noted(&app).await.concat().contains("unsigned"));
}

async fn the_file_of_a_tablet_from_before_there_were_keys_goes_in_and_is_marked(
    database: Database,
) {
    let app = App::spawn(database);
    let lan = beside_the_tablet(&app, "lan", Role::CentreStaff, false).await;
    let tablet = Tablet::enrolled(&app).await;
    let file = plain(&tablet.id, &[response(&new_id())]);
    for said in both(&app, &lan, &file, 200).await {
        assert!(said.contains("không có chữ ký của máy"), "{said}");
    }
    assert_eq!(app.database().count("responses").await, 1);
    let unsigned = format!("import-queue {}: Quầy 1 (không có chữ ký / unsigned)", point());
    assert!(noted(&app).await[0].starts_with(&unsigned), "{:?}", noted(&app).await);
}
