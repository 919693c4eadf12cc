//! The public pages: every address of them by its pattern, and a service on which each has
//! something to show.

use hailong::staff::audit::Action;
use hailong::staff::{Role, Scope};
use hailong::store::comments::Decision;
use surveys::action::Origin;
use surveys::catalog;

use crate::support::action::{columns, opened};
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::comments::left;
use crate::support::database::Database;
use crate::support::petition::{COMMUNE, Pass};
use crate::support::province;
use crate::support::sample::{self, CODE};
use crate::support::staff::{Member, by_operator};
use crate::support::submission::{commune, new_id, point};
use crate::walls::files;

/// Every public page that only needs to be opened: the pattern of its address, as the
/// routes have it, and addresses of it in their states.
fn pages() -> Vec<(&'static str, Vec<String>)> {
    let communes: Vec<_> =
        catalog::plans().iter().map(|plan| plan.commune_code.to_string()).collect();
    let (own, point, month) = (commune(), point(), MONTH);
    let shown = |pages: &[&str]| pages.iter().map(|page| (*page).to_owned()).collect();
    let mut results = vec![
        "/c/99999".to_owned(),
        // Merged into another.
        "/c/00001".to_owned(),
        format!("/c/{own}?period=nonsense"),
        format!("/c/{own}"),
    ];
    results.extend(communes.iter().map(|code| format!("/c/{code}?period={month}")));
    let mut explained: Vec<_> = ["index/quick-counter", "component/procedures", "item/A5"]
        .iter()
        .flat_map(|it| {
            communes.iter().map(move |code| format!("/c/{code}/how/{it}?period={month}"))
        })
        .collect();
    explained.push(format!("/c/{own}/how/item/nothing"));
    let sample = format!("/c/{own}/samples/{CODE}");
    vec![
        (
            "/",
            shown(&[
                "/",
                "/?q=dien+khanh",
                "/?q=zzzzzz",
                "/?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                "/nothing",
            ]),
        ),
        ("/c/{code}", results),
        ("/c/{code}/how/{level}/{figure}", explained),
        ("/c/{code}/actions", vec![format!("/c/{COMMUNE}/actions")]),
        ("/c/{code}/comments", vec![format!("/c/{COMMUNE}/comments")]),
        (
            "/c/{commune}/petitions",
            vec![
                format!("/c/{COMMUNE}/petitions?period=2026-10"),
                format!("/c/{COMMUNE}/petitions"),
            ],
        ),
        ("/c/{code}/samples/{sample}", vec![sample.clone()]),
        (
            "/c/{code}/samples/{sample}/how/{level}/{figure}",
            vec![format!("{sample}/how/index/quick-counter")],
        ),
        ("/p/{commune}", vec![format!("/p/{COMMUNE}")]),
        ("/p/{commune}/status", vec![format!("/p/{COMMUNE}/status")]),
        ("/privacy", vec!["/privacy".to_owned(), format!("/privacy?point={point}")]),
        ("/privacy/erase", shown(&["/privacy/erase"])),
        (
            "/province/{code}",
            vec![
                format!("/province/{}?period={month}", province::code()),
                "/province/99".to_owned(),
            ],
        ),
        (
            "/s/{point}",
            vec![format!("/s/{point}"), format!("/s/{point}-sipas"), "/s/nowhere".to_owned()],
        ),
        // Somebody else's, or long gone; whoever is under way walks along the survey.
        ("/s/{point}/{draft}/{n}", vec![format!("/s/{point}/{}/1", new_id())]),
        ("/s/{point}/{draft}/check", vec![format!("/s/{point}/{}/check", new_id())]),
        ("/s/{point}/{draft}/done", vec![format!("/s/{point}/{}/done", new_id())]),
        ("/s/{point}/{draft}/sent-before", vec![format!("/s/{point}/{}/sent-before", new_id())]),
    ]
}

/// Their addresses.
pub(super) fn paths() -> Vec<String> {
    pages().into_iter().flat_map(|(_, addresses)| addresses).collect()
}

/// One address of each page, on which it has most to show.
pub(super) fn one_of_each() -> Vec<String> {
    let best = |(pattern, addresses): (&str, Vec<String>)| {
        let first = |start: &str| addresses.iter().find(|it| it.starts_with(start)).cloned();
        let own = format!("/c/{}", commune());
        let of_results = (pattern == "/c/{code}").then(|| first(&format!("{own}?period={MONTH}")));
        of_results.flatten().unwrap_or_else(|| addresses[0].clone())
    };
    pages().into_iter().map(best).collect()
}

