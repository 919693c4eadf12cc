//! Survey links for closed dossiers, as a clerk makes them for the gateway.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::PathBuf;

use hailong::clock::Clock;
use hailong::first_points;
use hailong::store::Db;
use surveys::VisitToken;
use tempfile::TempDir;

use crate::support::database::{Database, on_both_databases};
use crate::support::process::{Finished, hailong};
use crate::support::submission::point;

on_both_databases![
    a_dossier_gets_one_link_and_the_store_never_its_code,
    texts_are_said_in_the_language_of_the_batch_and_sms_are_counted,
    whoever_has_not_answered_is_reminded_once,
    a_file_of_links_is_never_written_over_and_a_lost_one_is_written_again,
];

const DOSSIERS: &str = "\
dossier,phone,email,closed_at
H19.25-101,0912 345 678,,2020-10-15T09:30
H19.25-102,,chi.a@example.vn,
=H19.25-103,+84912345679,,
";

/// A clerk's folder with the list of dossiers, and the database.
struct Office {
    folder: TempDir,
    database: Database,
}

impl Office {
    async fn open(database: Database) -> Self {
        let db = database.open().await;
        first_points::add(&db, 1).await.unwrap();
        db.close().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("dossiers.csv"), DOSSIERS).unwrap();
        Self { folder, database }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, what: &str, out: &str, options: &[&str]) -> Finished {
        let [dossiers, out] = ["dossiers.csv", out].map(|name| self.file(name));
        let arguments = [
            "links",
            what,
            dossiers.to_str().unwrap(),
            "--point",
            &point(),
            "--out",
            out.to_str().unwrap(),
            "--public-address",
            "https://hailong.example.vn",
            "--data-dir",
            self.folder.path().to_str().unwrap(),
            "--database",
            self.database.url(),
        ];
        hailong(&[&arguments, options].concat())
    }

    fn rows(&self, name: &str) -> Vec<csv::StringRecord> {
        let mut file = csv::Reader::from_path(self.file(name)).unwrap();
        file.records().map(Result::unwrap).collect()
    }
}

fn token(address: &str) -> VisitToken {
    let (_, rest) = address.split_once("?v=").unwrap();
    rest.strip_suffix("&via=online").unwrap().parse().unwrap()
}

async fn answered(db: &Db, address: &str) {
    let here = point().parse().unwrap();
    assert!(db.claim_visit(&token(address), &here, Clock::System.new_id(), 1).await.unwrap());
}

async fn a_dossier_gets_one_link_and_the_store_never_its_code(database: Database) {
    let office = Office::open(database).await;
    let done = office.run("make", "links.csv", &["--delay", "2h"]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.err.contains("3 liên kết mới, 0 hồ sơ đã có"), "{done:?}");
    let rows = office.rows("links.csv");
    assert_eq!(rows.len(), 3);
    let heads =
        csv::Reader::from_path(office.file("links.csv")).unwrap().headers().unwrap().clone();
    let named = |row: &csv::StringRecord, name: &str| {
        row[heads.iter().position(|head| head == name).unwrap()].to_owned()
    };
    for row in &rows {
        // Each parameter of a gateway's template by itself.
        assert_eq!(named(row, "point_code"), point());
        assert!(named(row, "text").contains(&named(row, "commune")), "{row:?}");
        assert!(!named(row, "point").is_empty(), "{row:?}");
        let whole = format!("https://hailong.example.vn/{}", named(row, "path"));
        assert_eq!(whole, named(row, "address"));
    }
    assert_eq!((&rows[0][0], &rows[0][1]), ("H19.25-101", "0912345678"));
    assert_eq!(&rows[1][2], "chi.a@example.vn");
    assert_eq!((&rows[2][0], &rows[2][1]), ("'=H19.25-103", "+84912345679"));
    for row in &rows {
        let (address, text, short) = (&row[3], &row[5], &row[6]);
        assert!(text.ends_with(address) && text.contains("mời ông/bà"), "{text}");
        assert!(short.ends_with(address) && short.is_ascii() && short.len() <= 160, "{short}");
    }
    let tokens: std::collections::HashSet<String> =
        rows.iter().map(|row| token(&row[3]).to_string()).collect();
    assert_eq!(tokens.len(), 3);

    let again = office.run("make", "again.csv", &[]);
    assert!(again.err.contains("0 liên kết mới, 3 hồ sơ đã có"), "{again:?}");
    assert_eq!(office.rows("again.csv").len(), 0);
    assert_eq!(office.database.count("survey_links").await, 3);

    for private in ["links.key", "links.csv"] {
        let mode = std::fs::metadata(office.file(private)).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{private}");
    }
    if office.database.url().starts_with("sqlite:") {
        let stored = std::fs::read(office.database.file()).unwrap();
        let stored = [
            stored,
            std::fs::read(office.database.file().with_extension("db-wal")).unwrap_or_default(),
        ]
        .concat();
        for secret in ["H19.25-10", "0912345678", "example.vn", &tokens.iter().next().unwrap()[..]]
        {
            let found = stored.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!found, "{secret} is in the database");
        }
        let known = stored.windows(5).any(|part| part == point().as_bytes());
        assert!(known, "what is in the database is found there");
    }
}

