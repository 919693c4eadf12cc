//! `hailong links`: survey links for closed dossiers, written out for the gateway that
//! sends them or mailed by the running service.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;
use surveys::collection_point::CollectionPoint;
use surveys::text::typed_text;
use surveys::unit::Commune;
use surveys::{Language, PointCode};

use super::database::{Database, List};
use super::output::{Listing, Pending, cannot_write, not_over};
use super::point::in_use;
use super::printed::{Address, Tongue, place};
use super::table_file;
use super::{Done, Failure, block_on, noted};
use crate::clock::Clock;
use crate::config::PublicAddress;
use crate::links::{self, Desk, Dossier, Faults, LinkKey, Listed};
use crate::points::Place;
use crate::staff::audit::{Action, Event};
use crate::staff::{Key, key};
use crate::store::Db;
use crate::texts::Words;

/// Make survey links for closed dossiers, or remind of those not used
#[derive(Debug, Subcommand)]
pub(super) enum Links {
    /// Make a link for each dossier that has none and write them for the gateway
    Make(Make),
    /// Write the links that were not used once more, each at most once
    Remind(Remind),
    /// Tell how many mails were sent, wait or were given up, and why
    Status(List),
    /// Send no more mail for a dossier and forget its mailbox
    Stop(Stop),
}

/// Which dossiers, and where the links go.
#[derive(Debug, Args)]
struct Lists {
    /// The closed dossiers: a CSV file with the column dossier, and phone, email, `closed_at`
    #[arg(value_name = "DOSSIERS.csv")]
    dossiers: PathBuf,
    /// The collection point that the links lead to
    #[arg(long)]
    point: PointCode,
    /// The file for the gateway
    #[arg(long, value_name = "LINKS.csv")]
    out: PathBuf,
    #[command(flatten)]
    tongue: Tongue,
    #[command(flatten)]
    address: Address,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong links make --point 22651 closed.csv --public-address https://hailong.example.vn --out links.csv

The store keeps a keyed hash of each dossier code; the key is links.key in the data
folder. A dossier that has a link gets no second one. No file that is there already is
written over; a list whose file was lost is written again with --again.")]
pub(super) struct Make {
    #[command(flatten)]
    lists: Lists,
    /// How long after the closing a link may be sent: 30m, 2h, 1d
    #[arg(long, default_value = "2h", value_parser = duration)]
    delay: i64,
    /// Write also links that were made before and not used: always the same ones
    #[arg(long)]
    again: bool,
    /// Let the running service mail the links of dossiers with an email, and leave them out of the file
    #[arg(long)]
    send_mail: bool,
    /// The key of the service that mails [default: staff.key beside the embedded database]
    #[arg(long, value_name = "FILE", requires = "send_mail")]
    key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong links stop H19.25-101 --point 22651")]
pub(super) struct Stop {
    /// The dossier's code
    dossier: String,
    /// The collection point that its link leads to
    #[arg(long)]
    point: PointCode,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Remind {
    #[command(flatten)]
    lists: Lists,
    /// How long after a link could be sent its reminder is made: 3d
    #[arg(long, default_value = "3d", value_parser = duration)]
    after: i64,
}

/// A number of minutes, hours or days as milliseconds; at most 60 days.
fn duration(text: &str) -> Result<i64, String> {
    let wrong = || "write minutes, hours or days such as 30m, 2h, 1d; at most 60d".to_owned();
    let minutes = match text.chars().last() {
        Some('m') => 1,
        Some('h') => 60,
        Some('d') => 24 * 60,
        _ => return Err(wrong()),
    };
    let number: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    let minutes = i64::from(number) * minutes;
    if minutes <= 60 * 24 * 60 { Ok(minutes * 60_000) } else { Err(wrong()) }
}

impl Links {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::Make(make) => block_on(make.run(language))?,
            Self::Remind(remind) => block_on(remind.run(language))?,
            Self::Status(asked) => block_on(status(asked, language))?,
            Self::Stop(stop) => block_on(stop.run(language))?,
        }
    }
}

impl From<links::Error> for Failure {
    fn from(error: links::Error) -> Self {
        error.text().into()
    }
}

/// What both commands work with.
struct Work {
    db: Db,
    point: CollectionPoint,
    commune: &'static Commune,
    home: PublicAddress,
    words: Words,
    dossiers: Vec<Dossier>,
    out: PathBuf,
    clock: Clock,
    key: LinkKey,
}

impl Lists {
    async fn open(self, language: Language) -> Result<Work, Failure> {
        let clock = Clock::System;
        let home = self.address.known()?;
        not_over(&self.dossiers, Some(&self.out))?;
        let listed = links::read(&table_file::text(&self.dossiers)?, clock.now());
        let listed = listed.map_err(|bad| refused(&self.dossiers, &bad, language))?;
        let Listed { dossiers, left_empty } = listed;
        told(&self.dossiers, &left_empty, language);
        let count = left_empty.all();
        match language {
            _ if count == 0 => {}
            Language::Vi => tell!(
                "hailong: {count} số điện thoại hoặc địa chỉ thư trên đây được để trống; hồ sơ vẫn có liên kết"
            ),
            Language::En => tell!(
                "hailong: these {count} phone numbers or mail addresses are left empty; the dossiers have links all the same"
            ),
        }
        let folder = self.database.folder().to_owned();
        let db = self.database.open_existing().await?;
        let point = in_use(&db, &self.point).await?;
        let Place { commune, instrument, .. } = place(&point)?;
        let words = self.tongue.words(instrument)?;
        let key = links::key_in(&folder, &db, &clock).await?;
        Ok(Work { db, point, commune, home, words, dossiers, out: self.out, clock, key })
    }
}

/// Says each of `faults` in the file `path`.
fn told(path: &Path, faults: &Faults, language: Language) {
    for fault in faults.texts() {
        tell!("hailong: {}: {}", path.display(), fault.get(language));
    }
}

/// That a list with these `faults` cannot be used.
fn refused(path: &Path, faults: &Faults, language: Language) -> Failure {
    let mut texts = faults.texts();
    if texts.len() == 1 {
        return Failure::in_file(path, texts.remove(0));
    }
    told(path, faults, language);
    let (path, count) = (path.display(), faults.all());
    Failure::new(
        format!(
            "{path}: có {count} chỗ cần sửa (ở trên), chưa có gì được lưu; hãy sửa rồi chạy lại"
        ),
        format!(
            "{path}: {count} places to mend (above), nothing was stored; mend them and run again"
        ),
    )
}

impl Work {
    fn desk(&self) -> Desk<'_> {
        Desk {
            db: &self.db,
            point: &self.point,
            commune: self.commune,
            home: &self.home,
            words: self.words,
            key: self.key.clone(),
            clock: &self.clock,
        }
    }

