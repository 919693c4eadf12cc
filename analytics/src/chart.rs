//! Pictures of results: components against their targets, a trend over months,
//! communes × components.
//!
//! Each chart is drawn once, as SVG by plotters. The picture in a page
//! ([`Drawing::svg_inline`]), the file to download ([`Drawing::svg_file`]) and
//! the PNG ([`Drawing::png`]) are made from that one drawing, so they cannot
//! differ. The font is compiled in: no font of the machine is looked at, and the
//! same input gives the same bytes everywhere.
//!
//! All proportions that go in are in [0, 1]; a number that is not finite is
//! drawn as not published. Colour never carries a meaning alone: there is always
//! a word or a number with it. A page puts the same figures in a table beside
//! the picture.

mod canvas;
mod component;
mod drawing;
mod font;
mod frame;
mod heatmap;
mod palette;
mod symbol;
#[cfg(test)]
mod tests;
mod trend;
mod words;

pub use component::{ComponentChart, ComponentRow};
pub use drawing::Drawing;
pub use font::{FAMILY, REGULAR_TTF, REGULAR_WOFF2, SEMIBOLD_TTF, SEMIBOLD_WOFF2};
pub use heatmap::{HeatClass, HeatmapChart, HeatmapRow};
use surveys::Language;
use surveys::text::set_percent;
pub use trend::{TrendChart, TrendPoint};

/// Why a picture could not be made. Data never causes it; it means that this
/// build of the program is damaged or out of memory.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The fonts compiled in cannot be read.
    #[error(
        "the embedded font could not be read: rebuild the program, and make analytics/fonts anew with make.sh"
    )]
    Font,
    /// The drawing was refused by the SVG backend.
    #[error("the chart could not be drawn ({0}): report this with the data that caused it")]
    Draw(String),
    /// The SVG could not be turned into pixels.
    #[error("the picture could not be made from the drawing ({0}): take the SVG file instead")]
    Pixels(String),
}

/// How wide a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// 800 px: pages on a desk screen, print, reports.
    #[default]
    Wide,
    /// 360 px: phones. The same content, stacked.
    Compact,
}

/// What all charts share: for whom, how wide, and whether the data is real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The language of numbers and words.
    pub language: Language,
    /// The width.
    pub size: Size,
    /// Whether to say SIMULATED DATA in a band above and below the chart.
    pub simulated: bool,
    /// Whether the respondents were drawn at random: else a line says that they are
    /// volunteers, and that the figures describe those who answered.
    pub drawn: bool,
}

impl Look {
    fn width(self) -> i32 {
        match self.size {
            Size::Wide => 800,
            Size::Compact => 360,
        }
    }

    fn margin(self) -> i32 {
        match self.size {
            Size::Wide => 16,
            Size::Compact => 12,
        }
    }

    fn is_compact(self) -> bool {
        self.size == Size::Compact
    }
}

/// The two lines above a chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caption {
    /// The message, in at most 15 words or so.
    pub title: String,
    /// What is measured, where, when, and where the targets come from.
    pub subtitle: String,
}

/// What is known about one rate.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// A published rate.
    Shown {
        /// The rate, in [0, 1].
        rate: f64,
        /// Lower and upper limit of its interval, in [0, 1].
        interval: Option<(f64, f64)>,
        /// How many people it rests on.
        n: u64,
    },
    /// A rate that is not published, with the reason in words, such as "fewer
    /// than 10 responses".
    Withheld {
        /// The reason, in the language of the chart.
        reason: String,
    },
}

impl Reading {
    fn shown(&self) -> Option<Shown> {
        match *self {
            Self::Shown { rate, interval, n } if rate.is_finite() => {
                let interval = interval.filter(|(low, upp)| low.is_finite() && upp.is_finite());
                Some(Shown { rate, interval, n })
            }
            _ => None,
        }
    }
}

/// A rate that can be drawn: all numbers are finite.
#[derive(Clone, Copy)]
struct Shown {
    rate: f64,
    interval: Option<(f64, f64)>,
    n: u64,
}

impl Shown {
    fn lowest(self) -> f64 {
        self.interval.map_or(self.rate, |(low, _)| low.min(self.rate))
    }
}

/// The value a plan asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetMark {
    /// The value, in [0, 1].
    pub value: f64,
    /// The plan's operator as it is printed: `≥`, `>`, `≤`, `=`.
    pub sign: String,
    /// Whether it was set for something else and only serves to compare with.
    pub yardstick: bool,
}

impl TargetMark {
    /// The operator and the value: `≥ 88,5 %`, with as many decimals as needed,
    /// at most two.
    fn text(&self, language: Language) -> String {
        let figure = set_percent(self.value, language);
        format!("{}\u{a0}{figure}", self.sign.trim()).trim().to_owned()
    }

    fn is_finite(&self) -> bool {
        self.value.is_finite()
    }
}

/// Where a rate stands against its target, as said in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// The whole interval satisfies the target.
    Met,
    /// The whole interval fails the target.
    NotMet,
    /// The interval contains the target.
    Undetermined,
    /// Too few responses for a verdict.
    TooFew,
    /// Nothing is published.
    Hidden,
}

impl Mark {
    /// Every mark, in the order of a key.
    pub const ALL: [Self; 5] =
        [Self::Met, Self::NotMet, Self::Undetermined, Self::TooFew, Self::Hidden];

    /// The word printed beside the symbol.
    pub const fn word(self, language: Language) -> &'static str {
        words::verdict(self, language)
    }
}

/// The most rows, cells per line or months that are drawn; a note says how many
/// are left out. It bounds the time and memory one request can take.
const MOST_ROWS: usize = 400;
