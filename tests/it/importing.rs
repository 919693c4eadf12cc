//! Files of other tools: what they become, what is told of them, and how an import
//! is taken back.

mod batches;
mod hostile;
mod spreadsheets;
mod suggesting;
mod tools;

use std::path::PathBuf;

use crate::support::database::Database;
use crate::support::process::{Finished, hailong};
use crate::support::submission::point;

/// A file of another tool, as it is kept beside these tests.
fn kept(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/importing/files");
    folder.join(name).to_str().expect("a plain path").to_owned()
}

/// A folder with a file in it, and that file's path.
fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let path = path.to_str().expect("a plain path").to_owned();
    (folder, path)
}

/// Imports online answers to the quick survey of the first counter.
fn import(path: &str, database: &Database, more: &[&str]) -> Finished {
    let point = point();
    let options = ["import", path, "--instrument", "quick-counter@1", "--channel", "online"];
    let place = ["--point", &point, "--database", database.url()];
    hailong(&[&["--lang", "en"], &options[..], &place[..], more].concat())
}

/// What is stored, in order.
async fn documents(database: &Database) -> Vec<String> {
    let backdoor = database.backdoor().await;
    let documents = backdoor.texts("select document from responses order by seq").await;
    backdoor.close().await;
    documents
}
