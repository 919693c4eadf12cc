//! Paper forms: batches, the form of one sheet, what is missing, what a batch comes to.

pub mod agreeing;
pub mod batch;
pub mod batches;
pub mod closing;
pub mod missing;
pub mod sheet;

use surveys::instrument::Item;
use surveys::paper::{Fate, ItemTotals, Keyed, Totals, keys, typed_of};
use surveys::response::{BadDocument, Raw};
use surveys::{Instrument, Language};

use super::moment;
use crate::pages::Shell;
use crate::pages::field::{Mending, told_apart};
use crate::reporting::paper::{OfSheet, Work};
use crate::staff::Names;
use crate::store::paper_batches::Purpose;

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

/// The summary of what is `wrong`; `asked` tells what the field of an id asks.
fn to_mend(wrong: &[Wrong], asked: impl Fn(&str) -> String) -> Vec<Mending<'_>> {
    told_apart(wrong.iter().map(|wrong| (&*wrong.id, &*wrong.said, asked(&wrong.id))))
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

/// The number that the form prints before `item`.
fn number_of(instrument: &Instrument, item: &Item) -> usize {
    instrument.asked().position(|one| one.code == item.code).unwrap_or(0) + 1
}

/// What `raw` says at `item`: each key with its words.
fn words(shell: &Shell, instrument: &Instrument, item: &Item, raw: Option<&Raw>) -> String {
    let keys = instrument.scale_of(item).map(keys).unwrap_or_default();
    let words = |typed: char| {
        let option = keys.iter().find(|(key, _)| *key == typed)?.1;
        Some(format!("{typed} {}", option.text.get(shell.language())))
    };
    let said: Vec<String> = typed_of(instrument, item, raw).chars().filter_map(words).collect();
    if said.is_empty() { shell.t.get("paper-unanswered").into_owned() } else { said.join("; ") }
}

/// In what `to` differs from `from`, in one line.
fn change(
    shell: &Shell,
    instrument: &Instrument,
    from: &Keyed,
    to: &Keyed,
) -> Result<String, BadDocument> {
    if from.fate != to.fate {
        return Ok(format!("{} → {}", fate_name(shell, from.fate), fate_name(shell, to.fate)));
    }
    let pairs = from.answers(instrument)?.into_iter().zip(to.answers(instrument)?);
    let mut said = Vec::new();
    for ((item, one), (_, other)) in pairs.filter(|((_, one), (_, other))| one != other) {
        let values = [
            ("number", number_of(instrument, item).to_string()),
            ("from", typed_of(instrument, item, one.as_ref())),
            ("to", typed_of(instrument, item, other.as_ref())),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        said.push(shell.t.with("paper-change-item", &values));
    }
    if from.comment()? != to.comment()? {
        said.push(shell.t.get("paper-change-comment").into_owned());
    }
    Ok(said.join("; "))
}

/// What was said of `sheet` after it was keyed: each correction, what waits or was refused,
/// and decisions that neither keying had, the oldest first.
///
/// # Errors
/// [`BadDocument`] when a document was damaged.
pub fn versions(
    shell: &Shell,
    instrument: &Instrument,
    sheet: &OfSheet,
    names: &Names,
) -> Result<Vec<String>, BadDocument> {
    let (mut counted, mut said) = (None, Vec::new());
    for keying in sheet.every() {
        let is_held = keying.replaced_at.is_none();
        let (key, counts) = match keying.purpose {
            Purpose::First => ("", is_held),
            Purpose::Second => continue,
            Purpose::Decided if keying.reason.is_none() => ("", true),
            Purpose::Decided | Purpose::Corrected => ("paper-version-agreed", true),
            Purpose::Proposed if is_held => ("paper-version-waits", false),
            Purpose::Proposed => ("paper-version-refused", false),
        };
        if let Some(before) = counted.filter(|_| !key.is_empty()) {
            let values = [
                ("change", change(shell, instrument, before, &keying.keyed)?),
                ("why", keying.reason.clone().unwrap_or_default()),
                ("who", names.of(&keying.keyed_by).to_owned()),
                (
                    "other",
                    keying
                        .agreed_by
                        .as_deref()
                        .map(|who| names.of(who))
                        .unwrap_or_default()
                        .to_owned(),
                ),
                ("when", moment(shell, keying.keyed_at)),
            ];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            said.push(shell.t.with(key, &values));
        }
        if counts {
            counted = Some(&keying.keyed);
        }
    }
    Ok(said)
}

/// What one person did, as a row: their name, and how many sheets of each kind.
#[derive(Debug)]
struct WorkRow {
    who: String,
    counts: [u32; 5],
}

fn work_rows(work: &[Work], names: &Names) -> Vec<WorkRow> {
    let row = |of: &Work| WorkRow {
        who: names.of(&of.who).to_owned(),
        counts: [of.first, of.second, of.decided, of.corrected, of.agreed],
    };
    work.iter().map(row).collect()
}
