//! What is made for a collection point, for commands and pages alike: its name, the code
//! that enrols a tablet, visit slips, paper forms, recordings.

pub mod sound;

use surveys::collection_point::CollectionPoint;
use surveys::text::typed_text;
use surveys::unit::{self, Commune};
use surveys::{Instrument, PointCode, Text, VisitToken, catalog};

use crate::clock::Clock;
use crate::config::PublicAddress;
use crate::printing::{self, PaperForm, PrintError, SlipLayout, Slips, unprintable};
use crate::staff::audit::{Action, Event, OPERATOR, Outcome};
use crate::store::collection_points::scope_of;
use crate::store::enrolment::{EnrolmentCode, Pin};
use crate::store::paper_ranges::PaperRange;
use crate::texts::Words;

/// The most characters of a point's or a tablet's name.
pub const LONGEST_NAME: usize = 80;
/// The most slips made at once: 84 sheets of A4.
pub const MOST_SLIPS: u32 = 2_000;
/// The most paper forms made at once.
pub const MOST_FORMS: u32 = 500;

/// A name that a collection point or a tablet cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// It is empty, has several lines or is too long.
    #[error("a name is one line of 1 to 80 characters")]
    Shape,
    /// The font of posters has not this letter.
    #[error("posters cannot be printed with `{0}`: write the name in Latin letters")]
    Unprintable(char),
}

impl BadName {
    /// What is wrong and what to do, in both languages.
    pub fn text(&self) -> Text {
        let vi = match self {
            Self::Shape => "Viết tên trên một dòng, từ 1 đến 80 ký tự".to_owned(),
            Self::Unprintable(letter) => format!(
                "Áp phích không in được ký tự `{letter}`; hãy viết tên bằng chữ Việt hoặc chữ Latinh"
            ),
        };
        Text::new(vi, self.to_string())
    }
}

/// A code that a new collection point cannot have: its page would be another one.
pub fn is_reserved(code: &PointCode) -> bool {
    code.as_str().eq_ignore_ascii_case("new")
}

/// The name of a collection point as it is stored: in normal form C, with single spaces,
/// in letters that a poster can have.
///
/// # Errors
/// [`BadName`].
pub fn name(typed: &str) -> Result<String, BadName> {
    let name = device_name(typed)?;
    match unprintable(&name) {
        Some(letter) => Err(BadName::Unprintable(letter)),
        None => Ok(name),
    }
}

/// The name of a tablet as it is stored; it is on no poster and may have any letters.
///
/// # Errors
/// [`BadName`].
pub fn device_name(typed: &str) -> Result<String, BadName> {
    if typed.chars().any(char::is_control) {
        return Err(BadName::Shape);
    }
    let name = typed_text(&typed.split_whitespace().collect::<Vec<_>>().join(" "));
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    fits.then_some(name).ok_or(BadName::Shape)
}

