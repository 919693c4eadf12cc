//! Texts that would be a script, an element, an attribute, a formula or a query somewhere,
//! through every field: they come out as the text they are.

use std::fmt::Write as _;
use std::io::{Cursor, Read};

use hailong::staff::Role;
use resvg::usvg::roxmltree;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::hostile::{ROUGH, STRINGS};
use crate::support::petition::{COMMUNE, Pass, post};
use crate::support::staff::Member;
use crate::support::sure;

on_both_databases![every_hostile_text_comes_out_as_text_on_pages_and_in_csv];

/// `text` as templates write it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' | '>' | '"' | '\'' | '&' => write!(out, "&#{};", u32::from(c)).unwrap(),
            c => out.push(c),
        }
    }
    out
}

/// Fails unless `page` has `text` as text and nothing of it as anything else.
fn has_as_text(page: &str, text: &str, what: &str) {
    assert!(page.contains(&escaped(text)), "{what} has not {text:?}: {page}");
    // What is an escape itself may be there as that of another text.
    let marks = text.contains(['<', '"', '\'']);
    assert!(!marks || !page.contains(text), "{what} has {text:?} as it is");
    for bad in ["<script>window", "onerror=window.hacked=1>", "href=\"javascript:"] {
        assert!(!page.contains(bad), "{what} has {bad}");
    }
}

#[test]
fn the_look_itself_sees_a_text_that_is_not_escaped() {
    let page = format!("<p>{}</p>", STRINGS[0]);
    assert!(std::panic::catch_unwind(|| has_as_text(&page, STRINGS[0], "planted")).is_err());
}

async fn every_hostile_text_comes_out_as_text_on_pages_and_in_csv(database: Database) {
    let app = App::spawn(database);
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let form = format!("/p/{COMMUNE}");
    let mut cells = Vec::new();
    for hostile in STRINGS.into_iter().chain(ROUGH) {
        let text = surveys::petition::cleaned(hostile);
        let line = surveys::petition::cleaned_line(hostile);
        let typed = [("subject", hostile), ("text", hostile), ("person", hostile)];
        let check = [&typed[..], &[("consent", "yes"), ("press", "check")]].concat();
        let page = post(&app, &form, &check).await.text().await.unwrap();
        has_as_text(&page, &text, "the look before sending");
        has_as_text(&page, &line, "the look before sending");
        let wrong = [&typed[..], &[("phone", hostile), ("email", hostile)]].concat();
        let answer = post(&app, &form, &wrong).await;
        assert_eq!(answer.status(), 422);
        has_as_text(&answer.text().await.unwrap(), &text, "the form");
        let send = [&typed[..], &[("consent", "yes"), ("press", "send")]].concat();
        let pass = Pass::of(&post(&app, &form, &send).await.text().await.unwrap());
        let done = async |act: &str, version: &str, fields: &[(&str, &str)]| {
            let fields = [&[("version", version)], fields].concat();
            assert_eq!(lan.post(&pass.staff(act), &fields).await.status(), 303, "{act}");
        };
        done("acknowledge", "1", &[]).await;
        done("assign", "2", &[("to", hostile)]).await;
        done("answer", "3", &[("answer", hostile)]).await;
        let sure = sure::parts(&text, &lan);
        let public = [("question", hostile), ("answer", hostile)];
        let public = [&public[..], &sure::ticked(&sure)].concat();
        done("publish", "4", &public).await;
        let rate = [("act", "rate"), ("rating", "not-satisfied"), ("reason", hostile)];
        let (_, page) = pass.look(&app, &rate).await;
        has_as_text(&page, &text, "the sender's page");
        let page = lan.post(&pass.staff("contact"), &[]).await.text().await.unwrap();
        has_as_text(&page, &line, "the page of staff");
        assert!(page.matches(&escaped(&text)).count() >= 5, "{page}");
        let page = lan.get(&pass.staff("reopen")).await.text().await.unwrap();
        has_as_text(&page, &line, "the form of an act");
        let query = serde_urlencoded::to_string([("q", hostile)]).unwrap();
        let answer = lan.get(&format!("/staff/petitions?{query}")).await;
        assert_eq!(answer.status(), 200);
        let code = serde_urlencoded::to_string([("code", hostile)]).unwrap();
        assert_eq!(app.get(&format!("{form}/status?{code}")).await.status(), 200);
        cells.push(text);
    }
    let list = lan.get("/staff/petitions").await.text().await.unwrap();
    let public = app.get(&format!("/c/{COMMUNE}/petitions?period=2026-10")).await;
    let public = public.text().await.unwrap();
    let csv = app.get(&format!("/c/{COMMUNE}/petitions.csv?period=2026-10")).await;
    let csv = csv.text().await.unwrap();
    let mut rows = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), STRINGS.len() + ROUGH.len());
    for cell in rows.iter().flat_map(csv::StringRecord::iter) {
        let starts = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
        assert!(!starts, "{cell} would be run");
    }
    for text in &cells {
        has_as_text(&public, text, "the public list");
        let line = surveys::petition::cleaned_line(text);
        has_as_text(&list, &line, "the list of staff");
        let is = |cell: &str| cell == text || cell.strip_prefix('\'') == Some(text);
        assert!(rows.iter().any(|row| is(&row[2]) && is(&row[3])), "{text} is not in the file");
    }
}

#[tokio::test]
async fn every_hostile_text_is_text_in_the_letter_of_apology() {
    let app = App::spawn(Database::sqlite());
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    for hostile in STRINGS.into_iter().chain(ROUGH) {
        let short: String = hostile.chars().take(20).collect();
        let name: String = hostile.chars().take(60).collect();
        let mut fields: Vec<(&str, &str)> =
            ["addressee", "matter", "reason"].map(|id| (id, hostile)).into();
        fields.extend(["title", "signer"].map(|id| (id, &*name)));
        fields.extend([("number", &*short), ("due", "15/10/2026"), ("new_due", "20/10/2026")]);
        let docx = lan.post("/staff/apology", &[&fields[..], &[("kind", "docx")]].concat()).await;
        assert_eq!(docx.status(), 200, "{hostile:?}");
        let bytes = docx.bytes().await.unwrap();
        let mut file = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(file.len(), 3);
        let mut xml = String::new();
        file.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
        let document = roxmltree::Document::parse(&xml).expect("well-formed XML");
        let kinds: std::collections::BTreeSet<&str> =
            document.descendants().map(|node| node.tag_name().name()).collect();
        assert!(!kinds.contains("instrText") && !kinds.contains("script"), "{kinds:?}");
        let text: String = document.descendants().filter_map(|node| node.text()).collect();
        let wanted = surveys::petition::cleaned_line(hostile).replace('\u{fffe}', "");
        assert!(text.contains(&wanted), "{wanted:?} is not in {text}");
        let pdf = lan.post("/staff/apology", &[&fields[..], &[("kind", "pdf")]].concat()).await;
        let bytes = pdf.bytes().await.unwrap();
        assert!(bytes.starts_with(b"%PDF-"));
        let raw = String::from_utf8_lossy(&bytes);
        assert!(!raw.contains("/JavaScript") && !raw.contains("hacked"));
    }
    let missing = lan.post("/staff/apology", &[("matter", "Hồ sơ còn đây")]).await;
    assert_eq!(missing.status(), 422);
    assert!(missing.text().await.unwrap().contains("Hồ sơ còn đây"), "what was typed stays");
}
