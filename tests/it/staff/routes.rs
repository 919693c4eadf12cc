//! Every role × every route × own, foreign and no account: what the route table does
//! not allow is refused. The table here is written down a second time, so that a new
//! route or a wider one does not slip in.

use std::collections::BTreeSet;

use hailong::http::staff::{ROUTES, StaffRoute, Verb};
use hailong::staff::session::{Session, Stage};
use hailong::staff::{Account, Role, Token};
use hailong::store::Db;
use reqwest::Method;

use crate::support::app::App;
use crate::support::database::{Database, on_both_databases};
use crate::support::petition;
use crate::support::staff::{self, Member, account, event};

on_both_databases![
    every_role_takes_the_routes_it_may_within_its_scope_and_no_other,
    no_look_at_a_page_changes_anything,
];

/// Who may take a route.
#[derive(Debug, Clone, Copy, PartialEq)]
enum May {
    Anyone,
    Half,
    All,
    Only(&'static [Role]),
}

use May::{All, Anyone, Half, Only};
use Verb::{Get, Post};

const ADMINISTRATORS: May = Only(&[Role::Administrator]);
const HANDLERS: May = Only(&[Role::Administrator, Role::CentreStaff]);
const PETITION_READERS: May = Only(&[
    Role::Administrator,
    Role::CentreStaff,
    Role::Reviewer,
    Role::Leader,
    Role::ProvinceOfficer,
]);
const AUDITORS: May = Only(&[Role::Administrator, Role::Reviewer]);

const EXPECTED: &[(Verb, &str, May)] = &[
    (Get, "/staff/sign-in", Anyone),
    (Post, "/staff/sign-in", Anyone),
    (Get, "/staff/set-up/{token}", Anyone),
    (Post, "/staff/set-up/{token}", Anyone),
    (Get, "/staff/second-factor", Half),
    (Post, "/staff/second-factor", Half),
    (Get, "/staff", All),
    (Get, "/staff/accounts", ADMINISTRATORS),
    (Get, "/staff/accounts/new", ADMINISTRATORS),
    (Post, "/staff/accounts/new", ADMINISTRATORS),
    (Get, "/staff/accounts/{account}", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/link", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/second-factor", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/disable", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/enable", ADMINISTRATORS),
    (Get, "/staff/petitions", PETITION_READERS),
    (Get, "/staff/petitions/new", HANDLERS),
    (Post, "/staff/petitions/new", HANDLERS),
    (Get, "/staff/petitions/{petition}", PETITION_READERS),
    (Post, "/staff/petitions/{petition}/contact", HANDLERS),
    (Get, "/staff/petitions/{petition}/{act}", HANDLERS),
    (Post, "/staff/petitions/{petition}/{act}", HANDLERS),
    (Get, "/staff/apology", HANDLERS),
    (Post, "/staff/apology", HANDLERS),
    (Get, "/staff/audit", AUDITORS),
    (Post, "/staff/audit/export", AUDITORS),
    (Get, "/staff/me", All),
    (Get, "/staff/me/password", All),
    (Post, "/staff/me/password", All),
    (Post, "/staff/me/recovery-codes", All),
    (Post, "/staff/me/sessions", All),
    (Get, "/staff/again", All),
    (Post, "/staff/again", All),
    (Post, "/staff/sign-out", All),
];

/// Whose account an address names.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Target {
    Own,
    Foreign,
    None,
}

/// Where somebody in `role` is, in these tests: around the commune 22651.
fn place(role: Role) -> &'static str {
    match role {
        Role::Reviewer | Role::ProvinceOfficer => "/56/",
        _ => "/56/22651/",
    }
}

fn expected(route: &StaffRoute) -> May {
    let row = EXPECTED.iter().find(|(verb, path, _)| *verb == route.verb && *path == route.path);
    row.unwrap_or_else(|| panic!("nobody has said who may take {:?} {}", route.verb, route.path)).2
}

fn method(verb: Verb) -> Method {
    match verb {
        Get => Method::GET,
        Post => Method::POST,
    }
}

/// A session of `account` that lacks the second factor.
async fn half(db: &Db, account: &Account, now: i64) -> Token {
    let token = staff::session(db, account, now).await;
    let (session, _) = db.session(&token).await.unwrap().unwrap();
    let half = Token::of(hailong::clock::Clock::System.secret());
    let id = hailong::clock::Clock::System.new_id();
    let session = Session { id, stage: Stage::Half, ..session };
    let event = event(now, account.name.as_str(), hailong::staff::audit::Action::Password);
    db.begin_session(&half, &session, Some(&token), &event).await.unwrap();
    half
}

async fn ask(app: &App, route: &StaffRoute, path: &str, token: Option<&Token>) -> (u16, String) {
    let mut request = app
        .request(method(route.verb), path)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin");
    let mut mark = String::new();
    if let Some(token) = token {
        request = request.header("cookie", format!("__Host-sid={}", token.text()));
        mark = token.form_mark();
    }
    let answer = match route.verb {
        Get => request.send().await.unwrap(),
        Post => staff::send(request, &[("mark", mark.as_str())]).await,
    };
    let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    for (header, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.headers()[header], value, "{header} of {path}");
    }
    let policy = answer.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    (answer.status().as_u16(), to.unwrap_or_default())
}

