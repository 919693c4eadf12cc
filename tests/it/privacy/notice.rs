//! The notice says what is set, and where to write about a security hole.

use hailong::config::Settings;
use surveys::PointCode;

use crate::support::app::App;
use crate::support::database::Database;
use crate::support::staff::event;
use crate::support::submission::point;

async fn text(app: &App, path: &str) -> (u16, String) {
    let answer = app.request(reqwest::Method::GET, path).header("accept", "text/html");
    let answer = answer.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_notice_tells_the_terms_that_are_set() {
    let settings: &str = "submissions-per-minute = 0\n[retention]\nexact-days = 33\n\
        text-months = 17\nlink-months = 5\naudit-months = 29\n[petitions]\ncontact-days = 71";
    let app = App::with(Database::sqlite(), toml::from_str::<Settings>(settings).unwrap());
    for (path, said) in [
        ("/privacy", ["33 ngày", "17 tháng", "5 tháng", "29 tháng", "71 ngày"]),
        ("/privacy?lang=en", ["33 days", "17 months", "5 months", "29 months", "71 days"]),
    ] {
        let (status, page) = text(&app, path).await;
        assert_eq!(status, 200);
        for said in said {
            assert!(page.contains(said), "{path} does not say {said}");
        }
    }
}

#[tokio::test]
async fn the_notice_is_linked_where_people_are_and_knows_their_centre() {
    let app = App::spawn(Database::sqlite());
    for path in ["/".to_owned(), "/c/22651".to_owned(), "/nothing".to_owned()] {
        assert!(text(&app, &path).await.1.contains("href=\"/privacy\""), "{path}");
    }
    let db = app.database().open().await;
    let contact = surveys::CentreContact::parse("0258 3 123 456", "", "").unwrap();
    let code = PointCode::parse(&point()).unwrap();
    let by = event(app.now(), "(operator)", hailong::staff::audit::Action::SetContact);
    db.set_centre_contact(&code, &contact, &by).await.unwrap();
    db.close().await;
    let (_, start) = text(&app, &format!("/s/{}", point())).await;
    assert!(start.contains(&format!("href=\"/privacy?point={}\"", point())), "{start}");
    let (_, own) = text(&app, &format!("/privacy?point={}", point())).await;
    assert!(own.contains("0258 3 123 456"), "{own}");
    for odd in ["/privacy?point=nowhere", "/privacy?point=%00", "/privacy?point=%22%3E"] {
        assert_eq!(text(&app, odd).await.0, 200, "{odd}");
    }
}

#[tokio::test]
async fn security_txt_has_a_contact_and_ends_within_a_year() {
    let app = App::spawn(Database::sqlite());
    let (status, file) = text(&app, "/.well-known/security.txt").await;
    assert_eq!(status, 200);
    assert!(file.starts_with("Contact: http://127.0.0.1:"), "{file}");
    assert!(file.contains("/privacy#security\nExpires: 2027-04-13T"), "{file}");
    assert!(text(&app, "/privacy").await.1.contains("id=\"security\""), "the link leads there");
    let settings = "submissions-per-minute = 0\nsecurity-contact = 'mailto:baomat@tinh.gov.vn'\n\
        public-address = 'https://hailong.example.vn'";
    let app = App::with(Database::sqlite(), toml::from_str::<Settings>(settings).unwrap());
    let (_, file) = text(&app, "/.well-known/security.txt").await;
    assert_eq!(
        file,
        "Contact: mailto:baomat@tinh.gov.vn\nExpires: 2027-04-13T00:00:00+07:00\n\
         Preferred-Languages: vi, en\n\
         Canonical: https://hailong.example.vn/.well-known/security.txt\n"
    );
    assert!(text(&app, "/privacy").await.1.contains("href=\"mailto:baomat@tinh.gov.vn\""));
}
