//! Sending what is due: claimed first, so that of several servers one sends it; settled
//! by what the mail server answered; given up and told when that is not known.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use surveys::{Language, PointCode, catalog, unit};
use tokio::sync::watch;
use tokio::time::timeout;

use super::{in_language, message, opened};
use crate::mail::{Delivery, Letter, Mailer};
use crate::service::Service;
use crate::store;
use crate::store::link_mails::{Claimed, KEPT_MILLIS, Later, Outcome};
use crate::texts::Words;

/// How long after a mail its reminder goes out: 3 days.
pub const REMIND_MILLIS: i64 = 3 * 24 * 3_600_000;
/// How long after the first failure a mail is tried again; each time twice as long.
const AGAIN: Range<i64> = 5 * 60_000..4 * 3_600_000;
/// The same for all mails while the mail server takes none.
const CLOSED: Range<i64> = 60_000..3_600_000;
/// A mail that is claimed for longer was with a server that broke down.
const CLAIMED_MILLIS: i64 = 3_600_000;
/// How often it is looked whether anything is due.
const LOOK: Duration = Duration::from_secs(2);
/// How long nothing is tried after the store could not be used.
const AFTER_FAILURE: Duration = Duration::from_secs(10);

/// What came of looking for a mail that is due.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// There was none.
    Nothing,
    /// One is settled.
    Settled,
    /// The mail server takes none; why.
    Closed(String),
}

/// A mail server that takes nothing, for one reason after another.
#[derive(Debug, Default)]
struct Closure {
    times: i64,
    until: i64,
    why: String,
}

impl Closure {
    /// Notes what came of the step that began at `now`; a reason is logged once.
    fn note(&mut self, step: &Step, now: i64) {
        match step {
            Step::Nothing => {}
            Step::Settled => *self = Self::default(),
            Step::Closed(why) => {
                if self.why != *why {
                    tracing::warn!(why, "mails wait: the mail server takes none");
                }
                self.times += 1;
                (self.until, self.why) = (now + pause(&CLOSED, self.times), why.clone());
            }
        }
    }
}

/// How long to wait after the failure number `times`, within `bounds`.
fn pause(bounds: &Range<i64>, times: i64) -> i64 {
    (bounds.start << (times - 1).clamp(0, 20)).min(bounds.end)
}

