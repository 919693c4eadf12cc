//! The header of a file to import: which column holds what.

use analytics::frame::records::Next;
use surveys::{Instrument, Text};

use super::Error;
use super::map::Map;
use super::matching::{self, Surety};
use super::row::Defaults;
use super::table::{Table, no_text};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// The response's id.
    ResponseId,
    /// The code of its commune.
    CommuneCode,
    /// The code of its collection point.
    CollectionPoint,
    /// Its channel.
    Channel,
    /// When it was answered.
    AnsweredAt,
    /// The field of the procedure.
    ServiceField,
    /// Free text.
    Comment,
    /// A mark on rows that are made up.
    Simulated,
    /// Answers to the item at this place in the instrument.
    Item(usize),
    /// Whether this option of the item at this place was chosen; the item takes several.
    Choice(usize, u8),
    /// Nothing that is stored.
    Nothing,
}

impl Holds {
    /// What our column `name` holds in a file of responses to `instrument`.
    pub fn named(name: &str, instrument: &Instrument) -> Option<Self> {
        Some(match name {
            "response_id" => Self::ResponseId,
            "commune_code" => Self::CommuneCode,
            "collection_point" => Self::CollectionPoint,
            "channel" => Self::Channel,
            "answered_at" => Self::AnsweredAt,
            "service_field" => Self::ServiceField,
            "comment" => Self::Comment,
            "simulated" => Self::Simulated,
            _ => {
                let (code, option) =
                    name.split_once('/').map_or((name, None), |(c, o)| (c, Some(o)));
                let place = instrument.items.iter().position(|i| i.code.as_str() == code)?;
                let item = &instrument.items[place];
                match option {
                    None if item.is_comment() => Self::Comment,
                    None => Self::Item(place),
                    Some(value) => {
                        let value = value.parse().ok().filter(|_| item.multiple)?;
                        let offered = instrument.scale_of(item).is_some_and(|s| s.offers(value));
                        offered.then_some(Self::Choice(place, value))?
                    }
                }
            }
        })
    }

    /// What a map calls it: like [`Holds::name`], `N1/3` for one option of `N1`, and the
    /// code of the item for free text, under which it is offered to be chosen.
    pub fn in_map(self, instrument: &Instrument) -> String {
        match self {
            Self::Comment => instrument
                .items
                .iter()
                .find(|item| item.is_comment())
                .map_or(self.name(instrument), |item| item.code.as_str())
                .to_owned(),
            Self::Choice(_, value) => format!("{}/{value}", self.name(instrument)),
            _ => self.name(instrument).to_owned(),
        }
    }

    /// Our name of it; the code of the item for answers.
    pub fn name(self, instrument: &Instrument) -> &str {
        match self {
            Self::ResponseId => "response_id",
            Self::CommuneCode => "commune_code",
            Self::CollectionPoint => "collection_point",
            Self::Channel => "channel",
            Self::AnsweredAt => "answered_at",
            Self::ServiceField => "service_field",
            Self::Comment => "comment",
            Self::Simulated => "simulated",
            Self::Item(place) | Self::Choice(place, _) => instrument.items[place].code.as_str(),
            Self::Nothing => "",
        }
    }
}

/// The columns of a file, as they are called there and as we understand them.
#[derive(Debug)]
pub struct Header {
    names: Vec<String>,
    holds: Vec<Holds>,
    /// The places of columns that were understood by the last part of their names only.
    grouped: Vec<usize>,
    line: u64,
    above: u64,
}

/// In how many rows from the top the names of the columns are looked for.
pub(super) const SEARCHED: u64 = 20;

