//! The key under which dossier codes become hashes and tokens. It is a file beside
//! the database, not in it: whoever has the one alone learns no dossier.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use surveys::{PointCode, Text, VisitToken};

use crate::clock::Clock;

/// The name of the file in the data folder.
pub const FILE: &str = "links.key";
/// Rights that nobody but the owner may have.
const OTHERS: u32 = 0o077;

/// 256 random bits.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey")
    }
}

/// A key of links that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read or made.
    #[error("cannot use the key {path}: {source}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others can read it.
    #[error("others can read the key {0}; run chmod 600 {0}")]
    Open(PathBuf),
    /// It is none.
    #[error("{0} is no key of 32 bytes; restore it from a backup")]
    NoKey(PathBuf),
    /// It is gone, and links were made with it.
    #[error(
        "the key {0} of the links made so far is missing; restore it from a backup, name its folder with --data-dir, or take it over from the computer where the links were made"
    )]
    Missing(PathBuf),
}

impl KeyError {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Unusable { path, source } => {
                format!("Không dùng được khóa {}: {source}", path.display())
            }
            Self::Open(path) => {
                let path = path.display();
                format!("Người khác đọc được khóa {path}; hãy chạy chmod 600 {path}")
            }
            Self::NoKey(path) => format!(
                "{} không phải là khóa dài 32 byte; hãy khôi phục từ bản sao lưu",
                path.display()
            ),
            Self::Missing(path) => format!(
                "Thiếu khóa {} của các liên kết đã tạo; hãy khôi phục từ bản sao lưu, nêu thư mục bằng --data-dir, hoặc chép từ máy đã tạo liên kết",
                path.display()
            ),
        };
        Text::new(vi, self.to_string())
    }
}

impl LinkKey {
    /// Reads the key in `folder`; `None` when there is none.
    ///
    /// # Errors
    /// [`KeyError`] when there is one that cannot be used.
    pub fn read(folder: &Path) -> Result<Option<Self>, KeyError> {
        let path = folder.join(FILE);
        let unusable = |source| KeyError::Unusable { path: path.clone(), source };
        let mut file = match OpenOptions::new().read(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(error)),
        };
        if file.metadata().map_err(unusable)?.mode() & OTHERS != 0 {
            return Err(KeyError::Open(path));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unusable)?;
        bytes.try_into().map(|key| Some(Self(key))).map_err(|_| KeyError::NoKey(path))
    }

    /// Makes a key in `folder`, which has none.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be written.
    pub fn make(folder: &Path, clock: &Clock) -> Result<Self, KeyError> {
        let path = folder.join(FILE);
        let key = clock.secret();
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(&key).and_then(|()| file.sync_all()))
            .map_err(|source| KeyError::Unusable { path, source })?;
        Ok(Self(key))
    }

    /// What is kept of a dossier's code.
    pub fn dossier(&self, point: &PointCode, code: &str) -> [u8; 32] {
        self.hash("dossier", point, code)
    }

    /// The token of a dossier: always the same, so that a reminder needs no list.
    pub fn token(&self, point: &PointCode, code: &str) -> VisitToken {
        let mut bits = [0; 16];
        bits.copy_from_slice(&self.hash("token", point, code)[..16]);
        VisitToken::new(bits)
    }

    /// HMAC-SHA-256 of what it is for, the point and the code, each of which has no
    /// zero byte.
    fn hash(&self, of: &str, point: &PointCode, code: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length is one");
        for part in [of, point.as_str(), code] {
            mac.update(part.as_bytes());
            mac.update(&[0]);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn point(code: &str) -> PointCode {
        PointCode::parse(code).unwrap()
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        assert!(LinkKey::read(folder.path()).unwrap().is_none());
        let made = LinkKey::make(folder.path(), &Clock::System).unwrap();
        let read = LinkKey::read(folder.path()).unwrap().unwrap();
        assert_eq!(made.0, read.0);
        let rights = fs::metadata(folder.path().join(FILE)).unwrap().mode() & 0o777;
        assert_eq!(rights, 0o600);
        assert!(LinkKey::make(folder.path(), &Clock::System).is_err(), "it is not written over");
    }

    #[test]
    fn a_key_that_others_can_read_or_that_is_none_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for (content, rights, said) in [
            (&[7; 32][..], 0o640, "chmod 600"),
            (&[7; 32], 0o604, "chmod 600"),
            (&[7; 31], 0o600, "32"),
        ] {
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, Permissions::from_mode(rights)).unwrap();
            let refused = LinkKey::read(folder.path()).err().unwrap();
            assert!(refused.text().en.contains(said), "{refused}");
        }
    }

    #[test]
    fn hash_and_token_depend_on_key_point_and_code_and_on_what_they_are_for() {
        let key = LinkKey([1; 32]);
        let hash = key.dossier(&point("a"), "H1");
        assert_eq!(hash, key.dossier(&point("a"), "H1"));
        assert_ne!(hash, key.dossier(&point("b"), "H1"));
        assert_ne!(hash, key.dossier(&point("a"), "H2"));
        assert_ne!(hash, LinkKey([2; 32]).dossier(&point("a"), "H1"));
        assert_ne!(&hash[..16], key.token(&point("a"), "H1").bits());
        // RFC 4231, case 2, by the library that is used.
        let mut mac = Hmac::<Sha256>::new_from_slice(b"Jefe").unwrap();
        mac.update(b"what do ya want for nothing?");
        assert_eq!(mac.finalize().into_bytes()[..4], [0x5b, 0xdc, 0xc1, 0x46]);
    }
}
