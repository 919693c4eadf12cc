//! Reads TOML files that people write, and tells every mistake at once with its
//! line and column. Knows nothing of what the files are about.
//!
//! [`read`] parses the source and hands the root [`Table`] to a function that
//! takes fields from it. A field that is missing or wrong is noted in the
//! [`Ledger`] and read as `None`, so the function reads on and gives up only when
//! it has read everything:
//!
//! ```text
//! read(source, &["code", "title", "note"], |root| {
//!     let code = root.required("code").code::<ItemCode>();
//!     let title = root.required("title").text(200);
//!     let note = root.optional("note").text(500);
//!     Some(Thing { code: code?, title: title?, note })
//! })
//! ```

mod ledger;

use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use std::str::FromStr;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::code::BadCode;
use crate::mistake::Mistake;
use crate::text::{Text, is_unseen, nfc};

pub(crate) use ledger::{Distinct, Ledger};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 1_000_000;

/// Reads `source`, whose root table may have `keys`, with `build`.
///
/// # Errors
/// Every mistake, in the order of the file. When the TOML itself is broken, only
/// the syntax errors.
pub(crate) fn read<T>(
    source: &str,
    keys: &[&str],
    build: impl FnOnce(&Table<'_>) -> Option<T>,
) -> Result<T, Vec<Mistake>> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let ledger = Ledger::new(source);
    if source.len() > MAX_BYTES {
        ledger.wrong(
            &(0..0),
            "Tệp lớn hơn 1 MB; hãy bỏ bớt nội dung hoặc tách thành nhiều tệp.",
            "The file is larger than 1 MB; shorten it or make several files of it.",
        );
        return Err(ledger.into_mistakes());
    }
    let (root, syntax_errors) = DeTable::parse_recoverable(source);
    for error in &syntax_errors {
        note_syntax_error(&ledger, error);
    }
    let mut whole = None;
    if ledger.is_empty() {
        whole = build(&Table::open(&ledger, root.get_ref(), 0..0, keys));
        if whole.is_none() && ledger.is_empty() {
            ledger.wrong(
                &(0..0),
                "Không đọc được tệp; hãy so với một tệp mẫu có sẵn.",
                "The file cannot be read; compare it with one that is shipped.",
            );
        }
    }
    match whole {
        Some(whole) if ledger.is_empty() => Ok(whole),
        _ => Err(ledger.into_mistakes()),
    }
}

/// Notes what is no TOML.
pub(crate) fn note_syntax_error(ledger: &Ledger<'_>, error: &toml::de::Error) {
    let place = error.span().unwrap_or(0..0);
    let said = error.message();
    if said.starts_with("duplicate key") {
        ledger.wrong(
            &place,
            "Khóa này viết hai lần; hãy bỏ bớt một.",
            "This key is written twice; remove one.",
        );
    } else {
        ledger.wrong(
            &place,
            format!("Sai cú pháp TOML ({said}); hãy xem lại dấu ngoặc, dấu nháy, dấu bằng ở đây."),
            format!(
                "This is not TOML ({said}); look at the brackets, quotes and equals signs here."
            ),
        );
    }
}

/// A table, with its place.
#[derive(Debug)]
pub(crate) struct Table<'a> {
    ledger: &'a Ledger<'a>,
    entries: &'a DeTable<'a>,
    place: Range<usize>,
}

impl<'a> Table<'a> {
    /// Notes every key that is not among `keys`.
    fn open(
        ledger: &'a Ledger<'a>,
        entries: &'a DeTable<'a>,
        place: Range<usize>,
        keys: &[&str],
    ) -> Self {
        for unknown in entries.keys().filter(|k| !keys.contains(&k.get_ref().as_ref())) {
            let name = unknown.get_ref();
            let (vi, en) = if let Some(key) = nearest(name, keys) {
                (format!("có phải là `{key}`?"), format!("did you mean `{key}`?"))
            } else {
                let all = listed(keys.iter());
                (format!("các khóa dùng được: {all}."), format!("the known keys are {all}."))
            };
            ledger.wrong(
                &unknown.span(),
                format!("Không có khóa `{name}`; {vi}"),
                format!("There is no key `{name}`; {en}"),
            );
        }
        Self { ledger, entries, place }
    }

