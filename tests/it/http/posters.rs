//! Posters over HTTP.

use hailong::config::Settings;
use reqwest::Method;

use crate::support::app::{Answer, App};
use crate::support::database::Database;
use crate::support::submission::{commune, point};

fn path(rest: &str) -> String {
    format!("/api/v1/collection-points/{}/{rest}", point())
}

#[tokio::test]
async fn a_poster_comes_as_a_drawing_and_as_a_document_with_the_public_address() {
    let public_address = Some("https://hailong.example.vn".parse().unwrap());
    let app = App::with(Database::sqlite(), Settings { public_address, ..Settings::default() });
    for size in ["", "?size=a4", "?size=a5", "?size=card"] {
        let svg = app.get(&path(&format!("poster.svg{size}"))).await;
        assert_eq!(svg.headers()["content-type"], "image/svg+xml; charset=utf-8");
        assert!(!svg.headers()["content-security-policy"].to_str().unwrap().contains("script"));
        let svg = svg.text().await.unwrap();
        for said in [
            format!("hailong.example.vn/s/{}<", point()),
            format!("hailong.example.vn/c/{}<", commune()),
            "Không cần tên, không cần số điện thoại.".to_owned(),
        ] {
            assert!(svg.contains(&said), "{said}");
        }
        assert!(!svg.contains("127.0.0.1"));
        let pdf = app.get(&path(&format!("poster.pdf{size}"))).await;
        assert_eq!(pdf.headers()["content-type"], "application/pdf");
        assert!(pdf.bytes().await.unwrap().starts_with(b"%PDF-1."));
    }
}

#[tokio::test]
async fn without_a_public_address_a_poster_has_the_one_it_was_asked_for_under() {
    let app = App::spawn(Database::sqlite());
    let own = app.url("").trim_start_matches("http://").to_owned();
    let answer = app.get(&path("poster.svg")).await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.text().await.unwrap().contains(&format!("{own}/s/{}<", point())));
    for host in ["a b", "x\"><script>", "[", ""] {
        let request = app.request(Method::GET, &path("poster.svg")).header("host", host);
        let answer = Answer::of(request.send().await.unwrap()).await;
        assert_eq!(answer.status, 400, "{host:?}");
    }
}

#[tokio::test]
async fn what_there_is_no_poster_of_is_told() {
    let app = App::spawn(Database::sqlite());
    for (path, status, code) in [
        (path("poster.svg?size=a3"), 400, "bad-parameter"),
        (path("poster.svg?lang=xx"), 400, "bad-parameter"),
        (path("poster.png"), 404, "not-found"),
        ("/api/v1/collection-points/nowhere/poster.svg".to_owned(), 404, "not-found"),
        ("/api/v1/collection-points/%00/poster.svg".to_owned(), 404, "not-found"),
    ] {
        Answer::of(app.get(&path).await).await.problem(status, code);
    }
}

#[tokio::test]
async fn a_poster_of_made_up_data_says_so() {
    let app = App::simulated(Database::sqlite());
    let svg = app.get(&path("poster.svg")).await.text().await.unwrap();
    assert!(svg.contains("DỮ LIỆU MÔ PHỎNG"));
}
