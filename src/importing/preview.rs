//! The first rows of a file as they would be stored, and those that would not.

use std::fmt::Write;

use surveys::instrument::Item;
use surveys::response::Answer;
use surveys::{Instrument, Language, Text};

use super::answer::{answer, is_chosen};
use super::header::Holds;
use super::moment::in_vietnam;
use super::rejected::Rejected;
use super::row::Defaults;
use super::{Error, Good, Reader};

/// A cell of a row, and what it would be stored as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The line or row of the file.
    pub line: u64,
    /// The column as the file calls it.
    pub column: String,
    /// What stands there.
    pub cell: String,
    /// Our name for it; empty for a column that is left aside.
    pub name: String,
    /// What would be stored; `None` when nothing would be, or the row would be left out.
    pub stored: Option<String>,
    /// The text of the option, or why the row would be left out.
    pub says: Text,
}

/// The first `most` rows, cell by cell: empty ones are left out, and bad rows have
/// their reasons.
///
/// # Errors
/// When the file cannot be read.
pub fn preview(mut reader: Reader<'_>, most: usize) -> Result<Vec<Cell>, Error> {
    let mut cells = Vec::new();
    for _ in 0..most {
        match reader.advance()? {
            None => break,
            Some(Ok(good)) => good_row(&reader, &good, &mut cells),
            Some(Err(bad)) => cells.push(bad_row(&reader, bad)),
        }
    }
    Ok(cells)
}

fn good_row(reader: &Reader<'_>, good: &Good, cells: &mut Vec<Cell>) {
    let instrument = reader.defaults.instrument;
    for (place, (column, cell)) in
        reader.header.names().iter().zip(&good.original.cells).enumerate()
    {
        let holds = reader.header.holds(place);
        if cell.is_empty() {
            continue;
        }
        let (stored, mut says) = stored(good, holds, instrument);
        if let Some(more) = in_addition(cell, holds, reader) {
            let _ = write!(says.vi, " – ghi vào góp ý: “{more}”");
            let _ = write!(says.en, " – put into the comment: “{more}”");
        }
        cells.push(Cell {
            line: good.original.line,
            column: column.clone(),
            cell: cell.clone(),
            name: holds.name(instrument).to_owned(),
            stored,
            says,
        });
    }
}

/// What a cell of answers puts into the comment.
fn in_addition(cell: &str, holds: Holds, reader: &Reader<'_>) -> Option<String> {
    let Defaults { instrument, map, .. } = reader.defaults;
    if !instrument.items.iter().any(Item::is_comment) {
        return None;
    }
    let more = match holds {
        Holds::Item(place) => answer(cell, &instrument.items[place], instrument, map)?.more,
        Holds::Choice(place, value) => Vec::from_iter(is_chosen(cell, value, place, instrument)?.1),
        _ => Vec::new(),
    };
    (!more.is_empty()).then(|| more.join("; "))
}

/// What a column of a good row is stored as, and what that says.
fn stored(good: &Good, holds: Holds, instrument: &Instrument) -> (Option<String>, Text) {
    let response = &good.response;
    let nothing = Text::new("", "");
    let stored = match holds {
        Holds::ResponseId => response.id.to_string(),
        Holds::CommuneCode => response.commune_code.to_string(),
        Holds::CollectionPoint => response.collection_point.to_string(),
        Holds::Channel => return (Some(response.channel.to_string()), response.channel.title()),
        Holds::AnsweredAt => in_vietnam(response.answered_at),
        Holds::ServiceField => response.service_field.clone().unwrap_or_default(),
        Holds::Comment => response.comment.clone().unwrap_or_default(),
        Holds::Item(place) | Holds::Choice(place, _) => {
            let item = &instrument.items[place];
            let answers = response.answers.iter().find(|(code, _)| *code == item.code);
            let chosen: &[u8] = match answers.map(|(_, answer)| answer) {
                Some(Answer::Chosen(value)) => std::slice::from_ref(value),
                Some(Answer::Several(values)) => values,
                _ => &[],
            };
            let scale = instrument.scale_of(item);
            let texts = |language| {
                let options = scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion));
                let texts = options.filter(|o| chosen.contains(&o.value));
                texts.map(|o| o.text.get(language)).collect::<Vec<_>>().join("; ")
            };
            let values = chosen.iter().map(u8::to_string).collect::<Vec<_>>().join(";");
            return (Some(values), Text::new(texts(Language::Vi), texts(Language::En)));
        }
        Holds::Simulated | Holds::Nothing => return (None, nothing),
    };
    (Some(stored), nothing)
}

fn bad_row(reader: &Reader<'_>, bad: Rejected) -> Cell {
    let place = reader.header.names().iter().position(|name| *name == bad.column);
    let holds = place.map(|place| reader.header.holds(place));
    Cell {
        line: bad.original.line,
        name: holds.map_or("", |holds| holds.name(reader.defaults.instrument)).to_owned(),
        column: bad.column,
        cell: bad.value,
        stored: None,
        says: bad.reason,
    }
}
