//! The poster of a collection point: A4 for a wall, A5 for a door, a card for the counter.

use surveys::Language;
use surveys::collection_point::CollectionPoint;
use surveys::unit::{self, Commune};

use super::PrintError;
use super::qr::qr;
use super::sheet::{Anchor, Colour, INK, LINE, MAIN, MUTED, Sheet, Style, rounded, straight};
use crate::texts::Words;

/// The paper that a poster is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PosterSize {
    /// 210 × 297 mm.
    A4,
    /// 148 × 210 mm.
    A5,
    /// 100 × 150 mm, to stand on a counter.
    Card,
}

impl PosterSize {
    /// Every size.
    pub const ALL: [Self; 3] = [Self::A4, Self::A5, Self::Card];

    /// The name used in addresses and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::A5 => "a5",
            Self::Card => "card",
        }
    }

    /// The size with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name() == name)
    }

    /// Width and height in millimetres.
    const fn millimetres(self) -> (f32, f32) {
        match self {
            Self::A4 => (210.0, 297.0),
            Self::A5 => (148.0, 210.0),
            Self::Card => (100.0, 150.0),
        }
    }
}

/// What a poster says: where, and at which addresses.
#[derive(Debug, Clone, Copy)]
pub struct Poster<'a> {
    /// The collection point that it leads to.
    pub point: &'a CollectionPoint,
    /// Its commune.
    pub commune: &'a Commune,
    /// The full address of the survey.
    pub survey: &'a str,
    /// The full address of the results.
    pub results: &'a str,
    /// How many questions are asked.
    pub questions: usize,
    /// What it says. In smaller letters the same stands in English; in Vietnamese, when it
    /// says it in any other language.
    pub words: Words,
    /// Whether everything in the service is made up.
    pub simulated: bool,
}

/// The smallest letters on a poster, in millimetres to the em: 8.5 points.
const SMALLEST: f32 = 3.0;

impl Poster<'_> {
    /// The poster on paper of `size`. One drawing serves all sizes; small letters
    /// shrink less than the paper.
    ///
    /// # Errors
    /// [`PrintError`] when the address does not go into a QR code.
    pub fn sheet(&self, size: PosterSize) -> Result<Sheet, PrintError> {
        let (width, height) = size.millimetres();
        let unit = width / 210.0;
        // What a longer paper has over goes into the gaps.
        let slack = (height - 297.0 * unit) / 4.0;
        let t = self.words;
        let vietnamese = Words::new(Language::Vi);
        let beside = if t == vietnamese { Words::new(Language::En) } else { vietnamese };
        let place = [("point", &*self.point.name), ("commune", self.commune.name)];
        let title = t.with("poster-title", &place);
        // From a line of small letters to the one above it.
        let under = |gap: f32| (gap * unit).max(SMALLEST * 1.3);
        let sheet = Sheet::new(width, height, title, t.tag());
        let mut paper = Paper { sheet, unit, room: width - 28.0 * unit };

        if self.simulated {
            paper.semibold(&super::simulated(), 13.0 * unit, 5.0, INK);
        }
        let top = slack;
        let province = unit::province(self.commune.province.as_str()).map_or("", |p| p.name);
        paper.regular(province, top + 23.0 * unit, 5.6, MUTED);
        paper.semibold(self.commune.name, top + 34.0 * unit, 11.0, MAIN);
        paper.name(self.place(), top + 42.5 * unit, 5.6, MUTED);
        let top = top + slack;
        let invitation = |t: Words| [t.get("poster-invitation"), t.get("poster-invitation-what")];
        for (line, y) in invitation(t).iter().zip([62.0, 78.0]) {
            paper.semibold(line, top + y * unit, 13.2, INK);
        }
        paper.regular(&invitation(beside).join(" "), top + 87.0 * unit, 5.6, MUTED);

        let frame = 112.0 * unit;
        let (left, upper) = ((width - frame) / 2.0, top + 94.5 * unit);
        paper.sheet.draw(rounded(left, upper, frame, frame, 6.0 * unit), MAIN, 1.4 * unit);
        let inside = frame - 4.0 * unit;
        let (x, y) = (left + 2.0 * unit, upper + 2.0 * unit);
        paper.sheet.fill(qr(self.survey, x, y, inside)?, INK);
        let below = upper + frame;
        paper.semibold(&t.get("poster-scan"), below + 14.0 * unit, 8.2, INK);
        paper.regular(&beside.get("poster-scan"), below + 14.0 * unit + under(7.0), 4.8, MUTED);
        paper.regular(&t.get("poster-or-type"), below + 32.0 * unit, 5.6, MUTED);
        paper.semibold(shown(self.survey), below + 43.5 * unit, 11.5, MAIN);

        let foot = height - 35.0 * unit - slack / 2.0;
        paper.sheet.draw(straight((14.0 * unit, foot), (width - 14.0 * unit, foot)), LINE, 0.3);
        let mut y = foot + 9.0 * unit;
        let questions = self.questions.to_string();
        let asked = |t: Words| t.with("poster-questions", &[("n", &questions)]);
        paper.semibold(&asked(t), y, 6.2, INK);
        y += under(6.0);
        paper.regular(&asked(beside), y, 4.6, MUTED);
        y += under(8.5);
        let published = t.with("poster-results", &[("address", shown(self.results))]);
        paper.regular(&published, y, 5.2, INK);
        Ok(paper.sheet)
    }

    /// The point's name without the commune's, which stands above it.
    fn place(&self) -> &str {
        let name = self.point.name.strip_suffix(self.commune.name).unwrap_or(&self.point.name);
        name.trim_end_matches([' ', '–', '-', ','])
    }
}

/// A poster in the making: every line stands in the middle and fits.
struct Paper {
    sheet: Sheet,
    /// Millimetres on this paper for a millimetre on A4.
    unit: f32,
    room: f32,
}

impl Paper {
    fn regular(&mut self, text: &str, y: f32, size: f32, colour: Colour) {
        self.write(text, y, Style::regular(size, colour));
    }

    fn semibold(&mut self, text: &str, y: f32, size: f32, colour: Colour) {
        self.write(text, y, Style::semibold(size, colour));
    }

    /// A name that somebody chose: in one line, or in two of smaller letters, which end
    /// where the space below it does.
    fn name(&mut self, text: &str, y: f32, size: f32, colour: Colour) {
        let style = Style::regular(size, colour);
        let least = (0.8 * size * self.unit).max(SMALLEST);
        if style.weight.width(text, least) <= self.room {
            return self.write(text, y, style);
        }
        let mut size = least;
        let mut lines = style.weight.wrap_evenly(text, size, self.room);
        while lines.len() > 2 {
            size *= 0.95;
            lines = style.weight.wrap_evenly(text, size, self.room);
        }
        let middle = self.sheet.width / 2.0;
        for (n, line) in lines.iter().enumerate() {
            let y = y + n as f32 * size * 1.2;
            self.sheet.write(line, middle, y, Style { size, ..style }, Anchor::Middle);
        }
    }

    fn write(&mut self, text: &str, y: f32, style: Style) {
        let wanted = (style.size * self.unit).max(SMALLEST);
        let size = style.weight.fitting(text, wanted, self.room);
        let middle = self.sheet.width / 2.0;
        self.sheet.write(text, middle, y, Style { size, ..style }, Anchor::Middle);
    }
}

/// An address as people type it.
pub(super) fn shown(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest)
}
