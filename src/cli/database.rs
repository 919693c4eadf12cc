//! Where a command finds the database.

use clap::Args;

use super::Failure;
use super::output::Format;
use crate::config::Settings;
use crate::store::{Db, Options};

/// Which database is meant.
#[derive(Debug, Clone, Args)]
pub(super) struct Database {
    /// The database: sqlite:PATH or postgres://…
    #[arg(long, value_name = "URL", env = "HAILONG_DATABASE", hide_env_values = true)]
    database: Option<String>,
    /// The folder of the embedded database
    #[arg(long, value_name = "DIR", default_value = "data")]
    data_dir: std::path::PathBuf,
}

impl Database {
    /// The same database, or, where none is named, that of `settings`.
    pub(super) fn or_that_of(self, settings: &Settings) -> Self {
        let is_named = self.database.is_some() || self.data_dir != Settings::default().data_dir;
        if is_named {
            return self;
        }
        Self { database: settings.database.clone(), data_dir: settings.data_dir.clone() }
    }

    /// Opens the database, which must be there: to read from a new one is a slip.
    pub(super) async fn open_existing(self) -> Result<Db, Failure> {
        match self.missing() {
            Some(path) => {
                let path = path.display();
                Err(Failure::new(
                    format!(
                        "Không có cơ sở dữ liệu {path}; hãy nêu thư mục bằng --data-dir hoặc địa chỉ bằng --database"
                    ),
                    format!(
                        "there is no database {path}; name its folder with --data-dir or its address with --database"
                    ),
                ))
            }
            None => self.open().await,
        }
    }

    /// The file of the embedded database, when it is not there.
    pub(super) fn missing(&self) -> Option<std::path::PathBuf> {
        let url = self.settings().database_url();
        let path =
            std::path::Path::new(url.strip_prefix("sqlite:")?.trim_start_matches("//")).to_owned();
        (!path.exists()).then_some(path)
    }

    /// The folder for what is kept beside the database.
    pub(super) fn folder(&self) -> &std::path::Path {
        &self.data_dir
    }

    /// Where the key is that seals the secrets of staff, unless it is named.
    pub(super) fn staff_key(&self) -> std::path::PathBuf {
        self.settings().key_path()
    }

    fn settings(&self) -> Settings {
        let (database, data_dir) = (self.database.clone(), self.data_dir.clone());
        Settings { database, data_dir, ..Settings::default() }
    }

    pub(super) async fn open(self) -> Result<Db, Failure> {
        let url = self.settings().database_url();
        Ok(Db::open(&Options { url, simulated: false, readers: 2 }).await?)
    }
}

/// What there is of something in the database.
#[derive(Debug, Args)]
pub(super) struct List {
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) database: Database,
}
