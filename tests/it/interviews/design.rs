//! The figures of a sample follow from its design, as R's survey package has them.

use serde_json::Value;

use super::{told, with_sample};
use crate::support::app::{App, NOW};
use crate::support::database::{Database, on_both_databases};
use crate::support::process::hailong;
use crate::support::r;
use crate::support::sample::{CODE, response, sync, tablet};
use crate::support::submission::{commune, good, new_id};

on_both_databases![sampled_interviews_are_never_pooled_with_those_who_came_by];

/// Interviews in every village: some refuse, one house is vacant, answers differ.
async fn fieldwork(app: &App) {
    let tablet = tablet(app, 1).await;
    let villages =
        [("đồng bằng", "Đông", 10), ("đồng bằng", "Tây", 6), ("núi", "Nam", 8), ("núi", "Bắc", 9)];
    for (place, (stratum, psu, count)) in (0u32..).zip(villages) {
        for n in 1..=10u32 {
            let outcome = match n {
                n if n <= count => "answered",
                9 => "vacant",
                _ => "refused",
            };
            if n <= count {
                let value = if (n * 7 + place * 3) % 5 < 3 { 4 } else { 2 };
                let sent = tablet.put(app, &new_id(), &response(stratum, psu, value), NOW).await;
                assert_eq!(sent.status, 201, "{sent:?}");
            }
            sync(app, &tablet, &told(psu, n * 3, outcome, 1)).await;
        }
    }
}

/// What `hailong estimate` says of the item A1 in the exported file.
fn estimated(file: &str) -> Value {
    let done = hailong(&[
        "estimate",
        file,
        "--instrument",
        "quick-counter",
        "--strata",
        "stratum",
        "--psu",
        "psu,response_id",
        "--weights",
        "weight",
        "--fpc",
        "fpc1,fpc2",
        "--format",
        "json",
    ]);
    assert_eq!(done.status, 0, "{done:?}");
    let table: Value = serde_json::from_str(&done.out).expect("JSON");
    let rows = table.as_array().expect("a list").clone();
    rows.into_iter().find(|row| row["code"] == "A1").expect("the item")
}

#[tokio::test]
async fn the_exported_file_gives_what_r_gives() {
    let app = with_sample(Database::sqlite(), 1).await;
    fieldwork(&app).await;
    let database = app.stop();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("responses.csv");
    let path = file.to_str().unwrap();
    let done = hailong(&["sample", "export", CODE, "--out", path, "--database", database.url()]);
    assert_eq!(done.status, 0, "{done:?}");
    assert!(done.err.contains("đồng bằng: 16 of 19 households answered"), "{}", done.err);
    let ours = estimated(path);
    let script = "library(survey)
d <- read.csv('responses.csv')
design <- svydesign(id = ~psu + response_id, strata = ~stratum, weights = ~weight, fpc = ~fpc1 + fpc2, data = d)
design <- update(design, yes = as.numeric(A1 >= 4), one = 1)
rate <- svyratio(~yes, ~one, design)
cat(sprintf('%.15g %.15g %.15g %d\\n', coef(rate), SE(rate), sum(weights(design)), degf(design)))
";
    let Some(said) = r::run(folder.path(), script) else { return };
    let theirs: Vec<f64> = said.split_whitespace().map(|n| n.parse().expect("a number")).collect();
    let of = |name: &str| ours[name].as_f64().unwrap_or_else(|| panic!("{name} in {ours}"));
    assert!((of("rate") - theirs[0]).abs() < 1e-12, "{} {said}", of("rate"));
    assert!((of("se") - theirs[1]).abs() < 1e-12, "{} {said}", of("se"));
    assert!((of("df") - theirs[3]).abs() < 1e-12);
    // Three of the population's villages for each drawn; a vacant house stands for none.
    let households = 3.0 * (120.0 + 80.0 * 0.9 + 60.0 * 0.9 + 45.0);
    assert!((theirs[2] - households).abs() < 1e-6, "{said}");
}

async fn sampled_interviews_are_never_pooled_with_those_who_came_by(database: Database) {
    let app = with_sample(database, 1).await;
    for _ in 0..3 {
        assert_eq!(app.put(&new_id(), &good()).await.status, 201);
    }
    let asked = format!("/c/{}?instrument=quick-counter&period=2026-10", commune());
    let received = async || {
        let page = app.get(&asked).await.text().await.unwrap();
        let (_, rest) = page.split_once(r#"<strong id="received">"#).expect("the number");
        rest.split('<').next().unwrap().to_owned()
    };
    let before = received().await;
    fieldwork(&app).await;
    assert_eq!(received().await, before, "the sample has its own figures");
    let raw = tempfile::tempdir().unwrap();
    let file = raw.path().join("raw.csv");
    let database = app.stop();
    let done = hailong(&[
        "export",
        "--raw",
        "--out",
        file.to_str().unwrap(),
        "--database",
        database.url(),
    ]);
    assert_eq!(done.status, 0, "{done:?}");
    let lines = std::fs::read_to_string(&file).unwrap();
    assert_eq!(lines.lines().count(), 4, "a heading and three: {lines}");
}