    /// That `action` was done with so many links of the point.
    async fn event(&self, action: Action, links: usize) -> Result<Event, Failure> {
        let code = &self.point.code;
        noted::event(&self.db, code.as_str(), action, &format!("{code} {links}")).await
    }

    /// Writes `bytes` beside where they will be.
    fn pending(&self, bytes: &[u8]) -> Result<Pending, Failure> {
        let pending = Pending::begin_private(&self.out)?;
        let written = pending.file().and_then(|mut file| file.write_all(bytes));
        written.map_err(|error| cannot_write(pending.path(), &error))?;
        Ok(pending)
    }
}

impl Make {
    async fn run(self, language: Language) -> Done {
        if self.send_mail && self.delay > links::MOST_MAIL_DELAY_MILLIS {
            return Err(Failure::new(
                "Thư chỉ được giữ 14 ngày kể từ khi tạo liên kết: với --send-mail, --delay nhiều nhất là 13d",
                "a mail is kept for 14 days from when its link is made: with --send-mail, --delay is at most 13d",
            ));
        }
        let path = self.key_file.unwrap_or_else(|| self.lists.database.staff_key());
        let work = self.lists.open(language).await?;
        let sealing = if self.send_mail { Some(sealing(&path, &work.db).await?) } else { None };
        let desk = work.desk();
        let fresh = desk.fresh(&work.dossiers, self.delay, self.send_mail).await?;
        let alone = desk.without_reminder(&fresh);
        let again = if self.again { desk.again(&work.dossiers).await? } else { Vec::new() };
        let pending = work.pending(&desk.csv(fresh.iter().chain(&again))?)?;
        let written = fresh.len() + again.len();
        let event = work.event(Action::MakeSurveyLinks, written).await?;
        desk.store(&fresh, sealing.as_ref(), &event).await?;
        pending.finish()?;
        let (new, known) = (fresh.len(), work.dossiers.len() - fresh.len());
        match language {
            Language::Vi => tell!("hailong: {new} liên kết mới, {known} hồ sơ đã có liên kết"),
            Language::En => tell!("hailong: {new} new links, {known} dossiers had one"),
        }
        let again = again.len();
        match language {
            _ if known == 0 => {}
            Language::Vi if self.again => tell!("hailong: {again} liên kết đã có được ghi lại"),
            Language::En if self.again => tell!("hailong: {again} of those were written again"),
            Language::Vi => tell!("hailong: cần lại các liên kết ấy thì thêm --again"),
            Language::En => tell!("hailong: --again writes these once more"),
        }
        match language {
            _ if alone == 0 => {}
            Language::Vi => {
                tell!("hailong: {alone} thư gửi muộn hơn 11 ngày nên không có lời nhắc qua thư");
            }
            Language::En => tell!(
                "hailong: {alone} mails go out later than in 11 days and are not reminded of by mail"
            ),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The key with which mailboxes are sealed until the service opens them.
async fn sealing(path: &Path, db: &Db) -> Result<Key, Failure> {
    let path = path.to_owned();
    let key = Key::read(&path).map_err(|error| error.text())?;
    let key = key.ok_or_else(|| key::Error::Missing { path: path.clone() }.text())?;
    if !db.is_sealed_with(&key).await? {
        return Err(key::Error::Foreign { path }.text().into());
    }
    Ok(key)
}

impl Remind {
    async fn run(self, language: Language) -> Done {
        let work = self.lists.open(language).await?;
        let desk = work.desk();
        let due = desk.to_remind(&work.dossiers, self.after).await?;
        let hashes: Vec<[u8; 32]> = due.iter().map(|link| link.hash).collect();
        let pending = work.pending(&desk.csv(&due)?)?;
        let event = work.event(Action::RemindOfLinks, due.len()).await?;
        if !work.db.mark_reminded(&hashes, &event).await? {
            return Err(Failure::new(
                "Vừa có người khác tạo lời nhắc cho các hồ sơ này; chưa ghi tệp nào",
                "somebody else has just made reminders for these dossiers; no file was written",
            ));
        }
        pending.finish()?;
        let (reminded, left) = (due.len(), work.dossiers.len() - due.len());
        match language {
            Language::Vi => tell!("hailong: {reminded} lời nhắc, {left} hồ sơ không cần nhắc"),
            Language::En => tell!("hailong: {reminded} reminders, {left} dossiers need none"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn status(asked: List, language: Language) -> Done {
    let db = asked.database.open_existing().await?;
    let reasons = db.reasons_of_mails().await?;
    let rows = db.mails_by_point().await?.into_iter().map(|mails| {
        let why: Vec<String> = reasons
            .iter()
            .filter(|reason| reason.collection_point == mails.collection_point)
            .map(|of| format!("{}: {}", links::reason(&of.why).get(language), of.mails))
            .collect();
        vec![
            json!(mails.collection_point),
            json!(mails.mails),
            json!(mails.sent),
            json!(mails.reminded),
            json!(mails.waiting),
            json!(mails.to_remind),
            json!(mails.failed),
            json!(why.join("; ")),
        ]
    });
    let columns = &[
        "collection_point",
        "mails",
        "sent",
        "reminded",
        "waiting",
        "to_remind",
        "failed",
        "reasons",
    ];
    Listing { columns, rows: rows.collect() }.print(asked.format)?;
    Ok(ExitCode::SUCCESS)
}

impl Stop {
    async fn run(self, language: Language) -> Done {
        let folder = self.database.folder().to_owned();
        let db = self.database.open_existing().await?;
        let key = links::key_in(&folder, &db, &Clock::System).await?;
        let hash = key.dossier(&self.point, &typed_text(self.dossier.trim()));
        // Of the dossier nothing is said: its code is nowhere in the database.
        let code = self.point.as_str();
        let event = noted::event(&db, code, Action::StopMail, code).await?;
        let stopped = db.stop_mail(&hash, &event).await?;
        match (stopped, language) {
            (true, Language::Vi) => tell!("hailong: không gửi thêm thư nào cho hồ sơ này"),
            (true, Language::En) => tell!("hailong: no more mail is sent for this dossier"),
            (false, Language::Vi) => tell!("hailong: không có thư nào đang chờ cho hồ sơ này"),
            (false, Language::En) => tell!("hailong: no mail was waiting for this dossier"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_minutes_hours_or_days() {
        assert_eq!(duration("30m"), Ok(30 * 60_000));
        assert_eq!(duration("2h"), Ok(2 * 3_600_000));
        assert_eq!(duration("60d"), Ok(60 * 86_400_000));
        assert_eq!(duration("0h"), Ok(0));
        for bad in ["", "2", "h", "-1h", "61d", "2 h", "1.5h", "9999999999d", "2ờ"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
