//! What an operator can set: options of `serve`, or the same names in a file.

mod petitions;
mod public_address;
mod smtp;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use surveys::Text;

pub use petitions::Petitions;
pub use public_address::{BadAddress, PublicAddress};
pub use smtp::{PasswordError, Smtp, Tls};

/// The settings of a running service.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Where citizens, staff and programs connect.
    pub listen: SocketAddr,
    /// The address that people type and scan; printed on posters, slips and links.
    pub public_address: Option<PublicAddress>,
    /// Where health, readiness and metrics are served; keep it off the public net.
    pub ops_listen: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`; by default an embedded one in `data_dir`.
    pub database: Option<String>,
    /// The folder for everything the service keeps.
    pub data_dir: PathBuf,
    /// The key that seals the secrets of staff; by default `staff.key` beside
    /// the embedded database, or else in `data_dir`.
    pub key_file: Option<PathBuf>,
    /// A folder with further languages of citizens' pages, one file (TOML) each.
    pub languages: Option<PathBuf>,
    /// How many submissions a minute one network address may send; 0 for no limit.
    pub submissions_per_minute: u32,
    /// Reverse proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How petitions are handled.
    pub petitions: Petitions,
    /// The mail server through which survey links are sent; without it none is.
    pub smtp: Option<Smtp>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_address: None,
            ops_listen: SocketAddr::from(([127, 0, 0, 1], 9090)),
            database: None,
            data_dir: PathBuf::from("data"),
            key_file: None,
            languages: None,
            submissions_per_minute: 60,
            trusted_proxies: Vec::new(),
            petitions: Petitions::default(),
            smtp: None,
        }
    }
}

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read.
    #[error("cannot read the settings file {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not in the right form.
    #[error("the settings file {path} has a mistake: {source}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where and what.
        source: Box<toml::de::Error>,
    },
}

impl Error {
    /// What is wrong and where, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Unreadable { path, source } => {
                format!("Không đọc được tệp cài đặt {}: {source}", path.display())
            }
            Self::Malformed { path, source } => {
                format!("Tệp cài đặt {} có lỗi: {source}", path.display())
            }
        };
        Text::new(vi, self.to_string())
    }
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read or has a mistake.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
        toml::from_str(&text)
            .map_err(|source| Error::Malformed { path: path.to_owned(), source: Box::new(source) })
    }

    /// Where the key is that seals the secrets of staff.
    pub fn key_path(&self) -> PathBuf {
        let beside =
            |file: &str| Path::new(file.trim_start_matches("//")).with_file_name("staff.key");
        let embedded = self.database.as_deref().and_then(|url| url.strip_prefix("sqlite:"));
        self.key_file
            .clone()
            .or_else(|| embedded.map(beside))
            .unwrap_or_else(|| self.data_dir.join("staff.key"))
    }

    /// The address of the database.
    pub fn database_url(&self) -> String {
        self.database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", self.data_dir.join("hailong.db").display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_is_the_default() {
        let example: Settings =
            toml::from_str(include_str!("../docs/hailong.example.toml")).unwrap();
        assert_eq!(format!("{example:?}"), format!("{:?}", Settings::default()));
    }

    #[test]
    fn an_unknown_setting_is_a_mistake() {
        assert!(toml::from_str::<Settings>("lissten = '127.0.0.1:1'").is_err());
    }
}