/// Sends what is due until `stop` is closed; what is being handed over then is finished.
pub async fn keep_sending(
    service: Arc<Service>,
    mailer: Arc<Mailer>,
    mut stop: watch::Receiver<()>,
) {
    let between = Duration::from_mins(1) / mailer.per_minute().max(1);
    let mut closure = Closure::default();
    loop {
        let now = service.clock.now();
        let wait = match next_step(&service, &mailer, &closure).await {
            Ok(done) => {
                closure.note(&done, now);
                if done == Step::Settled { between } else { LOOK.max(between) }
            }
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

/// Sends the mail that has been due longest, unless the mail server takes none just now.
async fn next_step(
    service: &Arc<Service>,
    mailer: &Arc<Mailer>,
    closure: &Closure,
) -> Result<Step, store::Error> {
    let (db, now) = (&service.db, service.clock.now());
    if now < closure.until || !db.mail_is_due(now).await? {
        return Ok(Step::Nothing);
    }
    let Some(mail) = db.claim_mail(now).await? else { return Ok(Step::Nothing) };
    let delivery = match letter(service, &mail).await? {
        Ok(letter) => {
            let (mailer, id) = (Arc::clone(mailer), service.clock.new_id());
            let handed = tokio::task::spawn_blocking(move || mailer.deliver(&letter, id)).await;
            handed.unwrap_or(Delivery::Unclear)
        }
        Err(instead) => {
            db.settle_mail(&mail, &instead, now).await?;
            return Ok(Step::Settled);
        }
    };
    let (outcome, now) = (outcome(&delivery, &mail, service.clock.now()), service.clock.now());
    db.settle_mail(&mail, &outcome, now).await?;
    Ok(match delivery {
        Delivery::Closed(why) => Step::Closed(why),
        _ => Step::Settled,
    })
}

/// What to send for `mail`, or what becomes of it instead.
async fn letter(
    service: &Service,
    mail: &Claimed,
) -> Result<Result<Letter, Outcome>, store::Error> {
    let (db, now) = (&service.db, service.clock.now());
    if mail.reminder && !db.begin_reminder(&mail.dossier, now).await? {
        // It was answered meanwhile, or somebody else reminded.
        return Ok(Err(Outcome::Needless));
    }
    let point = PointCode::parse(&mail.collection_point).ok();
    let found = match &point {
        Some(code) => db.collection_point(code.as_str()).await?,
        None => None,
    };
    if found.as_ref().is_some_and(|point| point.retired) {
        // Retired since it was claimed; it is not due again before the point is reopened.
        return Ok(Err(Outcome::Later(untried(mail, now, "retired"))));
    }
    let commune = found.as_ref().and_then(|point| unit::commune(point.commune_code.as_str()));
    let Some((code, commune)) = point.zip(commune) else { return Ok(Err(given_up("no-point"))) };
    let Some((to, token, language)) = opened(&service.entrance.key, &code, &mail.sealed) else {
        return Ok(Err(given_up("key-lost")));
    };
    let Some(home) = &service.settings.public_address else {
        return Ok(Err(Outcome::Later(untried(mail, now + AGAIN.start, "no-address"))));
    };
    let instrument = found.and_then(|point| catalog::instrument(point.instrument.as_str(), None));
    let languages = instrument.map(|instrument| service.languages.all_words(instrument));
    let mut languages = languages.unwrap_or_default();
    // A language that is gone since is said in Vietnamese.
    if let Some(chosen) = languages.iter().position(|words| words.tag() == language) {
        languages[..=chosen].rotate_right(1);
    }
    let first = languages.first().copied().unwrap_or(Words::new(Language::Vi));
    let address = in_language(home.link(&code, &token), first);
    Ok(Ok(message::letter(to, &languages, commune, &address, mail.reminder)))
}

/// A mail that cannot be sent for the reason `why`.
fn given_up(why: &str) -> Outcome {
    tracing::warn!(why, "a mail was given up; see hailong links status");
    Outcome::Failed(why.to_owned())
}

/// `mail` is due again at `due_at` with all its attempts: what was in the way is not its.
fn untried(mail: &Claimed, due_at: i64, why: &str) -> Later {
    Later { due_at, attempts: mail.attempts - 1, why: why.to_owned() }
}

/// What becomes of `mail` at `now`.
fn outcome(delivery: &Delivery, mail: &Claimed, now: i64) -> Outcome {
    match delivery {
        // A reminder that would be due when the mailbox is forgotten is not promised.
        Delivery::Taken => {
            Outcome::Sent(Some(now + REMIND_MILLIS).filter(|due| *due < mail.made_at + KEPT_MILLIS))
        }
        Delivery::Later(why) => {
            let due_at = now + pause(&AGAIN, mail.attempts);
            Outcome::Later(Later { due_at, attempts: mail.attempts, why: why.clone() })
        }
        Delivery::Closed(why) => Outcome::Later(untried(mail, now, why)),
        Delivery::Refused(why) => Outcome::Failed(why.clone()),
        Delivery::Unclear => Outcome::Failed("unclear".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(attempts: i64) -> Claimed {
        let (dossier, sealed, collection_point) = (Vec::new(), Vec::new(), String::new());
        Claimed { dossier, collection_point, sealed, reminder: false, attempts, made_at: 0 }
    }

    #[test]
    fn a_mail_is_tried_ever_later_and_never_given_up_for_it() {
        let minutes = |attempt| match outcome(&Delivery::Later("451".into()), &mail(attempt), 0) {
            Outcome::Later(Later { due_at, attempts, .. }) if attempts == attempt => {
                due_at / 60_000
            }
            other => panic!("{other:?}"),
        };
        let all: Vec<i64> = (1..=8).map(minutes).collect();
        assert_eq!(all, [5, 10, 20, 40, 80, 160, 240, 240]);
        assert_eq!(minutes(i64::MAX), 240);
    }

    #[test]
    fn a_closed_mail_server_costs_a_mail_nothing_and_is_asked_ever_later() {
        let closed = outcome(&Delivery::Closed("sign-in 535".into()), &mail(1), 7);
        let why = "sign-in 535".to_owned();
        assert_eq!(closed, Outcome::Later(Later { due_at: 7, attempts: 0, why: why.clone() }));
        let mut closure = Closure::default();
        let minutes: Vec<i64> = (1..=8)
            .map(|_| {
                closure.note(&Step::Closed(why.clone()), 0);
                closure.until / 60_000
            })
            .collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        closure.note(&Step::Nothing, 0);
        assert_eq!(closure.times, 8);
        closure.note(&Step::Settled, 0);
        assert_eq!((closure.times, closure.until), (0, 0));
    }

    #[test]
    fn what_is_refused_or_not_known_is_not_tried_again() {
        let of = |delivery, now| outcome(&delivery, &mail(1), now);
        assert_eq!(of(Delivery::Refused("550".into()), 0), Outcome::Failed("550".into()));
        assert_eq!(of(Delivery::Unclear, 0), Outcome::Failed("unclear".into()));
        assert_eq!(of(Delivery::Taken, 5), Outcome::Sent(Some(5 + REMIND_MILLIS)));
        let late = KEPT_MILLIS - REMIND_MILLIS;
        assert_eq!(of(Delivery::Taken, late), Outcome::Sent(None), "no reminder is promised");
    }
}
