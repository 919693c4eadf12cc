//! One row of a file as a response.

use std::collections::HashMap;
use std::io::Read;

use analytics::export::as_it_was;
use analytics::frame::csv_file::Reason;
use analytics::frame::encoding::cell_text;
use analytics::frame::records::Records;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::{Item, ResponseOption};
use surveys::response::{Channel, Fault, Raw, response_id};
use surveys::{Instrument, PointCode, Response, Submission, Text};

use super::header::{Header, Holds};
use super::map::{Map, folded};

/// What is known of every row before it is read.
pub(super) struct Defaults<'a> {
    pub(super) instrument: &'a Instrument,
    pub(super) channel: Channel,
    pub(super) point: Option<&'a PointCode>,
    pub(super) points: &'a HashMap<String, CollectionPoint>,
    pub(super) map: &'a Map,
    pub(super) now: i64,
    /// Whether the store holds made-up responses only.
    pub(super) simulated: bool,
}

/// A row that fits its instrument.
pub(super) struct Row {
    pub(super) response: Response,
    /// Whether the row named its id.
    pub(super) has_id: bool,
}

/// Reads the current record, which has as many cells as the header.
pub(super) fn read<R: Read>(
    records: &Records<R>,
    header: &Header,
    defaults: &Defaults<'_>,
) -> Result<Row, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut submission = Submission {
        instrument: defaults.instrument.id.to_string(),
        version: defaults.instrument.version,
        channel: defaults.channel.name().to_owned(),
        collection_point: defaults.point.map(ToString::to_string).unwrap_or_default(),
        ..Submission::default()
    };
    let mut commune = None;
    let mut id = None;
    for place in 0..records.width() {
        let holds = header.holds(place);
        if holds == Holds::Nothing {
            continue;
        }
        let Some((cell, _)) = cell_text(&records.cell(place)) else {
            faults.push(Fault::new(
                pointer(holds, defaults.instrument),
                "no-text",
                Reason::NoText.text(),
            ));
            continue;
        };
        if cell.is_empty() {
            continue;
        }
        match holds {
            Holds::ResponseId => match response_id(&cell) {
                Some(uuid) => id = Some(uuid),
                None => faults.push(unusable_id()),
            },
            Holds::CommuneCode => commune = Some(cell),
            Holds::CollectionPoint => submission.collection_point = cell,
            Holds::Channel => submission.channel = cell,
            Holds::AnsweredAt => submission.answered_at = defaults.map.iso(&cell),
            Holds::ServiceField => submission.service_field = Some(as_it_was(&cell).to_owned()),
            Holds::Comment => submission.comment = Some(as_it_was(&cell).to_owned()),
            Holds::Simulated if defaults.simulated || cell == "false" => {}
            Holds::Simulated => faults.push(simulated()),
            Holds::Item(item) => {
                let item = &defaults.instrument.items[item];
                match answer(&cell, item, defaults) {
                    Some(raw) => submission.answers.push((item.code.to_string(), raw)),
                    None => faults.push(no_option(item, defaults.instrument)),
                }
            }
            Holds::Nothing => {}
        }
    }
    let point = defaults.points.get(&submission.collection_point);
    if let (Some(commune), Some(point)) = (&commune, point)
        && point.commune_code.as_str() != commune
    {
        faults.push(Fault::new(
            "/commune_code",
            "wrong-commune",
            Text::new(
                format!(
                    "Điểm khảo sát {} thuộc xã {}: hãy sửa mã xã hoặc mã điểm.",
                    point.code, point.commune_code
                ),
                format!(
                    "Collection point {} is in commune {}: correct the commune or the point.",
                    point.code, point.commune_code
                ),
            ),
        ));
    }
    let day_first = looks_day_first(&submission.answered_at);
    let admitted = super::admitted(
        defaults.instrument,
        submission,
        point,
        id.unwrap_or_default(),
        defaults.now,
    );
    match admitted {
        Ok(response) if faults.is_empty() => Ok(Row { response, has_id: id.is_some() }),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more.into_iter().map(|fault| {
                if day_first && fault.code == "unreadable-date" { day_first_date() } else { fault }
            }));
            Err(faults)
        }
    }
}