async fn every_role_takes_the_routes_it_may_within_its_scope_and_no_other(database: Database) {
    let known: BTreeSet<_> = EXPECTED.iter().map(|(verb, path, _)| (*verb == Get, *path)).collect();
    let there: BTreeSet<_> = ROUTES.iter().map(|r| (r.verb == Get, r.path)).collect();
    assert_eq!(known, there, "the two tables name the same routes");
    assert_eq!(EXPECTED.len(), ROUTES.len(), "and each once");
    let app = App::spawn(database);
    let db = app.database().open().await;
    let own = account("own.target", Role::DataEntry, "/56/22651/");
    let foreign = account("foreign.target", Role::DataEntry, "/01/00004/");
    let mut actors = Vec::new();
    for target in [&own, &foreign] {
        staff::set_up(&db, target, app.now(), Vec::new()).await;
    }
    for role in Role::ALL {
        let actor = account(role.name(), role, place(role));
        staff::set_up(&db, &actor, app.now(), Vec::new()).await;
        actors.push(actor);
    }
    let mut petitions = Vec::new();
    for commune in ["22651", "00004"] {
        petitions.push(petition::stored(&db, commune, app.now()).await);
    }
    let mut asked = 0;
    for route in ROUTES {
        let may = expected(route);
        let names_one =
            ["{account}", "{petition}"].into_iter().any(|part| route.path.contains(part));
        let targets = if names_one {
            vec![Target::Own, Target::Foreign, Target::None]
        } else {
            vec![Target::Own]
        };
        for target in targets {
            let id = match target {
                Target::Own => own.id,
                Target::Foreign => foreign.id,
                Target::None => hailong::clock::Clock::System.new_id(),
            };
            let petition = match target {
                Target::Own => petitions[0].as_str(),
                Target::Foreign => petitions[1].as_str(),
                Target::None => "0000-0000",
            };
            let unknown = Token::of([0; 32]).text();
            let path =
                route.path.replace("{account}", &id.to_string()).replace("{token}", &unknown);
            let path = path.replace("{petition}", petition).replace("{act}", "acknowledge");
            // The same name tried again at once has to wait.
            let open: &[u16] =
                if route.path.contains("{token}") { &[410] } else { &[200, 422, 429] };
            let what = |who: &str| format!("{who}: {:?} {} of {target:?}", route.verb, route.path);

            let (status, to) = ask(&app, route, &path, None).await;
            if may == Anyone {
                assert!(open.contains(&status), "{}: {status}", what("nobody"));
            } else {
                assert!(status == 303 && to.starts_with("/staff/sign-in?"), "{}", what("nobody"));
            }
            let token = half(&db, &actors[0], app.now()).await;
            let (status, to) = ask(&app, route, &path, Some(&token)).await;
            match may {
                Anyone => assert!(open.contains(&status), "{}: {status}", what("half")),
                Half => assert!([200, 422].contains(&status), "{}: {status}", what("half")),
                _ => {
                    assert!(status == 303 && to.starts_with("/staff/sign-in?"), "{}", what("half"));
                }
            }
            for actor in &actors {
                let token = staff::session(&db, actor, app.now()).await;
                let (status, to) = ask(&app, route, &path, Some(&token)).await;
                let what = format!("{}: {status} {to}", what(actor.role.name()));
                asked += 1;
                let allowed = match may {
                    Anyone => {
                        assert!(open.contains(&status), "{what}");
                        continue;
                    }
                    Half => {
                        assert!(status == 303 && to.starts_with("/staff/sign-in?"), "{what}");
                        continue;
                    }
                    All => true,
                    Only(roles) => roles.contains(&actor.role),
                };
                match (allowed, target) {
                    (false, _) => assert_eq!(status, 403, "{what}"),
                    (true, Target::Own) => {
                        let signed_out = to.starts_with("/staff/sign-in?");
                        // An act without the version that was seen changes nothing: 409.
                        let answered = [200, 303, 409, 422, 429].contains(&status);
                        assert!(answered && !signed_out, "{what}");
                    }
                    (true, _) => assert_eq!(status, 404, "{what}"),
                }
            }
        }
    }
    assert!(asked >= 6 * ROUTES.len(), "only {asked} were asked");
    db.close().await;
}

async fn no_look_at_a_page_changes_anything(database: Database) {
    const TABLES: [&str; 5] = [
        "staff_accounts",
        "staff_sessions",
        "staff_links",
        "staff_kept_forms",
        "staff_recovery_codes",
    ];
    let app = App::spawn(database);
    let admin = Member::signed_in(&app, "admin", Role::Administrator, "/").await;
    let counts = async || {
        let mut counts = Vec::new();
        for table in TABLES {
            counts.push(app.database().count(table).await);
        }
        counts
    };
    let before = counts().await;
    for route in ROUTES {
        let path = route.path.replace("{account}", &admin.account.id.to_string());
        let path = path.replace("{token}", "x");
        for method in [Method::GET, Method::HEAD] {
            let status = admin.request(method, &path).send().await.unwrap().status().as_u16();
            let posts_only = !ROUTES.iter().any(|r| r.path == route.path && r.verb == Get);
            assert_eq!(status == 405, posts_only, "{path}: {status}");
        }
    }
    assert_eq!(counts().await, before);
}