    /// The field `key`; a mistake when it is missing.
    pub(crate) fn required(&self, key: &'static str) -> Field<'a> {
        let field = self.optional(key);
        if !field.is_given() {
            self.ledger.wrong(
                &self.place,
                format!("Thiếu `{key}`; hãy thêm vào."),
                format!("`{key}` is missing; add it."),
            );
        }
        field
    }

    /// The field `key`, if it is there.
    pub(crate) fn optional(&self, key: &'static str) -> Field<'a> {
        let value = self.entries.get(key);
        let place = value.map_or_else(|| self.place.clone(), Spanned::span);
        Field { ledger: self.ledger, name: key, value: value.map(Spanned::get_ref), place }
    }

    /// Reads this table as a text in both languages, its keys `vi` and `en`.
    pub(crate) fn bilingual(&self, most_characters: usize) -> Option<Text> {
        let vi = self.required("vi").string(most_characters);
        let en = self.required("en").string(most_characters);
        Some(Text { vi: vi?, en: en? })
    }

    /// The mistakes found so far.
    pub(crate) fn ledger(&self) -> &'a Ledger<'a> {
        self.ledger
    }

    /// The table's place, the whole header for `[[tables]]`.
    pub(crate) fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// Notes a mistake of the table as a whole.
    pub(crate) fn wrong(&self, vi: impl Into<String>, en: impl Into<String>) {
        self.ledger.wrong(&self.place, vi, en);
    }
}

/// A value under a key or in a list, with its place. Reading a field that is not
/// given is `None` without a further mistake.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    ledger: &'a Ledger<'a>,
    name: &'static str,
    value: Option<&'a DeValue<'a>>,
    place: Range<usize>,
}

impl<'a> Field<'a> {
    /// The mistakes found so far.
    pub(crate) fn ledger(&self) -> &'a Ledger<'a> {
        self.ledger
    }

    /// Whether there is a value.
    pub(crate) fn is_given(&self) -> bool {
        self.value.is_some()
    }

    /// Where the value is, or else the table that lacks it.
    pub(crate) fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// Notes a mistake of this value.
    pub(crate) fn wrong(&self, vi: impl Into<String>, en: impl Into<String>) {
        self.ledger.wrong(&self.place, vi, en);
    }

    fn wrong_type<T>(&self, vi: &str, en: &str) -> Option<T> {
        self.wrong(
            format!("`{}` phải là {vi}.", self.name),
            format!("`{}` must be {en}.", self.name),
        );
        None
    }

    /// A text in one language: normalised to NFC, trimmed, its line breaks made
    /// spaces; not empty, without control characters, at most `most` characters.
    pub(crate) fn string(&self, most: usize) -> Option<String> {
        let Some(raw) = self.value?.as_str() else {
            return self.wrong_type("chữ trong dấu nháy kép", "a text in double quotes");
        };
        let text = nfc(raw).split_whitespace().collect::<Vec<_>>().join(" ");
        let name = self.name;
        if text.is_empty() {
            self.wrong(
                format!("`{name}` để trống; hãy viết nội dung."),
                format!("`{name}` is empty; write something."),
            );
            return None;
        }
        if let Some(hidden) = text.chars().find(|c| is_hidden(*c)) {
            let code = u32::from(hidden);
            self.wrong(
                format!("`{name}` có ký tự điều khiển U+{code:04X}; hãy xóa ký tự đó."),
                format!("`{name}` has the control character U+{code:04X}; delete it."),
            );
            return None;
        }
        let length = text.chars().count();
        if length > most {
            self.wrong(
                format!("`{name}` dài {length} ký tự; hãy rút còn nhiều nhất {most}."),
                format!("`{name}` has {length} characters; shorten it to at most {most}."),
            );
            return None;
        }
        Some(text)
    }

    /// A text in both languages, `{ vi = "…", en = "…" }`.
    pub(crate) fn text(&self, most: usize) -> Option<Text> {
        self.table(&["vi", "en"])?.bilingual(most)
    }

    /// A code of the form that `T` asks for.
    pub(crate) fn code<T: FromStr<Err = BadCode>>(&self) -> Option<T> {
        let Some(raw) = self.value?.as_str() else {
            return self.wrong_type("mã trong dấu nháy kép", "a code in double quotes");
        };
        raw.parse()
            .map_err(|BadCode { text, rule }| {
                let rule_vi = match rule {
                    "exactly 5 digits" => "đúng 5 chữ số",
                    "exactly 2 digits" => "đúng 2 chữ số",
                    _ => "1 đến 40 chữ cái không dấu, chữ số, - hoặc _, bắt đầu bằng chữ hoặc số",
                };
                self.wrong(
                    format!("Mã `{}` chưa đúng dạng; hãy viết {rule_vi}.", text.escape_debug()),
                    format!("`{}` is not a usable code; write {rule}.", text.escape_debug()),
                );
            })
            .ok()
    }

