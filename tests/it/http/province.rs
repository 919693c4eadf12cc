//! A province's communes beside each other, for everybody.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use serde_json::Value;
use surveys::text::percent;
use surveys::{Language, unit};

use crate::support::answers::MONTH;
use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::province::{self, ANSWERED, others};
use crate::support::submission::commune;

on_both_databases![
    communes_are_sorted_as_asked_and_those_without_a_figure_come_last,
    what_is_withheld_of_a_commune_is_withheld_of_it_among_the_others,
    the_file_has_what_the_page_shows_in_its_order,
    the_page_has_the_figures_of_the_api_also_after_a_new_answer,
];

/// The rows of the table `id` on `page`, each with the words of its cells.
fn rows(page: &str, id: &str) -> Vec<Vec<String>> {
    let Some((_, table)) = page.split_once(&format!("id=\"{id}\"")) else { return Vec::new() };
    let body = table.split_once("<tbody").unwrap().1.split_once("</tbody>").unwrap().0;
    let cells = |row: &str| {
        let cells = row.split("<td").flat_map(|part| part.split("<th")).skip(1);
        cells.map(|cell| words(&format!("<td{cell}"))).collect::<Vec<_>>()
    };
    body.split("<tr").skip(1).map(|row| cells(&row[row.find('>').unwrap() + 1..])).collect()
}

