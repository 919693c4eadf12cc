//! Staff: accounts, links, sessions, kept forms, the audit log.

use hailong::clock::Clock;
use hailong::staff::audit::{Action, OPERATOR};
use hailong::staff::session::{Device, IDLE_MILLIS, REMEMBERED_MILLIS, Session};
use hailong::staff::{Key, Role, Scope, Token};
use hailong::store::staff::audit::Lines;
use hailong::store::staff::links::{Chosen, Kind, LINK_MILLIS, Link};

use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{account, event, session, set_up};

on_both_databases![
    the_first_key_asked_about_is_the_one_of_the_database,
    accounts_are_found_within_a_scope_only,
    a_department_is_written_down_with_its_line_and_what_kind_of_device_a_session_has,
    a_step_and_a_recovery_code_are_used_up_once,
    an_act_and_its_line_are_stored_together,
    an_account_that_somebody_made_is_in_other_hands_for_a_while,
    a_link_is_found_for_a_day_and_used_once,
    a_session_is_touched_ended_and_purged_four_days_after_its_end,
    a_kept_form_is_replaced_found_as_long_as_was_said_and_forgotten,
    a_hash_is_strengthened_only_if_it_is_still_the_one_that_was_checked,
];

const NOW: i64 = 1_791_165_600_000;

fn all() -> Lines {
    Lines {
        before: i64::MAX,
        from: i64::MIN,
        until: i64::MAX,
        who: String::new(),
        action: None,
        refused: false,
        most: 100,
    }
}

async fn the_first_key_asked_about_is_the_one_of_the_database(database: Database) {
    let db = database.open().await;
    for (key, is_it) in [([1; 32], true), ([2; 32], false), ([1; 32], true)] {
        assert_eq!(db.is_sealed_with(&Key::of(key)).await.unwrap(), is_it);
    }
    assert!(db.has_sealing_key().await.unwrap());
    db.forget_sealed(&event(NOW, OPERATOR, Action::NewKey)).await.unwrap();
    assert!(!db.has_sealing_key().await.unwrap());
    assert!(db.is_sealed_with(&Key::of([2; 32])).await.unwrap(), "the next key takes its place");
}

async fn a_department_is_written_down_with_its_line_and_what_kind_of_device_a_session_has(
    database: Database,
) {
    let db = database.open().await;
    let added = event(NOW, OPERATOR, Action::AddAccount);
    let mut lan = account("lan", Role::CentreStaff, "/56/22651/");
    lan.department = "Phòng Kinh tế".into();
    assert!(db.add_account(&lan, &added).await.unwrap());
    let department =
        async || db.account(&Scope::Everywhere, lan.id).await.unwrap().unwrap().department;
    assert_eq!(department().await, "Phòng Kinh tế");
    let set = event(NOW, "anh", Action::SetDepartment);
    db.set_department(lan.id, "Văn phòng", &set).await.unwrap();
    assert_eq!(department().await, "Văn phòng");
    let lines = db.audit(&Scope::Everywhere, &all()).await.unwrap();
    let told: Vec<Action> = lines.iter().map(|(_, line)| line.action).collect();
    assert_eq!(told, [Action::SetDepartment, Action::AddAccount]);
    for device in [Device::Phone, Device::Tablet, Device::Computer, Device::Unknown] {
        let token = session(&db, &lan, NOW).await;
        let (begun, _) = db.session(&token).await.unwrap().unwrap();
        let next = Token::of(Clock::System.secret());
        let id = Clock::System.new_id();
        let on = Session { id, device, ..begun };
        db.begin_session(&next, &on, Some(&token), &added).await.unwrap();
        assert_eq!(db.session(&next).await.unwrap().unwrap().0.device, device);
    }
    db.close().await;
}

async fn accounts_are_found_within_a_scope_only(database: Database) {
    let db = database.open().await;
    let event = event(NOW, OPERATOR, Action::AddAccount);
    let lan = account("lan", Role::DataEntry, "/56/22651/quay-2/");
    let hoa = account("hoa", Role::Leader, "/01/");
    for account in [&lan, &hoa] {
        assert!(db.add_account(account, &event).await.unwrap());
    }
    let again = account("lan", Role::Administrator, "/");
    assert!(!db.add_account(&again, &event).await.unwrap(), "the name is taken");
    for (scope, sees) in [
        ("/", vec!["hoa", "lan"]),
        ("/56/", vec!["lan"]),
        ("/56/22651/", vec!["lan"]),
        ("/56/22651/quay-2/", vec!["lan"]),
        ("/56/22651/quay-20/", vec![]),
        ("/01/", vec!["hoa"]),
        ("/01/00004/", vec![]),
    ] {
        let scope = Scope::parse(scope).unwrap();
        let found = db.accounts(&scope).await.unwrap();
        let names: Vec<_> = found.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, sees, "{scope}");
        let one = db.account(&scope, lan.id).await.unwrap();
        assert_eq!(one.is_some(), sees.contains(&"lan"), "{scope}");
    }
    assert_eq!(db.account_named(&lan.name).await.unwrap(), Some(lan));
    assert!(db.has_staff().await.unwrap());
    assert_eq!(db.staff_names().await.unwrap().of("lan"), "Cán bộ lan");
}

