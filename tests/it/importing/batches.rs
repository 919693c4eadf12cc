//! Imports are taken back, and brought back, as a whole.

use std::fmt::Write;

use super::{documents, file, import};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::process::{Finished, begin, hailong};
use crate::support::submission::{commune, good, new_id, point};

on_both_databases![
    an_undone_batch_is_in_no_figure_and_comes_back_with_its_file,
    a_killed_import_counts_nothing_and_is_finished_by_importing_again,
    a_file_that_was_wrong_is_undone_mended_and_imported_with_the_same_ids,
];

const HEADER: &str = "answered_at,A1,A2,A3,A4,A5\n";

fn rows(count: u32) -> String {
    let mut rows = HEADER.to_owned();
    for n in 0..count {
        let (day, a, b) = (n % 20 + 1, n % 5 + 1, n / 5 % 5 + 1);
        writeln!(rows, "2026-09-{day:02}T{:02}:00:00,{a},{b},4,5,3", n % 12 + 7).unwrap();
    }
    rows
}

fn batch(words: &[&str], database: &Database) -> Finished {
    hailong(&[&["--lang", "en", "batch"], words, &["--database", database.url()]].concat())
}

/// The public figures of September.
async fn figures(app: &App) -> String {
    let path = format!("/api/v1/estimates?commune={}&period=2026-09&format=json", commune());
    let answer = app.get(&path).await;
    assert_eq!(answer.status(), 200);
    answer.text().await.unwrap()
}

fn package(database: &Database) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (commune, out) = (commune(), folder.path().to_str().unwrap().to_owned());
    let place = ["export", "--commune", &commune, "--period", "2026-09", "--out", &out];
    let done = hailong(&[&place[..], &["--database", database.url()]].concat());
    assert_eq!(done.status, 0, "{done:?}");
    std::fs::read(done.out.trim_end()).unwrap()
}

async fn an_undone_batch_is_in_no_figure_and_comes_back_with_its_file(database: Database) {
    let (_folder, path) = file("phiếu giấy.csv", rows(120));
    let app = App::spawn(database);
    let database = app.database();
    let id = new_id();
    assert_eq!(app.put(&id, &good()).await.status, 201);
    let (none, empty) = (figures(&app).await, package(database));
    let done = import(&path, database, &[]);
    assert!(done.err.contains("batch 1: 120 responses are new"), "{done:?}");
    let (all, full) = (figures(&app).await, package(database));
    assert_ne!((&none, &empty), (&all, &full));
    let undone = batch(&["undo", "1", "--reason", "nhầm xã"], database);
    assert_eq!((undone.status, undone.out.as_str()), (0, ""), "{undone:?}");
    assert!(undone.err.contains("120 responses stay stored and no longer count"), "{undone:?}");
    assert_eq!((figures(&app).await, package(database)), (none, empty));
    assert_eq!(database.count("responses").await, 121, "nothing is erased");
    let done = import(&path, database, &[]);
    assert!(done.err.contains("batch 2: 120 responses are new"), "{done:?}");
    assert_eq!((figures(&app).await, package(database)), (all, full));
    assert_eq!(database.count("responses").await, 121, "they are the same rows");

    let list = batch(&["list", "--format", "csv"], database);
    let states: Vec<&str> =
        list.out.lines().skip(1).map(|l| l.split(',').nth(1).unwrap()).collect();
    assert_eq!(states, ["counts", "undone"], "{list:?}");
    let shown = batch(&["show", "1", "--format", "csv"], database);
    for line in ["file,phiếu giấy.csv", "stored,120", "holds,0", "reason,nhầm xã", "channel,online"]
    {
        assert!(shown.out.lines().any(|l| l == line), "{line}: {shown:?}");
    }
    assert!(batch(&["undo", "1", "--reason", "x"], database).one_sentence().contains("before"));
    assert!(batch(&["undo", "9", "--reason", "x"], database).one_sentence().contains("no batch 9"));
    assert!(batch(&["show", "9"], database).one_sentence().contains("batch list"));
    for reason in ["", "  ", "a\nb", &"x".repeat(501)] {
        assert_eq!(batch(&["undo", "2", "--reason", reason], database).status, 2, "{reason:?}");
    }
}

