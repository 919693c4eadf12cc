//! What each tool exports becomes the same responses.

use serde_json::{Value, json};

use super::{documents, file, import, kept};
use crate::support::database::{Database, on_both_databases};

on_both_databases![the_same_answers_are_the_same_responses_from_whichever_tool];

/// The answers of three people, of whom each file of a tool tells.
fn people() -> [Value; 3] {
    [
        json!([1_791_167_400_000_i64, 5, 4, 9, null, 3, [1, 3], "Nhanh, gọn"]),
        json!([1_791_183_910_000_i64, 1, 2, 3, 4, 5, [7], "<script>alert(1)</script>"]),
        json!([1_791_248_400_000_i64, 4, 4, 4, 4, 4, null, null]),
    ]
}

/// What a document says, in the form of [`people`].
fn said(document: &str) -> Value {
    let document: Value = serde_json::from_str(document).unwrap();
    let answer = |code: &str| document["answers"][code].clone();
    let mut said = vec![document["answered_at"].clone()];
    said.extend(["A1", "A2", "A3", "A4", "A5", "N1"].map(answer));
    said.push(document["comment"].clone());
    said.into()
}

/// Each file, with its map and how many of its rows are left out.
const FILES: [(&str, &str, usize); 7] = [
    ("google-forms-sheet.csv", "google-forms-vi", 0),
    ("google-forms-download.csv", "google-forms-vi", 0),
    // One of its respondents never came to the end.
    ("limesurvey-codes.csv", "limesurvey", 1),
    ("limesurvey-texts.csv", "limesurvey", 0),
    ("kobo-values.csv", "kobo", 0),
    ("kobo-labels.csv", "kobo", 0),
    ("odk-central.csv", "odk", 0),
];

async fn the_same_answers_are_the_same_responses_from_whichever_tool(database: Database) {
    let mut before = 0;
    for (name, map, left_out) in FILES {
        let mut content = std::fs::read_to_string(kept(name)).unwrap();
        if name.starts_with("google") {
            content = content.replace('\n', "\r\n");
        }
        let (_folder, path) = file(name, content);
        let done = import(&path, &database, &["--map", map]);
        assert_eq!(done.status, i32::from(left_out > 0), "{name}: {done:?}");
        assert!(done.err.contains(&format!("{left_out} rows were left out")), "{name}: {done:?}");
        let stored = documents(&database).await;
        let new: Vec<Value> = stored[before..].iter().map(|document| said(document)).collect();
        // Files without ids have ids of their content: what one brought, the next one knows.
        match name {
            "google-forms-sheet.csv" | "kobo-values.csv" => assert_eq!(new, people(), "{name}"),
            _ => assert_eq!(new, [] as [Value; 0], "{name}: {done:?}"),
        }
        assert!(stored.iter().all(|document| people().contains(&said(document))), "{name}");
        before = stored.len();
        let again = import(&path, &database, &["--map", map]);
        assert!(again.err.contains(" 0 responses are new, 3 were there before"), "{again:?}");
    }
}

#[test]
fn a_response_that_was_never_submitted_is_left_out_with_its_reason() {
    let database = Database::sqlite();
    let done = import(&kept("limesurvey-codes.csv"), &database, &["--map", "limesurvey"]);
    assert!(done.err.contains(":5: submitdate [] The row has no date"), "{done:?}");
}

#[tokio::test]
async fn separators_encodings_and_the_order_of_columns_change_no_response() {
    let database = Database::sqlite();
    let rows = [
        ["Ngày", "A1", "A2", "A3", "A4", "A5", "G1"],
        ["2026-10-05", "5", "4", "9", "", "3", "chậm"],
        ["2026-10-05", "5", "4", "9", "", "3", "chậm"],
        ["2026-10-06", "1", "2", "3", "4", "5", ""],
    ];
    let written = |order: &[usize], by: &str| {
        let line = |row: &[&str; 7]| order.iter().map(|c| row[*c]).collect::<Vec<_>>().join(by);
        rows.iter().map(line).collect::<Vec<_>>().join("\r\n")
    };
    let (as_it_is, turned) = ([0, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 0]);
    let semicolons = format!("\u{feff}{}", written(&as_it_is, ";"));
    let wide = format!("\u{feff}{}", written(&turned, "\t"));
    let wide: Vec<u8> = wide.encode_utf16().flat_map(u16::to_le_bytes).collect();
    // In Windows-1258 "ậ" is "â" with a combining dot below, and "à" is one byte.
    let old = written(&as_it_is, ",").replace("chậm", "ch\u{1}m").replace("Ngày", "Ng\u{2}y");
    let old: Vec<u8> = old
        .bytes()
        .flat_map(|b| match b {
            1 => vec![0xE2, 0xF2],
            2 => vec![0xE0],
            b => vec![b],
        })
        .collect();
    let (_folder, map) = file("map.toml", "[columns]\n\"Ngày\" = \"answered_at\"\n");
    let files = [written(&as_it_is, ",").into_bytes(), semicolons.into_bytes(), wide, old];
    for (nth, content) in files.iter().enumerate() {
        let (_folder, path) = file("phieu.csv", content);
        let done = import(&path, &database, &["--map", &map]);
        assert_eq!(done.status, 0, "{nth}: {done:?}");
        let new = if nth == 0 { "3 responses are new, 0" } else { "0 responses are new, 3" };
        assert!(done.err.contains(new), "{nth}: {done:?}");
    }
    assert_eq!(documents(&database).await.len(), 3);
}

#[test]
fn a_preview_shows_what_each_cell_becomes_and_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("none.db").display());
    let path = kept("limesurvey-codes.csv");
    let options = ["import", &path, "--instrument", "quick-counter@1", "--channel", "online"];
    let more = ["--point", "22651", "--map", "limesurvey", "--format", "json", "--database", &url];
    let preview = |most: &str| {
        let words = [&options[..], &more[..], &["--preview", most]].concat();
        crate::support::process::hailong(&words)
    };
    let shown = preview("1");
    assert_eq!(shown.status, 0, "{shown:?}");
    let cells: Vec<Value> = serde_json::from_str(&shown.out).unwrap();
    let of = |column: &str| cells.iter().find(|cell| cell["column"] == column).unwrap().clone();
    assert_eq!(of("A1")["cell"], "A5");
    assert_eq!(of("A1")["stored"], "5");
    assert_eq!(of("A1")["says"], "Rất hài lòng");
    assert_eq!(of("submitdate")["stored"], "2026-10-05T09:30:00+07:00");
    assert_eq!((&of("seed")["stored"], &of("seed")["holds"]), (&json!(null), &json!("")));
    let all = preview("100");
    assert_eq!(all.status, 1, "one row would be left out: {all:?}");
    assert!(all.out.contains("Dòng này không có ngày trả lời"), "{all:?}");
    assert!(!folder.path().join("none.db").exists());
}
