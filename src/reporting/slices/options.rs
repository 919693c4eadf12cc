//! How often each option was chosen, as far as staff may see it.

use analytics::Level;
use analytics::disclosure::End;
use surveys::Language;
use surveys::instrument::{Item, ResponseOption};
use surveys::response::Channel;

use super::super::Report;
use super::{By, Slice};

/// How often an option was chosen.
#[derive(Debug, Clone, Copy)]
pub struct OptionShown {
    /// The item.
    pub item: &'static Item,
    /// The option's value; `None` for unanswered.
    pub value: Option<u8>,
    option: Option<&'static ResponseOption>,
    /// How often by those who were asked.
    pub count: u64,
    /// How many people were asked.
    pub asked: u64,
}

impl OptionShown {
    /// The option in words.
    pub fn words(&self, language: Language) -> &'static str {
        match (self.option, language) {
            (Some(option), _) => option.text.get(language),
            (None, Language::Vi) => "Bỏ trống",
            (None, Language::En) => "Left blank",
        }
    }
}

impl Report {
    /// The options of each item that is neither withheld nor answered nearly alike by few
    /// people, in the instrument's order: of all respondents or of one channel. Other
    /// slices are told by their rates alone.
    pub fn options_shown(&self, slice: Option<&Slice>) -> Vec<OptionShown> {
        let channel = match slice {
            None => None,
            Some(Slice { by: By::Channel, value }) => match Channel::named(value) {
                Some(channel) => Some(channel),
                None => return Vec::new(),
            },
            Some(_) => return Vec::new(),
        };
        let instrument = self.instrument;
        let same = self.options.chunk_by(|a, b| a.item == b.item && a.value == b.value);
        let shown = |counts: &[super::super::OptionCount]| {
            let (item, value) = (&counts[0].item, counts[0].value);
            if self.withheld.covers_options(channel, item.as_str()) {
                return None;
            }
            let figure = self.finding(Level::Item, item.as_str());
            if figure.is_some_and(|figure| End::of(&figure.estimate).is_some()) {
                return None;
            }
            let item = instrument.item(item.as_str())?;
            let asked = self.asked(&item.code, channel);
            let received =
                self.channels.iter().filter(|c| channel.is_none_or(|of| of == c.channel));
            let received = received.map(|c| c.responses).sum();
            // That nearly all of a few people were asked says how each of them rated.
            if item.asked_after.is_some()
                && End::near(received, asked as f64 / received as f64).is_some()
            {
                return None;
            }
            let scale = instrument.scale_of(item)?;
            let option =
                scale.options.iter().chain(&scale.no_opinion).find(|o| Some(o.value) == value);
            let through =
                counts.iter().filter(|c| channel.is_none_or(|channel| channel == c.channel));
            Some(OptionShown { item, value, option, count: through.map(|c| c.count).sum(), asked })
        };
        same.filter_map(shown).collect()
    }
}
