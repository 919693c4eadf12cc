//! The instrument on paper: the same questions, labels and order as on the screen.

use surveys::instrument::{Item, ResponseOption, Scale};
use surveys::unit::Commune;
use surveys::{Instrument, Serial, Text};

use super::qr::qr;
use super::sheet::{Anchor, INK, LEADING, LINE, MAIN, MUTED, Sheet, Style, rectangle, straight};
use crate::texts::Words;

const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
const MARGIN: f32 = 12.0;
const ROOM: f32 = WIDTH - 2.0 * MARGIN;
/// The lowest line that a question may reach.
const FLOOR: f32 = HEIGHT - 23.0;
/// 14 points in millimetres: nothing on the form is smaller.
const TEXT: f32 = 14.0 * 25.4 / 72.0;
const LINE_HEIGHT: f32 = TEXT * LEADING;
/// The side of a box to tick.
const BOX: f32 = 9.0;
/// The side of the code with the serial number.
const CODE: f32 = 24.0;
/// Between questions.
const GAP: f32 = 4.5;
/// "No opinion" stands apart by so much.
const APART: f32 = 7.0;
/// Between two labels in a row.
const BETWEEN: f32 = 3.0;
/// The lines to write a comment on, and from one to the next.
const RULED: usize = 6;
const RULE: f32 = 10.0;

/// A paper form of one instrument at one collection point.
#[derive(Debug, Clone, Copy)]
pub struct PaperForm<'a> {
    /// What is asked.
    pub instrument: &'a Instrument,
    /// The commune that asks.
    pub commune: &'a Commune,
    /// All that is said, in one language.
    pub words: Words,
    /// Whether everything in the service is made up.
    pub simulated: bool,
}

impl PaperForm<'_> {
    /// The pages of the form, which are the same for every serial number. They are
    /// even in number, so that two forms never share a sheet of paper.
    pub fn pages(&self) -> FormPages {
        let mut pages = Pages { form: self, sheets: Vec::new(), y: 0.0 };
        pages.turn();
        for (number, item) in (1..).zip(self.instrument.asked()) {
            let question = Question { form: self, number, item };
            let height = question.height();
            if pages.y + height > FLOOR {
                pages.turn();
            }
            let y = pages.y;
            question.draw(pages.sheet(), y);
            pages.y += height + GAP;
        }
        FormPages { sheets: pages.finish(), number: self.words.get("form-number").into_owned() }
    }

    fn get<'t>(&self, text: &'t Text) -> &'t str {
        self.words.of(text)
    }
}

/// The pages of a form, to be numbered.
#[derive(Debug, Clone)]
pub struct FormPages {
    sheets: Vec<Sheet>,
    /// What stands before the number.
    number: String,
}

impl FormPages {
    /// The form with the number `serial`: each page that is written on carries it,
    /// in digits and as a code.
    pub fn numbered(&self, serial: Serial) -> Vec<Sheet> {
        let left = WIDTH - MARGIN - CODE;
        let code = qr(&serial.as_digits(), left, MARGIN - 4.0, CODE)
            .expect("nine digits go into the smallest code");
        let number = format!("{} {serial}", self.number);
        let mut sheets = self.sheets.clone();
        for sheet in sheets.iter_mut().filter(|sheet| !sheet.marks.is_empty()) {
            let style = Style::semibold(TEXT, INK);
            sheet.write(&number, left - 4.0, MARGIN + 4.0, style, Anchor::End);
            sheet.fill(code.clone(), INK);
        }
        sheets
    }
}

/// The pages of a form in the making.
struct Pages<'a> {
    form: &'a PaperForm<'a>,
    sheets: Vec<Sheet>,
    /// Where the next question begins.
    y: f32,
}

