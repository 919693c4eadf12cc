//! The commands that print: posters, visit slips, paper forms.

use std::path::Path;

use hailong::first_points;
use surveys::{Serial, VisitToken, catalog};

use crate::support::database::{Database, on_both_databases};
use crate::support::process::{Finished, hailong};
use crate::support::submission::point;

on_both_databases![
    tokens_are_good_once_their_file_is_written,
    forms_have_serial_numbers_that_follow_each_other,
];

const HOME: &str = "https://hailong.example.vn";

/// A database with the first collection points.
async fn filled(database: &Database) {
    let db = database.open().await;
    first_points::add(&db, 1).await.unwrap();
    db.close().await;
}

fn run(database: &Database, arguments: &[&str]) -> Finished {
    hailong(&[arguments, &["--database", database.url()]].concat())
}

fn is_pdf(file: &Path) -> bool {
    std::fs::read(file).unwrap().starts_with(b"%PDF-")
}

#[tokio::test]
async fn a_poster_is_written_in_every_size_and_form() {
    let (database, folder) = (Database::sqlite(), tempfile::tempdir().unwrap());
    filled(&database).await;
    for size in ["a4", "a5", "card"] {
        for ending in ["svg", "pdf"] {
            let file = folder.path().join(format!("{size}.{ending}"));
            let out = file.to_str().unwrap();
            let poster = ["point", "poster", &point(), "--size", size, "--out", out];
            let done = run(&database, &[&poster[..], &["--public-address", HOME]].concat());
            assert_eq!(done.status, 0, "{done:?}");
            let said = format!("hailong.example.vn/s/{}<", point());
            let svg = || std::fs::read_to_string(&file).unwrap().contains(&said);
            assert!(if ending == "pdf" { is_pdf(&file) } else { svg() });
        }
    }
}

#[tokio::test]
async fn what_cannot_be_printed_is_told_in_one_sentence_and_leaves_no_file() {
    let (database, folder) = (Database::sqlite(), tempfile::tempdir().unwrap());
    filled(&database).await;
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (pdf, png, here) = (file("x.pdf"), file("x.png"), point());
    let make = ["visits", "make", "--count", "3", "--point"];
    for (arguments, said) in [
        (["point", "poster", &here, "--out", &pdf].as_slice(), "--public-address"),
        (&["point", "poster", "nowhere", "--out", &pdf, "--public-address", HOME], "nowhere"),
        (&["point", "poster", &here, "--out", &png, "--public-address", HOME], ".pdf"),
        (&[&make[..], &[&here, "--out", &pdf]].concat(), "--public-address"),
        (&[&make[..], &[&here, "--out", &png, "--public-address", HOME]].concat(), ".csv"),
        (&["paper", "make", "--point", &here, "--sheets", "1", "--out", &file("x.svg")], ".pdf"),
        (&["paper", "make", "--point", &here, "--sheets", "1", "--out", "/proc/x.pdf"], "/proc"),
    ] {
        let failed = run(&database, arguments);
        assert!(failed.one_sentence().contains(said), "{said}: {failed:?}");
    }
    for wrong in [
        ["point", "poster", &here, "--out", &pdf, "--public-address", "hailong.example.vn"]
            .as_slice(),
        &["visits", "make", "--point", &here, "--out", &pdf, "--count", "0"],
        &["visits", "make", "--point", &here, "--out", &pdf, "--count", "2001"],
        &["paper", "make", "--point", &here, "--out", &pdf, "--sheets", "501"],
    ] {
        assert_eq!(run(&database, wrong).status, 2, "{wrong:?}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(database.count("visit_tokens").await, 0);
    assert_eq!(database.count("paper_ranges").await, 0, "a file that cannot be begun takes none");
}

async fn tokens_are_good_once_their_file_is_written(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    filled(&database).await;
    let (csv, pdf) = (folder.path().join("tokens.csv"), folder.path().join("slips.pdf"));
    let make = ["visits", "make", "--point", &point(), "--public-address", HOME];
    for (file, count, paper) in [(&csv, "25", "a4"), (&pdf, "25", "a4"), (&pdf, "2", "receipt")] {
        let out = ["--count", count, "--paper", paper, "--out", file.to_str().unwrap()];
        let done = run(&database, &[&make[..], &out].concat());
        assert_eq!(done.status, 0, "{done:?}");
    }
    assert!(is_pdf(&pdf));
    let db = database.open().await;
    let mut tokens = 0;
    for row in csv::Reader::from_path(&csv).unwrap().records() {
        let row = row.unwrap();
        let token: VisitToken = row[0].parse().unwrap();
        assert_eq!(row[1], format!("{HOME}/s/{}?v={token}", point()));
        let (here, id) = (point().parse().unwrap(), uuid::Uuid::from_u128(tokens));
        assert!(db.claim_visit(&token, &here, id, 1).await.unwrap());
        tokens += 1;
    }
    assert_eq!(tokens, 25);
    db.close().await;
    let listed = run(&database, &["visits", "list", "--format", "json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    let counts: Vec<_> =
        listed.as_array().unwrap().iter().map(|b| (&b["tokens"], &b["used"])).collect();
    let expected = [(25, 25), (25, 0), (2, 0)];
    assert_eq!(counts.len(), 3);
    for ((tokens, used), expected) in counts.into_iter().zip(expected) {
        assert_eq!((tokens.as_i64().unwrap(), used.as_i64().unwrap()), expected);
    }
}

async fn forms_have_serial_numbers_that_follow_each_other(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    filled(&database).await;
    for (n, language) in [("3", "vi"), ("2", "en")] {
        let file = folder.path().join(format!("{language}.pdf"));
        let out = ["--sheets", n, "--language", language, "--out", file.to_str().unwrap()];
        let done = run(&database, &[&["paper", "make", "--point", &point()], &out[..]].concat());
        assert_eq!(done.status, 0, "{done:?}");
        assert!(is_pdf(&file));
    }
    let listed = run(&database, &["paper", "list", "--format", "csv"]);
    let mut rows = csv::Reader::from_reader(listed.out.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let number = |text: &str| text.parse::<Serial>().unwrap().number();
    let ranges: Vec<_> = rows.iter().map(|row| (number(&row[0]), number(&row[1]))).collect();
    assert_eq!(ranges, [(1, 3), (4, 5)]);
    let newest = catalog::instrument("quick-counter", None).unwrap();
    assert_eq!(rows[0][4], format!("quick-counter@{}", newest.version));
    let elsewhere = run(&database, &["paper", "list", "--point", "nowhere", "--format", "csv"]);
    assert_eq!(elsewhere.out.lines().count(), 1);
}
