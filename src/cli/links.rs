//! `hailong links`: survey links for closed dossiers, written out for the gateway
//! that sends them. Dossier codes and contacts are not kept.

mod dossiers;
mod key;
mod message;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use surveys::collection_point::CollectionPoint;
use surveys::unit::Commune;
use surveys::{Language, PointCode};

use self::dossiers::Dossier;
use self::key::LinkKey;
use super::database::Database;
use super::output::{Pending, cannot_write, not_over};
use super::point::existing;
use super::printed::{Address, moment, place};
use super::{Done, Failure, block_on};
use crate::clock::Clock;
use crate::config::PublicAddress;
use crate::store::Db;
use crate::store::survey_links::NewLink;

/// Make survey links for closed dossiers, or remind of those not used
#[derive(Debug, Subcommand)]
pub(super) enum Links {
    /// Make a link for each dossier that has none and write them for the gateway
    Make(Make),
    /// Write the links that were not used once more, each at most once
    Remind(Remind),
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
    address: Address,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong links make --point 22651 closed.csv --public-address https://hailong.example.vn --out links.csv

The store keeps a keyed hash of each dossier code; the key is links.key in the data
folder. A dossier that has a link gets no second one.")]
pub(super) struct Make {
    #[command(flatten)]
    lists: Lists,
    /// How long after the closing a link may be sent: 30m, 2h, 1d
    #[arg(long, default_value = "2h", value_parser = duration)]
    delay: i64,
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
        }
    }
}

/// What both commands work with.
struct Desk {
    db: Db,
    point: CollectionPoint,
    commune: &'static Commune,
    home: PublicAddress,
    dossiers: Vec<Dossier>,
    out: PathBuf,
    clock: Clock,
    folder: PathBuf,
}

impl Lists {
    async fn open(self) -> Result<Desk, Failure> {
        let home = self.address.known()?;
        not_over(&self.dossiers, Some(&self.out))?;
        let dossiers = dossiers::read(&self.dossiers)?;
        let folder = self.database.folder().to_owned();
        let db = self.database.open_existing().await?;
        let point = existing(&db, &self.point).await?;
        let commune = place(&point)?.commune;
        Ok(Desk { db, point, commune, home, dossiers, out: self.out, clock: Clock::System, folder })
    }
}

impl Desk {
    /// The key; made only where no link was made under another one.
    async fn key(&self) -> Result<LinkKey, Failure> {
        if let Some(key) = LinkKey::read(&self.folder)? {
            return Ok(key);
        }
        if self.db.has_survey_links().await? {
            let path = self.folder.join(key::FILE);
            let path = path.display();
            return Err(Failure::new(
                format!(
                    "Thiếu khóa {path} của các liên kết đã tạo; hãy khôi phục từ bản sao lưu hoặc nêu thư mục bằng --data-dir"
                ),
                format!(
                    "the key {path} of the links made so far is missing; restore it from a backup or name its folder with --data-dir"
                ),
            ));
        }
        LinkKey::make(&self.folder, &self.clock)
    }

    /// Writes `links` beside where they will be.
    fn write(&self, key: &LinkKey, links: &[(&Dossier, i64)]) -> Result<Pending, Failure> {
        let point = &self.point.code;
        let mut csv = csv::Writer::from_writer(Vec::new());
        let mut write = |row: [&str; 7]| csv.write_record(row).map_err(Failure::of_system);
        write(["dossier", "phone", "email", "address", "send_after", "text", "text_unaccented"])?;
        for (dossier, send_after) in links {
            let address = self.home.link(point, &key.token(point, &dossier.code));
            let short = message::short(self.commune, &address).ok_or_else(|| {
                Failure::new(
                    format!("Địa chỉ {address} không vừa một tin SMS 160 ký tự; hãy dùng tên miền ngắn hơn"),
                    format!("the address {address} does not fit one SMS of 160 characters; use a shorter domain"),
                )
            })?;
            write([
                &analytics::export::harmless(&dossier.code),
                &dossier.phone,
                &dossier.email,
                &address,
                &moment(*send_after),
                &message::full(self.commune, &address),
                &short,
            ])?;
        }
        let bytes = csv.into_inner().map_err(|error| Failure::of_system(error.into_error()))?;
        let pending = Pending::begin_private(&self.out)?;
        let written = pending.file().and_then(|mut file| file.write_all(&bytes));
        written.map_err(|error| cannot_write(pending.path(), &error))?;
        Ok(pending)
    }
}

impl Make {
    async fn run(self, language: Language) -> Done {
        let desk = self.lists.open().await?;
        let key = desk.key().await?;
        let (now, point) = (desk.clock.now(), &desk.point.code);
        let mut fresh = Vec::new();
        for dossier in &desk.dossiers {
            let hash = key.dossier(point, &dossier.code);
            if desk.db.survey_link(&hash).await?.is_none() {
                let send_after = now.max(dossier.closed_at.unwrap_or(now) + self.delay);
                fresh.push((hash, dossier, send_after));
            }
        }
        let rows: Vec<(&Dossier, i64)> = fresh.iter().map(|(_, d, after)| (*d, *after)).collect();
        let pending = desk.write(&key, &rows)?;
        let links: Vec<NewLink> = fresh
            .iter()
            .map(|(hash, dossier, send_after)| NewLink {
                dossier: *hash,
                token: key.token(point, &dossier.code),
                send_after: *send_after,
            })
            .collect();
        desk.db.add_survey_links(point, desk.clock.new_id(), &links, now).await?;
        pending.finish()?;
        let (new, known) = (fresh.len(), desk.dossiers.len() - fresh.len());
        match language {
            Language::Vi => tell!("hailong: {new} liên kết mới, {known} hồ sơ đã có liên kết"),
            Language::En => tell!("hailong: {new} new links, {known} dossiers had one"),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Remind {
    async fn run(self, language: Language) -> Done {
        let desk = self.lists.open().await?;
        let key = desk.key().await?;
        let (now, point) = (desk.clock.now(), &desk.point.code);
        let (mut hashes, mut rows) = (Vec::new(), Vec::new());
        for dossier in &desk.dossiers {
            let hash = key.dossier(point, &dossier.code);
            let Some(link) = desk.db.survey_link(&hash).await? else { continue };
            if !link.used && !link.reminded && link.send_after + self.after <= now {
                hashes.push(hash);
                rows.push((dossier, now));
            }
        }
        let pending = desk.write(&key, &rows)?;
        let marked = desk.db.mark_reminded(&hashes, now).await?;
        if marked != hashes.len() as u64 {
            return Err(Failure::new(
                "Vừa có người khác tạo lời nhắc cho các hồ sơ này; chưa ghi tệp nào",
                "somebody else has just made reminders for these dossiers; no file was written",
            ));
        }
        pending.finish()?;
        let (reminded, left) = (rows.len(), desk.dossiers.len() - rows.len());
        match language {
            Language::Vi => tell!("hailong: {reminded} lời nhắc, {left} hồ sơ không cần nhắc"),
            Language::En => tell!("hailong: {reminded} reminders, {left} dossiers need none"),
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
