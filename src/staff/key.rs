//! The key that is kept outside the database: whoever has only the database can
//! neither make codes of a second factor nor try recovery codes.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use surveys::Text;
use tempfile::NamedTempFile;

/// Bytes that must never be used twice with one key; random ones are right for far
/// more than the handful of things sealed here.
pub type Once = [u8; 12];

/// A key of 256 bits.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// A key file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read or made.
    #[error("cannot use the key file {path}: {source}; name another one with --key-file")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Others can read it.
    #[error(
        "others on this machine can read or write the key file {path}: run chmod 600 {path}, then start again"
    )]
    Open {
        /// The file.
        path: PathBuf,
    },
    /// It does not hold a key.
    #[error("{path} does not hold a key of 32 bytes; restore it from a backup")]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// It is gone, and secrets are sealed with it.
    #[error(
        "the key file {path} is missing, and this database has secrets sealed with it: restore it from a backup, or name it with --key-file; without a backup run hailong staff new-key, after which everybody sets up their account anew"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is the key of another database.
    #[error(
        "the key file {path} does not belong to this database; restore the one that was made with it, or name it with --key-file"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
}

impl Error {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Unusable { path, source } => format!(
                "Không dùng được tệp khóa {}: {source}; hãy nêu tệp khác bằng --key-file",
                path.display()
            ),
            Self::Open { path } => {
                let path = path.display();
                format!(
                    "Người khác trên máy này đọc hoặc ghi được tệp khóa {path}: hãy chạy chmod 600 {path} rồi chạy lại"
                )
            }
            Self::NoKey { path } => format!(
                "{} không chứa khóa 32 byte; hãy khôi phục tệp này từ bản sao lưu",
                path.display()
            ),
            Self::Missing { path } => format!(
                "Thiếu tệp khóa {}, trong khi cơ sở dữ liệu này có dữ liệu niêm phong bằng khóa đó: hãy khôi phục tệp từ bản sao lưu, hoặc nêu tệp bằng --key-file; không còn bản sao lưu thì chạy hailong staff new-key, sau đó mọi người thiết lập lại tài khoản",
                path.display()
            ),
            Self::Foreign { path } => format!(
                "Tệp khóa {} không phải của cơ sở dữ liệu này; hãy khôi phục tệp được tạo cùng cơ sở dữ liệu, hoặc nêu tệp đó bằng --key-file",
                path.display()
            ),
        };
        Text::new(vi, self.to_string())
    }
}

impl Key {
    /// A key of these random bits.
    pub const fn of(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// The key in the file `path`; when there is none, one of these `random` bits is
    /// written there, readable by its owner only.
    ///
    /// # Errors
    /// [`Error`] with a sentence for the operator.
    pub fn read_or_make(path: &Path, random: [u8; 32]) -> Result<Self, Error> {
        if let Some(key) = Self::read(path)? {
            return Ok(key);
        }
        make(path, random).map_err(|source| Error::Unusable { path: path.to_owned(), source })?;
        Self::read(path)?.ok_or_else(|| Error::Missing { path: path.to_owned() })
    }

    /// The key in the file `path`; `None` when there is no such file.
    ///
    /// # Errors
    /// [`Error`] with a sentence for the operator.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        let unusable = |source| Error::Unusable { path: path.to_owned(), source };
        let mode = match fs::metadata(path) {
            Ok(file) => file.permissions().mode(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(error)),
        };
        // A service's group may read it; it may not change it, and others may do nothing.
        if mode & 0o027 != 0 {
            return Err(Error::Open { path: path.to_owned() });
        }
        let bytes = fs::read(path).map_err(unusable)?;
        let key = bytes.try_into().map_err(|_| Error::NoKey { path: path.to_owned() })?;
        Ok(Some(Self(key)))
    }

    fn part(&self, purpose: &str) -> Hmac<Sha256> {
        let mut mac: Hmac<Sha256> =
            KeyInit::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac
    }

    /// A mark of `content` that only this key makes, another one for every `purpose`.
    pub fn mark(&self, purpose: &str, content: &[u8]) -> [u8; 32] {
        self.part(purpose).chain_update(content).finalize().into_bytes().into()
    }

    fn cipher(&self) -> Aes256Gcm {
        let key: [u8; 32] = self.part("sealing").finalize().into_bytes().into();
        Aes256Gcm::new(&key.into())
    }

    /// `content` so that only this key opens it, and only for the same `purpose`.
    pub fn seal(&self, once: Once, purpose: &str, content: &[u8]) -> Vec<u8> {
        let payload = Payload { msg: content, aad: purpose.as_bytes() };
        let sealed = self.cipher().encrypt(&Nonce::from(once), payload);
        [&once[..], &sealed.expect("memory holds what was there already")].concat()
    }

    /// What [`Key::seal`] sealed for this `purpose`.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (once, sealed) = sealed.split_first_chunk::<12>()?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        self.cipher().decrypt(&Nonce::from(*once), payload).ok()
    }
}

/// Writes a new key file, whole or not at all; one that another server has made
/// meanwhile stays.
fn make(path: &Path, random: [u8; 32]) -> io::Result<()> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(&random)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_for_the_same_purpose_only() {
        let key = Key::of([1; 32]);
        let sealed = key.seal([2; 12], "totp of lan", b"secret");
        assert_eq!(key.open("totp of lan", &sealed).unwrap(), b"secret");
        assert_eq!(key.open("totp of hoa", &sealed), None);
        assert_eq!(Key::of([2; 32]).open("totp of lan", &sealed), None);
        let mut changed = sealed.clone();
        changed[20] ^= 1;
        assert_eq!(key.open("totp of lan", &changed), None);
        assert_eq!(key.open("totp of lan", &sealed[..5]), None);
        assert!(!sealed.windows(6).any(|w| w == b"secret"));
    }

    #[test]
    fn a_key_file_is_made_once_and_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("staff.key");
        let made = Key::read_or_make(&path, [1; 32]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let read = Key::read_or_make(&path, [2; 32]).unwrap();
        assert_eq!(made.mark("x", b""), read.mark("x", b""));
    }

    #[test]
    fn servers_that_start_at_once_have_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("staff.key");
        let start = |n| {
            let path = path.clone();
            std::thread::spawn(move || Key::read_or_make(&path, [n; 32]).unwrap().mark("x", b""))
        };
        let servers: Vec<_> = (1..=8).map(start).collect();
        let mut marks: Vec<_> = servers.into_iter().map(|s| s.join().unwrap()).collect();
        marks.dedup();
        assert_eq!(marks.len(), 1);
    }

    #[test]
    fn a_key_file_that_others_can_read_or_that_holds_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("staff.key");
        Key::read_or_make(&path, [1; 32]).unwrap();
        let with_mode = |mode| {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            Key::read_or_make(&path, [2; 32])
        };
        for mode in [0o644, 0o604, 0o620, 0o602] {
            assert!(matches!(with_mode(mode), Err(Error::Open { .. })), "{mode:o}");
        }
        for mode in [0o600, 0o400, 0o640] {
            assert!(with_mode(mode).is_ok(), "{mode:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, b"short").unwrap();
        assert!(matches!(Key::read_or_make(&path, [2; 32]), Err(Error::NoKey { .. })));
        let nowhere = folder.path().join("no/folder");
        assert!(matches!(Key::read_or_make(&nowhere, [2; 32]), Err(Error::Unusable { .. })));
    }
}
