//! Sending what is due: claimed first, so that of several servers one sends it; settled
//! by what the mail server answered; given up and told when that is not known.

use std::sync::Arc;
use std::time::Duration;

use surveys::{PointCode, unit};
use tokio::sync::watch;
use tokio::time::timeout;

use super::{message, opened};
use crate::mail::{Delivery, Letter, Mailer};
use crate::service::Service;
use crate::store;
use crate::store::link_mails::{Claimed, KEPT_MILLIS, Outcome};

/// How long after a mail its reminder goes out: 3 days.
const REMIND_MILLIS: i64 = 3 * 24 * 3_600_000;
/// How long after the first failure a mail is tried again; each time twice as long.
const AGAIN_MILLIS: i64 = 5 * 60_000;
/// How often a mail is tried, over some ten hours.
const MOST_ATTEMPTS: i64 = 8;
/// A mail that is claimed for longer was with a server that broke down.
const CLAIMED_MILLIS: i64 = 3_600_000;
/// How often it is looked whether anything is due.
const LOOK: Duration = Duration::from_secs(2);
/// How long nothing is tried after the store could not be used.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// Sends what is due until `stop` is closed; what is being handed over then is finished.
pub async fn keep_sending(
    service: Arc<Service>,
    mailer: Arc<Mailer>,
    mut stop: watch::Receiver<()>,
) {
    let pause = Duration::from_mins(1) / mailer.per_minute().max(1);
    loop {
        let wait = match send_one(&service, &mailer).await {
            Ok(true) => pause,
            Ok(false) => LOOK.max(pause),
            Err(error) => {
                tracing::warn!(%error, "mails wait: the store cannot be used");
                AFTER_FAILURE
            }
        };
        // Nothing is ever said on this channel: it ends.
        if timeout(wait, stop.changed()).await.is_ok() {
            return;
        }
    }
}

/// Gives up what a server that broke down had claimed, and forgets old mailboxes.
///
/// # Errors
/// [`store::Error`] when the store cannot be used.
pub async fn give_up_old(service: &Service) -> Result<(), store::Error> {
    let now = service.clock.now();
    let (claimed, made) = (now - CLAIMED_MILLIS, now - KEPT_MILLIS);
    let given_up = service.db.give_up_mails(claimed, made, now).await?;
    if given_up > 0 {
        tracing::warn!(given_up, "mails were given up; see hailong links status");
    }
    Ok(())
}

/// Sends the mail that has been due longest; false when none is.
async fn send_one(service: &Arc<Service>, mailer: &Arc<Mailer>) -> Result<bool, store::Error> {
    let (db, now) = (&service.db, service.clock.now());
    if !db.mail_is_due(now).await? {
        return Ok(false);
    }
    let Some(mail) = db.claim_mail(now).await? else { return Ok(false) };
    let outcome = match letter(service, &mail).await? {
        Some(letter) => {
            let (mailer, id) = (Arc::clone(mailer), service.clock.new_id());
            let handed = tokio::task::spawn_blocking(move || mailer.deliver(&letter, id)).await;
            outcome(handed.unwrap_or(Delivery::Unclear), mail.attempts, service.clock.now())
        }
        None => return Ok(true),
    };
    db.settle_mail(&mail, &outcome, service.clock.now()).await?;
    Ok(true)
}

/// What to send for `mail`; `None` when nothing is, which is settled then.
async fn letter(service: &Service, mail: &Claimed) -> Result<Option<Letter>, store::Error> {
    let (db, now) = (&service.db, service.clock.now());
    if mail.reminder && mail.attempts == 1 && !db.begin_reminder(&mail.dossier, now).await? {
        // It was answered meanwhile, or somebody else reminded.
        db.settle_mail(mail, &Outcome::Needless, now).await?;
        return Ok(None);
    }
    let point = PointCode::parse(&mail.collection_point).ok();
    let found = match &point {
        Some(code) => db.collection_point(code.as_str()).await?.filter(|point| !point.retired),
        None => None,
    };
    let commune = found.as_ref().and_then(|point| unit::commune(point.commune_code.as_str()));
    let addressed =
        point.as_ref().and_then(|code| opened(&service.entrance.key, code, &mail.sealed));
    let home = service.settings.public_address.as_ref();
    let (Some(point), Some(commune), Some((to, token)), Some(home)) =
        (point, commune, addressed, home)
    else {
        let why = if home.is_none() { "no-address" } else { "no-point-or-key" };
        db.settle_mail(mail, &Outcome::Failed(why.into()), now).await?;
        tracing::warn!(why, "a mail was given up; see hailong links status");
        return Ok(None);
    };
    Ok(Some(message::letter(to, commune, &home.link(&point, &token), mail.reminder)))
}

/// What becomes of a mail after its attempt number `attempts`.
fn outcome(delivery: Delivery, attempts: i64, now: i64) -> Outcome {
    match delivery {
        Delivery::Taken => Outcome::Sent(Some(now + REMIND_MILLIS)),
        Delivery::Later(_) if attempts < MOST_ATTEMPTS => {
            let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(10);
            Outcome::Later(now + AGAIN_MILLIS * (1 << doublings))
        }
        Delivery::Later(why) | Delivery::Refused(why) => Outcome::Failed(why),
        Delivery::Unclear => Outcome::Failed("unclear".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_tried_ever_later_and_then_given_up() {
        let later = || Delivery::Later("451".into());
        let minutes: Vec<i64> = (1..MOST_ATTEMPTS)
            .map(|attempt| match outcome(later(), attempt, 0) {
                Outcome::Later(due) => due / 60_000,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(minutes, [5, 10, 20, 40, 80, 160, 320]);
        assert_eq!(outcome(later(), MOST_ATTEMPTS, 0), Outcome::Failed("451".into()));
    }

    #[test]
    fn what_is_refused_or_not_known_is_not_tried_again() {
        assert_eq!(outcome(Delivery::Refused("550".into()), 1, 0), Outcome::Failed("550".into()));
        assert_eq!(outcome(Delivery::Unclear, 1, 0), Outcome::Failed("unclear".into()));
        assert_eq!(outcome(Delivery::Taken, 1, 5), Outcome::Sent(Some(5 + REMIND_MILLIS)));
    }
}
