//! Raw responses as rows of a responses file.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::sync::Arc;

use analytics::export::harmless;
use chrono::{DateTime, Datelike, FixedOffset, Timelike};
use surveys::response::{COLUMNS, Document, Raw};
use surveys::sample::Weighted;
use surveys::{Instrument, ItemCode, catalog};
use uuid::Uuid;

use super::super::Failure;
use crate::store;
use crate::store::paged::{Page, PagedResponse};

/// The last column: whether the response came with the token of a visit.
const VERIFIED_VISIT: &str = "verified_visit";

/// The columns of a sample's responses, after all others.
const SAMPLED: [&str; 6] = ["sample", "stratum", "psu", "weight", "fpc1", "fpc2"];

/// Vietnam's time, in seconds ahead of UTC.
const AHEAD: i32 = 7 * 3600;

/// What the rows hold beside the answers.
#[derive(Debug, Clone)]
pub(super) struct Form {
    pub(super) with_comments: bool,
    pub(super) simulated: bool,
    /// For the responses of a sample.
    pub(super) sampled: Option<Arc<OfSample>>,
}

/// What the rows of a sample's responses need.
#[derive(Debug)]
pub(super) struct OfSample {
    /// The responses that are written; others are left out.
    pub(super) ids: HashSet<Uuid>,
    /// The design of each primary sampling unit.
    pub(super) weights: HashMap<String, Weighted>,
}

impl OfSample {
    fn has(&self, response: &PagedResponse<'_>) -> bool {
        Uuid::try_parse(response.id).is_ok_and(|id| self.ids.contains(&id))
    }
}

/// The instrument version that the first response of `page` answers.
pub(super) fn instrument_of(page: &Page) -> Result<&'static Instrument, Failure> {
    let first = page.responses().next().flatten();
    let document = first.and_then(|r| Document::read(r.document).ok());
    let document =
        document.ok_or_else(|| Failure::from(store::Error::Damaged("document".to_owned())))?;
    let (id, version) = (&document.instrument, document.version);
    catalog::instrument(id, Some(version)).ok_or_else(|| {
        Failure::new(
            format!("Chương trình này không biết mẫu phiếu {id}@{version}; hãy dùng bản mới hơn"),
            format!("this program does not know {id}@{version}; use a newer one"),
        )
    })
}

/// Makes rows: UTF-8, commas, `\n`, as programs read them.
pub(super) struct Rows {
    instrument: &'static Instrument,
    form: Form,
    items: Vec<&'static ItemCode>,
}

impl Rows {
    /// Rows of responses to `instrument`.
    pub(super) fn new(instrument: &'static Instrument, form: Form) -> Self {
        let asked = instrument.asked().filter(|item| !item.is_comment());
        Self { instrument, form, items: asked.map(|item| &item.code).collect() }
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> io::Result<Vec<u8>> {
        let [own @ .., comment, simulated] = COLUMNS;
        let last = [(comment, self.form.with_comments), (simulated, self.form.simulated)];
        let last = last.into_iter().filter(|(_, wanted)| *wanted).map(|(name, _)| name);
        let names = own.into_iter().chain(self.items.iter().map(|i| i.as_str())).chain(last);
        let sampled = if self.form.sampled.is_some() { &SAMPLED[..] } else { &[] };
        let names = names.chain([VERIFIED_VISIT]).chain(sampled.iter().copied());
        let mut csv = csv::Writer::from_writer(Vec::new());
        csv.write_record(names)?;
        bytes(csv)
    }

    /// The responses of a page; `None` when one answers another instrument version.
    pub(super) fn page(&self, page: &Page) -> io::Result<Option<Vec<u8>>> {
        let mut csv = csv::Writer::from_writer(Vec::new());
        let (mut record, mut cell) = (csv::ByteRecord::new(), Vec::new());
        for response in page.responses() {
            let read = response.and_then(|r| Some((r, Document::read(r.document).ok()?)));
            let (response, document) =
                read.ok_or_else(|| io::Error::other("a stored response is damaged"))?;
            if self.form.sampled.as_ref().is_some_and(|of_sample| !of_sample.has(&response)) {
                continue;
            }
            if document.version != self.instrument.version
                || document.instrument != self.instrument.id.as_str()
            {
                return Ok(None);
            }
            self.fill(&mut record, &mut cell, &response, &document)?;
            csv.write_byte_record(&record)?;
        }
        bytes(csv).map(Some)
    }

    /// Fills `record` with a response; `cell` is room to write in.
    fn fill(
        &self,
        record: &mut csv::ByteRecord,
        cell: &mut Vec<u8>,
        response: &PagedResponse<'_>,
        document: &Document<'_>,
    ) -> io::Result<()> {
        record.clear();
        cell.clear();
        for (place, part) in [0..8, 8..12, 12..16, 16..20, 20..32].into_iter().enumerate() {
            if place > 0 {
                cell.push(b'-');
            }
            cell.extend_from_slice(response.id.as_bytes().get(part).unwrap_or_default());
        }
        record.push_field(cell);
        record.push_field(response.commune_code.as_bytes());
        record.push_field(document.collection_point.as_bytes());
        record.push_field(document.channel.as_bytes());
        cell.clear();
        push_moment(cell, response.answered_at);
        record.push_field(cell);
        record.push_field(text(document.service_field.as_ref()).as_bytes());
        for answer in document.answers_to(self.items.iter().copied()) {
            cell.clear();
            match answer {
                Some(Raw::Value(value)) => push_value(cell, *value)?,
                Some(Raw::Values(values)) => {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            cell.push(b';');
                        }
                        push_value(cell, *value)?;
                    }
                }
                Some(Raw::Null) | None => {}
            }
            record.push_field(cell);
        }
        if self.form.with_comments {
            record.push_field(text(document.comment.as_ref()).as_bytes());
        }
        if self.form.simulated {
            record.push_field(b"true");
        }
        record.push_field(if response.verified_visit { b"1" } else { b"0" });
        if let Some(of_sample) = &self.form.sampled {
            let unit = document.sample.as_ref();
            let unit = unit.ok_or_else(|| io::Error::other("a response is of no sample"))?;
            for text in [unit.code.as_str(), &unit.stratum, &unit.psu] {
                record.push_field(harmless(text).as_bytes());
            }
            let told = of_sample.weights.get(&unit.psu);
            record.push_field(told.map_or_else(String::new, |w| w.weight.to_string()).as_bytes());
            for fpc in [told.map(|w| w.fpc1), told.map(|w| w.fpc2)] {
                record.push_field(fpc.map_or_else(String::new, |n| n.to_string()).as_bytes());
            }
        }
        Ok(())
    }
}

