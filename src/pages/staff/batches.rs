//! What was imported: the list of batches, and one of them.

use askama::Template;
use surveys::catalog;
use surveys::response::Channel;

use super::{Nav, moment};
use crate::importing::map::Map;
use crate::pages::{Shell, Words};
use crate::store::batches::Batch;

/// The state of a batch in words.
fn state(shell: &Shell, batch: &Batch) -> String {
    let key = match (batch.undone_at, batch.finished_at) {
        (Some(_), _) => "batch-undone",
        (None, Some(_)) => "batch-counts",
        (None, None) => "batch-unfinished",
    };
    shell.t.get(key).into_owned()
}

/// A row of the list of batches.
#[derive(Debug)]
struct Row {
    number: i64,
    address: String,
    begun: String,
    file: String,
    stored: String,
    rejected: String,
    state: String,
}

/// What was imported, the newest first.
#[derive(Debug, Template)]
#[template(path = "staff/batches.html")]
pub struct Batches<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
}

impl<'a> Batches<'a> {
    /// The list of `batches`.
    pub fn new(shell: &'a Shell, nav: Nav, batches: &[Batch]) -> Self {
        let row = |batch: &Batch| Row {
            number: batch.batch_id,
            address: shell.link(&format!("/staff/import/batches/{}", batch.batch_id)),
            begun: moment(shell, batch.begun_at),
            file: batch.file_name.clone(),
            stored: shell.number(batch.stored),
            rejected: shell.number(batch.rejected),
            state: state(shell, batch),
        };
        Self { shell, t: shell.t, nav: Some(nav), rows: batches.iter().map(row).collect() }
    }
}

/// One batch.
#[derive(Debug, Template)]
#[template(path = "staff/batch.html")]
pub struct OneBatch<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    heading: String,
    done: bool,
    rows: Vec<(String, String)>,
    known: bool,
    /// What stands in the file, and what it was understood as.
    map: Vec<(String, String)>,
    undo: String,
}

/// How the file of `batch` was understood; empty without a map of its own.
fn map(batch: &Batch) -> Vec<(String, String)> {
    let version = u32::try_from(batch.version).ok();
    let instrument = catalog::instrument(&batch.instrument, version);
    let map = instrument.zip(instrument.and_then(|to| Map::parse(&batch.map_text, to).ok()));
    map.map(|(instrument, map)| map.told(instrument)).unwrap_or_default()
}

impl<'a> OneBatch<'a> {
    /// The page of `batch`, just `done` or looked at later.
    pub fn new(shell: &'a Shell, nav: Nav, batch: &Batch, done: bool) -> Self {
        let (t, language) = (shell.t, shell.language());
        let number = |n: i64| shell.number(n);
        let channel = Channel::named(&batch.channel);
        let channel = channel.map(|c| c.title().get(language).to_owned()).unwrap_or_default();
        let who = match batch.imported_by.as_str() {
            "" => t.get("batch-by-command").into_owned(),
            name => name.to_owned(),
        };
        let mut rows = vec![
            ("batch-state", state(shell, batch)),
            ("batch-file", batch.file_name.clone()),
            ("batch-point", batch.point.clone()),
            ("batch-channel", channel),
            ("batch-begun", moment(shell, batch.begun_at)),
            ("batch-imported-by", who),
            ("import-count-read", number(batch.rows_read)),
            ("import-count-new", number(batch.stored)),
            ("import-count-known", number(batch.known)),
            ("import-count-rejected", number(batch.rejected)),
        ];
        if let Some(undone) = batch.undone_at {
            rows.push(("batch-undone-at", moment(shell, undone)));
            rows.push(("batch-undone-why", batch.undone_why.clone().unwrap_or_default()));
        }
        let undo = format!("/staff/import/batches/{}/undo", batch.batch_id);
        Self {
            shell,
            t,
            nav: Some(nav),
            heading: t.with("batch-heading", &[("batch", &batch.batch_id.to_string())]),
            done: done && batch.undone_at.is_none(),
            rows: rows.into_iter().map(|(key, value)| (t.get(key).into_owned(), value)).collect(),
            known: batch.known > 0,
            map: map(batch),
            undo: if batch.undone_at.is_none() { shell.link(&undo) } else { String::new() },
        }
    }
}
