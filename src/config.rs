//! What an operator can set: options of `serve`, or the same names in a file.

mod petitions;
mod public_address;
mod publish_results;
mod retention;
mod security_contact;
mod smtp;

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use surveys::Text;

pub use petitions::Petitions;
pub use public_address::{BadAddress, PublicAddress};
pub use publish_results::PublishResults;
pub use retention::{Retention, Term};
pub use security_contact::SecurityContact;
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
    /// Where somebody who found a security hole writes, such as `mailto:baomat@tinh.gov.vn`.
    pub security_contact: Option<SecurityContact>,
    /// When the public sees results.
    pub publish_results: PublishResults,
    /// How petitions are handled.
    pub petitions: Petitions,
    /// How long what is kept of people is kept.
    pub retention: Retention,
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
            security_contact: None,
            publish_results: PublishResults::default(),
            petitions: Petitions::default(),
            retention: Retention::default(),
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
    /// It holds the password of the database, and others can read it.
    #[error(
        "the settings file {path} holds the password of the database, and others on this machine can read or write it: run chmod 600 {path}, then start again"
    )]
    Open {
        /// The file.
        path: PathBuf,
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
            Self::Open { path } => {
                let path = path.display();
                format!(
                    "Tệp cài đặt {path} có mật khẩu của cơ sở dữ liệu mà người khác trên máy này đọc hoặc ghi được: hãy chạy chmod 600 {path} rồi chạy lại"
                )
            }
        };
        Text::new(vi, self.to_string())
    }
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read, has a mistake, or has a password that others
    /// can read.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let mode = fs::metadata(path).map_err(unreadable)?.mode();
        let settings: Self = toml::from_str(&text).map_err(|source| Error::Malformed {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        // A service's group may read it; it may not change it, and others may do nothing.
        if settings.database.as_deref().is_some_and(has_password) && mode & 0o027 != 0 {
            return Err(Error::Open { path: path.to_owned() });
        }
        Ok(settings)
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

/// Whether the address of a database has a password in it: `postgres://user:PASSWORD@…`
/// or `…?password=`.
fn has_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let user = place.rsplit_once('@').map_or("", |(user, _)| user);
    user.split_once(':').is_some_and(|(_, password)| !password.is_empty())
        || query.split('&').any(|part| part.starts_with("password="))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_file_with_a_password_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hailong.toml");
        for (database, mode, fits) in [
            ("postgres://hailong:hidden@db.example/hailong", 0o600, true),
            ("postgres://hailong:hidden@db.example/hailong", 0o640, true),
            ("postgres://hailong:hidden@db.example/hailong", 0o644, false),
            ("postgres://hailong:hidden@db.example/hailong", 0o660, false),
            ("postgres://db.example/hailong?user=hailong&password=hidden", 0o604, false),
            ("postgres://hailong@db.example/hailong", 0o644, true),
            ("postgres://db.example:5432/hailong", 0o644, true),
            ("sqlite:data/hailong.db", 0o644, true),
        ] {
            fs::write(&path, format!("database = '{database}'")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = Settings::read(&path);
            assert_eq!(read.is_ok(), fits, "{database} with {mode:o}");
            let Err(error) = read else { continue };
            let text = error.text();
            assert!(text.vi.contains("chmod 600") && text.en.contains("chmod 600"));
            assert!(!text.vi.contains("hidden") && !text.en.contains("hidden"));
        }
    }

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
