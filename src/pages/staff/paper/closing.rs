//! What a batch will come to, before it is closed.

use askama::Template;
use surveys::Instrument;
use surveys::paper::{Fate, Standing, Totals};
use surveys::text::percent;

use super::{TotalsRow, WorkRow, fate_name, totals_rows, work_rows};
use crate::pages::message::Link;
use crate::pages::staff::Nav;
use crate::pages::{Shell, Words};
use crate::reporting::paper::Work;
use crate::staff::Names;

/// What a batch will come to.
#[derive(Debug, Template)]
#[template(path = "staff/paper/closing.html")]
pub struct Closing<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    back: Link,
    point: &'a str,
    action: String,
    facts: Vec<(String, String)>,
    totals: Vec<TotalsRow>,
    work: Vec<WorkRow>,
}

impl<'a> Closing<'a> {
    /// The page of the batch with a number, at a point, whose sheets come to `totals`.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        (batch, point): (i64, &'a str),
        (instrument, totals): (&Instrument, &Totals<'_>),
        fates: &[(Fate, usize)],
        standing: &Standing,
    ) -> Self {
        let t = shell.t;
        let mut facts: Vec<(String, String)> = fates
            .iter()
            .map(|(fate, count)| (fate_name(shell, *fate), shell.number(*count)))
            .collect();
        let sample = standing.sample;
        let share = percent(sample.discrepancy.share(), 2, shell.language());
        facts.insert(0, (t.get("paper-counted").into_owned(), shell.number(standing.in_box)));
        facts.push((t.get("paper-rekeyed-sheets").into_owned(), shell.number(sample.rekeyed)));
        facts.push((t.get("paper-share").into_owned(), share));
        Self {
            shell,
            t,
            nav: Some(nav),
            back: Link {
                address: shell.link(&format!("/staff/paper/{batch}")),
                label: t.with("paper-batch", &[("batch", &batch.to_string())]),
            },
            point,
            action: shell.link(&format!("/staff/paper/{batch}/close")),
            facts,
            totals: totals_rows(instrument, totals, shell.language()),
            work: Vec::new(),
        }
    }

    /// The same with what each person did.
    #[must_use]
    pub fn done_by(mut self, work: &[Work], names: &Names) -> Self {
        self.work = work_rows(work, names);
        self
    }
}
