//! Visit slips: one for each person served, with a code that is good for one visit.

use surveys::unit::Commune;

use super::PrintError;
use super::poster::shown;
use super::qr::qr;
use super::sheet::{Anchor, INK, LINE, MAIN, MUTED, Sheet, Style, straight};
use crate::texts::Words;

/// The paper that slips are printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlipLayout {
    /// A page of 80 mm for each, for receipt printers.
    Receipt,
    /// Two by six on A4, to be cut.
    A4,
}

/// Slips of one collection point.
#[derive(Debug, Clone, Copy)]
pub struct Slips<'a> {
    /// The commune of the point.
    pub commune: &'a Commune,
    /// The full address of the survey without a token.
    pub survey: &'a str,
    /// The full address on each slip, token included.
    pub addresses: &'a [String],
    /// What they say.
    pub words: Words,
    /// Whether everything in the service is made up.
    pub simulated: bool,
}

/// Slips on a sheet of A4, across and down.
const ACROSS: usize = 2;
const DOWN: usize = 6;
const A4: (f32, f32) = (210.0, 297.0);
/// The smallest letters: ten points.
pub(super) const LEAST: f32 = 10.0 * 25.4 / 72.0;
/// Most letters of a small slip, and how much smaller than they should be they are.
const SMALL: f32 = 3.8;
const SCALES: [f32; 3] = [1.0, 0.96, LEAST / SMALL];
/// The code of a small slip; where its letters begin, beside it, and the room for them; the
/// room for the address below both, and how far its base line is from the edge.
const CODE: f32 = 34.0;
const BESIDE: f32 = 44.0;
const SMALL_ROOM: f32 = 56.0;
const BELOW_ROOM: f32 = 95.0;
const BELOW: f32 = 3.2;
/// Width and least height; a longer text makes it longer.
const RECEIPT: (f32, f32) = (80.0, 116.0);

impl Slips<'_> {
    /// The pages, each drawn when it is asked for; [`PrintError`] in place of one with
    /// an address that does not go into a QR code.
    pub fn sheets(self, layout: SlipLayout) -> impl Iterator<Item = Result<Sheet, PrintError>> {
        let on_a_page = match layout {
            SlipLayout::Receipt => 1,
            SlipLayout::A4 => ACROSS * DOWN,
        };
        self.addresses.chunks(on_a_page).map(move |addresses| match layout {
            SlipLayout::Receipt => self.receipt(&addresses[0]),
            SlipLayout::A4 => self.page(addresses),
        })
    }

    fn sheet(&self, (width, height): (f32, f32)) -> Sheet {
        let title = self.words.with("slip-title", &[("commune", self.commune.name)]);
        Sheet::new(width, height, title, self.words.tag())
    }

    fn receipt(&self, address: &str) -> Result<Sheet, PrintError> {
        let mut sheet = self.sheet(RECEIPT);
        let (middle, room) = (RECEIPT.0 / 2.0, 70.0);
        let mut y = 8.0;
        let mut paragraph = |text: &str, y: f32, style: Style| {
            sheet.write_wrapped(text, (middle, y), room, style, Anchor::Middle)
        };
        if self.simulated {
            y = paragraph(&super::simulated(), y, Style::semibold(LEAST, INK));
        }
        y = paragraph(self.commune.name, y, Style::semibold(4.2, MAIN)) + 1.0;
        let said = |key| self.words.get(key);
        y = paragraph(&said("slip-heading"), y, Style::semibold(4.8, INK));
        let side = 50.0;
        let upper = y - 4.0;
        y = upper + side + 3.5;
        y = paragraph(&said("slip-privacy"), y, Style::semibold(3.8, INK)) + 0.5;
        y = paragraph(&said("slip-meaning"), y, Style::regular(LEAST, INK)) + 1.0;
        y = paragraph(&said("slip-elsewhere"), y, Style::regular(LEAST, INK));
        for (line, style) in typed(shown(self.survey), Style::regular(4.0, INK), room) {
            y = paragraph(line, y, style);
        }
        sheet.height = sheet.height.max(y);
        sheet.fill(qr(address, middle - side / 2.0, upper, side)?, INK);
        Ok(sheet)
    }

    fn page(&self, addresses: &[String]) -> Result<Sheet, PrintError> {
        let mut sheet = self.sheet(A4);
        let (wide, high) = (A4.0 / ACROSS as f32, A4.1 / DOWN as f32);
        for column in 1..ACROSS {
            let x = column as f32 * wide;
            sheet.draw(straight((x, 0.0), (x, A4.1)), LINE, 0.15);
        }
        for row in 1..DOWN {
            let y = row as f32 * high;
            sheet.draw(straight((0.0, y), (A4.0, y)), LINE, 0.15);
        }
        for (n, address) in addresses.iter().enumerate() {
            let (x, y) = ((n % ACROSS) as f32 * wide, (n / ACROSS) as f32 * high);
            self.small(&mut sheet, (x, y), address)?;
        }
        Ok(sheet)
    }

    /// One of the slips on a page, with its upper left corner at `x`, `y`.
    fn small(
        &self,
        sheet: &mut Sheet,
        (x, y): (f32, f32),
        address: &str,
    ) -> Result<(), PrintError> {
        let (left, low) = (x + 5.5, y + A4.1 / DOWN as f32 - BELOW);
        sheet.fill(qr(address, left, y + 5.0, CODE)?, INK);
        let typed = shown(self.survey);
        let bold = Style::semibold(SMALL, INK);
        let size = bold.weight.fitting(typed, SMALL, BELOW_ROOM);
        sheet.write(typed, left, low, Style { size, ..bold }, Anchor::Start);
        // Drawn on sheets that are thrown away until it fits: a language may need more room.
        let beside = (x + BESIDE, y + 9.0);
        let fits = |scale: &&f32| self.small_texts(&mut self.sheet(A4), beside, **scale) < low;
        let [.., smallest] = SCALES;
        let scale = SCALES.iter().find(fits).copied().unwrap_or(smallest);
        self.small_texts(sheet, beside, scale);
        Ok(())
    }

    /// What stands beside the code of a small slip; gives the base line after the last.
    fn small_texts(&self, sheet: &mut Sheet, (left, mut at): (f32, f32), scale: f32) -> f32 {
        let said = |key| self.words.get(key).into_owned();
        let last = if self.simulated { super::simulated() } else { said("slip-once") };
        let usual = Style::regular(SMALL * scale, INK);
        for (text, style) in [
            (self.commune.name.to_owned(), Style { colour: MUTED, ..usual }),
            (said("slip-heading"), Style::semibold(4.8 * scale, INK)),
            (said("slip-privacy"), usual),
            (last, usual),
        ] {
            at = sheet.write_wrapped(&text, (left, at), SMALL_ROOM, style, Anchor::Start) + 0.4;
        }
        at
    }
}

/// The lines of an address that somebody types: one, or where its letters would be too small,
/// the host and the way there.
fn typed(address: &str, style: Style, room: f32) -> Vec<(&str, Style)> {
    let fitting = |line: &str| style.weight.fitting(line, style.size, room);
    let way = address.find('/').map_or(address.len(), |at| at + 1);
    let (host, way) = address.split_at(if fitting(address) < LEAST { way } else { address.len() });
    let lines = [host, way].into_iter().filter(|line| !line.is_empty());
    lines.map(|line| (line, Style { size: fitting(line), ..style })).collect()
}
