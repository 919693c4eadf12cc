//! The survey links made so far, by batch.

use askama::Template;

use super::{Nav, moment};
use crate::pages::{Shell, Words};
use crate::store::survey_links::LinkBatch;

/// A batch.
#[derive(Debug)]
struct Row {
    made: String,
    point: String,
    links: String,
    used: String,
    reminded: String,
    mailed: String,
    waiting: String,
    failed: String,
}

/// Every batch that its reader may see.
#[derive(Debug, Template)]
#[template(path = "staff/links.html")]
pub struct Links<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    /// Why mails wait or were given up.
    reasons: Vec<String>,
    make: String,
    remind: String,
    stop: String,
}

impl<'a> Links<'a> {
    /// The list of `batches`, the newest first, with the `reasons` why mails wait or were
    /// given up.
    pub fn new(shell: &'a Shell, nav: Nav, batches: &[LinkBatch], reasons: Vec<String>) -> Self {
        let row = |batch: &LinkBatch| Row {
            made: moment(shell, batch.made_at),
            point: batch.collection_point.clone(),
            links: shell.number(batch.links),
            used: shell.number(batch.used),
            reminded: shell.number(batch.reminded),
            mailed: shell.number(batch.mailed),
            waiting: shell.number(batch.waiting),
            failed: shell.number(batch.failed),
        };
        let rows = batches.iter().map(row).collect();
        let [make, remind, stop] =
            ["new", "remind", "stop"].map(|part| shell.link(&format!("/staff/links/{part}")));
        Self { shell, t: shell.t, nav: Some(nav), rows, reasons, make, remind, stop }
    }
}