impl Pages<'_> {
    fn sheet(&mut self) -> &mut Sheet {
        self.sheets.last_mut().expect("a page was begun")
    }

    /// Begins a page; the first one says more.
    fn turn(&mut self) {
        let form = self.form;
        let title = form.get(&form.instrument.title);
        let mut sheet = Sheet::new(WIDTH, HEIGHT, title.to_owned(), form.words.tag());
        let right = WIDTH - MARGIN;
        let room = ROOM - CODE - 4.0;
        let (mut y, bold) = (MARGIN + 4.0, Style::semibold(TEXT, INK));
        let mut write = |text: &str, y: f32, style: Style| {
            sheet.write_wrapped(text, (MARGIN, y), room, style, Anchor::Start)
        };
        y = write(form.commune.name, y, Style::semibold(TEXT, MAIN));
        if form.simulated {
            y = write(&super::simulated(), y, bold);
        }
        if self.sheets.is_empty() {
            y = write(title, y + 1.5, Style::semibold(7.0, INK));
            y = write(form.get(&form.instrument.introduction), y, Style::regular(TEXT, INK));
            y = write(&form.words.get("form-tick"), y, bold);
        } else {
            y = write(title, y, bold);
        }
        y = (y - LINE_HEIGHT + 3.5).max(MARGIN - 4.0 + CODE + 1.0);
        sheet.draw(straight((MARGIN, y), (right, y)), LINE, 0.3);
        self.y = y + 3.5;
        self.sheets.push(sheet);
    }

    /// Writes what stands at the foot of every page.
    fn finish(self) -> Vec<Sheet> {
        let Self { form, mut sheets, .. } = self;
        let of = sheets.len();
        for (sheet, number) in sheets.iter_mut().zip(1..) {
            let y = HEIGHT - 12.0;
            let right = WIDTH - MARGIN;
            sheet.draw(straight((MARGIN, y - 8.0), (right, y - 8.0)), LINE, 0.3);
            let page = form
                .words
                .with("form-page", &[("n", &number.to_string()), ("of", &of.to_string())]);
            sheet.write(&page, right, y, Style::regular(TEXT, INK), Anchor::End);
            let said =
                if number == of { form.words.get("form-end") } else { form.words.get("form-turn") };
            sheet.write(&said, MARGIN, y, Style::regular(TEXT, INK), Anchor::Start);
        }
        if of % 2 == 1 {
            let title = sheets[0].title.clone();
            sheets.push(Sheet::new(WIDTH, HEIGHT, title, form.words.tag()));
        }
        sheets
    }
}

/// A question on its page.
struct Question<'a> {
    form: &'a PaperForm<'a>,
    number: usize,
    item: &'a Item,
}

