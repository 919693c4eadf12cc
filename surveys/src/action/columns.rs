//! The columns of an improvement action (nhiệm vụ, chủ trì, phối hợp, sản phẩm, thời
//! hạn), and what can be wrong with what is typed into them.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::catalog;
use crate::code::{ComponentCode, InstrumentId};
use crate::text::{Text, typed_text};
use crate::typed_day;

/// The longest term in words, in characters.
pub const MOST_TERM_CHARS: usize = 200;

/// One of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// What is to be done (nhiệm vụ).
    Task,
    /// Who leads (chủ trì).
    Lead,
    /// Who takes part (phối hợp).
    Partners,
    /// What shows that it was done (sản phẩm).
    Product,
    /// The last day (thời hạn).
    Due,
    /// The term in words (thời hạn).
    Term,
    /// The component that it should move.
    Moves,
}

impl Column {
    /// Every column, in the order in which they are shown.
    pub const ALL: [Self; 7] =
        [Self::Task, Self::Lead, Self::Partners, Self::Product, Self::Due, Self::Term, Self::Moves];

    /// The column's name in forms, files and the history of an action.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Lead => "lead",
            Self::Partners => "partners",
            Self::Product => "product",
            Self::Due => "due",
            Self::Term => "term",
            Self::Moves => "component",
        }
    }

    /// Reads what [`Column::name`] wrote.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// The most characters it holds. All columns together fit into one form, also when
    /// every letter of them takes nine bytes there.
    pub const fn most_chars(self) -> usize {
        match self {
            Self::Task | Self::Product => 1_500,
            Self::Lead | Self::Partners => 800,
            Self::Term => MOST_TERM_CHARS,
            Self::Due | Self::Moves => 100,
        }
    }

    /// Whether it has no line ends.
    const fn is_one_line(self) -> bool {
        !matches!(self, Self::Task | Self::Product)
    }
}

/// `text` with spaces for its line ends.
fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace('\n', " ")
}

/// What is typed into the columns, not yet believed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Typed<'a> {
    /// What is to be done.
    pub task: &'a str,
    /// Who leads.
    pub lead: &'a str,
    /// Who takes part.
    pub partners: &'a str,
    /// What shows that it was done.
    pub product: &'a str,
    /// The last day, as people or as files write it.
    pub due: &'a str,
    /// The term in words.
    pub term: &'a str,
    /// Instrument and component, as [`Moves`] writes them.
    pub moves: &'a str,
}

/// A component of an instrument that an action should move.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moves {
    /// The instrument that measures it.
    pub instrument: InstrumentId,
    /// The component.
    pub component: ComponentCode,
}

impl Moves {
    /// Reads `quick-counter/access`, if a shipped instrument has that component.
    pub fn parse(text: &str) -> Option<Self> {
        let (instrument, component) = text.split_once('/')?;
        let (instrument, component) =
            (InstrumentId::parse(instrument).ok()?, ComponentCode::parse(component).ok()?);
        catalog::instrument(instrument.as_str(), None)?.component(component.as_str())?;
        Some(Self { instrument, component })
    }

    /// The component by the first shipped instrument that measures it.
    pub fn first(component: &ComponentCode) -> Option<Self> {
        let has = catalog::instruments().iter().find(|i| i.component(component.as_str()).is_some());
        has.map(|i| Self { instrument: i.id.clone(), component: component.clone() })
    }
}

impl fmt::Display for Moves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.instrument, self.component)
    }
}

/// The columns as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// What is to be done; may have several lines.
    pub task: String,
    /// Who leads.
    pub lead: String,
    /// Who takes part; may be empty.
    pub partners: String,
    /// What shows that it was done; may be empty.
    pub product: String,
    /// The last day, if the term is one.
    pub due: Option<NaiveDate>,
    /// The term in words; may be empty when there is a day.
    pub term: String,
    /// The component that it should move, if it should.
    pub moves: Option<Moves>,
}

/// Why a column cannot be as it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadColumn {
    /// It must say something.
    #[error("Write something here: without it nobody knows what to do.")]
    Empty,
    /// It is longer than it may be.
    #[error("Write at most {0} characters here.")]
    TooLong(usize),
    /// It has characters that cannot be seen or that turn the writing round.
    #[error("Remove the invisible characters from this text; typing it anew helps.")]
    Invisible,
    /// It is no day.
    #[error("Write the day as 31/12/2026.")]
    NoDay,
    /// It is over.
    #[error("This day is over. Check the year, or give a day that is to come.")]
    Past,
    /// There is neither a day nor a term in words.
    #[error("Give a day, or say in words until when.")]
    NoTerm,
    /// No shipped instrument has that component.
    #[error("Choose a component from the list.")]
    NoComponent,
}

