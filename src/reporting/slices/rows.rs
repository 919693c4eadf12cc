//! The responses of a stretch of time, read once: what of each is needed to tell them
//! apart and to estimate.

use std::collections::HashMap;

use analytics::{FrameBuilder, Level, People};
use surveys::instrument::ResponseOption;
use surveys::response::Document;
use surveys::{Instrument, ItemCode};

use super::super::{Error, StoredResponse};
use super::{Asked, By};

/// The responses of a stretch of time.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// What each respondent is told apart by, in one way after the other.
    names: Vec<(By, Names)>,
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
        let place = if let Some(place) = places.get(name) {
            *place
        } else {
            self.known.push(name.into());
            let place = u32::try_from(self.known.len() - 1).unwrap_or(u32::MAX);
            places.insert(name.into(), place);
            place
        };
        self.of.push(place);
    }
}

/// The text by which the answer `value` to a question about oneself is known; none where
/// no answer was given.
fn text_of(value: Option<u8>, options: &[ResponseOption]) -> String {
    let offered = value.filter(|value| options.iter().any(|option| option.value == *value));
    offered.map(|value| value.to_string()).unwrap_or_default()
}

impl Rows {
    /// Reads `stored`, which all answer `instrument`.
    pub(super) fn read(
        instrument: &'static Instrument,
        stored: &[StoredResponse],
    ) -> Result<Self, Error> {
        let failed = |e: &dyn std::fmt::Display| Error::Computation(e.to_string());
        let frame = FrameBuilder::new(instrument, &[]).map_err(|e| failed(&e))?;
        let ways = By::all_of(instrument);
        let asked: Vec<Asked> = ways.iter().filter_map(|by| by.asked(instrument)).collect();
        let about_people: Vec<&ItemCode> = asked.iter().map(|asked| &asked.item.code).collect();
        let mut places: Vec<HashMap<Box<str>, u32>> = vec![HashMap::new(); ways.len()];
        let mut rows = Self {
            names: ways.into_iter().map(|by| (by, Names::default())).collect(),
            answers: Vec::with_capacity(stored.len() * frame.items().len()),
        };
        for response in stored {
            let document = Document::read(&response.document).map_err(|e| failed(&e))?;
            rows.answers.extend(document.chosen(frame.items()));
            let mut about = document.chosen(about_people.iter().copied()).zip(&asked);
            for ((by, names), places) in rows.names.iter_mut().zip(&mut places) {
                match by {
                    By::Channel => names.push(places, &document.channel),
                    By::Point => names.push(places, &document.collection_point),
                    By::Field => {
                        names.push(places, document.service_field.as_deref().unwrap_or(""));
                    }
                    By::Item(_) => {
                        let answer = about.next();
                        let text = answer.map(|(value, asked)| text_of(value, asked.options));
                        names.push(places, &text.unwrap_or_default());
                    }
                }
            }
        }
        Ok(rows)
    }

    /// How many respondents there are.
    pub(super) fn len(&self) -> usize {
        self.names.first().map_or(0, |(_, names)| names.of.len())
    }

    /// What each respondent is told apart by.
    pub(super) fn texts(&self, by: By) -> impl Iterator<Item = &str> {
        let names = self.names.iter().filter(move |(known, _)| *known == by);
        names.flat_map(|(_, names)| names.of.iter().map(|place| &*names.known[*place as usize]))
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