impl Header {
    /// Finds the row with the names of the columns, with the delimiter that finds the
    /// most of ours. Titles may stand above it.
    pub(super) fn find(table: &mut Table, defaults: &Defaults<'_>) -> Result<Self, Error> {
        let mut nearest: Option<(usize, Text)> = None;
        for above in 0..SEARCHED {
            if table.advance()? == Next::End {
                if above == 0 {
                    return Err(empty(defaults.instrument).into());
                }
                break;
            }
            let Some((known, header)) = Self::in_row(table, defaults) else { continue };
            match header.checked(defaults) {
                Ok(header) => return Ok(Self { line: table.line(), above, ..header }),
                Err(text) if nearest.as_ref().is_none_or(|(most, _)| known > *most) => {
                    nearest = Some((known, text));
                }
                Err(_) => {}
            }
        }
        let nothing = || if table.is_sheet() { empty(defaults.instrument) } else { no_text() };
        Err(nearest.map_or_else(nothing, |(_, text)| text).into())
    }

    /// The current row as a header, and how many of its columns are understood.
    fn in_row(table: &mut Table, defaults: &Defaults<'_>) -> Option<(usize, Self)> {
        let mut best: Option<((usize, usize), u8, Self)> = None;
        for delimiter in table.delimiters() {
            let Some(header) = Self::with(table, *delimiter, defaults) else { continue };
            let known = header.holds.iter().filter(|h| **h != Holds::Nothing).count();
            let score = (known, header.names.len());
            if best.as_ref().is_none_or(|(most, ..)| score >= *most) {
                best = Some((score, *delimiter, header));
            }
        }
        let ((known, _), delimiter, header) = best?;
        table.reread(delimiter);
        Some((known, header))
    }

    fn with(table: &mut Table, delimiter: u8, defaults: &Defaults<'_>) -> Option<Self> {
        if table.reread(delimiter) != Next::Record {
            return None;
        }
        let mut names: Vec<String> =
            (0..table.width()).map(|place| table.text(place)).collect::<Option<_>>()?;
        if table.is_sheet() {
            names.truncate(names.iter().rposition(|name| !name.is_empty()).map_or(0, |at| at + 1));
        }
        let settled = settled(&names, defaults.instrument, defaults.map);
        let is_grouped = |(_, (surety, _)): &(usize, &(Surety, Holds))| *surety == Surety::Grouped;
        let grouped = settled.iter().enumerate().filter(is_grouped).map(|(place, _)| place);
        let grouped = grouped.collect();
        let holds = settled.into_iter().map(|(_, holds)| holds).collect();
        Some(Self { names, holds, grouped, line: 0, above: 0 })
    }

    fn checked(self, defaults: &Defaults<'_>) -> Result<Self, Text> {
        if ["sample", "psu"].iter().all(|ours| self.names.iter().any(|name| name == ours)) {
            return Err(Text::new(
                "Đây là phiếu phỏng vấn hộ của một mẫu (có cột sample và psu), được tính riêng theo cách chọn mẫu và không nhập chung với phiếu khác",
                "these are household interviews of a sample (they have the columns sample and psu), which are estimated by their own design and never put among other responses",
            ));
        }
        let twice = |(place, holds): &(usize, &Holds)| {
            **holds != Holds::Nothing && self.holds[..*place].contains(holds)
        };
        if let Some((place, _)) = self.holds.iter().enumerate().find(twice) {
            let name = &self.names[place];
            return Err(Text::new(
                format!("Hai cột của tệp cùng mang nghĩa `{name}`: hãy xóa hoặc đổi tên một cột"),
                format!("two columns of the file mean `{name}`: rename or delete one of them"),
            ));
        }
        let items = defaults.instrument.items.iter().enumerate();
        let missing: Vec<&str> = items
            .filter(|(place, item)| {
                item.component().is_some()
                    && item.scored_by == surveys::instrument::ScoredBy::Citizen
                    && self.place(Holds::Item(*place)).is_none()
            })
            .map(|(_, item)| item.code.as_str())
            .chain((self.place(Holds::AnsweredAt).is_none()).then_some("answered_at"))
            .collect();
        if !missing.is_empty() {
            let (missing, found) = (missing.join(", "), self.listed());
            return Err(Text::new(
                format!(
                    "Tệp không có cột {missing}: hãy thêm cột, hoặc cho biết cột nào mang nghĩa đó (trên dòng lệnh: --map). Tệp có các cột: {found}"
                ),
                format!(
                    "the file has no column {missing}: add it, or say which column it is (on the command line with --map). Its columns are: {found}"
                ),
            ));
        }
        if defaults.point.is_none() && self.place(Holds::CollectionPoint).is_none() {
            return Err(Text::new(
                "Tệp không có cột collection_point: hãy thêm cột, hoặc nêu điểm khảo sát bằng --point (xem hailong point list)",
                "the file has no column collection_point: add it, or name the collection point with --point (see hailong point list)",
            ));
        }
        Ok(self)
    }

