//! What is in the month's package adds up over communes, and is the same in each form.

use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use surveys::catalog;

use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::process::{Finished, hailong};

on_both_databases![
    packages_of_several_communes_add_up_to_what_their_rows_give,
    what_few_people_answered_adds_up_in_internal_packages_alone,
];

/// The code of the commune of the plan at `place`, and of its first collection point.
fn commune(place: usize) -> (String, String) {
    let plan = &catalog::plans()[place];
    (plan.commune_code.to_string(), hailong::first_points::code_of(plan).to_string())
}

/// A store in which the first communes have so many answers.
async fn answered(database: &Database, counts: &[u32]) {
    let mut first = 0;
    for (place, count) in counts.iter().enumerate() {
        let (_, point) = commune(place);
        if place == 0 {
            answers::month(database, &point, *count).await;
        } else {
            let db = database.open().await;
            answers::add(&db, &point, first..first + count).await;
            db.close().await;
        }
        first += count;
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// The files of the package that the command writes.
fn package(
    database: &Database,
    folder: &Path,
    commune: &str,
    more: &[&str],
) -> Vec<(String, Vec<u8>)> {
    let start = ["export", "--commune", commune, "--period", MONTH, "--out", text(folder)];
    let done = hailong(&[&start[..], &["--database", database.url()], more].concat());
    assert_eq!(done.status, 0, "{done:?}");
    let internal = more.contains(&"--internal");
    assert_eq!(done.out.contains("_noi-bo"), internal, "{}", done.out);
    let bytes = std::fs::read(done.out.trim_end()).expect("the command tells where it wrote");
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    (0..zip.len())
        .map(|place| {
            let mut file = zip.by_index(place).expect("a file");
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).expect("its bytes");
            (file.name().expect("its name").into_owned(), bytes)
        })
        .collect()
}

fn named<'a>(files: &'a [(String, Vec<u8>)], name: &str) -> &'a [u8] {
    &files.iter().find(|(file, _)| file == name).unwrap_or_else(|| panic!("no {name}")).1
}

/// The tallies of the packages of the first communes, one after the other, as a file.
fn gathered(database: &Database, folder: &Path, communes: usize, more: &[&str]) -> String {
    let mut all = Vec::new();
    for place in 0..communes {
        all.extend_from_slice(named(
            &package(database, folder, &commune(place).0, more),
            "tong-cong.csv",
        ));
    }
    let path = folder.join("all.csv");
    std::fs::write(&path, all).expect("it is written");
    text(&path).to_owned()
}

fn estimate(more: &[&str]) -> Finished {
    let of = ["--lang", "en", "estimate", "--instrument", "quick-counter@1", "--format", "csv"];
    let done = hailong(&[&of[..], more].concat());
    assert_eq!(done.status, 0, "{done:?}");
    done
}

/// The rows of a table of estimates of these levels.
fn rows(csv: &str, levels: &[&str]) -> Vec<Vec<String>> {
    let mut csv = csv::Reader::from_reader(csv.as_bytes());
    let row = |row: csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    let all = csv.records().map(|record| row(record.expect("a row")));
    all.filter(|row| levels.contains(&&*row[0])).collect()
}

/// That both are the same, numbers to 1e-12; how many rows there are.
fn same(one: &str, other: &str, levels: &[&str]) -> usize {
    let (one, other) = (rows(one, levels), rows(other, levels));
    assert_eq!(one.len(), other.len());
    for (a, b) in one.iter().flatten().zip(other.iter().flatten()) {
        match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(x), Ok(y)) => assert!((x - y).abs() <= 1e-12, "{a} {b}"),
            _ => assert_eq!(a, b),
        }
    }
    one.len()
}

/// Every response of the store as a file.
fn raw(database: &Database, folder: &Path) -> String {
    let path = folder.join("raw.csv");
    let done = hailong(&["export", "--raw", "--out", text(&path), "--database", database.url()]);
    assert_eq!(done.status, 0, "{done:?}");
    text(&path).to_owned()
}

const ALL: [&str; 4] = ["item", "component", "part", "index"];