/// Where a fault in a column is, in the words of [`Instrument::parse`].
fn pointer(holds: Holds, instrument: &Instrument) -> String {
    match holds {
        Holds::ResponseId => "/response_id".to_owned(),
        Holds::CommuneCode => "/commune_code".to_owned(),
        Holds::CollectionPoint => "/collection_point".to_owned(),
        Holds::Channel => "/channel".to_owned(),
        Holds::AnsweredAt => "/answered_at".to_owned(),
        Holds::ServiceField => "/service_field".to_owned(),
        Holds::Comment => "/comment".to_owned(),
        Holds::Simulated => "/simulated".to_owned(),
        Holds::Item(place) => format!("/answers/{}", instrument.items[place].code),
        Holds::Nothing => String::new(),
    }
}

/// Faults with what the columns hold in which they are; those of items first, in their order.
pub(super) fn placed(faults: Vec<Fault>, instrument: &Instrument) -> Vec<(Option<Holds>, Fault)> {
    let holds = |fault: &Fault| {
        let pointer = &fault.pointer;
        let name = pointer.strip_prefix("/answers/").or(pointer.strip_prefix('/'))?;
        Holds::named(name, instrument)
    };
    let mut placed: Vec<_> = faults.into_iter().map(|fault| (holds(&fault), fault)).collect();
    placed.sort_by_key(|(holds, _)| match holds {
        Some(Holds::Item(place)) => *place,
        _ => usize::MAX,
    });
    placed
}

/// The answer in a cell: a value, an option's text, or several of them.
fn answer(cell: &str, item: &Item, defaults: &Defaults<'_>) -> Option<Raw> {
    if let Some(value) = one(cell, item, defaults) {
        return Some(Raw::Value(value));
    }
    if !item.multiple {
        return None;
    }
    let pieces = cell.split([';', '|']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut values = Vec::new();
    for piece in pieces {
        values.extend(listed(piece, item, defaults)?);
    }
    Some(Raw::Values(values))
}

/// The value of `text`: a number, or the text of an option in either language or
/// in the map.
fn one(text: &str, item: &Item, defaults: &Defaults<'_>) -> Option<i64> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if let Ok(value) = whole.parse() {
        return Some(value);
    }
    let text = folded(text);
    defaults.map.value(item.code.as_str(), &text).or_else(|| {
        options(item, defaults.instrument)
            .find(|o| folded(&o.text.vi) == text || folded(&o.text.en) == text)
            .map(|o| i64::from(o.value))
    })
}

/// The values of texts or numbers with commas between them. Texts may hold commas
/// themselves, so the longest text that fits is taken each time.
fn listed(text: &str, item: &Item, defaults: &Defaults<'_>) -> Option<Vec<i64>> {
    let mut values = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let ends = rest.match_indices(',').map(|(at, _)| at).chain([rest.len()]);
        let ends: Vec<usize> = ends.collect();
        let (end, value) = ends
            .into_iter()
            .rev()
            .find_map(|end| Some((end, one(rest[..end].trim(), item, defaults)?)))?;
        values.push(value);
        rest = rest[end..].trim_start_matches(',').trim_start();
    }
    Some(values)
}

fn options<'a>(
    item: &Item,
    instrument: &'a Instrument,
) -> impl Iterator<Item = &'a ResponseOption> + use<'a> {
    let scale = instrument.scale_of(item);
    scale.into_iter().flat_map(|s| s.options.iter().chain(&s.no_opinion))
}

fn no_option(item: &Item, instrument: &Instrument) -> Fault {
    let values: Vec<String> =
        options(item, instrument).map(|o| format!("{} ({})", o.value, o.text.vi)).collect();
    let values = values.join(", ");
    Fault::new(
        format!("/answers/{}", item.code),
        "no-option",
        Text::new(
            format!(
                "Không phải phương án của câu này. Hãy ghi một trong: {values}; hoặc để trống."
            ),
            format!("This is no option of the item. Write one of: {values}; or leave it empty."),
        ),
    )
}

