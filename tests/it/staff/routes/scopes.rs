//! Scopes wider and narrower than a commune on every route, and units of somebody else
//! named in what a form or a query carries.

use hailong::http::staff::{ROUTES, StaffRoute};
use hailong::staff::{Account, Role};
use hailong::store::Db;

use super::{Anyone, Half, Named, OF_SOMEBODY, Only, Target, ask, expected};
use crate::support::app::App;
use crate::support::database::{Contents, Database, on_both_databases};
use crate::support::staff::{self, Member, account};

on_both_databases![
    staff_of_one_point_reach_nothing_beyond_it_on_any_route,
    staff_of_everywhere_are_kept_out_by_their_role_only,
    a_foreign_unit_named_in_a_form_or_a_query_is_refused_and_changes_nothing,
];

/// What the whole commune decides, and no one point of it.
const OF_THE_COMMUNE: [&str; 4] =
    ["/staff/petitions", "/staff/apology", "/staff/actions", "/staff/indicators"];

/// Somebody in each role that fits `scope`.
async fn actors(db: &Db, scope: &str, now: i64) -> Vec<Account> {
    let mut actors = Vec::new();
    for role in Role::ALL {
        let actor = account(role.name(), role, scope);
        if role.fits(&actor.scope) {
            staff::set_up(db, &actor, now, Vec::new()).await;
            actors.push(actor);
        }
    }
    assert!(actors.len() >= 2, "few roles fit {scope}");
    actors
}

/// The routes that somebody has to be signed in for, with the roles that may take each.
fn routes() -> impl Iterator<Item = (&'static StaffRoute, Option<&'static [Role]>)> {
    ROUTES.iter().filter_map(|route| match expected(route) {
        Anyone | Half => None,
        Only(roles) => Some((route, Some(roles))),
        super::All => Some((route, None)),
    })
}

async fn staff_of_one_point_reach_nothing_beyond_it_on_any_route(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let named = Named::made(&db, app.now()).await;
    let actors = actors(&db, "/56/22651/22651/", app.now()).await;
    let mut refused = 0;
    for (route, roles) in routes() {
        let of_commune = OF_THE_COMMUNE.iter().any(|path| route.path.starts_with(path));
        let is_somebodys = OF_SOMEBODY.iter().any(|name| route.path.contains(name));
        // Another point of the same commune is as foreign as one elsewhere.
        let sibling = route.path.contains("{point}").then(|| {
            let route = route.path.replace("{point}", "place-22651");
            route.replace("{item}", "A1").replace("{language}", "vi")
        });
        let sibling = sibling.map(|path| path.replace("{device}", &named.device.to_string()));
        let mut paths = vec![(named.path(route, Target::Own), false)];
        if is_somebodys {
            paths.push((named.path(route, Target::Foreign), true));
            paths.push((named.path(route, Target::None), true));
        }
        paths.extend(sibling.map(|path| (path, true)));
        for actor in &actors {
            for (path, is_foreign) in &paths {
                let token = staff::session(&db, actor, app.now()).await;
                let (status, to) = ask(&app, route, path, Some(&token)).await;
                let what =
                    format!("{:?} {path} as {}: {status} {to}", route.verb, actor.role.name());
                let has_role = roles.is_none_or(|roles| roles.contains(&actor.role));
                if of_commune || !has_role {
                    assert_eq!(status, 403, "{what}");
                } else if *is_foreign {
                    assert!([403, 404].contains(&status), "{what}");
                } else {
                    assert!([200, 303, 403, 404, 409, 422, 429].contains(&status), "{what}");
                }
                refused += usize::from([403, 404].contains(&status));
            }
        }
    }
    assert!(refused > 300, "only {refused} were refused");
    db.close().await;
}

async fn staff_of_everywhere_are_kept_out_by_their_role_only(database: Database) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let named = Named::made(&db, app.now()).await;
    let actors = actors(&db, "/", app.now()).await;
    let mut reached = 0;
    for (route, roles) in routes() {
        let is_somebodys = OF_SOMEBODY.iter().any(|name| route.path.contains(name));
        for target in [Target::Own, Target::Foreign, Target::None] {
            if !is_somebodys && target != Target::Own {
                continue;
            }
            let path = named.path(route, target);
            for actor in &actors {
                let token = staff::session(&db, actor, app.now()).await;
                let (status, to) = ask(&app, route, &path, Some(&token)).await;
                let what =
                    format!("{:?} {path} as {}: {status} {to}", route.verb, actor.role.name());
                if !roles.is_none_or(|roles| roles.contains(&actor.role)) {
                    assert_eq!(status, 403, "{what}");
                    continue;
                }
                match target {
                    Target::None => assert_eq!(status, 404, "{what}"),
                    // What a commune has not, such as a target of its plan, is not there.
                    Target::Foreign => {
                        assert!([200, 303, 404, 409, 422, 429].contains(&status), "{what}");
                    }
                    Target::Own => {
                        assert!([200, 303, 409, 422, 429].contains(&status), "{what}");
                    }
                }
                reached += usize::from(target == Target::Foreign && status != 404);
            }
        }
    }
    assert!(reached > 40, "only {reached} of other units were reached");
    db.close().await;
}

