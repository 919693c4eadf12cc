//! What the values of a Parquet file mean: answers, and texts to group by.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDate};
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::schema::types::ColumnDescriptor;
use surveys::instrument::Scale;

use super::column::{Meaning, Plain, Value};
use super::error::Problem;
use crate::frame::csv_file::Reason;
use crate::frame::encoding::cell_text;
use crate::frame::local_date::local_date;
use crate::frame::{AnswerClass, offered};

/// How many values that mean nothing are remembered to be shown.
const MOST_WRONG: usize = 200;

/// Answers to an item: a class of answers ([`AnswerClass`]), or from
/// [`Item::FIRST_WRONG`] on a value that its scale does not offer.
pub(super) struct Item {
    /// What each value counts as, where it is offered.
    classes: [Option<AnswerClass>; 256],
    wrong: Vec<i64>,
}

impl Item {
    pub(super) const EMPTY: u8 = AnswerClass::Unanswered as u8;
    pub(super) const FIRST_WRONG: u8 = AnswerClass::Satisfied as u8 + 1;

    pub(super) fn on(scale: &Scale) -> Self {
        let offered = offered(Some(scale));
        let mut classes = [None; 256];
        for (value, class) in (0..=u8::MAX).zip(&mut classes) {
            *class = offered[usize::from(value)].then(|| AnswerClass::of(scale, Some(value)));
        }
        Self { classes, wrong: Vec::new() }
    }

    /// The value that was given this code.
    pub(super) fn wrong(&self, code: u8) -> String {
        self.wrong.get(usize::from(code - Self::FIRST_WRONG)).map_or("…".into(), i64::to_string)
    }
}

impl Meaning for Item {
    type Code = u8;
    const DAMAGED: u8 = u8::MAX;

    fn empty(&self) -> u8 {
        Self::EMPTY
    }

    fn of(&mut self, value: Value<'_>) -> u8 {
        let Value::Whole(value) = value else { return Self::DAMAGED };
        if let Ok(place) = usize::try_from(value)
            && let Some(Some(class)) = self.classes.get(place)
        {
            return *class as u8;
        }
        let place = self.wrong.iter().position(|wrong| *wrong == value).unwrap_or_else(|| {
            if self.wrong.len() < MOST_WRONG {
                self.wrong.push(value);
                return self.wrong.len() - 1;
            }
            MOST_WRONG
        });
        Self::FIRST_WRONG + u8::try_from(place).expect("few are remembered")
    }
}

/// How the values of a column are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole {
        signed: bool,
    },
    Day,
    /// A moment, how many of its units are in a second, and whether it is in UTC.
    Moment {
        second: i64,
        utc: bool,
    },
}

/// How the column is written and is to be understood; an error when it has a form
/// that is not read, or a kind that the reader does not take.
pub(super) fn form(
    column: &ColumnDescriptor,
    takes: impl Fn(Kind) -> bool,
) -> Result<(Plain, Kind), Problem> {
    let (logical, converted) = (column.logical_type_ref(), column.converted_type());
    let unsigned = match logical {
        Some(LogicalType::Integer(whole)) => !whole.is_signed,
        _ => matches!(
            converted,
            ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        ),
    };
    let whole = Kind::Whole { signed: !unsigned };
    let is_whole = matches!(logical, None | Some(LogicalType::Integer(_)));
    let found = match (column.physical_type(), logical) {
        _ if column.max_rep_level() > 0 || column.max_def_level() > 1 => None,
        (Type::INT32, Some(LogicalType::Date)) => Some((Plain::Four { signed: true }, Kind::Day)),
        (Type::INT32, None) if converted == ConvertedType::DATE => {
            Some((Plain::Four { signed: true }, Kind::Day))
        }
        (Type::INT64, Some(LogicalType::Timestamp(moment))) => {
            let second = match moment.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            };
            Some((Plain::Eight, Kind::Moment { second, utc: moment.is_adjusted_to_u_t_c }))
        }
        (Type::INT32, _) if is_whole => Some((Plain::Four { signed: !unsigned }, whole)),
        (Type::INT64, _) if is_whole => Some((Plain::Eight, whole)),
        (Type::BYTE_ARRAY, None | Some(LogicalType::String | LogicalType::Enum)) => {
            Some((Plain::Text, Kind::Text))
        }
        _ => None,
    };
    found.filter(|(_, kind)| takes(*kind)).ok_or_else(|| Problem::Type {
        name: column.path().string(),
        found: logical
            .map_or_else(|| column.physical_type().to_string(), |kind| format!("{kind:?}")),
    })
}

/// Values to group by, as places in its texts, or one of the codes below.
pub(super) struct Key {
    pub(super) kind: Kind,
    /// How the text is made from a day, if it is.
    made: Option<&'static str>,
    from: Option<NaiveDate>,
    before: Option<NaiveDate>,
    /// Whether a row counts that has no value that can be used.
    pub(super) is_optional: bool,
    pub(super) texts: Vec<String>,
    places: HashMap<String, u32>,
    wrong: Vec<(String, Reason)>,
}

