//! Every page that a GET of staff gives, taken from the table of routes: whoever adds a route
//! has it looked at without naming it here.

use hailong::clock::Clock;
use hailong::http::staff::{ROUTES, StaffRoute, Verb, Who};
use hailong::staff::{Scope, Token};

use super::every_page::{faults_on, in_language};
use crate::staff::routes::shown::{addresses, elsewhere, members, prepared};
use crate::staff::routes::{Named, half};
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Screen, Scripts, TABLET};
use crate::support::database::Database;
use crate::support::staff::Member;

/// The routes that give a file or a plain text and no page.
const FILES: [&str; 6] = [
    "/staff/actions/actions.csv",
    "/staff/actions/actions.xlsx",
    "/staff/tablet-guide",
    "/staff/import/map",
    "/staff/indicators/{commune}/template",
    "/staff/indicators/{commune}/entries",
];
/// The routes that lead whoever has one commune on to its own page.
const OF_MANY: [&str; 2] = ["/staff/petitions/figures", "/staff/indicators"];
/// The route that leads whoever has many communes to where one is chosen.
const OF_ONE: &str = "/staff/actions/plan";

/// Whether `member` has more than one commune.
fn has_many(member: &Member<'_>) -> bool {
    !matches!(member.account.scope, Scope::Commune(_) | Scope::Point { .. })
}

/// With whose token `route` is looked at: of those who have one commune the first, and where
/// the page names nothing the last of those who have many, who see another one.
fn lookers<'m>(route: &StaffRoute, members: &'m [Member<'_>]) -> Vec<&'m Token> {
    let Who::May(permission) = route.who else { return Vec::new() };
    let may = |member: &&Member<'_>| member.account.may(permission);
    let first = members.iter().find(may).unwrap_or_else(|| panic!("nobody may {}", route.path));
    let names_nothing = !route.path.contains('{') && route.path != OF_ONE;
    let wide = members.iter().rfind(|member| may(member) && has_many(member));
    let wide = wide.filter(|_| names_nothing);
    let first = Some(first).filter(|_| !OF_MANY.contains(&route.path));
    first.into_iter().chain(wide).map(|member| &member.token).collect()
}

/// What is wrong with the page at `path`, which must be one and be there.
async fn look(browser: &Browser, app: &App, path: &str, in_depth: Screen) -> Vec<String> {
    browser.goto(&app.url(path)).await;
    let status = "return performance.getEntriesByType('navigation')[0].responseStatus";
    let status = browser.run(status).await;
    let place = browser.place().await;
    if place != path || status != 200 {
        return vec![format!("{path} leads to {place} ({status}): nothing there to look at")];
    }
    faults_on(browser, &[PHONE, TABLET, DESKTOP], &[in_depth]).await
}

#[tokio::test]
async fn every_get_route_of_staff_is_accessible_and_fits() {
    let Some(chromium) = Chromium::shared() else { return };
    let app = App::spawn(Database::sqlite());
    let db = app.database().open().await;
    let named = Named::made(&db, app.now()).await;
    let members = members(&app).await;
    prepared(&app, &db, &members).await;
    let elsewhere = elsewhere(&app, &db).await;
    let half = half(&db, &members[0].account, app.now()).await;
    let nobody = Token::of(Clock::System.secret());
    // Each page with whose token it is looked at.
    let mut pages: Vec<(String, &Token)> = Vec::new();
    for route in ROUTES.iter().filter(|route| route.verb == Verb::Get) {
        if FILES.contains(&route.path) {
            continue;
        }
        let lookers = match route.who {
            Who::Anyone => vec![&nobody],
            Who::Half => vec![&half],
            Who::May(_) => lookers(route, &members),
        };
        assert!(!lookers.is_empty(), "nobody looks at {}", route.path);
        for token in lookers {
            let paths = addresses(route, &named, &elsewhere);
            pages.extend(paths.into_iter().map(|path| (path, token)));
        }
    }
    assert!(FILES.iter().all(|file| ROUTES.iter().any(|route| route.path == *file)));
    chromium
        .journey(DESKTOP, Scripts::On, async |browser| {
            let mut found = Vec::new();
            for (language, in_depth) in [("", DESKTOP), ("lang=en", PHONE)] {
                for (path, token) in &pages {
                    browser.carry(&app.url("/"), token).await;
                    let path = in_language(path, language);
                    found.extend(look(browser, &app, &path, in_depth).await);
                }
            }
            assert!(found.is_empty(), "{}: {found:#?}", found.len());
        })
        .await;
    db.close().await;
}