fn unusable_id() -> Fault {
    Fault::new(
        "/response_id",
        "unusable-id",
        Text::new(
            "Mã phản hồi phải là một UUID; hoặc bỏ trống để chương trình tự đặt.",
            "The response id must be a UUID; or leave it empty and it is made from the content.",
        ),
    )
}

fn simulated() -> Fault {
    Fault::new(
        "/simulated",
        "simulated",
        Text::new(
            "Đây là dữ liệu mô phỏng, không nhập vào cơ sở dữ liệu thật.",
            "This is simulated data; it does not go into a real database.",
        ),
    )
}

fn looks_day_first(text: &str) -> bool {
    let mut parts = text.split(['/', ' ']);
    let mut number = |most: usize| {
        parts
            .next()
            .is_some_and(|p| (1..=most).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    number(2) && number(2) && number(4)
}

fn day_first_date() -> Fault {
    Fault::new(
        "/answered_at",
        "day-first-date",
        Text::new(
            "Ngày dạng ngày/tháng/năm: hãy ghi như 2026-10-05, hoặc dùng --map có [dates] form = \"dd/mm/yyyy\".",
            "The date has the day first: write it like 2026-10-05, or use a --map with [dates] form = \"dd/mm/yyyy\".",
        ),
    )
}

#[cfg(test)]
mod tests {
    use surveys::catalog;

    use super::*;

    fn read_answer(item: &str, cell: &str) -> Option<Raw> {
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        let (points, map) = (HashMap::new(), Map::default());
        let defaults = Defaults {
            instrument,
            channel: Channel::Paper,
            point: None,
            points: &points,
            map: &map,
            now: 0,
            simulated: false,
        };
        answer(cell, instrument.item(item).unwrap(), &defaults)
    }

    #[test]
    fn an_answer_is_a_value_or_the_text_of_an_option() {
        for cell in [
            "5",
            "5.0",
            "Rất hài lòng",
            "RẤT HÀI LÒNG",
            "ra\u{302}\u{301}t hài lòng",
            "very satisfied",
        ] {
            assert_eq!(read_answer("A1", cell), Some(Raw::Value(5)), "{cell}");
        }
        assert_eq!(read_answer("A1", "Không có ý kiến"), Some(Raw::Value(9)));
        // Off the scale is settled by the instrument, which says so.
        assert_eq!(read_answer("A1", "77"), Some(Raw::Value(77)));
        for cell in ["tuyệt vời", "5 sao", "4;5", "-", "1e3"] {
            assert_eq!(read_answer("A1", cell), None, "{cell}");
        }
    }

    #[test]
    fn several_answers_may_stand_in_a_cell_even_with_commas_in_their_texts() {
        let several = |values: &[i64]| Some(Raw::Values(values.to_vec()));
        assert_eq!(read_answer("N1", "3"), Some(Raw::Value(3)));
        assert_eq!(read_answer("N1", "1;3"), several(&[1, 3]));
        assert_eq!(read_answer("N1", "1, 3"), several(&[1, 3]));
        assert_eq!(
            read_answer("N1", "Chỉ dẫn, chỗ ngồi, trang thiết bị, Thời gian chờ đợi"),
            several(&[1, 3])
        );
        assert_eq!(read_answer("N1", "Thời gian chờ đợi|7"), several(&[3, 7]));
        assert_eq!(read_answer("N1", "Thời gian chờ đợi, cà phê"), None);
    }

    #[test]
    fn a_day_first_date_is_recognised_by_its_look() {
        assert!(looks_day_first("05/10/2026") && looks_day_first("5/1/2026 9:30:00"));
        assert!(
            !looks_day_first("2026-10-05") && !looks_day_first("") && !looks_day_first("a/b/c")
        );
    }
}
