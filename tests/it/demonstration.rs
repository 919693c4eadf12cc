//! The simulated year: complete for the five plans, and marked wherever it shows.

use std::io::{Cursor, Read};

use serde_json::Value;
use surveys::catalog;

use crate::support::process::Serving;

#[tokio::test]
async fn the_simulated_year_is_there_for_every_plan_and_marked_on_page_chart_and_file() {
    let serving = Serving::with(&["--demo"]);
    let get = async |path: &str| {
        let answer = reqwest::get(format!("{}{path}", serving.home)).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer
    };
    assert!(get("").await.text().await.unwrap().contains("DỮ LIỆU MÔ PHỎNG"));
    for plan in catalog::plans() {
        let code = &plan.commune_code;
        let page = get(&format!("c/{code}")).await.text().await.unwrap();
        assert!(page.contains("DỮ LIỆU MÔ PHỎNG") && page.contains("class=\"verdict"), "{code}");
        let said = get(&format!("c/{code}/comments")).await.text().await.unwrap();
        assert!(said.contains("<blockquote") && said.contains("DỮ LIỆU MÔ PHỎNG"), "{code}");
        let told: Value =
            get(&format!("api/v1/estimates?commune={code}")).await.json().await.unwrap();
        assert_eq!(told["simulated"], true, "{code}");
        let rows = told["estimates"].as_array().unwrap();
        let index = rows.iter().find(|row| row["level"] == "index").expect("an index");
        assert!(index["verdict"].is_string() && index["target"].is_number(), "{code}: {index}");
        let drawn = get(&format!("api/v1/charts/components.svg?commune={code}")).await;
        assert!(drawn.text().await.unwrap().contains("DỮ LIỆU MÔ PHỎNG"), "{code}");
        let period = told["period"]["code"].as_str().unwrap();
        let file = get(&format!("api/v1/exports/hailong_{code}_{period}.zip")).await;
        let name = file.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(name.contains("mo-phong"), "{name}");
        let mut archive = zip::ZipArchive::new(Cursor::new(file.bytes().await.unwrap())).unwrap();
        for name in ["DOC-TRUOC.txt", "ket-qua.csv", "so-lieu.csv", "datapackage.json"] {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            let marked = text.contains("MÔ PHỎNG") || text.contains("mo_phong");
            assert!(marked, "{name} of {code} does not say that it is simulated");
        }
    }
    assert_eq!(tokio::task::spawn_blocking(|| serving.terminate()).await.unwrap(), 0);
}
