//! What the tests stand on: databases, a running service, a log that is
//! watched, a browser, R.

pub(crate) mod acknowledged;
pub(crate) mod action;
pub(crate) mod answers;
pub(crate) mod app;
mod attended;
pub(crate) mod browser;
pub(crate) mod comments;
pub(crate) mod database;
pub(crate) mod device;
pub(crate) mod devices;
pub(crate) mod downloads;
pub(crate) mod hostile;
pub(crate) mod html;
pub(crate) mod indicators;
pub(crate) mod kiosk;
pub(crate) mod language;
mod log;
pub(crate) mod maintenance;
pub(crate) mod paper;
pub(crate) mod petition;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod province;
pub(crate) mod proxy;
pub(crate) mod r;
pub(crate) mod rough;
pub(crate) mod sample;
pub(crate) mod signer;
pub(crate) mod smtp;
pub(crate) mod spreadsheet;
pub(crate) mod staff;
pub(crate) mod submission;
pub(crate) mod sure;

/// Whether `program` can be called by its name.
fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Says that tests are skipped because `what` is not installed; fails instead
/// where nothing may be skipped, as in `tests/run`.
fn skip_without(what: &str, packages: &str) {
    let hint = format!("{what} is not installed: run tests/run, or apt-get install {packages}");
    assert!(std::env::var_os("CI").is_none(), "{hint}");
    eprintln!("skipped: {hint}");
}
