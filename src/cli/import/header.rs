//! The header of a file to import: which column holds what.

use std::io::{self, Read};

use analytics::frame::encoding::cell_text;
use analytics::frame::records::{Next, Records};
use surveys::{Instrument, Text};

use super::super::Failure;
use super::row::Defaults;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    ResponseId,
    CommuneCode,
    CollectionPoint,
    Channel,
    AnsweredAt,
    ServiceField,
    Comment,
    /// A mark on rows that are made up.
    Simulated,
    /// Answers to the item at this place in the instrument.
    Item(usize),
    /// Nothing that is stored.
    Nothing,
}

impl Holds {
    /// What our column `name` holds in a file of responses to `instrument`.
    pub(super) fn named(name: &str, instrument: &Instrument) -> Option<Self> {
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
                let place = instrument.items.iter().position(|i| i.code.as_str() == name)?;
                if instrument.items[place].is_comment() { Self::Comment } else { Self::Item(place) }
            }
        })
    }
}

/// The columns of a file, as they are called there and as we understand them.
#[derive(Debug)]
pub(super) struct Header {
    names: Vec<String>,
    holds: Vec<Holds>,
}

impl Header {
    /// Reads the first record with the delimiter that finds the most of our columns.
    pub(super) fn read<R: Read>(
        records: &mut Records<R>,
        defaults: &Defaults<'_>,
        failed: impl FnOnce(io::Error) -> Failure,
    ) -> Result<Result<Self, Text>, Failure> {
        match records.advance().map_err(failed)? {
            Next::End => return Ok(Err(empty(defaults.instrument))),
            Next::Broken(_) | Next::Record => {}
        }
        let best = [b',', b';', b'\t']
            .into_iter()
            .rev()
            .filter_map(|delimiter| {
                let header = Self::with(records, delimiter, defaults)?;
                let known = header.holds.iter().filter(|h| **h != Holds::Nothing).count();
                Some(((known, header.names.len()), delimiter, header))
            })
            .max_by_key(|(score, ..)| *score);
        let Some((_, delimiter, header)) = best else { return Ok(Err(no_text())) };
        records.reread(delimiter);
        Ok(header.checked(defaults))
    }

    fn with<R: Read>(
        records: &mut Records<R>,
        delimiter: u8,
        defaults: &Defaults<'_>,
    ) -> Option<Self> {
        if records.reread(delimiter) != Next::Record {
            return None;
        }
        let name = |i| cell_text(&records.cell(i)).map(|(text, _)| text);
        let names: Vec<String> = (0..records.width()).map(name).collect::<Option<_>>()?;
        let holds = names.iter().map(|name| {
            let ours = defaults.map.columns.get(name).unwrap_or(name);
            Holds::named(ours, defaults.instrument).unwrap_or(Holds::Nothing)
        });
        let holds = holds.collect();
        Some(Self { names, holds })
    }

    fn checked(self, defaults: &Defaults<'_>) -> Result<Self, Text> {
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
                    "Tệp không có cột {missing}: hãy thêm cột, hoặc dùng --map để nói cột nào là gì. Tệp có các cột: {found}"
                ),
                format!(
                    "the file has no column {missing}: add it, or say with --map which column it is. Its columns are: {found}"
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

    /// The names as they stand in the file.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// What the column at `place` holds.
    pub(super) fn holds(&self, place: usize) -> Holds {
        self.holds[place]
    }

    /// Where the column that holds `wanted` stands.
    pub(super) fn place(&self, wanted: Holds) -> Option<usize> {
        self.holds.iter().position(|h| *h == wanted)
    }

    /// The names of columns that hold nothing that is stored.
    pub(super) fn ignored(&self) -> impl Iterator<Item = &str> {
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

/// That a file is no text we can read.
pub(super) fn no_text() -> Text {
    Text::new(
        "Đây không phải là văn bản CSV: trong bảng tính, hãy lưu thành “CSV UTF-8 (Comma delimited)” rồi dùng tệp đó",
        "this is no CSV text: in the spreadsheet, save it as “CSV UTF-8 (comma delimited)” and give that file",
    )
}
