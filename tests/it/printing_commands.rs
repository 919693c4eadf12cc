//! The commands that print: posters, visit slips, paper forms.

use std::path::Path;

use hailong::first_points;
use hailong::languages::Languages;
use hailong::printing::{PaperForm, SlipLayout, Slips, svg};
use resvg::usvg::roxmltree;
use surveys::{Serial, VisitToken, catalog, unit};

use crate::support::database::{Database, on_both_databases};
use crate::support::language;
use crate::support::process::{Finished, hailong};
use crate::support::submission::{commune, point};

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

/// The lines of text of a drawing.
fn lines(svg: &str) -> Vec<String> {
    let read = roxmltree::Document::parse(svg).unwrap();
    let texts = read.descendants().filter(|node| node.has_tag_name("text"));
    texts.filter_map(|node| node.text()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_language_of_a_file_is_printed_when_it_lacks_nothing() {
    let (database, folder) = (Database::sqlite(), tempfile::tempdir().unwrap());
    filled(&database).await;
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let languages = folder.path().to_str().unwrap();
    let here = point();
    let tongue = ["--language", language::TAG, "--languages", languages];
    let poster = ["point", "poster", &here, "--public-address", HOME, "--out"];
    let slips = ["visits", "make", "--point", &here, "--count", "3", "--public-address", HOME];
    let forms = ["paper", "make", "--point", &here, "--sheets", "1"];
    language::write(folder.path(), |said| {
        said.replace("form-turn = \"[", "form-turn = \"\" # \"[")
    });
    let out = file("poster.svg");
    let refused = run(&database, &[&poster[..], &[out.as_str()], &tongue].concat());
    assert!(refused.one_sentence().contains("qxx"), "one text is missing: {refused:?}");
    language::write(folder.path(), |said| said);
    for (command, out) in
        [(&poster[..5], "poster.svg"), (&slips[..], "slips.pdf"), (&forms[..], "forms.pdf")]
    {
        let done = run(&database, &[command, &["--out", &file(out)], &tongue].concat());
        assert_eq!(done.status, 0, "{done:?}");
    }
    assert!(is_pdf(&folder.path().join("slips.pdf")) && is_pdf(&folder.path().join("forms.pdf")));

    // Whatever is not between brackets did not come from the file.
    let poster = std::fs::read_to_string(file("poster.svg")).unwrap();
    assert!(poster.contains(&format!("lang=\"{}\"", language::TAG)), "{}", &poster[..300]);
    let poster = lines(&poster);
    assert!(poster.contains(&"[Mở máy ảnh điện thoại, quét mã này]".to_owned()), "{poster:?}");
    assert!(poster.contains(&"Mở máy ảnh điện thoại, quét mã này".to_owned()), "and in Vietnamese");
    let known = Languages::load(Some(folder.path())).unwrap();
    let quick = catalog::instrument("quick-counter", None).unwrap();
    let words = known.words(language::TAG, quick).unwrap();
    let commune = unit::commune(&commune()).unwrap();
    let form = PaperForm { instrument: quick, commune, words, simulated: false };
    let addresses = [format!("{HOME}/s/{here}?v=1")];
    let survey = &format!("{HOME}/s/{here}");
    let slips = Slips { commune, survey, addresses: &addresses, words, simulated: false };
    let slip = |layout| slips.sheets(layout).next().unwrap().unwrap();
    let mut sheets = form.pages().numbered(Serial::new(42).unwrap());
    sheets.extend([slip(SlipLayout::A4), slip(SlipLayout::Receipt)]);
    let mut looked_at = 0;
    for sheet in sheets {
        let read = lines(&svg(&sheet)).join(" ");
        let mut left =
            read.replace(commune.name, "").replace(HOME.trim_start_matches("https://"), "");
        while let Some((before, rest)) = left.split_once('[') {
            let (said, after) = rest.split_once(']').unwrap_or_else(|| panic!("{rest}"));
            looked_at += usize::from(!said.is_empty());
            left = format!("{before}{after}");
        }
        let left = left.replace(&format!("/s/{here}"), "");
        assert!(!left.contains(char::is_alphabetic), "{left:?} of {read}");
    }
    assert!(looked_at > 50, "{looked_at}");
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
    let [csv, pdf, roll] = ["tokens.csv", "slips.pdf", "roll.pdf"].map(|n| folder.path().join(n));
    let make = ["visits", "make", "--point", &point(), "--public-address", HOME];
    for (file, count, paper) in [(&csv, "25", "a4"), (&pdf, "25", "a4"), (&roll, "2", "receipt")] {
        let out = ["--count", count, "--paper", paper, "--out", file.to_str().unwrap()];
        let done = run(&database, &[&make[..], &out].concat());
        assert_eq!(done.status, 0, "{done:?}");
    }
    assert!(is_pdf(&pdf) && is_pdf(&roll));
    // Tokens and serial numbers are in their files alone: no second run writes over one.
    let [tokens_before, forms] =
        ["visit_tokens", "paper_ranges"].map(|table| database.count(table));
    let before = (tokens_before.await, forms.await);
    for file in [&csv, &pdf] {
        let content = std::fs::read(file).unwrap();
        let out = ["--count", "2", "--out", file.to_str().unwrap()];
        let refused = run(&database, &[&make[..], &out].concat());
        assert!(refused.one_sentence().contains("hãy nêu tên tệp khác"), "{refused:?}");
        let forms = ["paper", "make", "--point", &point(), "--sheets", "1", "--out"];
        let refused = run(&database, &[&forms[..], &[pdf.to_str().unwrap()]].concat());
        assert!(refused.one_sentence().contains("hãy nêu tên tệp khác"), "{refused:?}");
        assert_eq!(std::fs::read(file).unwrap(), content);
    }
    let [tokens_after, forms] = ["visit_tokens", "paper_ranges"].map(|table| database.count(table));
    assert_eq!((tokens_after.await, forms.await), before);
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
