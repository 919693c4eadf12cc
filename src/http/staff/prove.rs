//! Proving by a code of the second factor, from the phone or from the list of
//! recovery codes.

use actix_web::HttpResponse;

use super::super::page::Stopped;
use super::visit::Visit;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::totp::Secret;
use crate::staff::{Account, recovery};

/// What a typed code is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// It was right, and is used up.
    Right,
    /// It was not.
    Wrong,
    /// It was right once: the phone still shows the code that was used before.
    Used,
    /// Too many were tried; so many milliseconds are to be waited.
    Wait(i64),
}

/// What the secret of `account`'s second factor is sealed for.
pub(super) fn purpose(account: &Account) -> String {
    format!("second factor of {}", account.id)
}

impl Proof {
    /// What to say of a code that proved nothing.
    pub(super) const fn wrong(self) -> &'static str {
        match self {
            Self::Used => "code-used",
            _ => "code-wrong",
        }
    }
}

/// Checks the code `typed` for `account` and uses it up.
pub(super) async fn by_code(visit: &Visit, account: &Account, typed: &str) -> Stopped<Proof> {
    let (service, now) = (&visit.service, visit.now());
    if let Err(millis) = service.entrance.codes.admit(account.id, now) {
        return Ok(Proof::Wait(millis));
    }
    let down = |error| visit.down(&error);
    let proof = if let Some(hash) = recovery::hash(typed, &service.entrance.key) {
        let right = service.db.use_recovery_code(account.id, hash).await.map_err(down)?;
        if right {
            let event = Event::of(now, account, Action::RecoveryCode, Outcome::Done);
            service.db.note(&event).await.map_err(down)?;
        }
        if right { Proof::Right } else { Proof::Wrong }
    } else {
        let secrets = service.db.secrets(account.id).await.map_err(down)?;
        let Some((sealed, last)) = secrets.and_then(|s| Some((s.totp_secret?, s.totp_step))) else {
            return Ok(Proof::Wrong);
        };
        let opened = service.entrance.key.open(&purpose(account), &sealed);
        let Some(secret) = opened.and_then(|bytes| bytes.try_into().ok()).map(Secret::of) else {
            return Err(Box::new(unopened(visit, account)));
        };
        match secret.step_of(typed, now, last) {
            Some(step) if service.db.use_step(account.id, step).await.map_err(down)? => {
                Proof::Right
            }
            Some(_) => Proof::Used,
            None if secret.step_of(typed, now, 0).is_some() => Proof::Used,
            None => Proof::Wrong,
        }
    };
    if proof == Proof::Right {
        service.entrance.codes.succeeded(&account.id);
    }
    Ok(proof)
}

fn unopened(visit: &Visit, account: &Account) -> HttpResponse {
    tracing::error!(account = %account.id, "a second factor is not sealed with this key");
    let page = ("fault-heading", "fault");
    let status = actix_web::http::StatusCode::INTERNAL_SERVER_ERROR;
    visit.message(status, page, ("/staff/sign-in", "sign-in-heading"))
}
