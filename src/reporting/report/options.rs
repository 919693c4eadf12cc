//! How often each option was chosen, by those who were asked.

use surveys::instrument::ItemKind;
use surveys::response::{Channel, Raw};
use surveys::{Instrument, ItemCode};

/// How often an option was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionCount {
    /// The item.
    pub item: ItemCode,
    /// The option's value; `None` for unanswered by somebody who was asked.
    pub value: Option<u8>,
    /// The channel.
    pub channel: Channel,
    /// How often by those who were asked.
    pub count: u64,
}

/// How many people an item was not put to, because none of their ratings was low.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAsked {
    /// The item.
    pub item: ItemCode,
    /// The channel.
    pub channel: Channel,
    /// How many people.
    pub people: u64,
}

/// Counts options in a dense table: [item][value or unanswered][channel].
pub(in crate::reporting) struct OptionCounter {
    instrument: &'static Instrument,
    pub(in crate::reporting) items: Vec<ItemCode>,
    counts: Vec<[u64; Channel::ALL.len()]>,
}

/// What an [`OptionCounter`] counted, without its many zeros: place, channel, how often.
#[derive(Debug, Default)]
pub(in crate::reporting) struct OptionCounts(Box<[(u32, u8, u64)]>);

/// Slots per item: values 0 to 99, one for unanswered and one for those not asked.
const SLOTS: usize = 102;
const UNANSWERED: usize = 100;
const NOT_ASKED: usize = 101;

impl OptionCounter {
    pub(in crate::reporting) fn new(instrument: &'static Instrument) -> Self {
        let items: Vec<ItemCode> = instrument
            .asked()
            .filter(|item| !matches!(item.kind, ItemKind::Comment))
            .map(|item| item.code.clone())
            .collect();
        let counts = vec![[0; Channel::ALL.len()]; items.len() * SLOTS];
        Self { instrument, items, counts }
    }

    pub(in crate::reporting) fn count(&mut self, answered: &[Option<&Raw>], channel: Channel) {
        let chosen = |rating: &ItemCode| {
            let place = self.items.iter().position(|item| item == rating)?;
            answered[place]?.one()
        };
        let asks = |item: &ItemCode| {
            let item = self.instrument.item(item.as_str());
            item.is_none_or(|item| self.instrument.asks(item, chosen))
        };
        let asked: Vec<bool> = self.items.iter().map(asks).collect();
        for (place, (answer, asked)) in answered.iter().zip(asked).enumerate() {
            let mut add = |slot: usize| self.counts[place * SLOTS + slot][channel as usize] += 1;
            match answer {
                // What was ticked without being asked, on paper or in a file, is kept and not counted.
                _ if !asked => add(NOT_ASKED),
                Some(Raw::Value(value)) => {
                    add(usize::try_from(*value).map_or(UNANSWERED, |v| v.min(UNANSWERED)));
                }
                Some(Raw::Values(values)) => {
                    for value in values {
                        add(usize::try_from(*value).map_or(UNANSWERED, |v| v.min(UNANSWERED)));
                    }
                }
                Some(Raw::Null) | None => add(UNANSWERED),
            }
        }
    }

    /// What is counted so far.
    pub(in crate::reporting) fn counts(&self) -> OptionCounts {
        let counted = self.counts.iter().zip(0..).flat_map(|(counts, place)| {
            let some = counts.iter().zip(0..).filter(|(count, _)| **count > 0);
            some.map(move |(count, channel)| (place, channel, *count))
        });
        OptionCounts(counted.collect())
    }

    /// Adds what another of the same instrument counted.
    pub(in crate::reporting) fn add_all(&mut self, counted: &OptionCounts) {
        for (place, channel, count) in &counted.0 {
            self.counts[*place as usize][usize::from(*channel)] += count;
        }
    }

    /// Adds what was counted before; false when the instrument has no such item.
    pub(in crate::reporting) fn add(&mut self, counted: &OptionCount) -> bool {
        let Some(place) = self.items.iter().position(|item| *item == counted.item) else {
            return false;
        };
        let slot = counted.value.map_or(UNANSWERED, usize::from).min(UNANSWERED);
        self.counts[place * SLOTS + slot][counted.channel as usize] += counted.count;
        true
    }

    /// Adds people who were not asked; false when the instrument has no such item.
    pub(in crate::reporting) fn add_not_asked(&mut self, not: &NotAsked) -> bool {
        let Some(place) = self.items.iter().position(|item| *item == not.item) else {
            return false;
        };
        self.counts[place * SLOTS + NOT_ASKED][not.channel as usize] += not.people;
        true
    }

    pub(in crate::reporting) fn finish(self) -> (Vec<OptionCount>, Vec<NotAsked>) {
        let (mut out, mut not_asked) = (Vec::new(), Vec::new());
        for (place, item) in self.items.iter().enumerate() {
            let scale =
                self.instrument.item(item.as_str()).and_then(|i| self.instrument.scale_of(i));
            let values = scale
                .into_iter()
                .flat_map(|s| s.options.iter().chain(&s.no_opinion))
                .map(|o| Some(o.value))
                .chain([None]);
            for value in values {
                let slot = value.map_or(UNANSWERED, usize::from);
                let counts = &self.counts[place * SLOTS + slot];
                for (channel, count) in Channel::ALL.into_iter().zip(counts) {
                    out.push(OptionCount { item: item.clone(), value, channel, count: *count });
                }
            }
            let counts = &self.counts[place * SLOTS + NOT_ASKED];
            let not = Channel::ALL.into_iter().zip(counts).filter(|(_, people)| **people > 0);
            not_asked.extend(not.map(|(channel, &people)| NotAsked {
                item: item.clone(),
                channel,
                people,
            }));
        }
        (out, not_asked)
    }
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    #[test]
    fn an_item_that_was_not_asked_is_neither_unanswered_nor_chosen() {
        let quick = catalog::instrument("quick-counter", None).unwrap();
        let mut counter = OptionCounter::new(quick);
        let (low, high) = (Raw::Value(2), Raw::Value(4));
        let (none, reasons) = (Raw::Value(9), Raw::Values(vec![1, 6]));
        for (channel, first, second, reason) in [
            (Channel::Kiosk, Some(&high), None, None),
            (Channel::Kiosk, Some(&low), Some(&high), Some(&reasons)),
            (Channel::Kiosk, Some(&none), Some(&low), None),
            // Ticked on paper all the same: kept, and not counted.
            (Channel::Paper, Some(&high), Some(&none), Some(&reasons)),
            (Channel::Paper, None, None, None),
        ] {
            counter.count(&[first, second, None, None, None, reason], channel);
        }
        let (options, not_asked) = counter.finish();
        let times = |value: Option<u8>| {
            let of_it = options.iter().filter(|o| o.item.as_str() == "L1" && o.value == value);
            of_it.map(|o| o.count).sum::<u64>()
        };
        assert_eq!([Some(1), Some(6), Some(2), None].map(times), [1, 1, 0, 1]);
        let told: Vec<_> =
            not_asked.iter().map(|n| (n.item.as_str(), n.channel, n.people)).collect();
        assert_eq!(told, [("L1", Channel::Kiosk, 1), ("L1", Channel::Paper, 2)]);
    }
}