impl Question<'_> {
    fn height(&self) -> f32 {
        // Drawn on a sheet that is thrown away, so that measure and drawing cannot differ.
        let mut trial = Sheet::new(WIDTH, HEIGHT, String::new(), self.form.words.tag());
        self.draw(&mut trial, 0.0)
    }

    /// Draws the question from `top` down; gives where it ends.
    fn draw(&self, sheet: &mut Sheet, top: f32) -> f32 {
        let form = self.form;
        let asked = format!("{}. {}", self.number, form.get(&self.item.text));
        let style = Style::semibold(TEXT, INK);
        let mut y = sheet.write_wrapped(&asked, (MARGIN, top + 4.5), ROOM, style, Anchor::Start);
        if let Some(condition) = self.condition() {
            y = sheet.write_wrapped(&condition, (MARGIN, y), ROOM, style, Anchor::Start);
        }
        if let Some(hint) = &self.item.hint {
            let style = Style::regular(TEXT, MUTED);
            y = sheet.write_wrapped(form.get(hint), (MARGIN, y), ROOM, style, Anchor::Start);
        }
        let y = y - LINE_HEIGHT + 3.5;
        if let Some(scale) = form.instrument.scale_of(self.item) {
            return self.draw_options(sheet, scale, y);
        }
        for n in 1..=RULED {
            let y = y + n as f32 * RULE;
            sheet.draw(straight((MARGIN, y), (MARGIN + ROOM, y)), LINE, 0.3);
        }
        y + RULED as f32 * RULE
    }

    /// Who is to answer it, when not everybody is: a screen asks or does not, paper says so.
    fn condition(&self) -> Option<String> {
        let most = self.item.asked_after?.at_most.to_string();
        Some(self.form.words.with("form-asked-after", &[("most", &most)]))
    }

    fn draw_options(&self, sheet: &mut Sheet, scale: &Scale, y: f32) -> f32 {
        let numbered = !scale.satisfied.is_empty();
        let columns = scale.options.len() + usize::from(scale.no_opinion.is_some());
        let apart = if scale.no_opinion.is_some() { APART } else { 0.0 };
        let column = (ROOM - apart) / columns as f32;
        let style = Style::regular(TEXT, INK);
        let labels = scale.options.iter().chain(&scale.no_opinion);
        let in_a_row = numbered
            && labels.clone().all(|option| {
                let mut words = self.form.get(&option.text).split(' ');
                words.all(|word| style.weight.width(word, TEXT) <= column - BETWEEN)
            });
        if !in_a_row {
            return self.draw_list(sheet, scale, numbered, y);
        }
        let mut lowest = y;
        for (n, option) in labels.enumerate() {
            let is_apart = n == scale.options.len();
            let x = MARGIN + n as f32 * column + if is_apart { apart } else { 0.0 };
            tick_box(sheet, x, y);
            let value = option.value.to_string();
            if !is_apart {
                sheet.write(
                    &value,
                    x + BOX + 2.0,
                    y + 6.3,
                    Style::semibold(TEXT, INK),
                    Anchor::Start,
                );
            }
            let label = self.form.get(&option.text);
            let mut below = y + BOX + TEXT + 0.8;
            for line in style.weight.wrap_upwards(label, TEXT, column - BETWEEN) {
                sheet.write(&line, x, below, style, Anchor::Start);
                lowest = lowest.max(below + 1.6);
                below += LINE_HEIGHT;
            }
        }
        lowest
    }

    /// Boxes with their labels to the right, in two columns; "no opinion" apart below.
    fn draw_list(&self, sheet: &mut Sheet, scale: &Scale, numbered: bool, top: f32) -> f32 {
        let style = Style::regular(TEXT, INK);
        let column = ROOM / 2.0;
        let text_room = column - BOX - 5.0;
        let label = |option: &ResponseOption| {
            let text = self.form.get(&option.text);
            if numbered { format!("{} {text}", option.value) } else { text.to_owned() }
        };
        let one = |sheet: &mut Sheet, text: &str, x: f32, y: f32, room: f32| {
            tick_box(sheet, x, y);
            let place = (x + BOX + 3.0, y + 6.3);
            let end = sheet.write_wrapped(text, place, room, style, Anchor::Start);
            (end - LINE_HEIGHT + 2.0).max(y + BOX)
        };
        let rows = scale.options.len().div_ceil(2);
        let mut y = top;
        for row in 0..rows {
            let mut lowest = y;
            // Down the first column, then down the second: the order of the screen.
            for (side, n) in [row, row + rows].into_iter().enumerate() {
                if let Some(option) = scale.options.get(n) {
                    let x = MARGIN + side as f32 * column;
                    lowest = lowest.max(one(sheet, &label(option), x, y, text_room));
                }
            }
            y = lowest + 2.0;
        }
        match &scale.no_opinion {
            Some(option) => {
                let text = self.form.get(&option.text);
                one(sheet, text, MARGIN, y + APART - 4.0, ROOM - BOX - 5.0)
            }
            None => y - 2.0,
        }
    }
}

fn tick_box(sheet: &mut Sheet, x: f32, y: f32) {
    sheet.draw(rectangle(x, y, BOX, BOX), INK, 0.45);
}
