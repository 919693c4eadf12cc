//! The responses of a stretch of time, read once: what of each is needed to tell them
//! apart and to estimate.

use std::collections::HashMap;

use analytics::{FrameBuilder, Level, People};
use surveys::Instrument;
use surveys::response::{Document, Raw};

use super::super::{Error, StoredResponse};
use super::By;

/// The responses of a stretch of time.
#[derive(Debug, Default)]
pub(super) struct Rows {
    channels: Names,
    points: Names,
    fields: Names,
    /// As many answers per respondent as the frame has items.
    answers: Vec<Option<u8>>,
}

/// A text per respondent.
#[derive(Debug, Default)]
struct Names {
    known: Vec<Box<str>>,
    of: Vec<u32>,
}

impl Names {
    fn push(&mut self, places: &mut HashMap<Box<str>, u32>, name: &str) {
        let place = *places.entry(name.into()).or_insert_with(|| {
            self.known.push(name.into());
            u32::try_from(self.known.len() - 1).unwrap_or(u32::MAX)
        });
        self.of.push(place);
    }
}

impl Rows {
    /// Reads `stored`, which all answer `instrument`.
    pub(super) fn read(instrument: &Instrument, stored: &[StoredResponse]) -> Result<Self, Error> {
        let failed = |e: &dyn std::fmt::Display| Error::Computation(e.to_string());
        let frame = FrameBuilder::new(instrument, &[]).map_err(|e| failed(&e))?;
        let mut rows = Self::default();
        let (mut channels, mut points, mut fields) =
            (HashMap::new(), HashMap::new(), HashMap::new());
        rows.answers.reserve(stored.len() * frame.items().len());
        for response in stored {
            let document = Document::read(&response.document).map_err(|e| failed(&e))?;
            rows.channels.push(&mut channels, &document.channel);
            rows.points.push(&mut points, &document.collection_point);
            rows.fields.push(&mut fields, document.service_field.as_deref().unwrap_or(""));
            // Both are in the instrument's order.
            let mut left = &document.answers[..];
            rows.answers.extend(frame.items().iter().map(|item| {
                let at = left.iter().position(|(code, _)| *code == item.as_str())?;
                let (_, answer) = &left[at];
                left = &left[at + 1..];
                match answer {
                    Raw::Value(value) => u8::try_from(*value).ok(),
                    _ => None,
                }
            }));
        }
        Ok(rows)
    }

    fn names(&self, by: By) -> &Names {
        match by {
            By::Channel => &self.channels,
            By::Point => &self.points,
            By::Field => &self.fields,
        }
    }

    /// How many respondents there are.
    pub(super) fn len(&self) -> usize {
        self.points.of.len()
    }

    /// What each respondent is told apart by.
    pub(super) fn texts(&self, by: By) -> impl Iterator<Item = &str> {
        let names = self.names(by);
        names.of.iter().map(|place| &*names.known[*place as usize])
    }

    /// The answers of each respondent, in the order of the frame's items.
    pub(super) fn answers(&self) -> impl Iterator<Item = &[Option<u8>]> {
        let items = self.answers.len().checked_div(self.len()).unwrap_or(0);
        self.answers.chunks(items.max(1))
    }
}

/// Which answers each figure of an instrument rests on.
pub(super) struct Figures {
    /// Level and code of each, and the places of its items in a row.
    figures: Vec<(Level, String, Vec<usize>)>,
    /// Per item, the value that is no opinion.
    no_opinion: Vec<Option<u8>>,
}

impl Figures {
    /// Those of `instrument`.
    pub(super) fn of(instrument: &Instrument) -> Result<Self, Error> {
        let frame = FrameBuilder::new(instrument, &[]);
        let frame = frame.map_err(|e| Error::Computation(e.to_string()))?;
        let items: Vec<_> =
            frame.items().iter().filter_map(|code| instrument.item(code.as_str())).collect();
        let places = |wanted: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let of = |item: &&surveys::instrument::Item| {
                item.component().is_some_and(|component| wanted(component.as_str()))
            };
            items.iter().enumerate().filter(|(_, item)| of(item)).map(|(place, _)| place).collect()
        };
        let mut figures: Vec<(Level, String, Vec<usize>)> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            figures.push((Level::Item, item.code.to_string(), vec![place]));
        }
        for component in &instrument.components {
            let code = component.code.as_str();
            figures.push((Level::Component, code.to_owned(), places(&|c| c == code)));
        }
        for part in &instrument.parts {
            let inside = |code: &str| {
                let component = instrument.component(code);
                component.is_some_and(|c| c.part.as_ref() == Some(&part.code))
            };
            figures.push((Level::Part, part.code.to_string(), places(&inside)));
        }
        figures.push((Level::Index, instrument.id.to_string(), (0..items.len()).collect()));
        let none = |item: &&surveys::instrument::Item| {
            Some(instrument.scale_of(item)?.no_opinion.as_ref()?.value)
        };
        let no_opinion = items.iter().map(none).collect();
        Ok(Self { figures, no_opinion })
    }

    /// How many of `rows` each figure rests on, by `group_of` which each row is in.
    pub(super) fn people(&self, rows: &Rows, group_of: &[usize], groups: usize) -> Vec<People> {
        let mut counts = vec![vec![0_u64; self.figures.len()]; groups];
        let mut valid = vec![false; self.no_opinion.len()];
        for (answers, group) in rows.answers().zip(group_of) {
            for ((valid, answer), none) in valid.iter_mut().zip(answers).zip(&self.no_opinion) {
                *valid = answer.is_some() && answer != none;
            }
            for (count, (.., items)) in counts[*group].iter_mut().zip(&self.figures) {
                *count += u64::from(items.iter().any(|item| valid[*item]));
            }
        }
        let people = |counts: &Vec<u64>| {
            let mut people = People::default();
            for (count, (level, code, _)) in counts.iter().zip(&self.figures) {
                people.set(None, *level, code, *count);
            }
            people
        };
        counts.iter().map(people).collect()
    }
}