    fn listed(&self) -> String {
        self.names.join(", ").chars().take(1_000).collect()
    }

    /// The line or row of the file in which it stands.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many rows stand above it, which are passed over.
    pub fn above(&self) -> u64 {
        self.above
    }

    /// The names as they stand in the file.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// What the column at `place` holds.
    pub fn holds(&self, place: usize) -> Holds {
        self.holds[place]
    }

    /// Where the column that holds `wanted` stands.
    pub fn place(&self, wanted: Holds) -> Option<usize> {
        self.holds.iter().position(|h| *h == wanted)
    }

    /// The columns that were understood by the last part of their names only, each with
    /// our name: somebody should look at them.
    pub fn grouped<'a>(&'a self, to: &'a Instrument) -> impl Iterator<Item = (&'a str, String)> {
        self.grouped.iter().map(|at| (self.names[*at].as_str(), self.holds[*at].in_map(to)))
    }

    /// The names of columns that hold nothing that is stored.
    pub fn ignored(&self) -> impl Iterator<Item = &str> {
        let named = self.names.iter().zip(&self.holds);
        named
            .filter(|(name, holds)| **holds == Holds::Nothing && !name.is_empty())
            .map(|(name, _)| name.as_str())
    }
}

fn empty(instrument: &Instrument) -> Text {
    let example = instrument.items.first().map_or("A1", |i| i.code.as_str());
    Text::new(
        format!(
            "Tệp trống: dòng đầu phải nêu tên các cột, ví dụ collection_point,answered_at,{example}"
        ),
        format!(
            "the file is empty: its first line must name the columns, such as collection_point,answered_at,{example}"
        ),
    )
}

/// What each column holds, and how surely. Of several that mean the same the most
/// surely understood is taken. An item with several answers is in one column or in one
/// for each option: where every option has one, the column with all of them, whose texts
/// may run together, is not needed; otherwise those of single options are not.
pub(super) fn settled(
    names: &[String],
    instrument: &Instrument,
    map: &Map,
) -> Vec<(Surety, Holds)> {
    let understood = names.iter().map(|name| match map.column(name, names, instrument) {
        Some(holds) => Some((Surety::Mapped, holds)),
        None => matching::understood(name, instrument),
    });
    let understood: Vec<Option<(Surety, Holds)>> = understood.collect();
    let there = |holds: Holds| understood.iter().flatten().any(|(_, theirs)| *theirs == holds);
    let apart = |item: usize| {
        let scale = instrument.scale_of(&instrument.items[item]);
        let mut options = scale.into_iter().flat_map(|scale| &scale.options).peekable();
        options.peek().is_some() && options.all(|o| there(Holds::Choice(item, o.value)))
    };
    let better = |surety: Surety, holds: Holds| match holds {
        Holds::Item(item) if apart(item) => true,
        Holds::Choice(item, _) if there(Holds::Item(item)) && !apart(item) => true,
        _ => understood.iter().flatten().any(|(other, theirs)| *theirs == holds && *other < surety),
    };
    let settled = understood.iter().map(|understood| match understood {
        Some((surety, holds)) if !better(*surety, *holds) => (*surety, *holds),
        _ => (Surety::Mapped, Holds::Nothing),
    });
    settled.collect()
}
