//! What there is a count of within one stretch of time, and which count is the sum of which.

use std::collections::HashMap;

use surveys::response::Channel;
use surveys::{Instrument, PartCode};

use super::suppression::Sum;
use super::{Counted, Key};
use crate::estimate::Level;

/// The forms on which the answers of each key are, those through all channels for what
/// came through all, by their places in `keys`.
pub(super) fn forms(keys: &[&Key]) -> Vec<Option<usize>> {
    let forms = |channel| {
        keys.iter().position(|(c, counted, _)| *c == channel && *counted == Counted::Forms)
    };
    keys.iter().map(|(channel, ..)| forms(*channel)).collect()
}

/// The same through all channels as each key, by their places in `keys`; itself where
/// there is none.
pub(super) fn of_all(keys: &[&Key]) -> Vec<usize> {
    let of_all = |(place, (_, counted, code)): (usize, &&Key)| {
        let same = |key: &&Key| key.0.is_none() && key.1 == *counted && key.2 == *code;
        keys.iter().position(same).unwrap_or(place)
    };
    keys.iter().enumerate().map(of_all).collect()
}

/// Of which items through which channels each key is the sum, by their places in `keys`;
/// forms are the sum of those through each channel.
pub(super) fn base(instrument: &Instrument, keys: &[&Key]) -> Vec<Vec<usize>> {
    let part_of = |item: &str| {
        let component = instrument.item(item)?.component()?;
        let part = instrument.components.iter().find(|c| c.code == *component)?.part.as_ref();
        Some((component.as_str(), part.map(PartCode::as_str)))
    };
    let belongs = |(_, finest, item): &Key, (_, counted, code): &Key| match (finest, counted) {
        (Counted::Forms, _) | (_, Counted::Forms) => finest == counted,
        (_, Counted::Figure(Level::Item)) => item == code,
        (_, Counted::Figure(Level::Component)) => {
            part_of(item).is_some_and(|(component, _)| *component == **code)
        }
        (_, Counted::Figure(Level::Part)) => {
            part_of(item).is_some_and(|(_, part)| part == Some(&**code))
        }
        (_, Counted::Figure(Level::Index)) => part_of(item).is_some(),
    };
    let is_finest = |(channel, counted, _): &Key| {
        channel.is_some() && matches!(counted, Counted::Forms | Counted::Figure(Level::Item))
    };
    let finest: Vec<(usize, &Key)> = keys
        .iter()
        .enumerate()
        .map(|(place, key)| (place, *key))
        .filter(|k| is_finest(k.1))
        .collect();
    let of = |key: &&Key| {
        let inside =
            |(_, item): &&(usize, &Key)| (key.0.is_none() || key.0 == item.0) && belongs(item, key);
        finest.iter().filter(inside).map(|(place, _)| *place).collect()
    };
    keys.iter().map(of).collect()
}

/// Which counts of one stretch of time are sums of others, by their places in `keys`:
/// a code's channels, and within a channel the items of a component, the components
/// of a part, the parts and the components of the index.
pub(super) fn inside_a_stretch(instrument: &Instrument, keys: &[&Key]) -> Vec<Sum> {
    let places: HashMap<(Option<Channel>, Counted, &str), usize> =
        keys.iter().enumerate().map(|(place, (c, l, code))| ((*c, *l, &**code), place)).collect();
    let mut sums = Vec::new();
    let mut sum =
        |total: (Option<Channel>, Counted, &str),
         parts: &mut dyn Iterator<Item = (Option<Channel>, Counted, String)>| {
            let Some(total) = places.get(&total) else { return };
            let place = |(c, l, code): (_, _, String)| places.get(&(c, l, code.as_str())).copied();
            let parts: Vec<usize> = parts.filter_map(place).collect();
            if !parts.is_empty() {
                sums.push(Sum { total: *total, parts });
            }
        };
    for (_, counted, code) in keys.iter().filter(|(channel, ..)| channel.is_none()) {
        let mut channels = Channel::ALL.into_iter().map(|c| (Some(c), *counted, code.to_string()));
        sum((None, *counted, code), &mut channels);
    }
    let figure = Counted::Figure;
    for channel in [None].into_iter().chain(Channel::ALL.map(Some)) {
        let component = |code: &str| (channel, figure(Level::Component), code.to_owned());
        for c in &instrument.components {
            let items = instrument.items_of(&c.code);
            let mut items = items.map(|i| (channel, figure(Level::Item), i.code.to_string()));
            sum((channel, figure(Level::Component), c.code.as_str()), &mut items);
        }
        for part in &instrument.parts {
            let inside =
                instrument.components.iter().filter(|c| c.part.as_ref() == Some(&part.code));
            let mut inside = inside.map(|c| component(c.code.as_str()));
            sum((channel, figure(Level::Part), part.code.as_str()), &mut inside);
        }
        let index = (channel, figure(Level::Index), instrument.id.as_str());
        let parts = instrument.parts.iter();
        sum(index, &mut parts.map(|p| (channel, figure(Level::Part), p.code.to_string())));
        let components = instrument.components.iter();
        sum(index, &mut components.map(|c| component(c.code.as_str())));
    }
    sums
}
