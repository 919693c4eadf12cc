//! Every role × every route × own, foreign and no account: what the route table does
//! not allow is refused. The table here is written down a second time, so that a new
//! route or a wider one does not slip in.

mod scopes;
pub(crate) mod shown;

use std::collections::BTreeSet;

use futures_util::FutureExt;
use hailong::http::staff::{ROUTES, StaffRoute, Verb};
use hailong::staff::audit::Action;
use hailong::staff::session::{Session, Stage};
use hailong::staff::{Account, Role, Token};
use hailong::store::Db;
use hailong::store::batches::NewBatch;
use hailong::store::enrolment::{self, EnrolmentCode, Pin};
use reqwest::Method;
use surveys::action::Origin;
use surveys::collection_point::CollectionPoint;
use surveys::{CommuneCode, InstrumentId, PointCode};

use crate::support::action;
use crate::support::app::App;
use crate::support::comments;
use crate::support::database::{Contents, Database, on_both_databases};
use crate::support::paper;
use crate::support::petition;
use crate::support::staff::{self, Member, account, event};

on_both_databases![
    every_role_takes_the_routes_it_may_within_its_scope_and_no_other,
    no_look_at_a_page_changes_anything,
    a_row_that_says_something_else_is_a_change,
    staff_of_one_point_are_offered_only_what_they_may_do_there,
];

