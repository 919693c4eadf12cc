//! `hailong serve`: the main job.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use surveys::catalog;

use super::{Done, Failure, block_on};
use crate::clock::Clock;
use crate::config::{PublicAddress, PublishResults, Settings};
use crate::http::staff::set_up_path;
use crate::languages::Languages;
use crate::server::{self, Listeners};
use crate::service::Service;
use crate::staff::audit::{self, Action, Event, Outcome};
use crate::staff::{Key, Token, key};
use crate::store::staff::links::Kind;
use crate::store::{Db, Options};
use crate::{demo, first_points, points};

/// Serve the survey, the results and the API until stopped
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong serve                                    embedded database in ./data
  hailong serve --demo                             a simulated year in a throw-away database
  hailong serve --listen 0.0.0.0:8080 --data-dir /var/lib/hailong
  hailong serve --database 'postgres://hailong@db.example.vn/hailong?sslmode=verify-full&sslrootcert=ca.pem'")]
pub(super) struct Serve {
    /// Show a simulated year of five communes from a database that is thrown away at the end
    #[arg(long, conflicts_with_all = ["database", "data_dir", "key_file"])]
    demo: bool,
    /// Where citizens, staff and programs connect [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The address that people type and scan, printed on posters: `https://HOST`
    #[arg(long, value_name = "URL", env = "HAILONG_PUBLIC_ADDRESS")]
    public_address: Option<PublicAddress>,
    /// Where health, readiness and metrics are served [default: 127.0.0.1:9090]
    #[arg(long, value_name = "ADDRESS")]
    ops_listen: Option<SocketAddr>,
    /// The database: sqlite:PATH or postgres://… [default: embedded, in the data folder]
    #[arg(long, value_name = "URL", env = "HAILONG_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// The folder for everything the service keeps [default: data]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// The key that seals the secrets of staff [default: staff.key beside the embedded database]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// A folder with further languages of citizens' pages, one file (TOML) each
    #[arg(long, value_name = "DIR")]
    languages: Option<PathBuf>,
    /// How many submissions a minute one network address may send; 0 for no limit [default: 60]
    #[arg(long, value_name = "N")]
    submissions_per_minute: Option<u32>,
    /// A settings file; options on the command line win over it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Serve {
    fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = match &self.config {
            Some(path) => Settings::read(path).map_err(|error| error.text())?,
            None => Settings::default(),
        };
        if let Some(listen) = self.listen {
            settings.listen = listen;
        }
        if self.public_address.is_some() {
            settings.public_address.clone_from(&self.public_address);
        }
        if let Some(ops_listen) = self.ops_listen {
            settings.ops_listen = ops_listen;
        }
        if self.database.is_some() {
            settings.database.clone_from(&self.database);
        }
        if let Some(data_dir) = &self.data_dir {
            settings.data_dir.clone_from(data_dir);
        }
        if self.key_file.is_some() {
            settings.key_file.clone_from(&self.key_file);
        }
        if self.languages.is_some() {
            settings.languages.clone_from(&self.languages);
        }
        if let Some(n) = self.submissions_per_minute {
            settings.submissions_per_minute = n;
        }
        Ok(settings)
    }

    pub(super) fn run(self) -> Done {
        let mut settings = self.settings()?;
        let throw_away = if self.demo {
            let folder =
                tempfile::Builder::new().prefix("hailong-demo-").tempdir().map_err(|e| {
                    Failure::new(
                        format!("Không tạo được cơ sở dữ liệu dùng tạm: {e}"),
                        format!("cannot make a throw-away database: {e}"),
                    )
                })?;
            folder.path().clone_into(&mut settings.data_dir);
            settings.database = None;
            settings.key_file = None;
            settings.publish_results = PublishResults::AtOnce;
            Some(folder)
        } else {
            None
        };
        let listeners = Listeners {
            public: bind(settings.listen, "--listen")?,
            ops: bind(settings.ops_listen, "--ops-listen")?,
        };
        let served = block_on(serve(settings, listeners, self.demo))?;
        drop(throw_away);
        served.map(|()| ExitCode::SUCCESS)
    }
}

fn bind(address: SocketAddr, option: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).map_err(|e| {
        Failure::new(
            format!(
                "Không mở được địa chỉ {address}: {e}; hãy dừng chương trình đang dùng nó hoặc chọn địa chỉ khác bằng {option}"
            ),
            format!(
                "cannot listen on {address}: {e}; stop the program that uses it or choose another address with {option}"
            ),
        )
    })
}