/// What a form carries beside its mark.
type Typed<'a> = Vec<(&'a str, &'a str)>;

fn petition(commune: &str) -> Typed<'_> {
    vec![
        ("commune", commune),
        ("channel", "counter"),
        ("subject", "Chờ lâu"),
        ("text", "Tôi chờ lâu."),
        ("form", "x"),
    ]
}

fn action(unit: &str) -> Typed<'_> {
    vec![
        ("task", "Thêm ghế ngồi"),
        ("lead", "Trung tâm"),
        ("product", "Ghế"),
        ("due", "31/12/2026"),
        ("unit", unit),
    ]
}

fn point(unit: &str) -> Typed<'_> {
    vec![
        ("unit", unit),
        ("code", "quay-moi"),
        ("name", "Quầy mới"),
        ("instrument", "quick-counter"),
    ]
}

fn person<'a>(unit: &'a str, point: &'a str) -> Typed<'a> {
    vec![
        ("full_name", "Bùi Thị Bưởi"),
        ("name", "buoi"),
        ("role", "centre-staff"),
        ("unit", unit),
        ("point", point),
    ]
}

fn results<'a>(unit: &'a str, point: &'a str) -> Typed<'a> {
    vec![
        ("unit", unit),
        ("instrument", "quick-counter"),
        ("period", "2026-10"),
        ("point", point),
        ("table", "figures"),
        ("format", "csv"),
    ]
}

async fn a_foreign_unit_named_in_a_form_or_a_query_is_refused_and_changes_nothing(
    database: Database,
) {
    let app = App::spawn(database);
    let db = app.database().open().await;
    let named = Named::made(&db, app.now()).await;
    db.close().await;
    let [own, foreign] = &named.petitions;
    let admin = Member::signed_in(&app, "quan.tri", Role::Administrator, "/56/").await;
    let lan = Member::signed_in(&app, "lan", Role::CentreStaff, "/56/22651/").await;
    let duplicate = format!("/staff/petitions/{own}/duplicate");
    let sent: [(&Member<'_>, &str, Typed<'_>); 11] = [
        (&admin, "/staff/petitions/new", petition("21409")),
        (&admin, "/staff/actions/new", action("21409")),
        (&admin, "/staff/points/new", point("21409")),
        (&admin, "/staff/points/new", point("51")),
        (&lan, "/staff/points/new", point("22333")),
        (&admin, "/staff/accounts/new", person("21409", "")),
        (&admin, "/staff/accounts/new", person("/", "")),
        (&admin, "/staff/accounts/new", person("22651", "21409")),
        (&lan, "/staff/results/export", results("21409", "")),
        (&lan, "/staff/results/export", results("22651", "21409")),
        (&lan, &duplicate, vec![("version", "1"), ("of", foreign), ("reason", "Cùng nội dung")]),
    ];
    let contents = Contents::of(app.database(), &["staff_audit"]).await;
    let before = contents.now().await;
    for (member, path, fields) in &sent {
        let answer = member.post(path, fields).await;
        let status = answer.status().as_u16();
        assert!([403, 404, 422].contains(&status), "{path} {fields:?}: {status}");
        contents.are_as(&before, &format!("{path} {fields:?}")).await;
    }
    for path in [
        "/staff/results?unit=21409".to_owned(),
        "/staff/results?unit=22651&point=21409".to_owned(),
        "/staff/results?unit=51".to_owned(),
    ] {
        let status = lan.get(&path).await.status().as_u16();
        assert!([404, 422].contains(&status), "{path}: {status}");
    }
    for path in [
        format!("/staff/apology?petition={foreign}"),
        "/staff/actions?unit=00004".to_owned(),
        format!("/staff/actions/new?unit=22651&origin=comment/{}", named.comments[1]),
        format!("/staff/petitions?q={foreign}"),
    ] {
        let answer = lan.get(&path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let page = answer.text().await.unwrap();
        let about = [
            format!("Phản ánh, kiến nghị {foreign}"),
            format!("/staff/petitions/{foreign}"),
            format!("/staff/actions/{}\"", named.actions[1]),
            format!("comment/{}\"", named.comments[1]),
        ];
        // What was asked for may stand in its own field; nothing else of it may.
        let told = about.iter().find(|about| page.contains(about.as_str()));
        let is_echo = path.contains("origin=") && told.is_some_and(|told| told.starts_with("comm"));
        assert!(told.is_none() || is_echo, "{path} tells {told:?}: {page}");
    }
    contents.are_as(&before, "a look").await;
    contents.close().await;
    // With units of their own the same forms are taken: it was the unit that was refused.
    let taken: [(&Member<'_>, &str, Typed<'_>); 6] = [
        (&admin, "/staff/petitions/new", petition("22651")),
        (&admin, "/staff/actions/new", action("22651")),
        (&lan, "/staff/points/new", point("22651")),
        (&admin, "/staff/accounts/new", person("22651", "22651")),
        (&lan, "/staff/results/export", results("22651", "")),
        (&lan, "/staff/results/export", results("22651", "22651")),
    ];
    for (member, path, fields) in &taken {
        let answer = member.post(path, fields).await;
        let status = answer.status().as_u16();
        assert!([200, 303].contains(&status), "{path} {fields:?}: {status}");
    }
}