async fn texts_are_said_in_the_language_of_the_batch_and_sms_are_counted(database: Database) {
    let office = Office::open(database).await;
    assert_eq!(office.run("make", "links.csv", &["--language", "en", "--delay", "0h"]).status, 0);
    for row in office.rows("links.csv") {
        let (address, text, short) = (&row[3], &row[5], &row[6]);
        assert!(address.ends_with("&via=online&lang=en"), "{address}");
        assert!(text.contains("asks you") && text.ends_with(address), "{text}");
        assert!(short.ends_with(address) && short.is_ascii() && short.len() <= 160, "{short}");
        // A commune's name has tone marks: with them it is UCS-2, of 67 places each.
        let long = text.encode_utf16().count().div_ceil(67).to_string();
        assert_eq!((&row[7], &row[8], &row[9]), ("en", &*long, "1"), "{text}");
    }
    let again = office.run("remind", "again.csv", &["--after", "0h"]);
    assert_eq!(again.status, 0, "{again:?}");
    let reminded = office.rows("again.csv");
    assert!(reminded[0][3].ends_with("&via=online"), "{reminded:?}");
    assert!(reminded[0][5].contains("mời ông/bà") && &reminded[0][7] == "vi", "{reminded:?}");
    assert!(office.run("make", "x.csv", &["--language", "tyz"]).one_sentence().contains("tyz"));
}

async fn whoever_has_not_answered_is_reminded_once(database: Database) {
    let office = Office::open(database).await;
    assert_eq!(office.run("make", "links.csv", &["--delay", "0h"]).status, 0);
    let links = office.rows("links.csv");
    let db = office.database.open().await;
    answered(&db, &links[1][3]).await;
    db.close().await;

    let early = office.run("remind", "early.csv", &["--after", "1d"]);
    assert!(early.err.contains("0 lời nhắc, 3 hồ sơ"), "{early:?}");
    let due = office.run("remind", "due.csv", &["--after", "0h"]);
    assert_eq!(due.status, 0, "{due:?}");
    let reminded = office.rows("due.csv");
    let dossiers: Vec<&str> = reminded.iter().map(|row| &row[0]).collect();
    assert_eq!(dossiers, ["H19.25-101", "'=H19.25-103"]);
    assert_eq!(reminded[0][3], links[0][3], "a reminder has the same link");
    let twice = office.run("remind", "twice.csv", &["--after", "0h"]);
    assert!(twice.err.contains("0 lời nhắc"), "{twice:?}");
}

async fn a_file_of_links_is_never_written_over_and_a_lost_one_is_written_again(database: Database) {
    let office = Office::open(database).await;
    assert_eq!(office.run("make", "links.csv", &["--delay", "0h"]).status, 0);
    let (first, links) =
        (std::fs::read(office.file("links.csv")).unwrap(), office.rows("links.csv"));
    std::fs::write(office.file("dossiers.csv"), format!("{DOSSIERS}H19.25-104,0912345670,,\n"))
        .unwrap();
    let noted = office.database.count("staff_audit").await;
    for what in ["make", "remind"] {
        let refused = office.run(what, "links.csv", &[]);
        assert!(refused.one_sentence().contains("hãy nêu tên tệp khác"), "{refused:?}");
    }
    assert_eq!(std::fs::read(office.file("links.csv")).unwrap(), first);
    assert_eq!(office.database.count("survey_links").await, 3, "nothing was stored");
    assert_eq!(office.database.count("staff_audit").await, noted);

    // One has answered; the file is lost; a dossier has joined the list.
    let db = office.database.open().await;
    answered(&db, &links[1][3]).await;
    db.close().await;
    std::fs::remove_file(office.file("links.csv")).unwrap();
    let done = office.run("make", "links.csv", &["--again"]);
    assert!(done.err.contains("1 liên kết mới, 3 hồ sơ đã có liên kết"), "{done:?}");
    assert!(done.err.contains("2 liên kết đã có được ghi lại"), "{done:?}");
    let again = office.rows("links.csv");
    assert_eq!(again.len(), 3);
    assert_eq!(&again[0][0], "H19.25-104");
    for (before, after) in [(&links[0], &again[1]), (&links[2], &again[2])] {
        for column in [0, 1, 3, 4, 5, 6] {
            assert_eq!(before[column], after[column], "the very same link, and when it is sent");
        }
    }
    assert_eq!(office.database.count("survey_links").await, 4);
    assert_eq!(office.database.count("staff_audit").await, noted + 1);
    let without = office.run("make", "without.csv", &[]);
    assert!(without.err.contains("thì thêm --again"), "{without:?}");
}