async fn packages_of_several_communes_add_up_to_what_their_rows_give(database: Database) {
    answered(&database, &[150, 130, 110]).await;
    let folder = tempfile::tempdir().unwrap();
    let raw = raw(&database, folder.path());
    let everybody = estimate(&[&raw]);

    // Everything, by whatever there is.
    let whole = gathered(&database, folder.path(), 3, &["--internal"]);
    assert_eq!(same(&everybody.out, &estimate(&["--tallies", &whole]).out, &ALL), 12);
    for by in ["commune_code", "channel", "collection_point,month", "day"] {
        let [wanted, found] = [vec![&*raw], vec!["--tallies", &whole]]
            .map(|from| estimate(&[&from[..], &["--by", by]].concat()));
        assert!(same(&wanted.out, &found.out, &ALL) > 20, "{by}");
    }

    // Of the public's the single questions; the index is told to be left out.
    let public = gathered(&database, folder.path(), 3, &[]);
    let found = estimate(&["--tallies", &public]);
    assert_eq!(same(&everybody.out, &found.out, &["item", "component"]), 10);
    assert_eq!(rows(&found.out, &["index", "part"]).len(), 0);
    assert!(found.err.contains("index quick-counter"), "{}", found.err);
    let by = ["--by", "commune_code"];
    let [wanted, found] =
        [vec![&*raw], vec!["--tallies", &public]].map(|from| estimate(&[&from[..], &by].concat()));
    assert_eq!(same(&wanted.out, &found.out, &["item", "component"]), 30);

    // The workbook has the same tables, codes as texts.
    let (code, _) = commune(0);
    let files = package(&database, folder.path(), &code, &["--internal"]);
    for name in ["ket-qua", "so-lieu", "tong-cong"] {
        let csv = String::from_utf8(named(&files, &format!("{name}.csv")).to_vec()).unwrap();
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(named(&files, "ket-qua.xlsx"))).unwrap();
        assert_eq!(book.sheet_names(), ["ket-qua", "so-lieu", "tong-cong"]);
        let sheet = book.worksheet_range(name).unwrap();
        let mut height = 0;
        for (row, record) in csv.records().enumerate() {
            height += 1;
            for (column, told) in record.unwrap().iter().enumerate() {
                let cell = sheet.get((row, column)).unwrap_or(&Data::Empty);
                let shown = match cell {
                    Data::Empty => String::new(),
                    cell => cell.to_string(),
                };
                assert_eq!(shown, told.strip_prefix('\'').unwrap_or(told), "{name} {row} {column}");
                if told == code {
                    assert!(matches!(cell, Data::String(_)), "{cell:?}");
                }
            }
        }
        assert_eq!(sheet.height(), height, "{name}");
    }

    // Nobody can download what is internal.
    let app = App::spawn(database);
    let path = format!("/api/v1/exports/hailong_{code}_{MONTH}_noi-bo.zip");
    assert!(app.get(&path).await.status().is_client_error());
}

async fn what_few_people_answered_adds_up_in_internal_packages_alone(database: Database) {
    answered(&database, &[150, 8]).await;
    let folder = tempfile::tempdir().unwrap();
    let (few, _) = commune(1);
    let files = package(&database, folder.path(), &few, &[]);
    let told = String::from_utf8(named(&files, "tong-cong.csv").to_vec()).unwrap();
    assert_eq!(told.lines().count(), 11, "{told}");
    assert!(told.lines().skip(1).all(|line| line.ends_with(&",".repeat(10))), "{told}");

    let public = gathered(&database, folder.path(), 2, &[]);
    let found = estimate(&["--tallies", &public]);
    assert_eq!(rows(&found.out, &ALL).len(), 0);
    assert!(found.err.contains("withheld because few people answered"), "{}", found.err);

    let whole = gathered(&database, folder.path(), 2, &["--internal"]);
    let everybody = estimate(&[&raw(&database, folder.path())]);
    assert_eq!(same(&everybody.out, &estimate(&["--tallies", &whole]).out, &ALL), 12);
}
