//! The simulated year: complete for the five plans, and marked wherever it shows.

use std::io::{Cursor, Read};

use hailong::staff::{Role, Scope};
use hailong::{demo, first_points};
use serde_json::Value;
use surveys::petition::{State, Terms};
use surveys::{WorkingDays, catalog};

use crate::support::app::{self, App};
use crate::support::database::Database;
use crate::support::process::Serving;
use crate::support::staff::Member;

#[tokio::test]
async fn the_simulated_year_is_there_for_every_plan_and_marked_on_page_chart_and_file() {
    let mut serving = Serving::with(&["--demo"]);
    // Its database is in a folder that no other command knows of.
    let enrolling = serving.announced("http://", "#enrol=");
    let (place, code) = enrolling.split_once("#enrol=").unwrap();
    assert_eq!(reqwest::get(place).await.unwrap().status(), 200, "{place}");
    let enrolled = reqwest::Client::new()
        .post(format!("{}api/v1/devices:enrol", serving.home))
        .header("content-type", "application/json")
        .body(serde_json::json!({ "code": code }).to_string());
    assert_eq!(enrolled.send().await.unwrap().status(), 201, "{enrolling}");
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
        let done = get(&format!("c/{code}/actions")).await.text().await.unwrap();
        assert!(done.contains("<article") && done.contains("DỮ LIỆU MÔ PHỎNG"), "{code}");
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
        for name in
            ["DOC-TRUOC.txt", "ket-qua.csv", "so-lieu.csv", "tong-cong.csv", "datapackage.json"]
        {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            let marked = text.contains("MÔ PHỎNG") || text.contains("mo_phong");
            let marked = marked || text.contains(",simulated\r\n");
            assert!(marked, "{name} of {code} does not say that it is simulated");
        }
    }
    assert_eq!(tokio::task::spawn_blocking(|| serving.terminate()).await.unwrap(), 0);
}

#[tokio::test]
async fn the_morning_of_the_simulated_centre_has_everything_that_a_morning_brings() {
    let database = Database::sqlite();
    let db = database.open().await;
    first_points::add(&db, 0).await.unwrap();
    let terms = Terms { acknowledge: 2, answer: 10, extension: 5 };
    let days = WorkingDays::shipped();
    demo::fill(&db, app::now(), demo::SEED, (&terms, &days)).await.unwrap();
    db.close().await;
    let app = App::simulated(database);
    let commune = &catalog::plans()[0].commune_code;
    let place = Scope::Commune(commune.clone()).to_string();
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, &place).await;
    let text = async |path: &str| {
        let answer = lan.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let page = answer.text().await.unwrap();
        assert!(page.contains("DỮ LIỆU MÔ PHỎNG"), "{path} does not say that it is made up");
        page
    };
    let today = text("/staff").await;
    for said in ["Quá hạn 4 ngày", "Hồ sơ đất đai trả trễ", "Đến hạn hôm nay"]
    {
        assert!(today.contains(said), "{said}: {today}");
    }
    for state in State::ALL {
        let list = text(&format!("/staff/petitions?state={}", state.name())).await;
        assert!(list.contains("/staff/petitions/") && list.contains("<tbody>"), "{state:?}");
    }
    let actions = text("/staff/actions?status=all").await;
    for status in ["Đã xong", "Đang làm", "Quá hạn"] {
        assert!(actions.contains(status), "{status}: {actions}");
    }
    let list = text("/staff/publishing").await;
    assert!(
        list.contains("Lần 2, 21/09/2026 09:00") && list.contains("Lần 1, 05/10/2026"),
        "{list}"
    );
    let corrected = app.get(&format!("/c/{commune}?period=2026-08")).await.text().await.unwrap();
    assert!(corrected.contains("Bổ sung 42 phiếu giấy"), "the reason is public: {corrected}");
    assert!(corrected.contains("Xem lần công bố 1"), "and what stood there before: {corrected}");
    let fields = text(&format!("/staff/results?unit={commune}&group=service_field")).await;
    for field in ["Hộ tịch", "Chứng thực", "Đất đai"] {
        assert!(fields.contains(&format!(">{field}</a>")), "{field}: {fields}");
    }
    let board = text(&format!("/staff/indicators/{commune}")).await;
    assert!(board.contains("class=\"verdict"), "{board}");
    let public = app.get(&format!("/c/{commune}/petitions")).await.text().await.unwrap();
    assert!(public.contains("DỮ LIỆU MÔ PHỎNG"), "{public}");
}
