//! Survey links for closed dossiers: made once for each, written for a gateway or mailed.
//! Dossier codes are not kept, mailboxes only sealed and until they are not needed.

mod dossiers;
mod key;
mod message;
mod reason;
mod sending;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use surveys::collection_point::CollectionPoint;
use surveys::unit::Commune;
use surveys::{Language, PointCode, Text, VisitToken};

use crate::clock::Clock;
use crate::config::{PublicAddress, Settings};
use crate::staff::Key;
use crate::staff::audit::Event;
use crate::store::link_mails::KEPT_MILLIS;
use crate::store::survey_links::NewLink;
use crate::store::{self, Db};
use crate::texts::Words;

pub use dossiers::{Dossier, Faults, Listed, pasted, read};
pub use key::{FILE, KeyError, LinkKey};
pub use reason::reason;
pub use sending::{REMIND_MILLIS, give_up_old, keep_sending};

/// How long after the closing a link may be sent, unless it is said otherwise: 2 hours.
pub const DELAY_MILLIS: i64 = 2 * 3_600_000;
/// The longest such time of a mail: it leaves a day to send it in, of those for which
/// its mailbox is kept.
pub const MOST_MAIL_DELAY_MILLIS: i64 = KEPT_MILLIS - 24 * 3_600_000;

/// Why links could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The address does not fit an SMS.
    #[error("the address {0} does not fit one SMS of 160 characters; use a shorter domain")]
    LongAddress(String),
    /// The rows could not be written.
    #[error("the links could not be written as CSV: {0}")]
    Csv(String),
}

impl Error {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Key(error) => return error.text(),
            Self::Store(error) => return error.text(),
            Self::LongAddress(address) => format!(
                "Địa chỉ {address} không vừa một tin SMS 160 ký tự; hãy dùng tên miền ngắn hơn"
            ),
            Self::Csv(reason) => format!("Không ghi được các liên kết thành CSV: {reason}"),
        };
        Text::new(vi, self.to_string())
    }
}

/// What is sealed of a mail that is to be sent.
#[derive(Debug, Serialize, Deserialize)]
struct Addressed {
    to: String,
    token: String,
    /// The tag of the language in which it is said first.
    #[serde(default = "vietnamese")]
    language: String,
}

fn vietnamese() -> String {
    Language::Vi.tag().to_owned()
}

/// `address` such that the survey begins in the language of `words`.
fn in_language(address: String, words: Words) -> String {
    // The survey begins in Vietnamese by itself, and an SMS is short.
    if words.tag() == Language::Vi.tag() {
        address
    } else {
        format!("{address}&lang={}", words.tag())
    }
}

/// What the mail of a link to `point` is sealed for.
fn purpose(point: &str) -> String {
    format!("survey link of {point}")
}

/// A link of one dossier.
#[derive(Debug)]
pub struct Link<'a> {
    /// The dossier.
    pub dossier: &'a Dossier,
    /// The keyed hash of its code.
    pub hash: [u8; 32],
    token: VisitToken,
    /// Before this moment it must not be sent, in UTC milliseconds.
    pub send_after: i64,
    /// Whether this program is to mail it.
    pub mailed: bool,
}

/// Where links are made: for one collection point, under one key.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The store.
    pub db: &'a Db,
    /// The point that the links lead to.
    pub point: &'a CollectionPoint,
    /// Its commune.
    pub commune: &'static Commune,
    /// The service's address.
    pub home: &'a PublicAddress,
    /// The key of dossier codes.
    pub key: LinkKey,
    /// In what language it is said.
    pub words: Words,
    /// Time and randomness.
    pub clock: &'a Clock,
}