async fn serve(settings: Settings, listeners: Listeners, demo: bool) -> Result<(), Failure> {
    if let Some(smtp) = &settings.smtp {
        smtp.password().map_err(|error| error.text())?;
        if settings.public_address.is_none() {
            return Err(Failure::new(
                "Có [smtp] nhưng chưa biết địa chỉ công khai để ghi trong thư; hãy đặt public-address",
                "there is [smtp] but no public address to write in mails; set public-address",
            ));
        }
    }
    let clock = Clock::System;
    let languages = Languages::load(settings.languages.as_deref()).map_err(|e| e.text())?;
    let options = Options { url: settings.database_url(), simulated: demo, readers: 4 };
    let db = Db::open(&options).await?;
    first_points::add(&db, clock.now()).await?;
    if demo {
        let (terms, days) = (settings.petitions.terms(), settings.petitions.working_days());
        tokio::select! {
            filled = demo::fill(&db, clock.now(), demo::SEED, (&terms, &days)) => filled?,
            () = stop_signal() => return Ok(()),
        }
    }
    let key = key(&settings, &clock, &db).await?;
    announce(&listeners, &db)?;
    announce_staff(&listeners, &clock, &db).await?;
    if demo {
        announce_kiosk(&listeners, &clock, &db).await?;
    }
    tell!("Ctrl+C stops it.");
    let service = Arc::new(Service::new(settings, clock, db, key).speaking(languages));
    server::run(service, listeners, stop_signal()).await?;
    Ok(())
}

fn announce(listeners: &Listeners, db: &Db) -> Result<(), Failure> {
    let home = listeners.public.local_addr()?;
    let ops = listeners.ops.local_addr()?;
    let plan = &catalog::plans()[0];
    let point = first_points::code_of(plan);
    tell!("Hài Lòng ({}{})", db.kind(), if db.is_simulated() { ", DỮ LIỆU MÔ PHỎNG" } else { "" });
    tell!("  home      http://{home}/");
    tell!("  survey    http://{home}/s/{point}");
    tell!("  kiosk     http://{home}/kiosk/{point}");
    tell!("  results   http://{home}/c/{}", plan.commune_code);
    tell!("  API       http://{home}/api/v1/openapi.json");
    tell!("  health    http://{ops}/readyz");
    Ok(())
}

/// The key that this database's secrets are sealed with.
async fn key(settings: &Settings, clock: &Clock, db: &Db) -> Result<Key, Failure> {
    let path = settings.key_path();
    if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|source| key::Error::Unusable { path: path.clone(), source }.text())?;
    }
    // A new key beside secrets that another one sealed would hide what is missing.
    let lost = db.has_sealing_key().await? && !path.exists();
    if lost {
        return Err(key::Error::Missing { path }.text().into());
    }
    let key = Key::read_or_make(&path, clock.secret()).map_err(|error| error.text())?;
    if !db.is_sealed_with(&key).await? {
        return Err(key::Error::Foreign { path }.text().into());
    }
    Ok(key)
}

/// Says where staff sign in; as long as nobody can, with the link by which the first
/// administrator's account is made.
async fn announce_staff(listeners: &Listeners, clock: &Clock, db: &Db) -> Result<(), Failure> {
    let home = listeners.public.local_addr()?;
    tell!("  staff     http://{home}/staff");
    if !db.has_staff().await? {
        let token = Token::of(clock.secret());
        let event = Event::new(clock.now(), audit::OPERATOR, Action::MakeLink, Outcome::Done);
        db.make_link(&token, Kind::First, None, &event).await?;
        tell!("  first administrator, once, within 24 hours:");
        tell!("            http://{home}{}", set_up_path(&token));
    }
    Ok(())
}

/// Says how a tablet of the demonstration is opened: its database is in a folder that
/// `hailong device enrol` does not know of.
async fn announce_kiosk(listeners: &Listeners, clock: &Clock, db: &Db) -> Result<(), Failure> {
    let home = listeners.public.local_addr()?;
    let point = first_points::code_of(&catalog::plans()[0]);
    let enrolment = points::Enrolment::new(clock, None);
    let event = Event::new(clock.now(), audit::OPERATOR, Action::EnrolDevice, Outcome::Done);
    let event = event.about(point.as_str());
    let name = "Máy thử";
    db.add_enrolment_code(&enrolment.code, &point, name, &enrolment.pin, &event).await?;
    tell!("  a tablet, once, within 10 minutes (its PIN is {}):", enrolment.digits);
    tell!("            http://{home}{}", enrolment.path(&point));
    Ok(())
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}
