//! Large databases, filled through the batch address and kept for the next run.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use futures_util::future::try_join_all;

use crate::Failure;
use crate::connection::Connection;
use crate::form::Forms;
use crate::served::Served;

/// Lines of one batch.
const LINES: usize = 2_000;
/// How many batches are on their way at once.
const SENDERS: usize = 2;

/// The data folder with `wanted` responses to `instrument`, made when it is not
/// there yet.
pub(crate) async fn database(
    program: &Path,
    keep: &Path,
    instrument: &str,
    wanted: usize,
) -> Result<PathBuf, Failure> {
    let folder = keep.join(format!("stored-{wanted}-{instrument}"));
    if !folder.exists() {
        let part = keep.join("filling");
        drop(std::fs::remove_dir_all(&part));
        let served = Served::start(program, &part, None).await?;
        fill(&served, instrument, wanted).await?;
        served.stop()?;
        std::fs::rename(&part, &folder)?;
    }
    Ok(folder)
}

/// Stores `wanted` responses and says how fast that went.
pub(crate) async fn fill(served: &Served, instrument: &str, wanted: usize) -> Result<(), Failure> {
    let watch = served.watch()?;
    let forms = Rc::new(RefCell::new(Forms::new(instrument, &served.point)?));
    let left = Rc::new(Cell::new(wanted));
    let senders = (0..SENDERS).map(|_| {
        let (forms, left) = (Rc::clone(&forms), Rc::clone(&left));
        async move {
            let mut connection = Connection::open(served.public).await?;
            while left.get() > 0 {
                let lines = left.get().min(LINES);
                left.set(left.get() - lines);
                let request = forms.borrow_mut().batch(lines)?;
                store_batch(&mut connection, &request, lines).await?;
            }
            Ok::<_, Failure>(())
        }
    });
    try_join_all(senders).await?;
    let seen = watch.stop()?;
    println!(
        "filled through batches of {LINES}: {wanted} in {:.1} s, {:.0}/s, {:.1} µs of server CPU each",
        seen.seconds,
        wanted as f64 / seen.seconds,
        seen.cpu_seconds * 1e6 / wanted as f64,
    );
    Ok(())
}

/// Sends a batch of `lines` and makes sure that every line was stored.
pub(crate) async fn store_batch(
    connection: &mut Connection,
    request: &[u8],
    lines: usize,
) -> Result<(), Failure> {
    let status = connection.send(request).await?;
    let said = String::from_utf8_lossy(connection.body());
    let stored = said.matches("\"status\":201").count();
    if status != 200 || stored != lines {
        let said: String = said.chars().take(400).collect();
        return Err(format!("{stored} of {lines} lines were stored ({status}): {said}").into());
    }
    Ok(())
}