async fn a_step_and_a_recovery_code_are_used_up_once(database: Database) {
    let db = database.open().await;
    let lan = account("lan", Role::Leader, "/56/");
    set_up(&db, &lan, NOW, vec![[1; 32], [2; 32]]).await;
    let used = [(5, true), (5, false), (4, false), (6, true)];
    for (step, fresh) in used {
        assert_eq!(db.use_step(lan.id, step).await.unwrap(), fresh, "{step}");
    }
    assert_eq!(db.recovery_codes_left(lan.id).await.unwrap(), 2);
    for (code, fresh) in [([1; 32], true), ([1; 32], false), ([3; 32], false)] {
        assert_eq!(db.use_recovery_code(lan.id, code).await.unwrap(), fresh);
    }
    let event = event(NOW, "lan", Action::NewRecoveryCodes);
    db.replace_recovery_codes(lan.id, &[[4; 32]], &event).await.unwrap();
    assert!(!db.use_recovery_code(lan.id, [2; 32]).await.unwrap());
    assert!(db.use_recovery_code(lan.id, [4; 32]).await.unwrap());
}

async fn an_account_that_somebody_made_is_in_other_hands_for_a_while(database: Database) {
    let db = database.open().await;
    let [admin, lan] = ["admin", "lan"].map(|name| account(name, Role::Administrator, "/56/").name);
    let made = |who| event(NOW, who, Action::AddAccount).about(lan.as_str());
    let in_other_hands =
        async |one, other: &str, since| db.is_in_other_hands(one, other, since).await.unwrap();
    db.note(&made(OPERATOR)).await.unwrap();
    assert!(!in_other_hands(&lan, "buoi", NOW).await, "the operator is trusted");
    db.note(&made("hoa")).await.unwrap();
    assert!(in_other_hands(&admin, lan.as_str(), NOW).await);
    assert!(in_other_hands(&lan, admin.as_str(), NOW).await);
    assert!(!in_other_hands(&admin, lan.as_str(), NOW + 1).await, "long ago is forgotten");
    assert!(!in_other_hands(&admin, "buoi", NOW).await, "somebody else's is no matter");
}

async fn an_act_and_its_line_are_stored_together(database: Database) {
    let db = database.open().await;
    let lan = account("lan", Role::Leader, "/56/");
    set_up(&db, &lan, NOW, Vec::new()).await;
    let token = session(&db, &lan, NOW).await;
    let count = async || db.audit(&Scope::Everywhere, &all()).await.unwrap().len();
    let before = count().await;
    let line = |action| event(NOW + 1, "admin", action);
    db.ask_reset(lan.id, &line(Action::AskReset)).await.unwrap();
    let asked = db.account(&Scope::Everywhere, lan.id).await.unwrap().unwrap().reset_asked;
    assert_eq!(asked, Some(("admin".to_owned(), NOW + 1)));
    db.change_password(lan.id, "hash", &token, &line(Action::ChangePassword)).await.unwrap();
    db.set_disabled(lan.id, Some(NOW), &line(Action::Disable)).await.unwrap();
    assert!(db.session(&token).await.unwrap().is_none());
    let disabled = db.account(&Scope::Everywhere, lan.id).await.unwrap().unwrap();
    assert_eq!((disabled.disabled_at, disabled.reset_asked), (Some(NOW), None));
    db.note(&line(Action::SignOut)).await.unwrap();
    assert_eq!(count().await, before + 4);
    // The control: when its line cannot be written, nothing is done.
    let backdoor = database.backdoor().await;
    backdoor.execute("alter table staff_audit rename to elsewhere").await;
    assert!(db.set_disabled(lan.id, None, &line(Action::Enable)).await.is_err());
    backdoor.execute("alter table elsewhere rename to staff_audit").await;
    backdoor.close().await;
    let still = db.account(&Scope::Everywhere, lan.id).await.unwrap().unwrap();
    assert_eq!(still.disabled_at, Some(NOW));
}

