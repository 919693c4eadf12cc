//! `hailong reliability`: how well the form measures.

use analytics::reliability::{COLUMNS, Reliability, Undefined, reliability};
use clap::Args;
use serde_json::{Value, json};
use surveys::Language;

use super::Done;
use super::asked::Needed;
use super::output::{Format, Listing};
use super::responses_file::ResponsesFile;

/// Facts about the form: agreement of items, how each is answered
///
/// Cronbach's alpha of each component and of all items, each item's mean, spread and
/// correlation with the rest of its component, non-response, shares of the worst and the
/// best option, and how many respondents answered a whole scale alike. Answers are not
/// weighted. Nothing here decides whether a figure may be used.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hailong reliability phieu.csv --instrument sipas-style
  hailong reliability phieu.csv --instrument quick-counter --by channel --format csv")]
pub(super) struct ReliabilityCommand {
    #[command(flatten)]
    responses: ResponsesFile,
    /// Columns to group by; month is made from the day of the answer
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    by: Vec<String>,
    /// The form of the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl ReliabilityCommand {
    pub(super) fn run(self, language: Language) -> Done {
        let held = self.responses.read(Needed::texts(self.by.clone()), None)?;
        let groups = reliability(&held.responses.frame, held.instrument, &self.by)
            .map_err(|error| error.text())?;
        let (names, facts) = COLUMNS.split_at(2);
        let by = self.by.iter().map(String::as_str);
        let columns: Vec<&str> =
            names.iter().copied().chain(by).chain(facts.iter().copied()).collect();
        let mut notes = Vec::new();
        let mut cells = Vec::new();
        for facts in &groups {
            for row in rows(facts, &mut notes) {
                let cell = |name: &&str| match self.by.iter().position(|by| by == name) {
                    Some(place) => json!(facts.group[place]),
                    None => row[*name].clone(),
                };
                cells.push(columns.iter().map(cell).collect());
            }
        }
        Listing { columns: &columns, rows: cells }.print(self.format)?;
        for note in notes {
            tell!("hailong: {}: {}", note.code(), note.text().get(language));
        }
        self.responses.conclude(&held.responses, &self.by, language)
    }
}

/// The rows of one group, as objects; new reasons for what is undefined are added to
/// `notes`.
fn rows(facts: &Reliability, notes: &mut Vec<Undefined>) -> Vec<Value> {
    let mut split = |number: Result<f64, Undefined>| match number {
        Ok(number) => (json!(number), Value::Null),
        Err(note) => {
            if !notes.contains(&note) {
                notes.push(note);
            }
            (Value::Null, json!(note.code()))
        }
    };
    let mut rows = Vec::new();
    for item in &facts.items {
        let (item_rest, note) = split(item.item_rest);
        rows.push(json!({
            "level": "item", "code": item.code, "asked": item.asked, "valid": item.valid,
            "no_opinion": item.no_opinion, "unanswered": item.unanswered, "mean": item.mean,
            "sd": item.sd, "floor": item.floor, "ceiling": item.ceiling, "item_rest": item_rest,
            "complete": item.complete, "note": note,
        }));
    }
    let components = facts.components.iter().map(|component| ("component", component));
    for (level, agreement) in components.chain([("form", &facts.form)]) {
        let (alpha, note) = split(agreement.alpha);
        rows.push(json!({
            "level": level, "code": agreement.code, "items": agreement.items,
            "complete": agreement.complete, "alpha": alpha, "note": note,
        }));
    }
    for scale in &facts.scales {
        rows.push(json!({
            "level": "scale", "code": scale.code, "people": scale.people,
            "straight": scale.straight, "straight_share": scale.share(),
        }));
    }
    rows
}
