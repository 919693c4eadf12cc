//! `hailong device`: tablets at the counter.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::{DateTime, FixedOffset};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use surveys::{Language, PointCode};
use uuid::Uuid;

use super::database::{Database, List};
use super::output::{Format, Listing};
use super::point::{existing, in_use};
use super::{Done, Failure, block_on};
use crate::clock::Clock;
use crate::http::devices::queue_file::{QueueFile, Taken};
use crate::http::devices::report::{Health, alarms, lost};
use crate::points::{self, Enrolment, by_operator};
use crate::staff::audit::Action;
use crate::store::devices::Device;

/// Enrol, watch and revoke the tablets at the counter
#[derive(Debug, Subcommand)]
pub(super) enum DeviceCommand {
    /// Make a code by which one tablet is enrolled within ten minutes
    Enrol(Enrol),
    /// List every tablet: last seen, what waits on it, alarms
    List(List),
    /// Take a tablet's right to submit away; what waits on it stays there
    Revoke(Revoke),
    /// Store the responses of a file that a tablet's maintenance screen saved
    Import(Import),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  hailong device enrol --point 22651 --name 'Quầy 1'")]
pub(super) struct Enrol {
    /// The collection point it submits for
    #[arg(long, value_name = "CODE")]
    point: PointCode,
    /// What people call it
    #[arg(long)]
    name: String,
    /// The PIN of its maintenance screen, 4 to 8 digits [default: drawn]
    #[arg(long, value_name = "DIGITS", value_parser = pin_digits)]
    pin: Option<String>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The device's id, from `hailong device list`
    id: Uuid,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file, as the tablet saved it
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

/// The PIN of a maintenance screen.
pub(super) fn pin_digits(text: &str) -> Result<String, String> {
    points::is_pin(text).then(|| text.to_owned()).ok_or_else(|| "write 4 to 8 digits".to_owned())
}

impl DeviceCommand {
    pub(super) fn run(self, language: Language) -> Done {
        match self {
            Self::Enrol(enrol) => block_on(enrol.run())?,
            Self::List(asked) => block_on(list(asked))?,
            Self::Revoke(revoke) => block_on(revoke.run(language))?,
            Self::Import(import) => block_on(import.run(language))?,
        }
    }
}

impl Enrol {
    async fn run(self) -> Done {
        let name = points::device_name(&self.name).map_err(|error| error.text())?;
        let db = self.database.open_existing().await?;
        let point = in_use(&db, &self.point).await?;
        let enrolment = Enrolment::new(&Clock::System, self.pin);
        let event = by_operator(&point, Action::EnrolDevice);
        db.add_enrolment_code(&enrolment.code, &self.point, &name, &enrolment.pin, &event).await?;
        let address = enrolment.path(&self.point);
        let row = vec![
            json!(enrolment.code.to_string()),
            json!(enrolment.digits),
            json!(10),
            json!(address),
        ];
        let columns = &["code", "pin", "valid_minutes", "address"];
        Listing { columns, rows: vec![row] }.print(self.format)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A moment in Vietnam's time, to the second.
fn local(millis: i64) -> Value {
    let zone = FixedOffset::east_opt(7 * 3600).expect("a real offset");
    let at = DateTime::from_timestamp_millis(millis).map(|at| at.with_timezone(&zone));
    at.map_or(Value::Null, |at| json!(at.format("%Y-%m-%dT%H:%M:%S%:z").to_string()))
}

async fn list(asked: List) -> Done {
    let db = asked.database.open_existing().await?;
    let devices = db.devices().await?;
    let now = Clock::System.now();
    let mut hours = HashMap::new();
    for device in &devices {
        if !hours.contains_key(device.collection_point.as_str()) {
            let of = db.opening_hours(&device.collection_point).await?;
            hours.insert(device.collection_point.as_str(), of);
        }
    }
    let row = |device: &Device| {
        let hours = &hours[device.collection_point.as_str()];
        let health = Health::told_by(device);
        let told = |of: &dyn Fn(&Health) -> Value| health.as_ref().map_or(Value::Null, of);
        vec![
            json!(device.id),
            json!(device.collection_point),
            json!(device.name),
            local(device.last_seen_at),
            told(&|h| json!(h.report.queued)),
            told(&|h| h.report.oldest_seconds.map_or(Value::Null, |s| json!(s / 3600))),
            told(&|h| json!(h.report.quarantined)),
            told(&|h| json!(h.report.untold)),
            told(&|_| json!(lost(device, &devices).responses)),
            told(&|_| json!(lost(device, &devices).households)),
            told(&|h| json!(h.clock_lead_seconds)),
            told(&|h| json!(h.report.version)),
            device.revoked_at.map_or(Value::Null, local),
            json!(alarms(device, health.as_ref(), lost(device, &devices), hours, now).join(";")),
        ]
    };
    let rows = devices.iter().map(row).collect();
    let columns = &[
        "device_id",
        "collection_point",
        "name",
        "last_seen_at",
        "queued",
        "oldest_hours",
        "quarantined",
        "untold_households",
        "lost",
        "lost_households",
        "clock_lead_seconds",
        "version",
        "revoked_at",
        "alarms",
    ];
    Listing { columns, rows }.print(asked.format)?;
    Ok(ExitCode::SUCCESS)
}

fn unknown(id: Uuid) -> Failure {
    Failure::new(
        format!("Chưa có máy {id}; xem hailong device list"),
        format!("there is no device {id}; see hailong device list"),
    )
}

impl Revoke {
    async fn run(self, language: Language) -> Done {
        let db = self.database.open_existing().await?;
        let device = db.device(self.id).await?.ok_or_else(|| unknown(self.id))?;
        let point = existing(&db, &device.collection_point).await?;
        let event = by_operator(&point, Action::RevokeDevice);
        if !db.revoke_device(self.id, &event.about(&device.name)).await? {
            return Err(Failure::new(
                format!("Máy {} đã bị thu hồi từ trước", device.name),
                format!("the device {} was revoked before", device.name),
            ));
        }
        match language {
            Language::Vi => tell!("hailong: đã thu hồi máy {}", device.name),
            Language::En => tell!("hailong: revoked the device {}", device.name),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Import {
    async fn run(self, language: Language) -> Done {
        let text = std::fs::read_to_string(&self.file).map_err(|error| {
            let path = self.file.display();
            Failure::new(
                format!("Không đọc được tệp {path}: {error}"),
                format!("cannot read the file {path}: {error}"),
            )
        })?;
        let file = QueueFile::read(&text).ok_or_else(|| {
            let path = self.file.display();
            Failure::new(
                format!("{path} không phải là tệp do màn hình bảo trì của máy lưu ra"),
                format!("{path} is not a file that a tablet's maintenance screen saved"),
            )
        })?;
        let db = self.database.open_existing().await?;
        let device = db.device(file.device()).await?.ok_or_else(|| unknown(file.device()))?;
        let point = existing(&db, &device.collection_point).await?;
        let name = device.name.clone();
        let own = match file.of(device) {
            Ok(own) => own,
            Err(altered) => {
                db.note(&by_operator(&point, Action::RefuseQueue).about(&name)).await?;
                return Err(altered.text().into());
            }
        };
        let event = by_operator(&point, Action::ImportQueue).about(&own.called());
        let taken = own.take_in(&db, &Clock::System, &event).await?;
        if !own.is_signed {
            match language {
                Language::Vi => tell!("hailong: tệp không có chữ ký của máy"),
                Language::En => tell!("hailong: the file has no signature of the tablet"),
            }
        }
        let word = if language == Language::Vi { "dòng" } else { "line" };
        for (number, faults) in &taken.told {
            for fault in faults {
                tell!("{word} {number}: {} {}", fault.pointer, fault.detail.get(language));
            }
        }
        let Taken { stored, same, conflicting, refused, .. } = taken;
        match language {
            Language::Vi => tell!(
                "hailong: đã lưu {stored}, đã có từ trước {same}, trùng mã với câu trả lời khác {conflicting}, bỏ ra {refused}"
            ),
            Language::En => tell!(
                "hailong: {stored} stored, {same} were there before, {conflicting} have another response's id, {refused} left out"
            ),
        }
        Ok(ExitCode::from(u8::from(!taken.is_whole())))
    }
}
