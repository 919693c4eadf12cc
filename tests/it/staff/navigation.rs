//! The navigation of staff: four groups of what one may open, and where one is.

use hailong::staff::Role;

use crate::support::app::App;
use crate::support::database::Database;
use crate::support::staff::Member;

/// The navigation of `page`.
fn navigation(page: &str) -> &str {
    let nav = page.split_once("<nav class=\"staff\"").expect("a navigation").1;
    nav.split_once("</nav>").expect("its end").0
}

/// What stands between each `start` and the next `end` in `text`.
fn between<'a>(text: &'a str, start: &str, end: char) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

#[tokio::test]
async fn it_has_groups_of_what_the_role_may_open_and_nothing_else() {
    let app = App::spawn(Database::sqlite());
    let all = ["Kết quả", "Lắng nghe", "Thu thập", "Hệ thống"];
    for (name, role, scope, groups, pages) in [
        ("anh", Role::Administrator, "/56/22651/", &all[..], 11),
        ("lan", Role::CentreStaff, "/56/22651/", &all[..], 14),
        ("tuan", Role::DataEntry, "/56/22651/", &all[2..], 2),
        ("tam", Role::Reviewer, "/", &all[..], 11),
        ("mai", Role::Leader, "/56/22651/", &all[..], 9),
        ("binh", Role::ProvinceOfficer, "/56/", &all[..], 9),
        ("quay", Role::CentreStaff, "/56/22651/22651/", &all[..], 9),
    ] {
        let member = Member::signed_in(&app, name, role, scope).await;
        let page = member.get("/staff").await.text().await.unwrap();
        let nav = navigation(&page);
        let found: Vec<&str> = between(nav, "<summary>", '<');
        assert_eq!(found, groups, "{name}");
        assert!(nav.contains("<a href=\"/staff\" aria-current=\"page\">Hôm nay</a>"), "{nav}");
        let links = between(nav, "<a href=\"", '"');
        assert_eq!(links.len(), pages + 1, "{name}: {links:?}");
        for link in links {
            let status = member.get(link).await.status();
            // Whoever has one commune is led on to it.
            assert!(status == 200 || status == 303, "{name}: {link}: {status}");
        }
    }
}

#[tokio::test]
async fn it_says_where_one_is() {
    let app = App::spawn(Database::sqlite());
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    for (path, group, link, current) in [
        ("/staff/paper", "Thu thập", "/staff/paper", "page"),
        ("/staff/petitions/new", "Lắng nghe", "/staff/petitions", "true"),
        ("/staff/petitions?state=closed", "Lắng nghe", "/staff/petitions", "page"),
    ] {
        let page = lan.get(path).await.text().await.unwrap();
        let nav = navigation(&page);
        assert_eq!(nav.matches("aria-current").count(), 2, "{path}: {nav}");
        assert!(nav.contains(&format!("<summary aria-current=\"true\">{group}<")), "{path}: {nav}");
        let here = format!("<a href=\"{link}\" aria-current=\"{current}\">");
        assert!(nav.contains(&here), "{path}: {nav}");
    }
    let page = lan.get("/staff/replies?lang=en").await.text().await.unwrap();
    assert!(!navigation(&page).contains("aria-current"), "it is no listed page");
}
