//! The columns of a file of indicators, and where they are.

use std::collections::HashMap;

use analytics::export::as_it_was;
use analytics::frame::records::Next;
use surveys::Text;
use surveys::text::fold;

use super::super::Error;
use super::super::header::SEARCHED;
use super::super::table::{Table, no_text};

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// The commune's code.
    Commune,
    /// The indicator's code, or its title in the plan.
    Indicator,
    /// The month.
    Month,
    /// The numerator.
    Numerator,
    /// The denominator.
    Denominator,
    /// Where the numbers are from.
    Source,
}

impl Column {
    /// Every column, in the order in which they are written.
    pub const ALL: [Self; 6] = [
        Self::Commune,
        Self::Indicator,
        Self::Month,
        Self::Numerator,
        Self::Denominator,
        Self::Source,
    ];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Indicator => "indicator",
            Self::Month => "month",
            Self::Numerator => "numerator",
            Self::Denominator => "denominator",
            Self::Source => "source",
        }
    }

    /// What else people call it, folded.
    const fn other_names(self) -> &'static [&'static str] {
        match self {
            Self::Commune => &["commune code", "ma xa", "ma don vi", "xa"],
            Self::Indicator => &["chi tieu", "ma chi tieu"],
            Self::Month => &["thang", "ky", "period"],
            Self::Numerator => &["tu so"],
            Self::Denominator => &["mau so"],
            Self::Source => &["nguon", "nguon so lieu"],
        }
    }

    fn named(name: &str) -> Option<Self> {
        let folded = fold(name);
        let is = |column: &Self| {
            fold(column.name()) == folded || column.other_names().contains(&&*folded)
        };
        Self::ALL.into_iter().find(is)
    }
}

/// Where the columns are.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) places: HashMap<&'static str, usize>,
}

impl Header {
    /// Finds the row with the names of the columns; titles may stand above it.
    pub(super) fn find(table: &mut Table) -> Result<Self, Error> {
        let (mut nearest, mut is_empty): (Option<(usize, Text)>, _) = (None, true);
        for _ in 0..SEARCHED {
            if table.advance()? == Next::End {
                break;
            }
            is_empty = is_empty && table.is_blank();
            let read = table.delimiters().iter().filter_map(|delimiter| {
                let is_record = table.reread(*delimiter) == Next::Record;
                is_record.then(|| Some((Self::of(table)?, *delimiter)))?
            });
            let Some((header, delimiter)) = read.max_by_key(|(header, _)| header.places.len())
            else {
                continue;
            };
            table.reread(delimiter);
            match header.checked() {
                Ok(header) => return Ok(header),
                Err((known, text)) if nearest.as_ref().is_none_or(|(most, _)| known > *most) => {
                    nearest = Some((known, text));
                }
                Err(_) => {}
            }
        }
        let all = Column::ALL.map(Column::name).join(", ");
        let nothing = || {
            Text::new(
                format!("Tệp chưa có dòng nào; dòng đầu cần có các cột: {all}"),
                format!("the file has no rows; the first needs the columns: {all}"),
            )
        };
        if is_empty {
            return Err(nothing().into());
        }
        Err(nearest.map_or_else(no_text, |(_, text)| text).into())
    }

    /// The current row as a header; `None` when it is no text.
    fn of(table: &Table) -> Option<Self> {
        let names: Option<Vec<String>> =
            (0..table.width()).map(|place| table.text(place)).collect();
        let names = names?;
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            if let Some(column) = Column::named(name) {
                places.entry(column.name()).or_insert(place);
            }
        }
        Some(Self { names, places })
    }

    fn checked(self) -> Result<Self, (usize, Text)> {
        let missing = Column::ALL.into_iter().map(Column::name);
        let missing: Vec<_> = missing.filter(|name| !self.places.contains_key(name)).collect();
        if missing.is_empty() {
            return Ok(self);
        }
        let (missing, found) = (missing.join(", "), self.names.join(", "));
        let found: String = found.chars().take(300).collect();
        let text = Text::new(
            format!("Tệp không có cột {missing}: hãy thêm cột. Tệp có các cột: {found}"),
            format!("the file has no column {missing}: add it. Its columns are: {found}"),
        );
        Err((self.places.len(), text))
    }

    pub(super) fn cell(&self, table: &Table, column: Column) -> String {
        let place = self.places.get(column.name()).copied().unwrap_or(usize::MAX);
        let text = if place < table.width() { table.text(place) } else { Some(String::new()) };
        text.map_or_else(|| char::REPLACEMENT_CHARACTER.into(), |t| as_it_was(&t).to_owned())
    }
}