async fn a_killed_import_counts_nothing_and_is_finished_by_importing_again(database: Database) {
    database.open().await.close().await;
    let (_folder, path) = file("phieu.csv", rows(20_000));
    let point = point();
    let words = ["import", &path, "--instrument", "quick-counter@1", "--channel", "online"];
    let place = ["--point", &point, "--database", database.url()];
    let mut running = begin(&[&words[..], &place[..]].concat());
    let backdoor = database.backdoor().await;
    while backdoor.number("select count(*) from responses").await < 128 {
        assert!(running.try_wait().unwrap().is_none(), "it is not that fast");
    }
    running.kill().unwrap();
    running.wait().unwrap();
    let stored = backdoor.number("select count(*) from responses").await;
    backdoor.close().await;
    assert!((128..20_000).contains(&stored), "{stored}");
    let list = batch(&["list", "--format", "csv"], &database);
    assert!(list.out.lines().nth(1).unwrap().starts_with("1,unfinished,"), "{list:?}");
    let db = database.open().await;
    assert!(!db.is_answered(&commune(), "quick-counter", 1).await.unwrap(), "half of it is none");
    let done = import(&path, &database, &[]);
    let known =
        format!("batch 1: {} responses are new, {stored} were there before", 20_000 - stored);
    assert!(done.err.contains(&known), "{done:?}");
    assert!(db.is_answered(&commune(), "quick-counter", 1).await.unwrap());
    assert_eq!(db.batch(1).await.unwrap().unwrap().stored, 20_000);
    db.close().await;
}

async fn a_file_that_was_wrong_is_undone_mended_and_imported_with_the_same_ids(database: Database) {
    let id = new_id();
    let row = |a1: u8| format!("response_id,{HEADER}{id},2026-09-05,{a1},5,5,5,5\n");
    let (_folder, wrong) = file("wrong.csv", row(1));
    let (_other, mended) = file("mended.csv", row(5));
    import(&wrong, &database, &[]);
    let refused = import(&mended, &database, &[]);
    assert!(refused.err.contains("undo the batch with that response"), "{refused:?}");
    batch(&["undo", "1", "--reason", "thang điểm ngược"], &database);
    let done = import(&mended, &database, &[]);
    assert!(done.err.contains("1 responses are new"), "{done:?}");
    let again = import(&mended, &database, &[]);
    assert!(again.err.contains("0 responses are new, 1 were there before"), "{again:?}");
    assert_eq!(documents(&database).await.len(), 2);
}

#[test]
fn a_file_that_counts_already_with_another_channel_is_imported_only_on_purpose() {
    let (_folder, path) = file("a.csv", rows(3));
    let database = Database::sqlite();
    assert!(import(&path, &database, &[]).err.contains("3 responses are new"));
    let point = point();
    let place = ["--point", &point, "--database", database.url()];
    let again = ["--lang", "en", "import", &path, "--instrument", "quick-counter@1", "--channel"];
    let paper = [&again[..], &["paper"], &place[..]].concat();
    let refused = hailong(&paper);
    assert!(refused.one_sentence().contains("imported as batch 1 with another channel"));
    let done = hailong(&[&paper[..], &["--again"]].concat());
    assert!(done.err.contains("3 responses are new"), "{done:?}");
    // What was undone counts no more, and no file stands in its way.
    for number in ["1", "2"] {
        assert_eq!(batch(&["undo", number, "--reason", "x"], &database).status, 0);
    }
    assert_eq!(hailong(&paper).status, 0);
}

#[test]
fn dates_are_read_one_way_for_the_whole_file_or_asked_about() {
    let database = Database::sqlite();
    let take = |dates: [&str; 2], more: &[&str]| {
        let [one, other] = dates;
        let (_folder, path) =
            file("a.csv", format!("{HEADER}{one},1,2,3,4,5\n{other},5,4,3,2,1\n"));
        import(&path, &database, more)
    };
    let decided = take(["05/10/2026", "13/10/2026"], &[]);
    assert!(decided.err.contains("2 responses are new"), "{decided:?}");
    for open in [["05/10/2026", "06/10/2026"], ["13/10/2026", "10/13/2026"]] {
        assert!(take(open, &[]).one_sentence().contains("dd/mm/yyyy"));
    }
    let (_folder, map) =
        file("map.toml", "[dates]\nform = \"dd/mm/yyyy\"\n[columns]\n\"Ngày\" = \"A1\"\n");
    let against = take(["10/13/2026", "10/05/2026"], &["--map", &map]);
    assert!(against.one_sentence().contains("mm/dd/yyyy"), "{against:?}");
    let said = take(["05/10/2026", "07/10/2026"], &["--map", &map]);
    assert!(said.err.contains("the file lacks: Ngày"), "{said:?}");
}