/// A service on which each of them has something to show, and the code and PIN of a petition
/// that is answered. Each plan's commune is in a state of its own: a verdict, a rate with a
/// warning, counts only, too few to show, nothing.
pub(super) async fn service(database: Database) -> (App, Pass) {
    for (plan, count) in catalog::plans().iter().zip([150, 50, 20, 8, 0]) {
        let point = hailong::first_points::code_of(plan).to_string();
        answers::month(&database, &point, count).await;
    }
    // With the bar that says that everything is made up.
    let app = App::simulated(database);
    let scope = Scope::of_code(COMMUNE).expect("a commune").to_string();
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, &scope).await;
    let pass = Pass::sent(&app, &[]).await;
    for (act, fields) in [
        ("acknowledge", [("version", "1"), ("", ""), ("", "")]),
        ("answer", [("version", "2"), ("answer", "Đã thêm một quầy."), ("", "")]),
        (
            "publish",
            [("version", "3"), ("question", "Tôi chờ 45 phút."), ("answer", "Đã thêm một quầy.")],
        ),
    ] {
        assert_eq!(hoa.post(&pass.staff(act), &fields).await.status(), 303, "{act}");
    }
    let db = app.database().open().await;
    let action = opened(&db, COMMUNE, columns("Thêm ghế chờ", "1/10/2026"), Origin::Own).await.id;
    let words = [("show", "yes"), ("found", "Thiếu chỗ ngồi."), ("revision", "1")];
    let shown = hoa.post(&format!("/staff/actions/{action}/public"), &words).await;
    assert_eq!(shown.status(), 303);
    for comment in left(&db, &["Nhanh, gọn, cảm ơn", "Xin thêm ghế"]).await {
        let event = by_operator(app.now(), Action::PublishComment);
        assert!(
            db.decide_comment(&comment, Decision::Publish(&comment.text), &event).await.unwrap()
        );
    }
    sample::add(&db, 1).await;
    db.close().await;
    sample::asked(&app).await;
    app.set_clock("2026-10-16T10:00:00+07:00");
    (app, pass)
}

#[tokio::test]
async fn every_public_page_has_something_to_show_where_it_is_looked_at() {
    let (app, _) = service(Database::sqlite()).await;
    for (path, shown) in [
        (format!("/c/{}?period={MONTH}", commune()), "class=\"verdict"),
        (format!("/c/{COMMUNE}/actions"), "Thiếu chỗ ngồi."),
        (format!("/c/{COMMUNE}/comments"), "Xin thêm ghế"),
        (format!("/c/{COMMUNE}/petitions?period=2026-10"), "Tôi chờ 45 phút."),
        (format!("/c/{}/samples/{CODE}", commune()), "id=\"figures\""),
        (format!("/c/{}/samples/{CODE}/how/index/quick-counter", commune()), "id=\"r-responses\""),
        (format!("/province/{}?period={MONTH}", province::code()), "id=\"heat\""),
        (format!("/c/{}/how/item/A5?period={MONTH}", commune()), "id=\"r-"),
    ] {
        let page = app.get(&path).await.text().await.unwrap();
        assert!(page.contains(shown), "{shown} is not on {path}");
    }
}

/// The addresses that the routes in `source` have as pages.
fn routed(source: &str) -> Vec<String> {
    let known =
        [("NOTICE", hailong::pages::privacy::NOTICE), ("ERASE", hailong::pages::privacy::ERASE)];
    let source = known.iter().fold(source.to_owned(), |source, (name, address)| {
        source.replace(&format!("[{name}]"), &format!("[\"{address}\"]"))
    });
    let calls = source.split("page::resource(").skip(1);
    let listed = calls.map(|call| {
        let list = call.trim_start().strip_prefix("&[").and_then(|rest| rest.split_once(']'));
        let (list, _) = list.unwrap_or_else(|| panic!("write the addresses there: {call:.60}"));
        list.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    });
    listed.flatten().collect()
}

/// What is no page that a citizen opens: tablets, which are looked at by themselves, staff's
/// pages, files, and the other form of an address.
fn is_no_page(address: &str) -> bool {
    let elsewhere = ["/kiosk/", "/interview/", "/staff/", "/assets/", "/.well-known/"];
    let name = address.rsplit('/').next().unwrap_or_default();
    elsewhere.iter().any(|start| address.starts_with(start))
        || name.contains('.')
        || (address.len() > 1 && address.ends_with('/'))
}

#[test]
fn no_public_page_is_missing_from_the_list_of_those_that_are_looked_at() {
    let sources = files("src/http", &["rs"]).into_iter().map(|(_, source)| source);
    let mut routed: Vec<String> = sources.flat_map(|source| routed(&source)).collect();
    routed.retain(|address| !is_no_page(address));
    routed.sort();
    let mut listed: Vec<_> = pages().into_iter().map(|(pattern, _)| pattern.to_owned()).collect();
    listed.sort();
    assert_eq!(routed, listed);
    for (pattern, addresses) in pages() {
        assert!(!addresses.is_empty(), "{pattern} has no address");
    }
    let another = "config.service(page::resource(&[\"/new\", \"/new/\"], web::route().to(x)));";
    assert_eq!(self::routed(another), ["/new", "/new/"], "a new page is seen");
}
