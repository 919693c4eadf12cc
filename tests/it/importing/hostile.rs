//! Files that mean harm, and files with many mistakes.

use std::fmt::Write;

use surveys::text::typed_text;

use super::{documents, file, import};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::hostile::STRINGS;
use crate::support::process::hailong;
use crate::support::submission::commune;

on_both_databases![
    sixty_scripts_come_out_as_the_text_they_are,
    of_ten_thousand_rows_the_good_go_in_and_the_bad_come_back,
];

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

async fn sixty_scripts_come_out_as_the_text_they_are(database: Database) {
    let mut content = String::from("answered_at,A1,A2,A3,A4,A5,comment,service_field\n");
    for script in STRINGS {
        let cell = quoted(script);
        writeln!(content, "2026-09-05,5,5,5,5,5,{cell},{cell}").unwrap();
        // And where none may stand: the row comes back.
        writeln!(content, "2026-09-05,{cell},5,5,5,5,,").unwrap();
    }
    let (folder, path) = file("<img src=x onerror=alert(1)>.csv", content);
    let rejects = folder.path().join("rejects.csv").to_str().unwrap().to_owned();
    let app = App::spawn(database);
    let database = app.database();
    let done = import(&path, database, &["--rejects", &rejects]);
    assert!(
        done.err.contains("60 responses are new, 0 were there before, 60 rows"),
        "{:?}",
        done.err.lines().last()
    );
    let said: Vec<serde_json::Value> =
        documents(database).await.iter().map(|d| serde_json::from_str(d).unwrap()).collect();
    for (script, document) in STRINGS.iter().zip(&said) {
        assert_eq!(document["comment"], typed_text(script));
        assert_eq!(document["service_field"], typed_text(script));
    }
    let raw = folder.path().join("raw.csv").to_str().unwrap().to_owned();
    let words = ["export", "--raw", "--with-comments", "--out", &raw];
    assert_eq!(hailong(&[&words[..], &["--database", database.url()]].concat()).status, 0);
    for written in [&raw, &rejects] {
        let text = std::fs::read_to_string(written).unwrap();
        let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let cells: Vec<String> = csv
            .records()
            .flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        for script in STRINGS {
            let script = typed_text(script);
            let is_it = |cell: &String| {
                [cell, cell.strip_prefix('\'').unwrap_or(cell)].map(typed_text).contains(&script)
            };
            assert!(cells.iter().any(is_it), "{script} is not in {written}");
        }
        let runs = |cell: &&String| cell.starts_with(['=', '+', '-', '@']);
        assert_eq!(cells.iter().find(runs), None, "a spreadsheet would run it");
    }
    for page in [format!("/c/{}", commune()), format!("/c/{}?period=2026-09", commune())] {
        let html = app.get(&page).await.text().await.unwrap();
        for script in STRINGS.iter().filter(|script| script.len() > 20) {
            assert!(!html.contains(script), "{script} is on {page}");
        }
    }
    let words = ["batch", "list", "--database", database.url()];
    let list = hailong(&words);
    assert!(list.out.contains("<img src=x onerror=alert(1)>.csv"), "{list:?}");
}

async fn of_ten_thousand_rows_the_good_go_in_and_the_bad_come_back(database: Database) {
    let mut content = String::from("answered_at;A1;A2;A3;A4;A5;comment\r\n");
    for n in 0..10_000 {
        let (day, a) = (n % 28 + 1, n % 5 + 1);
        let _ = match n % 100 {
            // Ten kinds of mistakes.
            3 => write!(content, "2026-09-{day:02};7;1;1;1;1;\r\n"),
            13 => write!(content, "2026-09-{day:02};tuyệt;1;1;1;1;\r\n"),
            23 => write!(content, "2026-09-{day:02};5;5\r\n"),
            33 => write!(content, ";5;5;5;5;5;\r\n"),
            43 => write!(content, "hôm qua;5;5;5;5;5;\r\n"),
            53 => write!(content, "2031-09-01;5;5;5;5;5;\r\n"),
            63 => write!(content, "2026-02-30;5;5;5;5;5;\r\n"),
            73 => write!(content, "2026-09-{day:02};5;5;5;5;5;{}\r\n", "x".repeat(5_000)),
            83 => write!(content, "2026-09-{day:02};5;5;5;5;5;\"a\"b\r\n"),
            93 => write!(content, "2026-09-{day:02};5;5;5;5;5;a\u{1}b\r\n"),
            _ => write!(content, "2026-09-{day:02};{a};4;5;9;;phiếu {n}\r\n"),
        };
    }
    let (folder, path) = file("phieu.csv", content);
    let rejects = folder.path().join("rejects.csv").to_str().unwrap().to_owned();
    database.open().await.close().await;
    let tried = import(&path, &database, &["--dry-run"]);
    assert_eq!(tried.status, 1);
    assert!(tried.err.contains("9000 usable rows, 1000 left out"), "{tried:?}");
    let shown = import(&path, &database, &["--preview", "20", "--format", "csv"]);
    assert!(shown.out.contains("phiếu 0") && shown.out.contains("tuyệt"), "{shown:?}");
    assert_eq!(database.count("batches").await, 0, "nothing was stored");
    let done = import(&path, &database, &["--rejects", &rejects]);
    assert_eq!(done.status, 1);
    assert!(done.err.contains("batch 1: 9000 responses are new, 0 were there before, 1000 rows"));
    assert!(done.err.lines().count() < 30, "the first ones are told, not all: {done:?}");
    assert_eq!(database.count("responses").await, 9_000);
    let text = std::fs::read_to_string(&rejects).unwrap();
    let mut csv = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let lines: Vec<u64> = csv.records().map(|row| row.unwrap()[0].parse().unwrap()).collect();
    let bad = (0..10_000).filter(|n| n % 10 == 3).map(|n| n + 2);
    assert_eq!(lines, bad.collect::<Vec<u64>>());
}
