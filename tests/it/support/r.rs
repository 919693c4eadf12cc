//! R with its survey package: the reference that figures are held against.

use std::path::Path;
use std::process::Command;

use super::{on_path, skip_without};

/// Runs `script` in `folder`; gives what it writes to standard output. `None` where
/// R is not installed and its tests may be skipped.
pub(crate) fn run(folder: &Path, script: &str) -> Option<String> {
    let there = "quit(status = !requireNamespace('survey', quietly = TRUE))";
    if !on_path("Rscript") || !rscript().args(["-e", there]).status().is_ok_and(|s| s.success()) {
        skip_without("R", "r-base-core r-cran-survey");
        return None;
    }
    let file = folder.join("script.R");
    std::fs::write(&file, script).expect("the script is written");
    let output = rscript().arg(&file).current_dir(folder).output().expect("R runs");
    let text = |bytes| String::from_utf8(bytes).expect("R speaks UTF-8");
    assert!(output.status.success(), "R failed: {}", text(output.stderr));
    Some(text(output.stdout))
}

fn rscript() -> Command {
    let mut command = Command::new("Rscript");
    command.arg("--vanilla").env("LC_ALL", "C.UTF-8");
    command
}
