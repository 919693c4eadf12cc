//! Results for staff and Today in a real browser: without a script, and on every screen.

use hailong::staff::Role;
use surveys::catalog;

use super::every_page::{faults, in_language};
use super::staff::sign_in;
use crate::support::answers::{self, MONTH};
use crate::support::app::App;
use crate::support::browser::{Chromium, DESKTOP, PHONE, Scripts};
use crate::support::database::{Database, on_both_databases};
use crate::support::downloads::Downloads;
use crate::support::spreadsheet::both;
use crate::support::staff::{account, set_up};

/// A service with answers of two communes, and somebody in `role` and `scope` who signs in
/// as `lan.nguyen`.
async fn service(database: Database, role: Role, scope: &str) -> App {
    for plan in catalog::plans() {
        let count = if plan.commune_code.as_str() == "22651" { 150 } else { 45 };
        answers::month(&database, hailong::first_points::code_of(plan).as_str(), count).await;
    }
    let app = App::spawn(database);
    let db = app.database().open().await;
    set_up(&db, &account("lan.nguyen", role, scope), app.now(), (0..10).map(|n| [n; 32]).collect())
        .await;
    db.close().await;
    app
}

on_both_databases![
    a_member_of_staff_chooses_a_period_and_a_channel_without_a_script,
    every_table_of_results_is_taken_along_as_two_files_without_a_script,
];

async fn a_member_of_staff_chooses_a_period_and_a_channel_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database, Role::CentreStaff, "/56/22651/").await;
    chromium
        .journey(PHONE, Scripts::Off, async |browser| {
            browser.goto(&app.url("/staff")).await;
            sign_in(browser, &app).await;
            browser.follow("section[aria-labelledby='survey-1'] a[href*='/staff/results?']").await;
            browser.one("#period").await.select_by_value(MONTH).await.unwrap();
            browser.one("#channel").await.select_by_value("qr").await.unwrap();
            browser.follow("form.filters button").await;
            assert!(browser.place().await.contains(&format!("period={MONTH}")));
            let received: u32 = browser.text("#received").await.parse().unwrap();
            assert!((30..150).contains(&received), "{received} by QR code");
            let order = "const y = css => document.querySelector(css).getBoundingClientRect().top;
                return y('#figures') < y('#trend') && y('#trend') < y('.chart.phone');";
            assert_eq!(browser.run(order).await, true, "tables first, charts second");
        })
        .await;
}

async fn every_table_of_results_is_taken_along_as_two_files_without_a_script(database: Database) {
    let Some(chromium) = Chromium::shared() else { return };
    let app = service(database, Role::CentreStaff, "/56/22651/").await;
    chromium
        .journey(DESKTOP, Scripts::Off, async |browser| {
            browser.goto(&app.url(&format!("/staff/results?period={MONTH}&group=channel"))).await;
            sign_in(browser, &app).await;
            assert_eq!(faults(browser).await, Vec::<String>::new());
            // What can be unfolded has a file of its own.
            browser
                .run("document.querySelectorAll('main details').forEach(d => d.open = true)")
                .await;
            let downloads = Downloads::of(browser).await;
            for (table, rows) in [
                ("figures", "#figures tbody tr"),
                ("options", "table:has(~ form.export input[value=options]) tbody tr"),
                ("groups", "#groups tbody tr"),
                // A month without a figure is not in the file.
                ("trend", "#trend tbody tr:has(a.how:not(.small))"),
            ] {
                let mut files = Vec::new();
                for format in ["csv", "xlsx"] {
                    let form = format!("form.export:has(input[name=table][value={table}])");
                    let button = format!("{form} button[value={format}]");
                    let (name, content) = downloads.taken(browser, &button).await;
                    assert_eq!(name, format!("hailong_22651_{MONTH}_{table}.{format}"));
                    files.push(content);
                }
                let book = files.pop().expect("two files");
                let [csv, book] = both(&files[0], book);
                let shown = browser.all(rows).await.len();
                assert!(shown > 0 && csv.len() > shown, "{table}: {} of {shown}", csv.len());
                assert_eq!(csv.len(), book.len(), "{table}");
            }
        })
        .await;
    assert_eq!(app.database().count("staff_audit where action = 'export-results'").await, 8);
}

#[tokio::test]
async fn results_in_vietnamese_are_accessible_and_fit_every_screen() {
    look_at_everything("").await;
}

#[tokio::test]
async fn results_in_english_are_accessible_and_fit_every_screen() {
    look_at_everything("lang=en").await;
}

async fn look_at_everything(language: &str) {
    let Some(chromium) = Chromium::shared() else { return };
    let commune = format!("/staff/results?unit=22651&period={MONTH}");
    let province = format!("/staff/results?unit=56&period={MONTH}");
    let how = |figure: &str| format!("/staff/results/how/{figure}?unit=22651&period={MONTH}");
    for (role, scope, paths) in [
        (
            Role::CentreStaff,
            "/56/22651/",
            vec![
                "/staff".to_owned(),
                "/staff/results".to_owned(),
                commune.clone(),
                format!("{commune}&group=channel&channel=qr"),
                format!("{commune}&group=service_field&service_field=x"),
                format!("{commune}&group=age"),
                format!("{commune}&instrument=sipas-style&group=D2&D1=2"),
                format!("{}&channel=qr", how("component/access")),
                format!("{}&channel=qr", how("index/quick-counter")),
                format!("{}&group=channel", how("component/access/groups")),
                format!("{}&group=point", how("index/quick-counter/groups")),
            ],
        ),
        (
            Role::Administrator,
            "/",
            vec![
                "/staff".to_owned(),
                "/staff/results".to_owned(),
                province.clone(),
                format!("{province}&order=rate"),
                "/staff/results?unit=79".to_owned(),
            ],
        ),
    ] {
        let app = service(Database::sqlite(), role, scope).await;
        chromium
            .journey(DESKTOP, Scripts::On, async |browser| {
                let mut found = Vec::new();
                browser.goto(&app.url("/staff")).await;
                sign_in(browser, &app).await;
                for path in &paths {
                    browser.goto(&in_language(&app.url(path), language)).await;
                    found.extend(faults(browser).await);
                }
                assert!(found.is_empty(), "{found:#?}");
            })
            .await;
    }
}
