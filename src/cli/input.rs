//! Files that are read, with a progress bar on a terminal.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::{Failure, choice};

/// Opens `path`, or standard input for `-`, with a progress bar on a terminal.
pub(super) fn open(path: &Path) -> Result<Box<dyn Read>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let failed = |e: io::Error| choice::cannot_read(path, &e);
    let file = File::open(path).map_err(failed)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_dir() {
        let path = path.display();
        return Err(Failure::new(
            format!("{path} là thư mục; hãy chọn tệp CSV"),
            format!("{path} is a folder; give a CSV file"),
        ));
    }
    Ok(Box::new(bytes_bar(about.len()).wrap_read(file)))
}

/// A bar over the bytes of a file; nothing is drawn unless standard error is a terminal.
pub(super) fn bytes_bar(len: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}");
    let bar = ProgressBar::new(len);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