/// Who may take a route.
#[derive(Debug, Clone, Copy, PartialEq)]
enum May {
    Anyone,
    Half,
    All,
    Only(&'static [Role]),
}

use crate::support::staff::by_operator;
use May::{All, Anyone, Half, Only};
use Verb::{Get, Post};

const ADMINISTRATORS: May = Only(&[Role::Administrator]);
const MANAGERS: May = Only(&[Role::Administrator, Role::CentreStaff]);
const READERS: May = Only(&[
    Role::Administrator,
    Role::CentreStaff,
    Role::Reviewer,
    Role::Leader,
    Role::ProvinceOfficer,
]);
const IMPORTERS: May = Only(&[Role::CentreStaff, Role::ProvinceOfficer]);
const AUDITORS: May = Only(&[Role::Administrator, Role::Reviewer]);

const SAMPLE_RUNNERS: May = Only(&[Role::CentreStaff, Role::ProvinceOfficer]);
const SAMPLE_READERS: May =
    Only(&[Role::CentreStaff, Role::ProvinceOfficer, Role::Reviewer, Role::Leader]);
const PAPER_READERS: May = Only(&[Role::CentreStaff, Role::DataEntry, Role::Reviewer]);
const KEYERS: May = Only(&[Role::CentreStaff, Role::DataEntry]);
const CENTRE: May = Only(&[Role::CentreStaff]);
const COMMENT_READERS: May =
    Only(&[Role::CentreStaff, Role::ProvinceOfficer, Role::Reviewer, Role::Leader]);
const PUBLISHERS: May = Only(&[Role::CentreStaff, Role::Leader]);
const PUBLISHING_READERS: May = Only(&[Role::CentreStaff, Role::Reviewer, Role::Leader]);
const DECIDERS: May = Only(&[Role::CentreStaff, Role::Reviewer]);

const EXPECTED: &[(Verb, &str, May)] = &[
    (Get, "/staff/sign-in", Anyone),
    (Post, "/staff/sign-in", Anyone),
    (Get, "/staff/set-up/{token}", Anyone),
    (Post, "/staff/set-up/{token}", Anyone),
    (Get, "/staff/second-factor", Half),
    (Post, "/staff/second-factor", Half),
    (Get, "/staff", All),
    (Get, "/staff/results", READERS),
    (Post, "/staff/results/export", READERS),
    (Get, "/staff/results/how/{level}/{figure}", READERS),
    (Get, "/staff/results/how/{level}/{figure}/groups", READERS),
    (Get, "/staff/publishing", PUBLISHING_READERS),
    (Post, "/staff/publishing/export", PUBLISHING_READERS),
    (Get, "/staff/publishing/{commune}/{instrument}/{period}", PUBLISHING_READERS),
    (Post, "/staff/publishing/{commune}/{instrument}/{period}", PUBLISHERS),
    (Get, "/staff/publishing/{commune}/{instrument}/{period}/withdraw", PUBLISHERS),
    (Post, "/staff/publishing/{commune}/{instrument}/{period}/withdraw", PUBLISHERS),
    (Get, "/staff/reports/{commune}", READERS),
    (Get, "/staff/reports/{commune}/{report}", MANAGERS),
    (Post, "/staff/reports/{commune}/{report}", MANAGERS),
    (Post, "/staff/reports/{commune}/{report}/undo", MANAGERS),
    (Get, "/staff/actions", READERS),
    (Get, "/staff/actions/actions.csv", READERS),
    (Get, "/staff/actions/actions.xlsx", READERS),
    (Get, "/staff/actions/new", MANAGERS),
    (Post, "/staff/actions/new", MANAGERS),
    (Get, "/staff/actions/plan", READERS),
    (Post, "/staff/actions/plan", MANAGERS),
    (Get, "/staff/actions/{action}", READERS),
    (Get, "/staff/actions/{action}/edit", MANAGERS),
    (Post, "/staff/actions/{action}/edit", MANAGERS),
    (Get, "/staff/actions/{action}/note", MANAGERS),
    (Post, "/staff/actions/{action}/note", MANAGERS),
    (Get, "/staff/actions/{action}/status", MANAGERS),
    (Post, "/staff/actions/{action}/status", MANAGERS),
    (Get, "/staff/actions/{action}/public", MANAGERS),
    (Post, "/staff/actions/{action}/public", MANAGERS),
    (Get, "/staff/points", READERS),
    (Post, "/staff/points/export", READERS),
    (Get, "/staff/points/new", MANAGERS),
    (Post, "/staff/points/new", MANAGERS),
    (Get, "/staff/points/{point}", READERS),
    (Get, "/staff/points/{point}/name", MANAGERS),
    (Post, "/staff/points/{point}/name", MANAGERS),
    (Get, "/staff/points/{point}/hours", MANAGERS),
    (Post, "/staff/points/{point}/hours", MANAGERS),
    (Get, "/staff/points/{point}/asking", MANAGERS),
    (Post, "/staff/points/{point}/asking", MANAGERS),
    (Get, "/staff/points/{point}/contact", MANAGERS),
    (Post, "/staff/points/{point}/contact", MANAGERS),
    (Get, "/staff/points/{point}/recordings", READERS),
    (Get, "/staff/points/{point}/recordings/{item}/{language}", MANAGERS),
    (Post, "/staff/points/{point}/recordings/{item}/{language}", MANAGERS),
    (Post, "/staff/points/{point}/recordings/{item}/{language}/remove", MANAGERS),
    (Get, "/staff/points/{point}/devices/import", IMPORTERS),
    (Post, "/staff/points/{point}/devices/import", IMPORTERS),
    (Post, "/staff/points/{point}/retire", MANAGERS),
    (Post, "/staff/points/{point}/reopen", MANAGERS),
    (Get, "/staff/tablet-guide", READERS),
    (Get, "/staff/points/{point}/devices", MANAGERS),
    (Post, "/staff/points/{point}/devices", MANAGERS),
    (Post, "/staff/points/{point}/devices/{device}/revoke", MANAGERS),
    (Get, "/staff/points/{point}/slips", MANAGERS),
    (Post, "/staff/points/{point}/slips", MANAGERS),
    (Get, "/staff/points/{point}/paper", MANAGERS),
    (Post, "/staff/points/{point}/paper", MANAGERS),
    (Get, "/staff/links", MANAGERS),
    (Post, "/staff/links/export", MANAGERS),
    (Get, "/staff/links/new", MANAGERS),
    (Post, "/staff/links/new", MANAGERS),
    (Get, "/staff/links/remind", MANAGERS),
    (Post, "/staff/links/remind", MANAGERS),
    (Get, "/staff/links/stop", MANAGERS),
    (Post, "/staff/links/stop", MANAGERS),
    (Get, "/staff/accounts", ADMINISTRATORS),
    (Post, "/staff/accounts/export", ADMINISTRATORS),
    (Get, "/staff/accounts/new", ADMINISTRATORS),
    (Post, "/staff/accounts/new", ADMINISTRATORS),
    (Get, "/staff/accounts/{account}", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/link", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/second-factor", ADMINISTRATORS),
    (Get, "/staff/accounts/{account}/department", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/department", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/disable", ADMINISTRATORS),
    (Post, "/staff/accounts/{account}/enable", ADMINISTRATORS),
    (Get, "/staff/samples", SAMPLE_READERS),
    (Post, "/staff/samples/export", SAMPLE_READERS),
    (Get, "/staff/samples/new", SAMPLE_RUNNERS),
    (Post, "/staff/samples/new", SAMPLE_RUNNERS),
    (Get, "/staff/samples/{sample}", SAMPLE_READERS),
    (Post, "/staff/samples/{sample}/assign", SAMPLE_RUNNERS),
    (Post, "/staff/samples/{sample}/interviewers", SAMPLE_RUNNERS),
    (Post, "/staff/samples/{sample}/code", SAMPLE_RUNNERS),
    (Post, "/staff/samples/{sample}/revoke", SAMPLE_RUNNERS),
    (Get, "/staff/samples/{sample}/set-aside", SAMPLE_RUNNERS),
    (Post, "/staff/samples/{sample}/set-aside", SAMPLE_RUNNERS),
    (Get, "/staff/samples/{sample}/withdraw", SAMPLE_RUNNERS),
    (Post, "/staff/samples/{sample}/withdraw", SAMPLE_RUNNERS),
    (Get, "/staff/paper", PAPER_READERS),
    (Post, "/staff/paper/export", PAPER_READERS),
    (Get, "/staff/paper/new", CENTRE),
    (Post, "/staff/paper/new", CENTRE),
    (Get, "/staff/paper/{batch}", PAPER_READERS),
    (Post, "/staff/paper/{batch}/count", KEYERS),
    (Post, "/staff/paper/{batch}/range", CENTRE),
    (Get, "/staff/paper/{batch}/key", KEYERS),
    (Post, "/staff/paper/{batch}/key", KEYERS),
    (Post, "/staff/paper/{batch}/key/undo", KEYERS),
    (Get, "/staff/paper/{batch}/missing", KEYERS),
    (Post, "/staff/paper/{batch}/missing", KEYERS),
    (Post, "/staff/paper/{batch}/draw", CENTRE),
    (Get, "/staff/paper/{batch}/rekey", KEYERS),
    (Post, "/staff/paper/{batch}/rekey", KEYERS),
    (Get, "/staff/paper/{batch}/decide", CENTRE),
    (Post, "/staff/paper/{batch}/decide", CENTRE),
    (Get, "/staff/paper/{batch}/agree", KEYERS),
    (Post, "/staff/paper/{batch}/agree", KEYERS),
    (Get, "/staff/paper/{batch}/close", CENTRE),
    (Post, "/staff/paper/{batch}/close", CENTRE),
    (Get, "/staff/paper/{batch}/correct", CENTRE),
    (Post, "/staff/paper/{batch}/correct", CENTRE),
    (Post, "/staff/paper/{batch}/give-up", CENTRE),
    (Get, "/staff/petitions", READERS),
    (Post, "/staff/petitions/export", READERS),
    (Get, "/staff/petitions/new", MANAGERS),
    (Post, "/staff/petitions/new", MANAGERS),
    (Get, "/staff/petitions/figures", READERS),
    (Get, "/staff/petitions/figures/{commune}", READERS),
    (Post, "/staff/petitions/figures/{commune}/export", READERS),
    (Get, "/staff/petitions/{petition}", READERS),
    (Post, "/staff/petitions/{petition}/contact", MANAGERS),
    (Get, "/staff/petitions/{petition}/publish", MANAGERS),
    (Post, "/staff/petitions/{petition}/publish", MANAGERS),
    (Get, "/staff/petitions/{petition}/{act}", MANAGERS),
    (Post, "/staff/petitions/{petition}/{act}", MANAGERS),
    (Get, "/staff/replies", MANAGERS),
    (Get, "/staff/replies/new", MANAGERS),
    (Post, "/staff/replies/new", MANAGERS),
    (Get, "/staff/replies/{reply}", MANAGERS),
    (Post, "/staff/replies/{reply}", MANAGERS),
    (Get, "/staff/replies/{reply}/remove", MANAGERS),
    (Post, "/staff/replies/{reply}/remove", MANAGERS),
    (Get, "/staff/apology", MANAGERS),
    (Post, "/staff/apology", MANAGERS),
    (Get, "/staff/comments", COMMENT_READERS),
    (Post, "/staff/comments/export", COMMENT_READERS),
    (Get, "/staff/comments/{comment}", COMMENT_READERS),
    (Get, "/staff/comments/{comment}/publish", DECIDERS),
    (Post, "/staff/comments/{comment}/publish", DECIDERS),
    (Get, "/staff/comments/{comment}/hide", DECIDERS),
    (Post, "/staff/comments/{comment}/hide", DECIDERS),
    (Post, "/staff/comments/{comment}/set-aside", DECIDERS),
    (Post, "/staff/comments/{comment}/return", DECIDERS),
    (Get, "/staff/comments/{comment}/tags", DECIDERS),
    (Post, "/staff/comments/{comment}/tags", DECIDERS),
    (Get, "/staff/audit", AUDITORS),
    (Post, "/staff/audit/export", AUDITORS),
    (Get, "/staff/import", IMPORTERS),
    (Post, "/staff/import", IMPORTERS),
    (Get, "/staff/import/columns", IMPORTERS),
    (Post, "/staff/import/columns", IMPORTERS),
    (Get, "/staff/import/preview", IMPORTERS),
    (Post, "/staff/import/preview", IMPORTERS),
    (Post, "/staff/import/rejects", IMPORTERS),
    (Get, "/staff/import/map", IMPORTERS),
    (Get, "/staff/import/batches", IMPORTERS),
    (Post, "/staff/import/batches/export", IMPORTERS),
    (Get, "/staff/import/batches/{batch}", IMPORTERS),
    (Get, "/staff/import/batches/{batch}/undo", IMPORTERS),
    (Post, "/staff/import/batches/{batch}/undo", IMPORTERS),
    (Get, "/staff/indicators", READERS),
    (Get, "/staff/indicators/file", MANAGERS),
    (Post, "/staff/indicators/file", MANAGERS),
    (Get, "/staff/indicators/file/preview", MANAGERS),
    (Post, "/staff/indicators/file/preview", MANAGERS),
    (Post, "/staff/indicators/file/rejects", MANAGERS),
    (Get, "/staff/indicators/{commune}", READERS),
    (Get, "/staff/indicators/{commune}/template", MANAGERS),
    (Get, "/staff/indicators/{commune}/entries", READERS),
    (Get, "/staff/indicators/{commune}/{target}", READERS),
    (Get, "/staff/indicators/{commune}/{target}/enter", MANAGERS),
    (Post, "/staff/indicators/{commune}/{target}/enter", MANAGERS),
    (Get, "/staff/indicators/{commune}/{target}/withdraw", MANAGERS),
    (Post, "/staff/indicators/{commune}/{target}/withdraw", MANAGERS),
    (Get, "/staff/erase", MANAGERS),
    (Post, "/staff/erase", MANAGERS),
    (Get, "/staff/erase/{petition}", MANAGERS),
    (Post, "/staff/erase/{petition}", MANAGERS),
    (Get, "/staff/me", All),
    (Get, "/staff/me/password", All),
    (Post, "/staff/me/password", All),
    (Post, "/staff/me/recovery-codes", All),
    (Post, "/staff/me/sessions", All),
    (Get, "/staff/again", All),
    (Post, "/staff/again", All),
    (Post, "/staff/sign-out", All),
];

/// What is grave: a code must have been given within five minutes.
const GRAVE: &[(Verb, &str)] = &[
    (Post, "/staff/publishing/{commune}/{instrument}/{period}"),
    (Post, "/staff/publishing/{commune}/{instrument}/{period}/withdraw"),
    (Get, "/staff/accounts/new"),
    (Post, "/staff/accounts/new"),
    (Get, "/staff/accounts/{account}/department"),
    (Post, "/staff/accounts/{account}/department"),
    (Post, "/staff/accounts/{account}/disable"),
    (Post, "/staff/accounts/{account}/enable"),
    (Post, "/staff/accounts/{account}/link"),
    (Post, "/staff/accounts/{account}/second-factor"),
    (Get, "/staff/actions/{action}/public"),
    (Post, "/staff/actions/{action}/public"),
    (Get, "/staff/comments/{comment}/publish"),
    (Post, "/staff/comments/{comment}/publish"),
    (Get, "/staff/erase"),
    (Post, "/staff/erase"),
    (Get, "/staff/erase/{petition}"),
    (Post, "/staff/erase/{petition}"),
    (Get, "/staff/import/batches/{batch}/undo"),
    (Post, "/staff/import/batches/{batch}/undo"),
    (Post, "/staff/me/recovery-codes"),
    (Post, "/staff/me/sessions"),
    (Post, "/staff/paper/{batch}/agree"),
    (Post, "/staff/paper/{batch}/close"),
    (Post, "/staff/paper/{batch}/correct"),
    (Post, "/staff/paper/{batch}/give-up"),
    (Post, "/staff/petitions/{petition}/contact"),
    (Get, "/staff/petitions/{petition}/publish"),
    (Post, "/staff/petitions/{petition}/publish"),
    (Get, "/staff/samples/{sample}/set-aside"),
    (Post, "/staff/samples/{sample}/set-aside"),
    (Get, "/staff/samples/{sample}/withdraw"),
    (Post, "/staff/samples/{sample}/withdraw"),
];

/// Whose account an address names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Target {
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
pub(crate) async fn half(db: &Db, account: &Account, now: i64) -> Token {
    let token = staff::session(db, account, now).await;
    let (session, _) = db.session(&token).await.unwrap().unwrap();
    let half = Token::of(hailong::clock::Clock::System.secret());
    let id = hailong::clock::Clock::System.new_id();
    let session = Session { id, stage: Stage::Half, ..session };
    let event = event(now, account.name.as_str(), Action::Password);
    db.begin_session(&half, &session, Some(&token), &event).await.unwrap();
    half
}

/// A tablet of the point 22651.
async fn enrolled(db: &Db, now: i64) -> uuid::Uuid {
    let (code, pin) = (EnrolmentCode::new([1; 16]), Pin::new("1234", [1; 16]));
    let (at, id) = (PointCode::parse("22651").unwrap(), hailong::clock::Clock::System.new_id());
    let made = staff::by_operator(now, Action::EnrolDevice);
    db.add_enrolment_code(&code, &at, "Quầy 1", &pin, &made).await.unwrap();
    db.enrol(&code, id, &enrolment::Token::new([[1; 16]; 2]), None, now).await.unwrap().unwrap();
    id
}

/// A batch of the commune 22651, and one of a commune elsewhere.
async fn batches(db: &Db, now: i64) -> [i64; 2] {
    let mut numbers = [0; 2];
    for (number, code) in numbers.iter_mut().zip(["22651", "00004"]) {
        let point = CollectionPoint {
            code: PointCode::parse(code).unwrap(),
            commune_code: CommuneCode::parse(code).unwrap(),
            name: "Một cửa".into(),
            instrument: InstrumentId::parse("quick-counter").unwrap(),
            retired: false,
        };
        // The first points may be there already.
        let _ = db.add_collection_point(&point, now).await.unwrap();
        let new = NewBatch {
            file_name: "phiếu.csv".into(),
            sha256: "0".repeat(64),
            instrument: "quick-counter".into(),
            version: 1,
            channel: "paper".into(),
            point: code.into(),
            map: String::new(),
            map_text: String::new(),
            imported_by: String::new(),
        };
        *number = db.begin_batch(&new, &by_operator(now, Action::Import)).await.unwrap();
    }
    numbers
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

/// A sample of the actors' own commune and one of another.
async fn samples(db: &Db) {
    let list = surveys::sample::read(&crate::support::sample::list()).unwrap();
    for (target, commune) in [(Target::Own, "22651"), (Target::Foreign, "00004")] {
        let point = surveys::collection_point::CollectionPoint {
            code: surveys::PointCode::parse(&format!("place-{commune}")).unwrap(),
            commune_code: surveys::CommuneCode::parse(commune).unwrap(),
            name: "Điểm".into(),
            instrument: surveys::InstrumentId::parse("quick-counter").unwrap(),
            retired: false,
        };
        let code = surveys::SampleCode::parse(&format!("sample-{target:?}")).unwrap();
        let day = "2026-10-01".parse().unwrap();
        let sample = hailong::store::samples::Sample::at(&point, code, "Mẫu", (day, day)).unwrap();
        let one = [hailong::store::samples::Interviewer::numbered(1)];
        let event = crate::support::sample::event(hailong::staff::audit::Action::AddSample);
        assert!(db.add_sample(&sample, &list, &one, &event).await.unwrap());
    }
}

/// A batch of paper forms of the commune 22651, and one of a commune elsewhere.
async fn keyed(db: &Db, now: i64) -> [i64; 2] {
    let range = paper::printed(db, 1).await;
    [
        paper::opened(db, &paper::point(), range, now).await,
        paper::opened(db, &paper::foreign_point(), range, now).await,
    ]
}

/// An improvement action of the commune 22651, and one of a commune elsewhere.
async fn actions_opened(db: &Db) -> [i64; 2] {
    let columns = || action::columns("Thêm ghế", "");
    [
        action::opened(db, "22651", columns(), Origin::Own).await.id,
        action::opened(db, "00004", columns(), Origin::Own).await.id,
    ]
}

/// What addresses name: first that of the commune 22651, then that of one elsewhere.
pub(crate) struct Named {
    accounts: [uuid::Uuid; 2],
    petitions: [String; 2],
    actions: [i64; 2],
    imported: [i64; 2],
    keyed: [i64; 2],
    device: uuid::Uuid,
    comments: [i64; 2],
    replies: [i64; 2],
}

impl Named {
    /// Makes one of each in both communes.
    pub(crate) async fn made(db: &Db, now: i64) -> Self {
        let own = account("own.target", Role::DataEntry, "/56/22651/");
        let foreign = account("foreign.target", Role::DataEntry, "/01/00004/");
        let imported = batches(db, now).await;
        samples(db).await;
        for target in [&own, &foreign] {
            staff::set_up(db, target, now, Vec::new()).await;
        }
        let device = enrolled(db, now).await;
        Self {
            accounts: [own.id, foreign.id],
            petitions: [
                petition::stored(db, "22651", now).await,
                petition::stored(db, "00004", now).await,
            ],
            actions: actions_opened(db).await,
            imported,
            keyed: keyed(db, now).await,
            device,
            comments: comments::in_two_communes(db, now).await,
            replies: [
                petition::reply_kept(db, "22651", "Mẫu").await,
                petition::reply_kept(db, "00004", "Mẫu").await,
            ],
        }
    }

    /// The same with this petition and this comment of the commune 22651.
    pub(crate) fn with(mut self, petition: &str, comment: i64) -> Self {
        petition.clone_into(&mut self.petitions[0]);
        self.comments[0] = comment;
        self
    }

    /// The address of `route` for `target`.
    pub(crate) fn path(&self, route: &StaffRoute, target: Target) -> String {
        let batches =
            if route.path.starts_with("/staff/paper/") { self.keyed } else { self.imported };
        let [own, foreign] = &self.petitions;
        let (account, number, point, petition) = match target {
            Target::Own => (self.accounts[0], 0, "22651", own.as_str()),
            Target::Foreign => (self.accounts[1], 1, "21409", foreign.as_str()),
            Target::None => (hailong::clock::Clock::System.new_id(), 2, "nowhere", "0000-0000"),
        };
        let commune = ["22651", "21409", "99999"][number];
        let of = |numbers: [i64; 2]| numbers.get(number).copied().unwrap_or(999_999).to_string();
        route
            .path
            .replace("{account}", &account.to_string())
            .replace("{action}", &of(self.actions))
            .replace("{sample}", &format!("sample-{target:?}"))
            .replace("{batch}", &of(batches))
            .replace("{point}", point)
            .replace("{petition}", petition)
            .replace("{act}", "acknowledge")
            .replace("{commune}", commune)
            .replace("{target}", "digitised")
            .replace("{comment}", &of(self.comments))
            .replace("{reply}", &of(self.replies))
            .replace("{instrument}", "quick-counter@1")
            .replace("{period}", "2026-09")
            .replace("{report}", "2026.1")
            .replace("{item}", "A1")
            .replace("{level}", "index")
            .replace("{figure}", "quick-counter")
            .replace("{language}", "vi")
            .replace("{device}", &self.device.to_string())
            .replace("{token}", &Token::of([0; 32]).text())
    }
}

/// The parts of addresses that name something of one commune.
const OF_SOMEBODY: [&str; 9] = [
    "{account}",
    "{action}",
    "{batch}",
    "{sample}",
    "{point}",
    "{petition}",
    "{commune}",
    "{comment}",
    "{reply}",
];

/// Somebody in each role, around the commune 22651.
pub(crate) async fn actors(db: &Db, now: i64) -> Vec<Account> {
    let mut actors = Vec::new();
    for role in Role::ALL {
        let actor = account(role.name(), role, place(role));
        staff::set_up(db, &actor, now, Vec::new()).await;
        actors.push(actor);
    }
    actors
}

async fn every_role_takes_the_routes_it_may_within_its_scope_and_no_other(database: Database) {
    let known: BTreeSet<_> = EXPECTED.iter().map(|(verb, path, _)| (*verb == Get, *path)).collect();
    let there: BTreeSet<_> = ROUTES.iter().map(|r| (r.verb == Get, r.path)).collect();
    assert_eq!(known, there, "the two tables name the same routes");
    assert_eq!(EXPECTED.len(), ROUTES.len(), "and each once");
    let grave: BTreeSet<_> = GRAVE.iter().map(|(verb, path)| (*verb == Get, *path)).collect();
    let asks = ROUTES.iter().filter(|r| r.grave).map(|r| (r.verb == Get, r.path));
    let asks: BTreeSet<_> = asks.collect();
    assert_eq!(grave, asks, "the two lists name the same grave acts");
    let app = App::spawn(database);
    let db = app.database().open().await;
    let named = Named::made(&db, app.now()).await;
    let actors = actors(&db, app.now()).await;
    let contents = Contents::of(app.database(), &["staff_audit"]).await;
    let mut asked = 0;
    for route in ROUTES {
        let may = expected(route);
        let targets = if OF_SOMEBODY.iter().any(|name| route.path.contains(name)) {
            vec![Target::Own, Target::Foreign, Target::None]
        } else {
            vec![Target::Own]
        };
        // The same name tried again at once has to wait.
        let open: &[u16] = if route.path.contains("{token}") { &[410] } else { &[200, 422, 429] };
        for target in targets {
            let path = named.path(route, target);
            let what = |who: &str| format!("{who}: {:?} {} of {target:?}", route.verb, route.path);
            let half = half(&db, &actors[0], app.now()).await;
            let mut tokens = Vec::new();
            for actor in &actors {
                tokens.push(staff::session(&db, actor, app.now()).await);
            }
            let (status, to) = ask(&app, route, &path, None).await;
            if may == Anyone {
                assert!(open.contains(&status), "{}: {status}", what("nobody"));
            } else {
                assert!(status == 303 && to.starts_with("/staff/sign-in?"), "{}", what("nobody"));
            }
            if matches!(may, Anyone | Half) {
                let (status, _) = ask(&app, route, &path, Some(&half)).await;
                let open = if may == Anyone { open } else { &[200, 422] };
                assert!(open.contains(&status), "{}: {status}", what("half"));
            }
            // First whoever may not, which leaves everything as it is.
            let before = contents.now().await;
            if !matches!(may, Anyone | Half) {
                let (status, to) = ask(&app, route, &path, Some(&half)).await;
                assert!(status == 303 && to.starts_with("/staff/sign-in?"), "{}", what("half"));
            }
            for (actor, token) in actors.iter().zip(&tokens) {
                let role_may = match may {
                    Anyone => continue,
                    Half => false,
                    All => true,
                    Only(roles) => roles.contains(&actor.role),
                };
                if role_may && target == Target::Own {
                    continue;
                }
                asked += 1;
                let (status, to) = ask(&app, route, &path, Some(token)).await;
                let what = format!("{}: {status} {to}", what(actor.role.name()));
                if may == Half {
                    assert!(status == 303 && to.starts_with("/staff/sign-in?"), "{what}");
                } else {
                    assert_eq!(status, if role_may { 404 } else { 403 }, "{what}");
                }
            }
            contents.are_as(&before, &what("whoever may not")).await;
            if target != Target::Own {
                continue;
            }
            for (actor, token) in actors.iter().zip(&tokens) {
                let may = match may {
                    Half => false,
                    Anyone | All => true,
                    Only(roles) => roles.contains(&actor.role),
                };
                if !may {
                    continue;
                }
                asked += 1;
                // Whoever was before may have ended the session.
                let there = db.session(token).await.unwrap().is_some();
                let again = staff::session(&db, actor, app.now()).await;
                let token = if there { token } else { &again };
                let (status, to) = ask(&app, route, &path, Some(token)).await;
                let what = format!("{}: {status} {to}", what(actor.role.name()));
                if expected(route) == Anyone {
                    assert!(open.contains(&status), "{what}");
                    continue;
                }
                let signed_out = to.starts_with("/staff/sign-in?");
                // An act without the version that was seen changes nothing: 409.
                let answered = [200, 303, 409, 422, 429].contains(&status);
                assert!(answered && !signed_out, "{what}");
            }
        }
    }
    contents.close().await;
    assert!(asked >= 6 * ROUTES.len(), "only {asked} were asked");
    db.close().await;
}

/// The control of the two tests beside it: as many rows as before, one of which says
/// something else.
async fn a_row_that_says_something_else_is_a_change(database: Database) {
    let db = database.open().await;
    let now = crate::support::app::now();
    staff::set_up(&db, &account("lan", Role::Leader, "/56/22651/"), now, Vec::new()).await;
    db.close().await;
    let contents = Contents::of(&database, &["staff_audit"]).await;
    let (before, rows) = (contents.now().await, database.rows().await);
    contents.are_as(&before, "nothing").await;
    let backdoor = database.backdoor().await;
    backdoor.execute("update staff_accounts set full_name = 'Hoa' where name = 'lan'").await;
    backdoor.close().await;
    assert_eq!(database.rows().await, rows, "as many rows as before");
    let look = std::panic::AssertUnwindSafe(contents.are_as(&before, "it")).catch_unwind().await;
    let told = *look.expect_err("the look fails").downcast::<String>().unwrap();
    assert!(told.contains("staff_accounts") && told.contains("Hoa"), "{told}");
    contents.close().await;
}

async fn no_look_at_a_page_changes_anything(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let named = Named::made(&db, app.now()).await;
    let actors = actors(&db, app.now()).await;
    // A file that is taken along adds a line to the audit log.
    let contents = Contents::of(app.database(), &["staff_audit"]).await;
    let mut seen = 0;
    for route in ROUTES.iter().filter(|route| route.verb == Get) {
        let path = named.path(route, Target::Own);
        let may = |actor: &&Account| match expected(route) {
            Only(roles) => roles.contains(&actor.role),
            _ => true,
        };
        let actor = actors.iter().find(may).unwrap();
        let token = match expected(route) {
            Half => half(&db, actor, app.now()).await,
            _ => staff::session(&db, actor, app.now()).await,
        };
        let before = contents.now().await;
        for method in [Method::GET, Method::HEAD] {
            let request = app.request(method.clone(), &path).header("accept", "text/html");
            let cookie = format!("__Host-sid={}", token.text());
            let status = request.header("cookie", cookie).send().await.unwrap().status().as_u16();
            assert!([200, 303, 410].contains(&status), "{method} {path}: {status}");
            seen += usize::from(status == 200);
        }
        contents.are_as(&before, &path).await;
    }
    contents.close().await;
    assert!(seen > 90, "only {seen} pages were seen");
    for route in ROUTES.iter().filter(|r| !ROUTES.iter().any(|g| g.verb == Get && g.path == r.path))
    {
        let path = named.path(route, Target::Own);
        let token = staff::session(&db, &actors[0], app.now()).await;
        let cookie = format!("__Host-sid={}", token.text());
        let request = app.request(Method::GET, &path).header("cookie", cookie);
        assert_eq!(request.send().await.unwrap().status(), 405, "{path} takes no GET");
    }
    db.close().await;
}

/// What is the whole commune's is not for staff of one collection point, and their menu
/// does not offer it.
async fn staff_of_one_point_are_offered_only_what_they_may_do_there(database: Database) {
    const OF_THE_COMMUNE: [&str; 5] = [
        "/staff/petitions",
        "/staff/apology",
        "/staff/actions",
        "/staff/indicators",
        "/staff/publishing",
    ];
    let app = App::spawn(database);
    let hoa = Member::signed_in(&app, "hoa", Role::CentreStaff, "/56/22651/22651/").await;
    let minh = Member::signed_in(&app, "minh", Role::CentreStaff, "/56/22651/").await;
    let (home, whole) = (hoa.get("/staff").await, minh.get("/staff").await);
    assert_eq!(home.status(), 200);
    let (home, whole) = (home.text().await.unwrap(), whole.text().await.unwrap());
    for path in OF_THE_COMMUNE {
        let link = format!("href=\"{path}\"");
        assert!(!home.contains(&link), "the menu offers {path}");
        assert!(path == "/staff/apology" || whole.contains(&link), "and to the commune {path}");
        assert_eq!(hoa.get(path).await.status(), 403, "{path}");
        assert_ne!(minh.get(path).await.status(), 403, "{path}");
    }
    for path in ["/staff/petitions/new", "/staff/apology", "/staff/actions/new"] {
        assert_eq!(hoa.post(path, &[("commune", "22651")]).await.status(), 403, "{path}");
    }
}
