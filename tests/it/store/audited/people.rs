//! Accounts of staff, their links, sessions and secrets.

use hailong::clock::Clock;
use hailong::staff::audit::Action;
use hailong::staff::session::{Device, Session, Stage};
use hailong::staff::{Account, Key, Role, Token};
use hailong::store::staff::links::{Chosen, Kind};

use super::forced::{AT, Log, by, forced, id};
use crate::support::database::{Database, on_both_databases};
use crate::support::staff::{account, session, set_up};

on_both_databases![
    without_its_line_no_account_is_made_or_changed,
    without_its_line_nobody_is_signed_in_or_out,
];

fn token() -> Token {
    Token::of(Clock::System.secret())
}

/// Somebody who is set up and signed in, and their session.
async fn somebody(log: &Log) -> (Account, Token) {
    let lan = account("lan", Role::Leader, "/56/22651/");
    set_up(&log.db, &lan, AT, vec![[1; 32]]).await;
    let token = session(&log.db, &lan, AT).await;
    (lan, token)
}

async fn without_its_line_no_account_is_made_or_changed(database: Database) {
    let log = Log::of(&database).await;
    let (lan, kept) = somebody(&log).await;
    let hoa = account("hoa", Role::Leader, "/56/22651/");
    forced!(log, add_account(&hoa, &by(Action::AddAccount)));
    let link = token();
    forced!(log, make_link(&link, Kind::SetUp, Some(hoa.id), &by(Action::MakeLink)));
    let chosen = Chosen {
        account: hoa.clone(),
        password_hash: "hash".into(),
        second_factor: Some((vec![1], 0, vec![[2; 32]])),
    };
    forced!(log, use_link(&link, &chosen, &by(Action::SetUp)));
    let codes = [[3; 32]];
    forced!(log, replace_recovery_codes(lan.id, &codes, &by(Action::NewRecoveryCodes)));
    forced!(log, change_password(lan.id, "another", &kept, &by(Action::ChangePassword)));
    forced!(log, set_department(lan.id, "Một cửa", &by(Action::SetDepartment)));
    forced!(log, ask_reset(lan.id, &by(Action::AskReset)));
    forced!(log, set_disabled(lan.id, Some(AT), &by(Action::Disable)));
    assert!(log.db.is_sealed_with(&Key::of([1; 32])).await.unwrap());
    forced!(log, forget_sealed(&by(Action::NewKey)));
    log.close().await;
}

async fn without_its_line_nobody_is_signed_in_or_out(database: Database) {
    let log = Log::of(&database).await;
    let (lan, half) = somebody(&log).await;
    let whole = token();
    let begun = Session {
        id: id(),
        account: lan.id,
        stage: Stage::Whole,
        begun_at: AT,
        seen_at: AT,
        proved_at: AT,
        device: Device::Unknown,
    };
    forced!(log, begin_session(&whole, &begun, Some(&half), &by(Action::SecondFactor)));
    let other = session(&log.db, &lan, AT).await;
    forced!(log, end_sessions(lan.id, None, &whole, &by(Action::EndSessions)));
    assert!(log.db.session(&other).await.unwrap().is_none());
    forced!(log, end_session(&whole, &by(Action::SignOut)));
    log.close().await;
}