/// `html` without its tags.
fn words(html: &str) -> String {
    let texts = html.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
    let said: String = texts.collect::<Vec<_>>().join(" ");
    // A space that does not break belongs to its number.
    said.split([' ', '\n']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn names(page: &str, id: &str) -> Vec<String> {
    rows(page, id).into_iter().map(|row| row[0].clone()).collect()
}

/// The name of the commune that has the `n`-th of [`ANSWERED`].
fn name(n: usize) -> &'static str {
    others()[n].name
}

async fn page(app: &App, query: &str) -> String {
    let path = format!("/province/{}?period={MONTH}{query}", province::code());
    let answer = app.get(&path).await;
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

async fn service(database: Database) -> App {
    province::month(&database).await;
    App::spawn(database)
}

async fn communes_are_sorted_as_asked_and_those_without_a_figure_come_last(database: Database) {
    let app = service(database).await;
    let own = unit::commune(&commune()).unwrap().name;
    let by_name = names(&page(&app, "").await, "communes");
    assert_eq!(by_name.len(), 6, "those from whom there are answers: {by_name:?}");
    let plain = |name: &String| {
        let short = unit::communes().iter().find(|c| name.starts_with(c.name)).unwrap();
        surveys::text::unaccented(short.short_name())
    };
    assert!(by_name.is_sorted_by_key(plain), "{by_name:?}");
    for (sort, aria, expected) in [
        ("people", "descending", vec![own, name(4), name(0), name(3), name(1)]),
        ("index", "descending", vec![own, name(0), name(4)]),
        ("index-low", "ascending", vec![name(4), name(0), own]),
        ("access", "descending", vec![own, name(0), name(4)]),
    ] {
        let page = page(&app, &format!("&sort={sort}")).await;
        let found = names(&page, "communes");
        let (first, last) = found.split_at(expected.len());
        assert!(first.iter().zip(&expected).all(|(a, b)| a.starts_with(b)), "{sort}: {found:?}");
        assert!(last.is_sorted_by_key(plain), "{sort}: {found:?}");
        assert_eq!(names(&page, "heat").len(), 6);
        assert_eq!(page.matches("aria-sort").count(), 1, "{sort}");
        assert!(page.contains(&format!("aria-sort=\"{aria}\"")), "{sort}");
        let numbered = found.iter().any(|name| name.starts_with(|c: char| c.is_ascii_digit()));
        assert!(!numbered && !page.contains("Hạng"), "no places: {found:?}");
    }
    let verdicts = page(&app, "&sort=verdict").await;
    assert!(names(&verdicts, "communes")[0].starts_with(own), "the only one with a target");
    let said = "<strong>Không xếp hạng:</strong> khoảng tin cậy";
    assert!(verdicts.contains(said), "{verdicts}");
    assert!(!verdicts.contains("below-heading"), "one alone is not one of many");
    let english = page(&app, "&sort=index&lang=en").await;
    assert!(english.contains("<strong>No ranking:</strong>"));
    assert!(english.contains("&#38;sort=people&#38;lang=en#communes-heading"), "{english}");
}

async fn what_is_withheld_of_a_commune_is_withheld_of_it_among_the_others(database: Database) {
    let app = service(database).await;
    let page = page(&app, "").await;
    let row = |id: &str, n: usize| {
        let found = rows(&page, id).into_iter().find(|row| row[0].starts_with(name(n)));
        found.unwrap_or_else(|| panic!("{} is not in {id}", name(n)))
    };
    let withheld = row("communes", 2);
    assert_eq!((withheld[1].as_str(), withheld[3].as_str()), ("–", "–"));
    assert!(withheld[2].starts_with("– dưới 10 người"), "{withheld:?}");
    assert!(row("heat", 2)[1..].iter().all(|cell| cell == "– chưa công bố"));
    let counts = row("communes", 1);
    assert_eq!(counts[1], "20");
    assert!(counts[2].starts_with("– dưới 30 người"), "{counts:?}");
    assert!(row("heat", 1)[1..].iter().all(|cell| cell == "– chưa công bố"));
    let alike = row("communes", 3);
    assert!(alike[3] == "–" && alike[2].starts_with("– dưới 30 người"), "{alike:?}");
    assert!(row("communes", 0)[0].contains("Dưới 100 người trả lời"));
    // Nobody answered here, and in most communes there is no collection point.
    let nobody = page.split_once("id=\"nobody\"").unwrap().1;
    let nobody = nobody.split_once("</ul>").unwrap().0;
    let all = unit::communes().iter().filter(|c| c.province.as_str() == province::code()).count();
    assert_eq!(nobody.matches("<li>").count(), all - 6);
    assert!(nobody.contains(name(5)) && !nobody.contains(&format!("{} (", name(2))));
    assert!(page.contains(&format!("3 trong {all} xã, phường, đặc khu")), "{page}");
}

/// The rows of a CSV file, each by column.
fn records(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let mut csv = csv::Reader::from_reader(text);
    let columns = csv.headers().unwrap().clone();
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.unwrap();
        columns.iter().zip(row.iter()).map(|(c, v)| (c.to_owned(), v.to_owned())).collect()
    };
    csv.records().map(row).collect()
}

async fn file(app: &App, ending: &str, query: &str) -> Vec<u8> {
    let path = format!("/province/{}/communes.{ending}?period={MONTH}{query}", province::code());
    let answer = app.get(&path).await;
    assert_eq!(answer.status(), 200, "{path}");
    let name = format!("hailong_{}_quick-counter_{MONTH}_communes.{ending}", province::code());
    let said = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(said, format!("attachment; filename=\"{name}\""));
    answer.bytes().await.unwrap().to_vec()
}

async fn the_file_has_what_the_page_shows_in_its_order(database: Database) {
    let app = service(database).await;
    for query in ["", "&sort=index", "&sort=index-low", "&sort=people&lang=en"] {
        let language = if query.contains("en") { Language::En } else { Language::Vi };
        let page = page(&app, query).await;
        let (shown, heat) = (rows(&page, "communes"), rows(&page, "heat"));
        let csv = file(&app, "csv", query).await;
        let told = records(&csv);
        let answered: Vec<_> = told.iter().filter(|row| row["status"] != "no_responses").collect();
        assert_eq!((answered.len(), shown.len()), (6, 6), "{query}");
        for ((row, shown), heat) in answered.iter().zip(&shown).zip(&heat) {
            assert!(shown[0].starts_with(&row["commune"]), "{query}: {shown:?} {row:?}");
            let percent =
                |column: &str| row[column].parse().map(|share: f64| percent(share, 1, language));
            match percent("rate") {
                Ok(rate) => assert!(shown[2].starts_with(&rate), "{shown:?} {rate}"),
                Err(_) => assert!(shown[2].starts_with('–'), "{shown:?} {row:?}"),
            }
            if let (Ok(low), Ok(upp)) = (percent("low"), percent("upp")) {
                let low = low.trim_end_matches(['%', '\u{a0}']);
                assert_eq!(shown[3], format!("{low}–{upp}"));
            }
            let people = if row["status"] == "withheld" { "–" } else { &row["people"] };
            assert_eq!(shown[1], people, "{row:?}");
            let components = ["access", "procedures", "officials", "results", "feedback"];
            for (code, cell) in components.iter().zip(&heat[1..]) {
                let column = format!("rate_{code}");
                match percent(&column) {
                    Ok(rate) => {
                        let people = cell.strip_prefix(&rate).unwrap_or_else(|| panic!("{cell}"));
                        let said = people.trim().split(' ').next().unwrap_or_default();
                        assert!(said.parse().is_ok_and(|n: u64| n >= 30), "of how many: {cell}");
                    }
                    Err(_) => assert!(row[&column].is_empty() && cell.starts_with('–'), "{cell}"),
                }
            }
        }
        let withheld = answered.iter().find(|row| row["status"] == "withheld").unwrap();
        let told_of_it = ["asked", "valid", "people", "rate", "flags", "rate_access"];
        assert!(told_of_it.iter().all(|column| withheld[*column].is_empty()), "{withheld:?}");
        let own = answered.iter().find(|row| row["commune_code"] == commune()).unwrap();
        assert!(!own["verdict"].is_empty() && !own["p_below_adjusted"].is_empty(), "{own:?}");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file(&app, "xlsx", query).await)).unwrap();
        let sheet = book.worksheet_range("hailong").unwrap();
        assert_eq!(sheet.height(), told.len() + 1);
        assert_eq!(sheet.get((1, 0)), Some(&Data::String(told[0]["commune_code"].clone())));
    }
}

