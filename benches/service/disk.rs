//! The disk's own answer to "are you sure": how often a second a small append
//! can be made durable in a folder. It bounds every durable store.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::Failure;

/// Appends of 4 KiB with `fdatasync` a second in `folder`, tried for a second.
pub(crate) fn syncs_a_second(folder: &Path) -> Result<f64, Failure> {
    let path = folder.join("sync-probe");
    let mut file = std::fs::File::create(&path)?;
    let (block, began) = ([0x5a_u8; 4096], Instant::now());
    let mut syncs = 0_u32;
    while began.elapsed() < Duration::from_secs(1) {
        file.write_all(&block)?;
        file.sync_data()?;
        syncs += 1;
    }
    let rate = f64::from(syncs) / began.elapsed().as_secs_f64();
    drop(file);
    std::fs::remove_file(&path)?;
    Ok(rate)
}
