//! A service on which every GET of staff's has something to show, and where: whoever adds a
//! route makes here what it shows where nothing is found.

use std::collections::BTreeMap;

use hailong::http::staff::{ROUTES, StaffRoute};
use hailong::pages::staff::petitions::ActKind;
use hailong::staff::audit::Action;
use hailong::staff::{Permission, Role, Token};
use hailong::store::Db;
use hailong::store::staff::links::Kind;

use super::{Named, Target};
use crate::support::app::App;
use crate::support::staff::{Member, account, by_operator};
use crate::support::{answers, html, paper};

/// Who looks at them: whoever has the most to do in one commune first, and behind them whoever has
/// many communes.
pub(crate) async fn members(app: &App) -> Vec<Member<'_>> {
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
pub(crate) async fn prepared(app: &App, db: &Db, members: &[Member<'_>]) {
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

/// Where routes have something to show whose page is elsewhere than where addresses of tests lead.
pub(crate) async fn elsewhere(app: &App, db: &Db) -> BTreeMap<&'static str, String> {
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

/// Where `route` has something to show: at every act, where it has one.
pub(crate) fn addresses(
    route: &StaffRoute,
    named: &Named,
    elsewhere: &BTreeMap<&str, String>,
) -> Vec<String> {
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
