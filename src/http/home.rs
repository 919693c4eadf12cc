//! The home page with the search for a commune.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use surveys::unit;

use super::page::{self, Keep};
use crate::pages::home::Home;
use crate::service::Service;

/// The most communes a search shows.
const MOST_FOUND: usize = 20;
/// The longest query that is read, in characters; longer than any name.
const LONGEST_QUERY: usize = 160;

pub(super) fn routes(config: &mut web::ServiceConfig) {
    config.service(page::resource(&["/"], web::route().to(home)));
}

async fn home(request: HttpRequest, service: web::Data<Service>) -> HttpResponse {
    let shell = page::shell(&request, &service);
    let query: String = shell
        .asked("q")
        .unwrap_or("")
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_QUERY)
        .collect();
    let mut points = match service.db.collection_points().await {
        Ok(points) => points,
        Err(error) => return page::store_down(&shell, "/", &error),
    };
    points.retain(|point| !point.retired);
    let found = unit::search(&query, MOST_FOUND);
    page::show(StatusCode::OK, Keep::Briefly, &Home::new(&shell, &query, &found, &points))
}

#[cfg(test)]
mod tests {
    use actix_web::http::{Method, StatusCode};

    use super::super::centre::Centre;

    #[actix_web::test]
    async fn the_search_forgives_and_helps() {
        let centre = Centre::open().await;
        let found = centre.get("/?q=dien%20khanh").await;
        assert!(found.page.contains("href=\"/c/22651\""));
        let none = centre.get("/?q=%3Cscript%3E").await;
        assert_eq!(none.status, StatusCode::OK);
        assert!(none.page.contains("&#60;script&#62;") && none.page.contains("mã 5 số"));
        assert!(centre.get("/?q=%ff%00").await.status.is_success());
        assert!(centre.get(&format!("/?q={}", "a".repeat(9_000))).await.status.is_success());
    }

    #[actix_web::test]
    async fn every_commune_with_a_plan_is_on_the_home_page() {
        let centre = Centre::open().await;
        let home = centre.get("/?lang=en").await.page;
        for plan in surveys::catalog::plans() {
            assert!(home.contains(&format!("/c/{}?lang=en", plan.commune_code)), "{}", plan.id);
            assert!(home.contains(&format!("/s/{}?lang=en", plan.commune_code)), "{}", plan.id);
        }
    }

    #[actix_web::test]
    async fn files_may_be_kept_for_ever_and_nothing_is_told_with_a_page() {
        let centre = Centre::open().await;
        let style = centre.get(crate::pages::assets::address("style.css")).await;
        assert_eq!(style.kept, "public, max-age=31536000, immutable");
        let lost = centre.get("/nowhere").await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
        assert!(lost.page.contains("Tìm xã, phường, đặc khu"));
        let program = centre.get("/api/v1/nowhere").await;
        assert!(program.page.contains("not-found"), "a program gets a problem document");
        assert_eq!(centre.ask(Method::POST, "/", "").await.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}
