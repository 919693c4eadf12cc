//! The walls of the house: who may know whom, and that documents name what exists.

mod dependencies;
mod documents;
mod expectations;
mod libraries;
mod wording;

use std::path::{Path, PathBuf};

/// The folder of the project.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with one of the `extensions`, with its path from
/// the root and its text.
pub(super) fn files(folder: &str, extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![root().join(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("our own folder");
            waiting.extend(entries.map(|entry| entry.expect("our own folder").path()));
        } else if path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)) {
            let name = path.strip_prefix(root()).expect("below the root").display().to_string();
            found.push((name, std::fs::read_to_string(&path).expect("our own text")));
        }
    }
    found.sort();
    found
}

/// Every Rust file of the project.
fn rust_files() -> Vec<(String, String)> {
    ["src", "surveys/src", "surveys/tests", "analytics/src", "analytics/tests", "tests", "benches"]
        .into_iter()
        .filter(|folder| root().join(folder).is_dir())
        .flat_map(|folder| files(folder, &["rs"]))
        .collect()
}
