//! What the public reads of comments, and what it does not.

use super::{COVERED, NAMED, NUMBER, SAID, act, centre, citizen, publish, service, text};
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::comments::{self, left};
use crate::support::database::{Database, on_both_databases};

on_both_databases![
    comments_of_few_are_not_shown,
    a_point_is_named_only_when_none_has_few,
    a_planted_number_is_nowhere_public,
];

async fn comments_of_few_are_not_shown(database: Database) {
    // Nine with the comment's own: one too few.
    answers::month(&database, "22651", 8).await;
    let app = App::spawn(database);
    let db = app.database().open().await;
    let said = left(&db, &["Rất riêng"]).await;
    publish(&app, &said[0]).await;
    for path in ["/c/22651/comments", "/c/22651/comments?month=2026-09"] {
        let page = citizen(&app, path).await;
        assert!(page.contains("Chưa có góp ý nào") && !page.contains("Rất riêng"), "{page}");
    }
    assert!(!citizen(&app, "/c/22651").await.contains("/c/22651/comments"));
    comments::leave(&db, "22651", "Người thứ mười").await;
    db.close().await;
    let page = citizen(&app, "/c/22651/comments?month=2026-09").await;
    assert!(page.contains("Rất riêng") && !page.contains("Người thứ mười"), "{page}");
    for odd in ["2026-10", "x", "%00", ""] {
        let answer = app.get(&format!("/c/22651/comments?month={odd}")).await;
        assert_eq!(answer.status(), 200, "{odd}");
    }
    for (code, status) in [("99999", 404), ("00001", 200), ("x%00", 404)] {
        assert_eq!(app.get(&format!("/c/{code}/comments")).await.status(), status, "{code}");
    }
}

async fn a_point_is_named_only_when_none_has_few(database: Database) {
    let (app, said) = service(database, &["Ở một cửa"]).await;
    publish(&app, &said[0]).await;
    let named = async || citizen(&app, "/c/22651/comments").await.contains(NAMED);
    assert!(named().await);
    let db = app.database().open().await;
    for n in 1..=10 {
        comments::leave(&db, "22651-sipas", "Ở điểm khác").await;
        assert_eq!(named().await, n == 10, "{n} at the other point");
    }
    db.close().await;
}

async fn a_planted_number_is_nowhere_public(database: Database) {
    let planted = format!("Gọi {NUMBER}");
    let (app, said) = service(database, &[SAID, &planted, "Quầy 2 tốt"]).await;
    let lan = centre(&app).await;
    // As the form offers it; the second is hidden, the third is open to all.
    let sent = [("changes", "0"), ("text", COVERED)];
    assert_eq!(lan.post(&act(&said[0], "publish"), &sent).await.status(), 303);
    let sent = [("changes", "0"), ("reason", "Chỉ có số điện thoại")];
    assert_eq!(lan.post(&act(&said[1], "hide"), &sent).await.status(), 303);
    publish(&app, &said[2]).await;
    let package = format!("/api/v1/exports/hailong_22651_{MONTH}.zip");
    let mut looked_at = 0;
    for path in [
        "/",
        "/c/22651",
        "/c/22651?lang=en",
        &format!("/c/22651?period={MONTH}"),
        "/c/22651/comments",
        &format!("/c/22651/comments?month={MONTH}&lang=en"),
        &format!("/c/22651/how/index/quick-counter?period={MONTH}"),
        &format!("/api/v1/estimates?commune=22651&period={MONTH}"),
        &format!("/api/v1/estimates?commune=22651&period={MONTH}&format=csv"),
        &format!("/api/v1/charts/components.svg?commune=22651&period={MONTH}"),
        "/api/v1/collection-points",
        "/api/v1/instruments",
        "/api/v1/openapi.json",
        "/s/22651",
        "/staff/sign-in",
        &package,
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let bytes = answer.bytes().await.unwrap();
        looked_at += bytes.len();
        let all = if path == package { unpacked(&bytes) } else { bytes.to_vec() };
        let page = String::from_utf8_lossy(&all);
        for part in [NUMBER, "345 678", "0912", "Chị Lan"] {
            assert!(!page.contains(part), "{part} is in {path}");
        }
        let opened = path.contains("/comments");
        assert_eq!(page.contains("Quầy 2 tốt"), opened, "the look finds what is there: {path}");
    }
    assert!(looked_at > 50_000, "{looked_at}");
    let metrics = app.client().get(app.operations_url("/metrics")).send().await.unwrap();
    assert!(!text(metrics).await.contains("0912"));
}

/// Everything in a zip file.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut all = Vec::new();
    for n in 0..archive.len() {
        std::io::Read::read_to_end(&mut archive.by_index(n).unwrap(), &mut all).unwrap();
    }
    all
}
