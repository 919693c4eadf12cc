//! The mail server through which survey links are sent.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use lettre::message::Mailbox;
use serde::{Deserialize, Deserializer, de};
use surveys::Text;

/// Rights that nobody but the owner may have.
const OTHERS: u32 = 0o077;

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tls {
    /// It begins in the clear and is protected before anything is said.
    #[default]
    Starttls,
    /// It is protected from the first byte, as on port 465.
    Implicit,
    /// It is not; for a mail server on this machine.
    None,
}

/// The mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Smtp {
    /// Its name, as its certificate has it.
    pub host: String,
    /// Its port.
    #[serde(default = "port")]
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    pub tls: Tls,
    /// Who signs in; nobody when it is missing.
    pub user: Option<String>,
    /// The file with the password, which only its owner may read.
    pub password_file: Option<PathBuf>,
    /// Who sends: `Trung tâm Phục vụ hành chính công <khaosat@example.vn>`.
    #[serde(deserialize_with = "mailbox")]
    pub from: Mailbox,
    /// Who gets the answers, if somebody else.
    #[serde(default, deserialize_with = "some_mailbox")]
    pub reply_to: Option<Mailbox>,
    /// How many mails a minute may go out.
    #[serde(default = "per_minute")]
    pub per_minute: u32,
}

const fn port() -> u16 {
    587
}

const fn per_minute() -> u32 {
    30
}

fn mailbox<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Mailbox, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| de::Error::custom(format!("`{text}` is no mailbox")))
}

fn some_mailbox<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Mailbox>, D::Error> {
    mailbox(deserializer).map(Some)
}

/// A password file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It cannot be read.
    #[error("cannot read the password file {path}: {source}; name another with password-file")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others can read it.
    #[error("others on this machine can read the password file {0}: run chmod 600 {0}")]
    Open(PathBuf),
}

impl PasswordError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Unreadable { path, source } => format!(
                "Không đọc được tệp mật khẩu {}: {source}; hãy nêu tệp khác bằng password-file",
                path.display()
            ),
            Self::Open(path) => {
                let path = path.display();
                format!(
                    "Người khác trên máy này đọc được tệp mật khẩu {path}: hãy chạy chmod 600 {path}"
                )
            }
        };
        Text::new(vi, self.to_string())
    }
}

impl Smtp {
    /// The password in the file that is named, if one is.
    ///
    /// # Errors
    /// [`PasswordError`] when the file cannot be read, or others can read it.
    pub fn password(&self) -> Result<Option<String>, PasswordError> {
        let Some(path) = &self.password_file else { return Ok(None) };
        let unreadable = |source| PasswordError::Unreadable { path: path.clone(), source };
        if fs::metadata(path).map_err(unreadable)?.mode() & OTHERS != 0 {
            return Err(PasswordError::Open(path.clone()));
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn smtp(more: &str) -> Result<Smtp, toml::de::Error> {
        toml::from_str(&format!("host = 'mail.example.vn'\nfrom = 'Xã <a@example.vn>'\n{more}"))
    }

    #[test]
    fn what_is_not_set_is_what_most_mail_servers_want() {
        let smtp = smtp("").unwrap();
        assert_eq!((smtp.port, smtp.tls, smtp.per_minute), (587, Tls::Starttls, 30));
        assert_eq!(smtp.from.email.to_string(), "a@example.vn");
        assert!(smtp.password().unwrap().is_none());
    }

    #[test]
    fn what_is_no_mailbox_or_no_setting_is_a_mistake() {
        for bad in [
            "reply-to = 'nobody'",
            "tls = 'ssl'",
            "password = 'x'",
            "reply-to = \"a@b\\r\\nBcc: c@d\"",
        ] {
            assert!(smtp(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        let smtp = smtp(&format!("password-file = '{}'", path.display())).unwrap();
        assert!(smtp.password().is_err(), "it is not there");
        fs::write(&path, "bí mật\n").unwrap();
        for (rights, usable) in [(0o600, true), (0o400, true), (0o640, false), (0o604, false)] {
            fs::set_permissions(&path, Permissions::from_mode(rights)).unwrap();
            assert_eq!(smtp.password().is_ok(), usable, "{rights:o}");
        }
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(smtp.password().unwrap().as_deref(), Some("bí mật"));
    }
}