async fn the_page_has_the_figures_of_the_api_also_after_a_new_answer(database: Database) {
    let app = service(database).await;
    let same = async || {
        let page = page(&app, "").await;
        let mut compared = 0;
        let communes = others().into_iter().take(ANSWERED.len());
        for commune in communes.chain([unit::commune(&commune()).unwrap()]) {
            let path = format!("/api/v1/estimates?commune={}&period={MONTH}", commune.code);
            let told: Value = app.get(&path).await.json().await.unwrap();
            let index = &told["estimates"][0];
            let found = rows(&page, "communes");
            let row = found.iter().find(|row| row[0].starts_with(commune.name));
            let Some(row) = row else { continue };
            match index["rate"].as_f64() {
                Some(rate) => assert!(row[2].starts_with(&percent(rate, 1, Language::Vi))),
                None => assert!(!row[2].starts_with(|c: char| c.is_ascii_digit()), "{row:?}"),
            }
            match index["n_eff"].as_f64() {
                Some(people) => assert_eq!(row[1], people.to_string()),
                None => assert_eq!(row[1], "–"),
            }
            compared += 1;
        }
        assert_eq!(compared, 6);
        page
    };
    let before = same().await;
    let db = app.database().open().await;
    let (commune, count) = (others()[1], ANSWERED[1].0);
    db.insert_responses(&[province::answer(commune, 5, 5)]).await.unwrap();
    db.close().await;
    let after = same().await;
    let people = |page: &str| {
        let found = rows(page, "communes");
        found.into_iter().find(|row| row[0].starts_with(commune.name)).unwrap()[1].clone()
    };
    assert_eq!((people(&before), people(&after)), (count.to_string(), (count + 1).to_string()));
}

#[tokio::test]
async fn addresses_of_no_province_period_or_order_are_answered_with_a_page() {
    let app = App::spawn(Database::sqlite());
    let code = province::code();
    for (path, status, says) in [
        ("/province/99".to_owned(), 404, "Tìm xã, phường, đặc khu"),
        ("/province/%00".to_owned(), 404, "Tìm xã, phường, đặc khu"),
        ("/province/22651".to_owned(), 404, "Tìm xã, phường, đặc khu"),
        ("/province/99/communes.csv".to_owned(), 404, "Tìm xã, phường, đặc khu"),
        (format!("/province/{code}/communes.ods"), 404, "Tìm xã, phường, đặc khu"),
        (format!("/province/{code}?period=x%00"), 400, "không phải là kỳ báo cáo"),
        (format!("/province/{code}?period=2026-09-01..2026-09-02"), 400, "để lộ câu trả lời"),
        (format!("/province/{code}?instrument=none"), 400, "Chưa có phiếu khảo sát này"),
        (format!("/province/{code}?sort=rank"), 400, "index-low"),
        (format!("/province/{code}/communes.csv?sort=%22"), 400, "index-low"),
        (format!("/province/{code}?sort=&period=&instrument="), 200, "Chưa có xã, phường"),
        (format!("/province/{code}/"), 200, "Chưa có dữ liệu"),
        (format!("/province/{code}?period=2020"), 200, "Chưa có dữ liệu"),
        ("/province/01".to_owned(), 200, "Thành phố Hà Nội"),
    ] {
        let answer = app.request(Method::GET, &path).header("accept", "text/html").send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        let page = answer.text().await.unwrap();
        assert!(page.starts_with("<!DOCTYPE html>") && page.contains(says), "{path}: {page}");
    }
    let wrong = app.request(Method::POST, &format!("/province/{code}")).send().await.unwrap();
    assert_eq!(wrong.status(), 405);
}

#[tokio::test]
async fn the_way_to_the_province_is_on_the_home_page_and_on_each_communes_and_files_say_what_is_made_up()
 {
    let app = App::spawn(Database::sqlite());
    let home = app.get("/").await.text().await.unwrap();
    let link = format!("href=\"/province/{}\"", province::code());
    assert!(home.contains(&link), "{home}");
    let results = app.get(&format!("/c/{}?period={MONTH}", commune())).await.text().await.unwrap();
    let link = format!(
        "href=\"/province/{}?instrument=quick-counter&#38;period={MONTH}\"",
        province::code()
    );
    assert!(results.contains(&link), "{results}");
    let simulated = App::simulated(Database::sqlite());
    let path = format!("/province/{}/communes.csv", province::code());
    let file = simulated.get(&path).await;
    assert!(file.headers()["content-disposition"].to_str().unwrap().contains("_mo-phong.csv"));
    let rows = records(&file.bytes().await.unwrap());
    assert!(!rows.is_empty() && rows.iter().all(|row| row["simulated"] == "true"));
}
