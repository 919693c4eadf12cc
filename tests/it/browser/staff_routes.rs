//! Every page that a GET of staff gives, taken from the table of routes: whoever adds a route
//! has it looked at without naming it here, and makes what it shows where it finds nothing.

use std::collections::BTreeMap;

use hailong::clock::Clock;
use hailong::http::staff::{ROUTES, StaffRoute, Verb, Who};
use hailong::pages::staff::petitions::ActKind;
use hailong::staff::audit::Action;
use hailong::staff::{Permission, Role, Scope, Token};
use hailong::store::Db;
use hailong::store::staff::links::Kind;

use super::every_page::{faults_on, in_language};
use crate::staff::routes::{Named, Target, half};
use crate::support::answers;
use crate::support::app::App;
use crate::support::browser::{Browser, Chromium, DESKTOP, PHONE, Screen, Scripts, TABLET};
use crate::support::database::Database;
use crate::support::html;
use crate::support::paper;
use crate::support::staff::{Member, account, by_operator};

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

/// Who looks: whoever has the most to do in one commune first, and behind them whoever has
/// many communes.
async fn members(app: &App) -> Vec<Member<'_>> {
    let mut members = Vec::new();
    for (name, role, scope) in [
        ("lan.nguyen", Role::CentreStaff, "/56/22651/"),
        ("hoa.tran", Role::Administrator, "/56/22651/"),
        ("mai.le", Role::Leader, "/56/22651/"),
        ("minh.vo", Role::DataEntry, "/56/22651/"),
        ("binh.do", Role::Reviewer, "/56/"),
        ("tam.pham", Role::ProvinceOfficer, "/56/"),
        ("quan.ngo", Role::Administrator, "/"),
    ] {
        members.push(Member::signed_in(app, name, role, scope).await);
    }
    members
}

/// Whether `member` has more than one commune.
fn has_many(member: &Member<'_>) -> bool {
    !matches!(member.account.scope, Scope::Commune(_) | Scope::Point { .. })
}

/// Sends the form at `path` as it stands there, with `chosen` in place of its own.
async fn send_as_it_is(member: &Member<'_>, path: &str, chosen: &[(&str, &str)]) {
    let shown = member.get(path).await.text().await.unwrap();
    let (forms, _) = html::forms_and_links(&html::parts(&shown).unwrap());
    let form = forms.into_iter().find(|form| form.posts && form.action == path);
    let mut fields = form.unwrap_or_else(|| panic!("no form at {path}")).sent();
    fields.retain(|(name, _)| name != "mark" && chosen.iter().all(|(other, _)| other != name));
    let own = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let fields: Vec<(&str, &str)> = own.chain(chosen.iter().copied()).collect();
    assert_eq!(member.post(path, &fields).await.status(), 303, "{path}");
}

/// What must have happened for a page to have something to show, beside what addresses name.
async fn prepared(app: &App, db: &Db, members: &[Member<'_>]) {
    let centre = &members[0];
    answers::add(db, "22651", 0..40).await;
    let new = account("moi.vao", Role::DataEntry, "/56/22651/");
    assert!(db.add_account(&new, &by_operator(app.now(), Action::AddAccount)).await.unwrap());
    let made = by_operator(app.now(), Action::MakeLink);
    db.make_link(&Token::of([0; 32]), Kind::SetUp, Some(new.id), &made).await.unwrap();
    let month = "/staff/publishing/22651/quick-counter@1/2026-09";
    send_as_it_is(centre, month, &[]).await;
    let entered = [
        ("period", "2026-09"),
        ("numerator", "191"),
        ("denominator", "200"),
        ("source", "Sổ theo dõi"),
        ("seen", "0"),
    ];
    let enter = "/staff/indicators/22651/digitised/enter";
    assert_eq!(centre.post(enter, &entered).await.status(), 303);
    // A file that is kept is somebody's own.
    let (answers, of) = (
        "answered_at,A1,A2,A3,A4,A5\n05/09/2026,5,5,5,5,5\n,5,5,5,5,5\n",
        [("point", "22651"), ("channel", "online"), ("map", "")],
    );
    let months = "commune,indicator,month,numerator,denominator,source\n\
        22651,DIGITISED,2026-08,180,200,Hệ thống\n22651,DIGITISED,2026-13,180,200,Hệ thống\n";
    for member in members {
        if member.account.may(Permission::Import) {
            let kept = member.upload("/staff/import", &of, ("phiếu.csv", answers.as_bytes())).await;
            assert_eq!(kept.status(), 303);
            let dates = [("dates", "dd/mm/yyyy")];
            send_as_it_is(member, "/staff/import/columns", &dates).await;
        }
        if member.account.may(Permission::EnterIndicators) {
            let kept = ("chỉ tiêu.csv", months.as_bytes());
            assert_eq!(member.upload("/staff/indicators/file", &[], kept).await.status(), 303);
        }
    }
}

/// Where routes are looked at whose page is elsewhere than where addresses of tests lead.
async fn elsewhere(app: &App, db: &Db) -> BTreeMap<&'static str, String> {
    let withdraw = "/staff/indicators/{commune}/{target}/withdraw";
    let entered = "/staff/indicators/22651/digitised/withdraw?period=2026-09".to_owned();
    let mut elsewhere = BTreeMap::from([(withdraw, entered)]);
    let steps = paper::each_step(app, db).await;
    for route in ROUTES.iter().filter(|route| route.path.starts_with("/staff/paper/{batch}/")) {
        let (_, step) = route.path.rsplit_once('/').expect("a step");
        let at = |path: &str| path.split('?').next().is_some_and(|path| path.ends_with(step));
        if let Some((_, path)) = steps.iter().find(|(_, path)| at(path)) {
            elsewhere.insert(route.path, path.clone());
        }
    }
    elsewhere
}

/// Where `route` is looked at: at every act, where it has one.
fn addresses(route: &StaffRoute, named: &Named, elsewhere: &BTreeMap<&str, String>) -> Vec<String> {
    if let Some(path) = elsewhere.get(route.path) {
        return vec![path.clone()];
    }
    let one = named.path(route, Target::Own);
    if !route.path.ends_with("/{act}") {
        return vec![one];
    }
    let (petition, _) = one.rsplit_once('/').expect("an act");
    ActKind::ALL.iter().map(|act| format!("{petition}/{}", act.name())).collect()
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