#[tokio::test]
async fn a_key_that_is_open_or_gone_stops_the_work_in_one_sentence() {
    let office = Office::open(Database::sqlite()).await;
    assert_eq!(office.run("make", "links.csv", &[]).status, 0);
    let key = office.file("links.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = office.run("make", "x.csv", &[]);
    assert!(open.one_sentence().contains("chmod 600"), "{open:?}");
    std::fs::remove_file(&key).unwrap();
    for what in ["make", "remind"] {
        let gone = office.run(what, "x.csv", &[]);
        assert!(gone.one_sentence().contains("links.key"), "{gone:?}");
    }
    assert!(!office.file("x.csv").exists() && !key.exists());
}

#[tokio::test]
async fn a_list_that_cannot_be_used_makes_no_link() {
    let office = Office::open(Database::sqlite()).await;
    let list = "Mã hồ sơ;Ngày đóng\r\nH1;\r\n\r\nH2;hôm qua\r\n";
    std::fs::write(office.file("dossiers.csv"), list).unwrap();
    let failed = office.run("make", "links.csv", &[]);
    assert!(failed.one_sentence().contains("dossiers.csv: dòng 4, cột Ngày đóng"), "{failed:?}");
    let more = format!("{list};\r\n;15/10/2020\r\nH3;9999-12-31\r\n");
    std::fs::write(office.file("dossiers.csv"), more).unwrap();
    let failed = office.run("make", "links.csv", &[]);
    assert_eq!(failed.status, 1, "{failed:?}");
    for told in ["dòng 4, cột Ngày đóng", "dòng 6, cột Mã hồ sơ", "dòng 7, cột Ngày đóng", "3 chỗ"]
    {
        assert!(failed.err.contains(told), "{told}: {failed:?}");
    }
    assert!(!office.file("links.csv").exists());
    let over = office.run("make", "dossiers.csv", &[]);
    assert!(over.one_sentence().contains("dossiers.csv"), "{over:?}");
    assert_eq!(office.run("make", "links.csv", &["--delay", "2"]).status, 2);
    let late = office.run("make", "links.csv", &["--delay", "14d", "--send-mail"]);
    assert!(late.one_sentence().contains("nhiều nhất là 13d"), "{late:?}");
    assert_eq!(office.database.count("survey_links").await, 0);
}

#[tokio::test]
async fn a_contact_that_cannot_be_used_is_left_empty_and_told_and_its_dossier_has_a_link() {
    let office = Office::open(Database::sqlite()).await;
    // As an old Vietnamese spreadsheet writes it: Windows-1258.
    let heads = b"Ma\xDE h\xF4\xCC s\xF5;S\xF4\xEC \xF0i\xEA\xF2n thoa\xF2i;Email\r\n";
    let list = [&heads[..], b"H1;12;\r\n\r\nH2;0912345678;b@@x\r\n"].concat();
    std::fs::write(office.file("dossiers.csv"), list).unwrap();
    let done = office.run("make", "links.csv", &[]);
    assert_eq!(done.status, 0, "{done:?}");
    for told in ["dòng 2, cột Số điện thoại: `12`", "dòng 4, cột Email: `b@@x`"] {
        assert!(done.err.contains(told), "{told}: {done:?}");
    }
    assert!(done.err.contains("2 liên kết mới"), "{done:?}");
    let rows = office.rows("links.csv");
    assert_eq!((&rows[0][0], &rows[0][1], &rows[0][2]), ("H1", "", ""));
    assert_eq!((&rows[1][0], &rows[1][1], &rows[1][2]), ("H2", "0912345678", ""));
}