impl Desk<'_> {
    /// A link for each of `dossiers` that has none, good some time after its closing.
    /// With `mail`, those with a mailbox are for this program to send.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be read.
    pub async fn fresh<'d>(
        &self,
        dossiers: &'d [Dossier],
        delay: i64,
        mail: bool,
    ) -> Result<Vec<Link<'d>>, store::Error> {
        let (now, mut fresh) = (self.clock.now(), Vec::new());
        for dossier in dossiers {
            let hash = self.key.dossier(&self.point.code, &dossier.code);
            if self.db.survey_link(&hash).await?.is_none() {
                let send_after = now.max(dossier.closed_at.unwrap_or(now) + delay);
                let mailed = mail && !dossier.email.is_empty();
                fresh.push(self.link(dossier, hash, send_after, mailed));
            }
        }
        Ok(fresh)
    }

    /// The links of `dossiers` that were made before and not used, to be written again: the
    /// very same, as they are made of the key. Without those that this program mails.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be read.
    pub async fn again<'d>(&self, dossiers: &'d [Dossier]) -> Result<Vec<Link<'d>>, store::Error> {
        let mut again = Vec::new();
        for dossier in dossiers {
            let hash = self.key.dossier(&self.point.code, &dossier.code);
            let Some(link) = self.db.survey_link(&hash).await? else { continue };
            if !link.used && !link.mailed {
                again.push(self.link(dossier, hash, link.send_after, false));
            }
        }
        Ok(again)
    }

    /// How many of `links` are mailed so late that their mailbox is forgotten before a
    /// reminder is due.
    pub fn without_reminder(&self, links: &[Link<'_>]) -> usize {
        let kept = self.clock.now() + KEPT_MILLIS;
        let late = |link: &&Link<'_>| link.mailed && link.send_after + REMIND_MILLIS >= kept;
        links.iter().filter(late).count()
    }

    /// The links of `dossiers` that were not used, not reminded of and could be sent
    /// `after` milliseconds ago.
    ///
    /// # Errors
    /// [`store::Error`] when the store cannot be read.
    pub async fn to_remind<'d>(
        &self,
        dossiers: &'d [Dossier],
        after: i64,
    ) -> Result<Vec<Link<'d>>, store::Error> {
        let (now, mut due) = (self.clock.now(), Vec::new());
        for dossier in dossiers {
            let hash = self.key.dossier(&self.point.code, &dossier.code);
            let Some(link) = self.db.survey_link(&hash).await? else { continue };
            if !link.used && !link.reminded && link.send_after + after <= now {
                due.push(self.link(dossier, hash, now, false));
            }
        }
        Ok(due)
    }

    fn link<'d>(
        &self,
        dossier: &'d Dossier,
        hash: [u8; 32],
        send_after: i64,
        mailed: bool,
    ) -> Link<'d> {
        let token = self.key.token(&self.point.code, &dossier.code);
        Link { dossier, hash, token, send_after, mailed }
    }

    /// `links` for a gateway, as CSV: whole texts, and for templates with named parameters
    /// each part in a column of its own; without those that this program mails.
    ///
    /// # Errors
    /// [`Error::LongAddress`].
    pub fn csv<'l, 'd: 'l>(
        &self,
        links: impl IntoIterator<Item = &'l Link<'d>>,
    ) -> Result<Vec<u8>, Error> {
        let failed = |error: csv::Error| Error::Csv(error.to_string());
        let mut csv = csv::Writer::from_writer(Vec::new());
        let head = [
            "dossier",
            "phone",
            "email",
            "address",
            "send_after",
            "text",
            "text_unaccented",
            "language",
            "text_sms",
            "text_unaccented_sms",
            "commune",
            "point",
            "point_code",
            "path",
        ];
        let home = format!("{}/", self.home);
        csv.write_record(head).map_err(failed)?;
        for link in links.into_iter().filter(|link| !link.mailed) {
            let (address, full, short) = self.texts(link)?;
            csv.write_record([
                &*analytics::export::harmless(&link.dossier.code),
                &link.dossier.phone,
                &link.dossier.email,
                &address,
                &moment(link.send_after),
                &full,
                &short,
                self.words.tag(),
                &message::sms(&full).to_string(),
                &message::sms(&short).to_string(),
                self.commune.name,
                &*analytics::export::harmless(&self.point.name),
                self.point.code.as_str(),
                address.strip_prefix(&home).unwrap_or(&address),
            ])
            .map_err(failed)?;
        }
        csv.into_inner().map_err(|error| Error::Csv(error.to_string()))
    }

    /// The address of `link`, the text that goes with it, and the same for one SMS.
    fn texts(&self, link: &Link<'_>) -> Result<(String, String, String), Error> {
        let address = in_language(self.home.link(&self.point.code, &link.token), self.words);
        let short = message::short(self.words, self.commune, &address)
            .ok_or_else(|| Error::LongAddress(address.clone()))?;
        let full = message::full(self.words, self.commune, &address);
        Ok((address, full, short))
    }

    /// How many SMS each of `links` takes, with marks and without; 0 where none is for a
    /// gateway. The addresses of one point are equally long.
    pub fn sms(&self, links: &[Link<'_>]) -> [usize; 2] {
        let first = links.iter().find(|link| !link.mailed);
        let texts = first.and_then(|link| self.texts(link).ok());
        texts.map_or([0; 2], |(_, full, short)| [message::sms(&full), message::sms(&short)])
    }

    /// Stores `links`, all of them or none; mailboxes are sealed with `sealing`.
    ///
    /// # Errors
    /// [`store::Error`] when they cannot be written.
    pub async fn store(
        &self,
        links: &[Link<'_>],
        sealing: Option<&Key>,
        event: &Event,
    ) -> Result<(), store::Error> {
        let new: Vec<NewLink> = links
            .iter()
            .map(|link| NewLink {
                dossier: link.hash,
                token: link.token.clone(),
                send_after: link.send_after,
                mail: sealing.filter(|_| link.mailed).map(|key| self.seal(key, link)),
            })
            .collect();
        self.db.add_survey_links(&self.point.code, self.clock.new_id(), &new, event).await
    }

    fn seal(&self, key: &Key, link: &Link<'_>) -> Vec<u8> {
        let addressed = Addressed {
            to: link.dossier.email.clone(),
            token: link.token.to_string(),
            language: self.words.tag().to_owned(),
        };
        let text = serde_json::to_vec(&addressed).expect("two texts always serialise");
        key.seal(self.clock.secret(), &purpose(self.point.code.as_str()), &text)
    }
}

/// Opens what [`Desk::store`] sealed: mailbox, token, and the tag of its language.
fn opened(key: &Key, point: &PointCode, sealed: &[u8]) -> Option<(String, VisitToken, String)> {
    let text = key.open(&purpose(point.as_str()), sealed)?;
    let Addressed { to, token, language } = serde_json::from_slice(&text).ok()?;
    Some((to, token.parse().ok()?, language))
}

/// The folder with the key of survey links: the data folder if it is there, or else that
/// of `key_file` where that is set, so that servers of one database share both keys by one
/// setting.
pub fn key_folder(settings: &Settings) -> PathBuf {
    let beside = settings.key_file.as_deref().and_then(Path::parent);
    match beside.filter(|folder| !folder.as_os_str().is_empty()) {
        Some(beside) if !settings.data_dir.join(FILE).exists() => beside.to_owned(),
        _ => settings.data_dir.clone(),
    }
}

/// The key in `folder`, made only where no link was made under another one.
///
/// # Errors
/// [`Error`] when it is missing or cannot be used.
pub async fn key_in(folder: &Path, db: &Db, clock: &Clock) -> Result<LinkKey, Error> {
    let unusable = |source| KeyError::Unusable { path: folder.join(FILE), source };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    if let Some(key) = LinkKey::read(folder)? {
        return Ok(key);
    }
    if db.has_survey_links().await? {
        return Err(KeyError::Missing(folder.join(FILE)).into());
    }
    Ok(LinkKey::make(folder, clock)?)
}

/// A moment in Vietnam's time, to the minute.
fn moment(millis: i64) -> String {
    // Vietnam has one time zone without daylight saving.
    let ahead = chrono::FixedOffset::east_opt(7 * 3600);
    let local = ahead.zip(chrono::DateTime::from_timestamp_millis(millis));
    local.map_or_else(String::new, |(ahead, at)| {
        at.with_timezone(&ahead).format("%Y-%m-%dT%H:%M%:z").to_string()
    })
}