/// Whether `text` can be the digits that open a tablet's maintenance screen: 4 to 8.
pub fn is_pin(text: &str) -> bool {
    (4..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The line of the audit log that says that the operator did `action` with `point`.
pub fn by_operator(point: &CollectionPoint, action: Action) -> Event {
    let event = Event::new(Clock::System.now(), OPERATOR, action, Outcome::Done);
    event.at_place(&scope_of(point)).about(point.code.as_str())
}

/// A collection point with what it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The point.
    pub point: &'a CollectionPoint,
    /// Its commune.
    pub commune: &'static Commune,
    /// What it puts, in its newest version.
    pub instrument: &'static Instrument,
}

impl<'a> Place<'a> {
    /// The place of `point`; `None` when this program knows not its commune or instrument.
    pub fn of(point: &'a CollectionPoint) -> Option<Self> {
        let commune = unit::commune(point.commune_code.as_str())?;
        let instrument = catalog::instrument(point.instrument.as_str(), None)?;
        Some(Self { point, commune, instrument })
    }

    /// Visit slips with `tokens`, as a PDF.
    ///
    /// # Errors
    /// [`PrintError`] when an address does not go into a QR code.
    pub fn slips(
        &self,
        home: &PublicAddress,
        tokens: &[VisitToken],
        words: Words,
        layout: SlipLayout,
        simulated: bool,
    ) -> Result<Vec<u8>, PrintError> {
        let code = &self.point.code;
        let addresses: Vec<String> = tokens.iter().map(|token| home.visit(code, token)).collect();
        let survey = &home.survey(code);
        let slips =
            Slips { commune: self.commune, survey, addresses: &addresses, words, simulated };
        printing::pdf(slips.sheets(layout))
    }

    /// Paper forms that say `words`, with the numbers of `range`, as a PDF.
    pub fn paper(&self, words: Words, range: PaperRange, simulated: bool) -> Vec<u8> {
        let form =
            PaperForm { instrument: self.instrument, commune: self.commune, words, simulated };
        let pages = form.pages();
        let sheets = range.serials().flat_map(|serial| pages.numbered(serial));
        let drawn = printing::pdf(sheets.map(Ok::<_, std::convert::Infallible>));
        drawn.unwrap_or_else(|never| match never {})
    }
}

/// So many fresh visit tokens.
pub fn visit_tokens(clock: &Clock, count: u32) -> Vec<VisitToken> {
    (0..count).map(|_| VisitToken::new(clock.salt())).collect()
}

/// What enrols one tablet within ten minutes.
#[derive(Debug)]
pub struct Enrolment {
    /// The code that is typed or scanned.
    pub code: EnrolmentCode,
    /// The digits that open the tablet's maintenance screen.
    pub digits: String,
    /// The same as it is kept.
    pub pin: Pin,
}

impl Enrolment {
    /// A fresh code, with these digits or drawn ones.
    pub fn new(clock: &Clock, digits: Option<String>) -> Self {
        let drawn = u32::from_be_bytes(clock.secret());
        let digits = digits.unwrap_or_else(|| format!("{:06}", drawn % 1_000_000));
        let pin = Pin::new(&digits, clock.salt());
        Self { code: EnrolmentCode::new(clock.salt()), digits, pin }
    }

    /// Where the tablet is enrolled, below the service's address.
    pub fn path(&self, point: &PointCode) -> String {
        format!("/kiosk/{point}#enrol={}", self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_in_letters_that_a_poster_can_have() {
        assert_eq!(name("  Quầy  số 2 "), Ok("Quầy số 2".to_owned()));
        assert_eq!(name("Que\u{302}\u{300}"), Ok("Quề".to_owned()));
        assert_eq!(name(&"Ư".repeat(LONGEST_NAME)), Ok("Ư".repeat(LONGEST_NAME)));
        for bad in ["", " \t", "a\nb", "a\0", &"x".repeat(LONGEST_NAME + 1)] {
            assert_eq!(name(bad), Err(BadName::Shape), "{bad:?}");
        }
        // What nobody sees is not there.
        assert_eq!(name("a\u{202e}b\u{200b}"), Ok("ab".to_owned()));
        for (bad, letter) in [("مركز", 'م'), ("Quầy 二", '二')] {
            assert_eq!(name(bad), Err(BadName::Unprintable(letter)), "{bad}");
        }
        assert_eq!(device_name("แท็บเล็ต 1"), Ok("แท็บเล็ต 1".to_owned()));
    }

    #[test]
    fn drawn_digits_are_six_and_given_ones_are_kept() {
        let drawn = Enrolment::new(&Clock::System, None);
        assert!(drawn.digits.len() == 6 && drawn.digits.bytes().all(|b| b.is_ascii_digit()));
        let given = Enrolment::new(&Clock::System, Some("1234".into()));
        assert_eq!(given.pin, Pin::new("1234", given.pin.salt));
        let point = PointCode::parse("22651").unwrap();
        assert_eq!(given.path(&point), format!("/kiosk/22651#enrol={}", given.code));
    }
}