async fn a_link_is_found_for_a_day_and_used_once(database: Database) {
    let db = database.open().await;
    let lan = account("lan", Role::Leader, "/56/");
    let event = event(NOW, OPERATOR, Action::AddAccount);
    assert!(db.add_account(&lan, &event).await.unwrap());
    let token = Token::of(Clock::System.secret());
    db.make_link(&token, Kind::Password, Some(lan.id), &event).await.unwrap();
    let found = Some(Link { kind: Kind::Password, account: Some(lan.clone()) });
    assert_eq!(db.link(&token, NOW + LINK_MILLIS - 1).await.unwrap(), found);
    assert_eq!(db.link(&token, NOW + LINK_MILLIS).await.unwrap(), None);
    assert_eq!(db.link(&Token::of([0; 32]), NOW).await.unwrap(), None);
    let chosen = |hash: &str| Chosen {
        account: lan.clone(),
        password_hash: hash.to_owned(),
        second_factor: None,
    };
    assert!(db.use_link(&token, &chosen("first"), &event).await.unwrap());
    assert!(!db.use_link(&token, &chosen("second"), &event).await.unwrap());
    let secrets = db.secrets(lan.id).await.unwrap().unwrap();
    assert_eq!(secrets.password_hash.as_deref(), Some("first"));
}

async fn a_session_is_touched_ended_and_purged_four_days_after_its_end(database: Database) {
    let db = database.open().await;
    let lan = account("lan", Role::Leader, "/56/");
    set_up(&db, &lan, NOW, Vec::new()).await;
    let (one, two) = (session(&db, &lan, NOW).await, session(&db, &lan, NOW).await);
    db.touch_session(&one, NOW + 60_000).await.unwrap();
    let (seen, owner) = db.session(&one).await.unwrap().unwrap();
    assert_eq!((seen.seen_at, owner.id), (NOW + 60_000, lan.id));
    assert_eq!(db.sessions_of(lan.id).await.unwrap().len(), 2);
    let over = NOW + IDLE_MILLIS + REMEMBERED_MILLIS;
    db.purge_staff(over).await.unwrap();
    assert!(db.session(&two).await.unwrap().is_some(), "it is remembered for four days");
    db.purge_staff(over + 1).await.unwrap();
    assert!(db.session(&two).await.unwrap().is_none());
    let event = event(NOW, "lan", Action::EndSessions);
    db.end_sessions(lan.id, None, &one, &event).await.unwrap();
    assert!(db.session(&one).await.unwrap().is_some());
    db.end_session(&one, &event).await.unwrap();
    assert!(db.session(&one).await.unwrap().is_none());
}

async fn a_kept_form_is_replaced_found_as_long_as_was_said_and_forgotten(database: Database) {
    let db = database.open().await;
    let lan = account("lan", Role::Leader, "/56/");
    set_up(&db, &lan, NOW, Vec::new()).await;
    db.keep_form(lan.id, "/staff/a", b"one", NOW).await.unwrap();
    db.keep_form(lan.id, "/staff/a", b"two", NOW + 1).await.unwrap();
    let kept = async |path, now| db.kept_form(lan.id, path, now).await.unwrap();
    assert_eq!(kept("/staff/a", NOW).await.as_deref(), Some(&b"two"[..]));
    assert_eq!(kept("/staff/a", NOW + 1).await, None);
    db.purge_staff(NOW).await.unwrap();
    assert!(kept("/staff/a", NOW).await.is_some(), "it is kept as long as was said");
    assert_eq!(kept("/staff/b", NOW).await, None);
    assert_eq!(db.kept_form(Clock::System.new_id(), "/staff/a", NOW).await.unwrap(), None);
    db.forget_form(lan.id, "/staff/a").await.unwrap();
    assert_eq!(kept("/staff/a", NOW).await, None);
}

async fn a_hash_is_strengthened_only_if_it_is_still_the_one_that_was_checked(database: Database) {
    let db = database.open().await;
    let lan = account("lan", Role::Leader, "/56/");
    set_up(&db, &lan, NOW, Vec::new()).await;
    let hash = async || db.secrets(lan.id).await.unwrap().unwrap().password_hash.unwrap();
    let first = hash().await;
    db.strengthen_password(lan.id, "another", "stronger").await.unwrap();
    assert_eq!(hash().await, first);
    db.strengthen_password(lan.id, &first, "stronger").await.unwrap();
    assert_eq!(hash().await, "stronger");
}