impl Key {
    /// The place of the empty text: the row belongs to no group.
    const NO_GROUP: u32 = 0;
    /// A row outside the days asked for.
    pub(super) const OUTSIDE: u32 = 1 << 31;
    /// From here on: a value that cannot be used.
    pub(super) const FIRST_WRONG: u32 = Self::OUTSIDE + 1;

    /// Of values of a column itself, or made from its day in a form; then a day has
    /// to be one of those asked for.
    pub(super) fn new(
        made: Option<&'static str>,
        from: Option<NaiveDate>,
        before: Option<NaiveDate>,
    ) -> Self {
        let wrong = vec![(String::new(), Reason::NoDate)];
        let texts = vec![String::new()];
        let places = HashMap::from([(String::new(), Self::NO_GROUP)]);
        let (kind, is_optional) = (Kind::Text, false);
        Self { kind, made, from, before, is_optional, texts, places, wrong }
    }

    /// The same for rows that count without a value too.
    pub(super) fn optional(self) -> Self {
        Self { is_optional: true, ..self }
    }

    /// Understands the values of another file as `fresh` would; texts keep their places.
    pub(super) fn go_on_as(&mut self, fresh: &Self) {
        (self.made, self.from, self.before) = (fresh.made, fresh.from, fresh.before);
        self.is_optional = fresh.is_optional;
    }

    /// Whether values of this kind can be understood.
    pub(super) fn takes(&self, kind: Kind) -> bool {
        match kind {
            Kind::Text | Kind::Day => true,
            Kind::Whole { .. } => self.made.is_none(),
            Kind::Moment { .. } => self.made.is_some(),
        }
    }

    /// The value that was given this code, and what is wrong with it.
    pub(super) fn wrong(&self, code: u32) -> (&str, Reason) {
        let (value, reason) = &self.wrong[(code - Self::FIRST_WRONG) as usize];
        (value, *reason)
    }

    fn place(&mut self, text: String) -> u32 {
        if let Some(place) = self.places.get(&text) {
            return *place;
        }
        // Beyond that many texts there is no room for groups either.
        let place = u32::try_from(self.texts.len()).unwrap_or(Self::OUTSIDE).min(Self::OUTSIDE - 1);
        self.texts.push(text.clone());
        self.places.insert(text, place);
        place
    }

    fn is_wrong(&mut self, value: Value<'_>, reason: Reason) -> u32 {
        let shown = match value {
            Value::Whole(value) => value.to_string(),
            Value::Text(bytes) => {
                String::from_utf8_lossy(&bytes[..bytes.len().min(400)]).into_owned()
            }
        };
        let wrong = (shown, reason);
        let place = self.wrong.iter().position(|known| *known == wrong).unwrap_or_else(|| {
            if self.wrong.len() <= MOST_WRONG {
                self.wrong.push(wrong);
            } else {
                self.wrong.truncate(MOST_WRONG + 1);
                self.wrong.push(("…".to_owned(), reason));
            }
            self.wrong.len() - 1
        });
        Self::FIRST_WRONG + u32::try_from(place).expect("few are remembered")
    }

    fn day(&self, value: Value<'_>) -> Option<NaiveDate> {
        match (self.kind, value) {
            (Kind::Text, Value::Text(bytes)) => local_date(std::str::from_utf8(bytes).ok()?),
            (Kind::Day, Value::Whole(days)) => {
                NaiveDate::default().checked_add_signed(Duration::try_days(days)?)
            }
            (Kind::Moment { second, utc }, Value::Whole(units)) => {
                // Vietnamese time is seven hours ahead of UTC.
                let ahead = if utc { 7 * 3_600 } else { 0 };
                let seconds = units.div_euclid(second).checked_add(ahead)?;
                Some(DateTime::from_timestamp(seconds, 0)?.date_naive())
            }
            _ => None,
        }
    }
}

impl Meaning for Key {
    type Code = u32;
    const DAMAGED: u32 = u32::MAX;

    fn empty(&self) -> u32 {
        if self.made.is_some() { Self::FIRST_WRONG } else { Self::NO_GROUP }
    }

    fn of(&mut self, value: Value<'_>) -> u32 {
        if let Some(form) = self.made {
            let Some(day) = self.day(value) else { return self.is_wrong(value, Reason::NoDate) };
            let inside = self.from.is_none_or(|from| day >= from)
                && self.before.is_none_or(|before| day < before);
            return if inside { self.place(day.format(form).to_string()) } else { Self::OUTSIDE };
        }
        let text = match (self.kind, value) {
            (_, Value::Text(bytes)) => cell_text(bytes).map(|(text, _)| text),
            (Kind::Whole { signed: false }, Value::Whole(whole)) => {
                Some(whole.cast_unsigned().to_string())
            }
            (Kind::Whole { signed: true }, Value::Whole(whole)) => Some(whole.to_string()),
            (_, Value::Whole(_)) => self.day(value).map(|day| day.to_string()),
        };
        match text {
            Some(text) => self.place(text),
            None => self.is_wrong(value, Reason::NoText),
        }
    }
}
