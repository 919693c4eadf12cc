//! What of an instrument a figure adds up.

use analytics::Level;
use surveys::instrument::{Item, Scale};
use surveys::{Instrument, PartCode};

/// A figure of an instrument.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The instrument.
    pub instrument: &'a Instrument,
    /// What the figure is about.
    pub level: Level,
    /// The code of the item, component or part; the instrument's id for the index.
    pub code: &'a str,
}

impl<'a> Scope<'a> {
    /// The items that enter the figure, in the order in which they are asked.
    pub fn items(self) -> Vec<&'a Item> {
        let Self { instrument, level, code } = self;
        instrument
            .asked()
            .filter(|item| {
                let Some(component) = item.component() else { return false };
                match level {
                    Level::Item => item.code.as_str() == code,
                    Level::Component => component.as_str() == code,
                    Level::Part => part_of(instrument, component.as_str()) == Some(code),
                    Level::Index => true,
                }
            })
            .collect()
    }

    /// The scales of the items, each with the items answered on it.
    pub fn scales(self) -> Vec<(&'a Scale, Vec<&'a Item>)> {
        let mut scales: Vec<(&Scale, Vec<&Item>)> = Vec::new();
        for item in self.items() {
            let Some(scale) = self.instrument.scale_of(item) else { continue };
            match scales.iter_mut().find(|(known, _)| known.code == scale.code) {
                Some((_, items)) => items.push(item),
                None => scales.push((scale, vec![item])),
            }
        }
        scales
    }
}

fn part_of<'a>(instrument: &'a Instrument, component: &str) -> Option<&'a str> {
    instrument.component(component)?.part.as_ref().map(PartCode::as_str)
}