    /// A whole number within `bounds`.
    pub(crate) fn integer<T>(&self, bounds: RangeInclusive<T>) -> Option<T>
    where
        T: TryFrom<i64> + PartialOrd + Display,
    {
        let DeValue::Integer(raw) = self.value? else {
            return self.wrong_type("số nguyên", "a whole number");
        };
        let value = i64::from_str_radix(raw.as_str(), raw.radix()).ok();
        let value = value.and_then(|v| T::try_from(v).ok()).filter(|v| bounds.contains(v));
        if value.is_none() {
            self.out_of_bounds(bounds.start(), bounds.end());
        }
        value
    }

    /// A number, with or without decimals, within `bounds`.
    pub(crate) fn number(&self, bounds: RangeInclusive<f64>) -> Option<f64> {
        let raw = match self.value? {
            DeValue::Integer(raw) if raw.radix() == 10 => raw.as_str(),
            DeValue::Float(raw) => raw.as_str(),
            _ => return self.wrong_type("số", "a number"),
        };
        let value = raw.parse::<f64>().ok().filter(|v| bounds.contains(v));
        if value.is_none() {
            self.out_of_bounds(bounds.start(), bounds.end());
        }
        value
    }

    fn out_of_bounds(&self, low: &impl Display, high: &impl Display) {
        let name = self.name;
        self.wrong(
            format!("`{name}` phải từ {low} đến {high}."),
            format!("`{name}` must be from {low} to {high}."),
        );
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Option<bool> {
        match self.value?.as_bool() {
            None => self.wrong_type("true hoặc false", "true or false"),
            given => given,
        }
    }

    /// A calendar date, written without quotes as `2026-10-31`.
    pub(crate) fn date(&self) -> Option<NaiveDate> {
        let stamp = self.value?.as_datetime().filter(|d| d.time.is_none() && d.offset.is_none());
        let date = stamp
            .and_then(|d| d.date)
            .and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()));
        if date.is_none() {
            return self.wrong_type(
                "ngày có thật viết không có dấu nháy, như 2026-10-31",
                "a date that exists, written without quotes as 2026-10-31",
            );
        }
        date
    }

    /// One of the named `choices`.
    pub(crate) fn one_of<T: Clone>(&self, choices: &[(&str, T)]) -> Option<T> {
        let Some(raw) = self.value?.as_str() else {
            return self.wrong_type("chữ trong dấu nháy kép", "a text in double quotes");
        };
        let choice = choices.iter().find(|(name, _)| *name == raw);
        if choice.is_none() {
            let all = listed(choices.iter().map(|(name, _)| name));
            let (name, raw) = (self.name, raw.escape_debug());
            self.wrong(
                format!("`{name}` không thể là `{raw}`; hãy chọn một trong: {all}."),
                format!("`{name}` cannot be `{raw}`; choose one of {all}."),
            );
        }
        choice.map(|(_, value)| value.clone())
    }

    /// A table that may have `keys`.
    pub(crate) fn table(&self, keys: &[&str]) -> Option<Table<'a>> {
        match self.value?.as_table() {
            None => self.wrong_type("bảng, như { … }", "a table, such as { … }"),
            Some(entries) => Some(Table::open(self.ledger, entries, self.place(), keys)),
        }
    }

    /// The values of a list, each to be read in turn; empty when not given.
    pub(crate) fn list(&self) -> Vec<Field<'a>> {
        let Some(value) = self.value else { return Vec::new() };
        let Some(values) = value.as_array() else {
            return self
                .wrong_type("danh sách, như [ … ]", "a list, such as [ … ]")
                .unwrap_or_default();
        };
        let field = |value: &'a Spanned<DeValue<'a>>| Field {
            ledger: self.ledger,
            name: self.name,
            value: Some(value.get_ref()),
            place: value.span(),
        };
        values.iter().map(field).collect()
    }

    /// The tables of a list such as `[[item]]`, each of which may have `keys`;
    /// empty when not given.
    pub(crate) fn tables(&self, keys: &[&str]) -> Vec<Table<'a>> {
        self.list().iter().filter_map(|field| field.table(keys)).collect()
    }
}

/// Control characters, and those that make text read otherwise than it is stored.
fn is_hidden(c: char) -> bool {
    c.is_control() || is_unseen(c)
}

fn listed(names: impl Iterator<Item = impl Display>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn nearest<'k>(name: &str, keys: &[&'k str]) -> Option<&'k str> {
    keys.iter()
        .map(|key| (strsim::damerau_levenshtein(name, key), *key))
        .filter(|(distance, key)| *distance * 2 <= key.len().min(6))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, key)| key)
}

#[cfg(test)]
mod tests;