fn bytes(csv: csv::Writer<Vec<u8>>) -> io::Result<Vec<u8>> {
    csv.into_inner().map_err(|e| io::Error::other(e.to_string()))
}

/// Nearly every answer is one digit; formatting it would cost more than all else here.
fn push_value(cell: &mut Vec<u8>, value: i64) -> io::Result<()> {
    match u8::try_from(value) {
        Ok(digit @ 0..=9) => cell.push(b'0' + digit),
        _ => write!(cell, "{value}")?,
    }
    Ok(())
}

/// Adds a moment in Vietnam's time, as `2026-10-05T09:30:00+07:00`; milliseconds
/// only where there are any.
fn push_moment(cell: &mut Vec<u8>, millis: i64) {
    let local = FixedOffset::east_opt(AHEAD)
        .zip(DateTime::from_timestamp_millis(millis))
        .map(|(zone, at)| at.with_timezone(&zone).naive_local());
    let Some(at) = local else { return };
    let year = at.year().unsigned_abs();
    push_digits(cell, 4, year);
    for (before, part) in [
        (b'-', at.month()),
        (b'-', at.day()),
        (b'T', at.hour()),
        (b':', at.minute()),
        (b':', at.second()),
    ] {
        cell.push(before);
        push_digits(cell, 2, part);
    }
    let rest = at.nanosecond() / 1_000_000;
    if rest > 0 {
        cell.push(b'.');
        push_digits(cell, 3, rest);
    }
    cell.extend_from_slice(b"+07:00");
}

/// The last `places` digits of `number`.
fn push_digits(cell: &mut Vec<u8>, places: u32, number: u32) {
    for place in (0..places).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        cell.push(b'0' + u8::try_from(digit).unwrap_or(0));
    }
}

fn text<'t>(text: Option<&'t Cow<'_, str>>) -> Cow<'t, str> {
    text.map_or(Cow::Borrowed(""), |text| harmless(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"instrument":"quick-counter","version":1,"collection_point":"22651","channel":"qr","answered_at":-62135596800000,"answers":{"A1":5,"A2":9,"A4":1,"N1":[1,3]},"service_field":"=đất đai","comment":"Cảm ơn, \"nhanh\""}"#;

    fn written(form: Form) -> String {
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        let rows = Rows::new(instrument, form);
        let id = "0123456789abcdef0123456789abcdef";
        let page = Page::of(&[PagedResponse {
            id,
            commune_code: "22651",
            verified_visit: true,
            // The document has the time of a clock that was wrong.
            answered_at: 1_760_000_000_123,
            document: DOCUMENT,
        }]);
        let mut out = rows.header().unwrap();
        out.extend(rows.page(&page).unwrap().unwrap());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_response_is_one_row_without_its_comment() {
        assert_eq!(
            written(Form { with_comments: false, simulated: false, sampled: None }),
            "response_id,commune_code,collection_point,channel,answered_at,service_field,A1,A2,A3,A4,A5,N1,verified_visit\n\
             01234567-89ab-cdef-0123-456789abcdef,22651,22651,qr,2025-10-09T15:53:20.123+07:00,'=đất đai,5,9,,1,,1;3,1\n"
        );
    }

    #[test]
    fn comments_and_the_mark_of_simulated_data_stand_last() {
        let text = written(Form { with_comments: true, simulated: true, sampled: None });
        assert!(
            text.lines().next().unwrap().ends_with(",N1,comment,simulated,verified_visit"),
            "{text}"
        );
        assert!(text.trim_end().ends_with(",\"Cảm ơn, \"\"nhanh\"\"\",true,1"), "{text}");
    }
}
