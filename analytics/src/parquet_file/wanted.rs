//! Which columns of a file are read, and as what.

use parquet::schema::types::SchemaDescriptor;
use surveys::instrument::Instrument;

use super::column::Plain;
use super::error::Problem;
use super::meaning::{Key, Kind, form};
use crate::frame::asked_items;
use crate::frame::csv_file::{ANSWERED_AT, CsvError, CsvOptions, DAY, made_from_day};

/// The columns of a file that are read.
pub(super) struct Wanted {
    /// Per item, its place and form.
    pub(super) items: Vec<(usize, Plain)>,
    /// Per key, and for the days asked for where no key is made from them.
    pub(super) keys: Vec<(usize, Plain, Kind)>,
}

impl Wanted {
    pub(super) fn find(
        schema: &SchemaDescriptor,
        instrument: &Instrument,
        options: &CsvOptions,
    ) -> Result<Self, Problem> {
        let found = || {
            let names: Vec<String> = schema.columns().iter().map(|c| c.path().string()).collect();
            names.join(", ").chars().take(2_000).collect::<String>()
        };
        let codes = || asked_items(instrument).map(|item| item.code.as_str());
        let missing: Vec<&str> = codes().filter(|code| place(schema, code).is_none()).collect();
        if !missing.is_empty() {
            let (instrument, missing) = (instrument.id.to_string(), missing.join(", "));
            let error = CsvError::MissingItems { instrument, missing, found: found() };
            return Err(error.into());
        }
        let look = |name: &str, takes: &dyn Fn(Kind) -> bool| {
            let missing = || CsvError::MissingColumn { name: name.to_owned(), found: found() };
            let place = place(schema, name).ok_or_else(missing)?;
            let (plain, kind) = form(&schema.column(place), takes)?;
            Ok::<_, Problem>((place, plain, kind))
        };
        let mut items = Vec::new();
        for code in codes() {
            let (place, plain, _) = look(code, &|kind| matches!(kind, Kind::Whole { .. }))?;
            items.push((place, plain));
        }
        let mut keys = Vec::new();
        for (column, key) in sources(schema, options) {
            keys.push(look(column, &|kind| key.takes(kind))?);
        }
        Ok(Self { items, keys })
    }
}

pub(super) fn place(schema: &SchemaDescriptor, name: &str) -> Option<usize> {
    schema.columns().iter().position(|column| column.path().string() == name)
}

/// Whether a file has days that can be read.
pub(super) fn has_days(schema: &SchemaDescriptor) -> bool {
    let takes = |kind| Key::new(Some(""), None, None).takes(kind);
    place(schema, ANSWERED_AT).is_some_and(|place| form(&schema.column(place), takes).is_ok())
}

/// Per key the column it comes from; then, where days are asked for or the last one is,
/// `answered_at`.
pub(super) fn sources<'a>(
    schema: &SchemaDescriptor,
    options: &'a CsvOptions,
) -> impl Iterator<Item = (&'a str, Key)> {
    let (from, before) = (options.from, options.before);
    let made = |name: &str| made_from_day(name).filter(|_| place(schema, name).is_none());
    let keys: Vec<_> = options
        .keys
        .iter()
        .map(|name| match made(name) {
            Some(form) => (ANSWERED_AT, Key::new(Some(form), from, before)),
            None => (name.as_str(), Key::new(None, None, None)),
        })
        .collect();
    // Without a last day the form is no text: all days asked for are one.
    let form = made_from_day(DAY).filter(|_| options.last_day).unwrap_or("");
    let days = if from.is_some() || before.is_some() {
        Some(Key::new(Some(form), from, before))
    } else {
        (options.last_day && has_days(schema)).then(|| Key::new(Some(form), None, None).optional())
    };
    keys.into_iter().chain(days.map(|key| (ANSWERED_AT, key)))
}
