//! The zip: the same files give the same bytes.

use std::io::{self, Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::descriptor::hex;

/// `files` and their `SHA256SUMS` as a zip, every entry with the time 1980-01-01
/// 00:00 and readable by everyone.
pub(super) fn zip(files: &[(&str, Vec<u8>)], simulated: bool) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let sums = sums(files, simulated);
    for (name, bytes) in files.iter().map(|(n, b)| (*n, b)).chain([("SHA256SUMS", &sums)]) {
        zip.start_file(name, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// What `sha256sum --check` reads; it passes over the line of a comment.
fn sums(files: &[(&str, Vec<u8>)], simulated: bool) -> Vec<u8> {
    let mark = if simulated { "# DỮ LIỆU MÔ PHỎNG\n" } else { "" };
    let line = |(name, bytes): &(&str, Vec<u8>)| format!("{}  {name}\n", hex(bytes));
    let lines: String = files.iter().map(line).collect();
    format!("{mark}{lines}").into_bytes()
}
