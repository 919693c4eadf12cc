//! The batches of paper forms that the reader looks after.

use askama::Template;
use surveys::period::date_of_millis;

use crate::pages::staff::Nav;
use crate::pages::{Shell, Words, day};
use crate::store::paper_batches::PaperBatch;

#[derive(Debug)]
struct Row {
    address: String,
    name: String,
    point: String,
    emptied: String,
    stage: String,
    sheets: u32,
}

/// Every batch, the newest first.
#[derive(Debug, Template)]
#[template(path = "staff/paper/batches.html")]
pub struct Batches<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    /// Whether the reader may open a batch.
    opens: bool,
}

impl<'a> Batches<'a> {
    /// The list of `batches`, each with the name of its collection point.
    pub fn new(shell: &'a Shell, nav: Nav, batches: &[(PaperBatch, String)], opens: bool) -> Self {
        let language = shell.language();
        let row = |(batch, point): &(PaperBatch, String)| Row {
            address: shell.link(&format!("/staff/paper/{}", batch.batch_id)),
            name: shell.t.with("paper-batch", &[("batch", &batch.batch_id.to_string())]),
            point: point.clone(),
            emptied: day(date_of_millis(batch.emptied_at), language),
            stage: batch.stage.text().get(language).to_owned(),
            sheets: batch.in_box,
        };
        let rows = batches.iter().map(row).collect();
        Self { shell, t: shell.t, nav: Some(nav), rows, opens }
    }
}
