//! The words after the bench's name.

use std::collections::HashMap;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Failure;

const KNOWN: [&str; 12] = [
    "connections",
    "seconds",
    "rounds",
    "stored",
    "instrument",
    "database",
    "responses",
    "requests",
    "rows",
    "comments",
    "hailong",
    "keep",
];

/// `--name value` pairs.
pub(crate) struct Options(HashMap<String, String>);

impl Options {
    /// Reads `words`.
    pub(crate) fn read(words: &[String]) -> Result<Self, Failure> {
        let mut given = HashMap::new();
        for pair in words.chunks(2) {
            match pair {
                [name, value]
                    if KNOWN.iter().any(|known| name.strip_prefix("--") == Some(known)) =>
                {
                    given.insert(name[2..].to_owned(), value.clone());
                }
                _ => {
                    return Err(format!(
                        "cannot read {}; options are --name value",
                        pair.join(" ")
                    )
                    .into());
                }
            }
        }
        Ok(Self(given))
    }

    /// The number called `name`.
    pub(crate) fn number<N: FromStr>(&self, name: &str, default: N) -> Result<N, Failure> {
        match self.0.get(name) {
            None => Ok(default),
            Some(text) => text.parse().map_err(|_| format!("--{name} {text} is no number").into()),
        }
    }

    /// The text called `name`.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The program measured.
    pub(crate) fn program(&self) -> PathBuf {
        self.text("hailong").unwrap_or(env!("CARGO_BIN_EXE_hailong")).into()
    }

    /// Where databases that take long to fill are kept.
    pub(crate) fn keep(&self) -> Result<PathBuf, Failure> {
        let default = concat!(env!("CARGO_MANIFEST_DIR"), "/target/bench");
        let folder = PathBuf::from(self.text("keep").unwrap_or(default));
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}