impl BadColumn {
    /// What is wrong and what to do, in both languages.
    pub fn text(self) -> Text {
        let vi = match self {
            Self::Empty => "Ghi nội dung ở ô này để người làm biết phải làm gì.".to_owned(),
            Self::TooLong(most) => format!("Ghi nhiều nhất {most} ký tự ở ô này."),
            Self::Invisible => "Xóa các ký tự ẩn trong ô này; gõ lại là được.".to_owned(),
            Self::NoDay => "Ghi ngày như 31/12/2026.".to_owned(),
            Self::Past => "Ngày này đã qua. Xem lại năm, hoặc ghi một ngày sắp tới.".to_owned(),
            Self::NoTerm => "Ghi một ngày, hoặc ghi thời hạn bằng lời.".to_owned(),
            Self::NoComponent => "Chọn một thành phần trong danh sách.".to_owned(),
        };
        Text::new(vi, self.to_string())
    }
}

/// `typed` as it is stored: in normal form C, with plain line ends, without the space
/// around it.
///
/// # Errors
/// [`BadColumn`] when it is longer than `most` characters or has some that cannot be seen.
pub fn prose(typed: &str, most: usize) -> Result<String, BadColumn> {
    let text = typed_text(typed.replace("\r\n", "\n").replace('\t', " ").trim());
    let hidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{2028}' | '\u{2029}');
    if text.contains(hidden) {
        return Err(BadColumn::Invisible);
    }
    if text.chars().count() > most {
        return Err(BadColumn::TooLong(most));
    }
    Ok(text)
}

fn day(typed: &str) -> Result<Option<NaiveDate>, BadColumn> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    typed_day(typed).map(Some).ok_or(BadColumn::NoDay)
}

impl Columns {
    /// The columns that were `typed`.
    ///
    /// # Errors
    /// Everything that is to be mended, by column.
    pub fn of(typed: &Typed<'_>) -> Result<Self, Vec<(Column, BadColumn)>> {
        let mut wrong = Vec::new();
        let mut text = |column: Column, typed: &str, needed: bool| {
            let typed = if column.is_one_line() { one_line(typed) } else { typed.to_owned() };
            let read = prose(&typed, column.most_chars()).and_then(|text| {
                if needed && text.is_empty() { Err(BadColumn::Empty) } else { Ok(text) }
            });
            read.unwrap_or_else(|bad| {
                wrong.push((column, bad));
                String::new()
            })
        };
        let task = text(Column::Task, typed.task, true);
        let lead = text(Column::Lead, typed.lead, true);
        let partners = text(Column::Partners, typed.partners, false);
        let product = text(Column::Product, typed.product, false);
        let term = text(Column::Term, typed.term, false);
        let due = day(typed.due).unwrap_or_else(|bad| {
            wrong.push((Column::Due, bad));
            None
        });
        let term_is_told = wrong.iter().any(|(c, _)| matches!(c, Column::Due | Column::Term));
        if due.is_none() && term.is_empty() && !term_is_told {
            wrong.push((Column::Due, BadColumn::NoTerm));
        }
        let moves = Moves::parse(typed.moves);
        if moves.is_none() && !typed.moves.is_empty() {
            wrong.push((Column::Moves, BadColumn::NoComponent));
        }
        if wrong.is_empty() {
            Ok(Self { task, lead, partners, product, due, term, moves })
        } else {
            wrong.sort_by_key(|(column, _)| *column);
            Err(wrong)
        }
    }

    /// Whether the day of the term is before `today` and not the one that was there
    /// `before`: a slip of the year, mostly.
    ///
    /// # Errors
    /// [`BadColumn::Past`] for the day.
    pub fn to_come(
        &self,
        before: Option<NaiveDate>,
        today: NaiveDate,
    ) -> Result<(), Vec<(Column, BadColumn)>> {
        let is_new = self.due != before;
        if is_new && self.due.is_some_and(|due| due < today) {
            return Err(vec![(Column::Due, BadColumn::Past)]);
        }
        Ok(())
    }

    /// What stands in `column`, a day as files have it.
    pub fn cell(&self, column: Column) -> String {
        match column {
            Column::Task => self.task.clone(),
            Column::Lead => self.lead.clone(),
            Column::Partners => self.partners.clone(),
            Column::Product => self.product.clone(),
            Column::Due => self.due.map(|day| day.to_string()).unwrap_or_default(),
            Column::Term => self.term.clone(),
            Column::Moves => self.moves.as_ref().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// The columns in which this differs from `other`.
    pub fn differing(&self, other: &Self) -> Vec<Column> {
        let differs = |column: &Column| self.cell(*column) != other.cell(*column);
        Column::ALL.into_iter().filter(differs).collect()
    }
}

#[cfg(test)]
mod tests;
