//! Paper forms: batches, the form of one sheet, what is missing, what a batch comes to.

pub mod batch;
pub mod batches;
pub mod closing;
pub mod missing;
pub mod sheet;

use surveys::paper::{Fate, ItemTotals, Totals};
use surveys::{Instrument, Language};

use crate::pages::Shell;

/// What is to be mended: the id of a field, and what to do there.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrong {
    id: String,
    said: String,
}

fn wrong(found: Vec<(String, String)>) -> Vec<Wrong> {
    found.into_iter().map(|(id, said)| Wrong { id, said }).collect()
}

/// What is to be mended in the field `id`; empty when nothing is.
fn wrong_at<'w>(wrong: &'w [Wrong], id: &str) -> &'w str {
    wrong.iter().find(|wrong| wrong.id == id).map_or("", |wrong| wrong.said.as_str())
}

fn fate_name(shell: &Shell, fate: Fate) -> String {
    fate.text().get(shell.language()).to_owned()
}

/// An item with how often each of its options was ticked.
#[derive(Debug)]
struct TotalsRow {
    asked: String,
    options: Vec<(String, u32)>,
    nothing: u32,
}

fn totals_rows(instrument: &Instrument, totals: &Totals<'_>, language: Language) -> Vec<TotalsRow> {
    let rows =
        totals.items.iter().zip(1..).map(|(ItemTotals { item, ticked, nothing }, number)| {
            let scale = instrument.scale_of(item);
            let label = |value: u8| {
                let options = scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion));
                let mut named = options.filter(|option| option.value == value);
                named.next().map_or_else(String::new, |option| option.text.get(language).to_owned())
            };
            TotalsRow {
                asked: format!("{number}. {}", item.text.get(language)),
                options: ticked.iter().map(|(value, count)| (label(*value), *count)).collect(),
                nothing: *nothing,
            }
        });
    rows.collect()
}
