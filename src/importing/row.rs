//! One row of a file as a response.

use std::collections::{BTreeMap, HashMap};

use analytics::export::as_it_was;
use analytics::frame::csv_file::Reason;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::{Item, ResponseOption};
use surveys::response::{Admission, Channel, Fault, Raw, response_id};
use surveys::{Instrument, PointCode, Response, Submission, Text};

use super::header::{Header, Holds};
use super::map::Map;
use super::matching::{folded, of_code, without_number};
use super::moment;
use super::table::Table;

/// What is known of every row before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Defaults<'a> {
    /// The instrument that was answered.
    pub instrument: &'a Instrument,
    /// The channel of rows that do not say.
    pub channel: Channel,
    /// The collection point of rows that do not say.
    pub point: Option<&'a PointCode>,
    /// Every collection point, by its code.
    pub points: &'a HashMap<String, CollectionPoint>,
    /// From the file's columns, texts and dates to ours.
    pub map: &'a Map,
    /// Now, in UTC milliseconds.
    pub now: i64,
    /// Whether the store holds made-up responses only.
    pub simulated: bool,
}

/// A row that fits its instrument.
pub(super) struct Row {
    pub(super) response: Response,
    /// Whether the row named its id.
    pub(super) has_id: bool,
}

/// Reads the current row, which fits the header.
pub(super) fn read(
    table: &Table,
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
    let mut choices: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
    let moments = moment::Form { serial: table.is_sheet(), ..defaults.map.moments };
    for place in 0..table.width() {
        let holds = header.holds(place);
        if holds == Holds::Nothing {
            continue;
        }
        let Some(cell) = table.text(place) else {
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
            // ODK writes the scheme of the URI before it.
            Holds::ResponseId => match response_id(cell.trim_start_matches("uuid:")) {
                Some(uuid) => id = Some(uuid),
                None => faults.push(unusable_id()),
            },
            Holds::CommuneCode => commune = Some(cell),
            Holds::CollectionPoint => submission.collection_point = cell,
            Holds::Channel => submission.channel = cell,
            Holds::AnsweredAt => submission.answered_at = moments.iso(&cell),
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
            Holds::Choice(item, value) => match is_chosen(&cell, value, item, defaults) {
                Some(true) => choices.entry(item).or_default().push(i64::from(value)),
                Some(false) => {}
                None => faults.push(no_choice(&defaults.instrument.items[item])),
            },
            Holds::Nothing => {}
        }
    }
    for (item, values) in choices {
        let code = defaults.instrument.items[item].code.to_string();
        submission.answers.push((code, Raw::Values(values)));
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
    let (undated, day_first) =
        (submission.answered_at.is_empty(), looks_day_first(&submission.answered_at));
    let admission = Admission { id: id.unwrap_or_default(), point, now: defaults.now };
    match defaults.instrument.parse(submission, &admission) {
        Ok(response) if faults.is_empty() => Ok(Row { response, has_id: id.is_some() }),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more.into_iter().map(|fault| match fault.code {
                "unreadable-date" if undated => no_date(),
                "unreadable-date" if day_first => day_first_date(),
                _ => fault,
            }));
            Err(faults)
        }
    }
}

/// Where a fault in a column is, in the words of [`Instrument::parse`].
fn pointer(holds: Holds, instrument: &Instrument) -> String {
    let name = holds.name(instrument);
    match holds {
        Holds::Item(_) | Holds::Choice(..) => format!("/answers/{name}"),
        _ => format!("/{name}"),
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
    if cell.len() > LONGEST_LIST {
        return None;
    }
    let pieces = cell.split([';', '|', '\n']).map(str::trim).filter(|piece| !piece.is_empty());
    let mut values = Vec::new();
    for piece in pieces {
        values.extend(listed(piece, item, defaults)?);
    }
    Some(Raw::Values(values))
}

/// The value of `text`: a number, the text of an option in either language or in the
/// map, or a code where the map says that there are some.
fn one(text: &str, item: &Item, defaults: &Defaults<'_>) -> Option<i64> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    if let Ok(value) = whole.parse() {
        return Some(value);
    }
    let mapped = defaults.map.value(item.code.as_str(), &folded(text));
    let worded = || option_value(text, item, defaults.instrument);
    let coded = || of_code(text).filter(|_| defaults.map.codes);
    mapped.or_else(|| worded().or_else(coded).map(i64::from))
}

/// The value of the option that `text` names by its value or its words; a number
/// may stand before the words.
pub(super) fn option_value(text: &str, item: &Item, instrument: &Instrument) -> Option<u8> {
    let (plain, unnumbered) = (folded(text), folded(without_number(text)));
    let says = |o: &&ResponseOption| {
        let words = [&o.text.vi, &o.text.en].map(|text| folded(text));
        words.contains(&plain) || words.contains(&unnumbered) || plain == o.value.to_string()
    };
    options(item, instrument).find(says).map(|option| option.value)
}

/// Whether a cell under one option says that it was chosen.
fn is_chosen(cell: &str, value: u8, item: usize, defaults: &Defaults<'_>) -> Option<bool> {
    let instrument = defaults.instrument;
    match folded(cell).as_str() {
        "1" | "1.0" | "y" | "yes" | "true" | "có" | "x" | "đúng" => Some(true),
        "0" | "0.0" | "n" | "no" | "false" | "không" | "sai" | "n/a" => Some(false),
        _ => (option_value(cell, &instrument.items[item], instrument)? == value).then_some(true),
    }
}

/// The longest cell with several answers, in bytes.
const LONGEST_LIST: usize = 8 * 1024;

/// The values of texts or numbers with commas or blanks between them. Texts may hold
/// these themselves, so the longest text that fits is taken each time.
fn listed(text: &str, item: &Item, defaults: &Defaults<'_>) -> Option<Vec<i64>> {
    let mut values = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let ends = rest.match_indices([',', ' ']).map(|(at, _)| at).chain([rest.len()]);
        let ends: Vec<usize> = ends.collect();
        let (end, value) = ends
            .into_iter()
            .rev()
            .find_map(|end| Some((end, one(rest[..end].trim(), item, defaults)?)))?;
        values.push(value);
        rest = rest[end..].trim_start_matches([',', ' ']);
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

fn no_choice(item: &Item) -> Fault {
    Fault::new(
        format!("/answers/{}", item.code),
        "no-choice",
        Text::new(
            "Cột của một phương án chỉ nhận 1 (có chọn), 0 (không chọn) hoặc để trống.",
            "The column of one option takes 1 (chosen), 0 (not chosen) or nothing.",
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

fn no_date() -> Fault {
    Fault::new(
        "/answered_at",
        "no-date",
        Text::new(
            "Dòng này không có ngày trả lời, như phiếu chưa gửi xong: hãy ghi ngày, hoặc bỏ dòng này.",
            "The row has no date of answering, like one that was never submitted: add the date, or leave the row out.",
        ),
    )
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
        assert_eq!(
            read_answer("N1", "Chỉ dẫn, chỗ ngồi, trang thiết bị Thời gian chờ đợi"),
            several(&[1, 3])
        );
        assert_eq!(read_answer("N1", "1 3"), several(&[1, 3]));
        assert_eq!(read_answer("N1", "Thời gian chờ đợi, cà phê"), None);
        assert_eq!(read_answer("N1", &"1 ".repeat(8 * 1024)), None);
    }

    #[test]
    fn a_number_before_the_words_and_a_code_are_understood() {
        assert_eq!(read_answer("A1", "5. Rất hài lòng"), Some(Raw::Value(5)));
        assert_eq!(read_answer("A1", "1. Rất hài lòng"), Some(Raw::Value(5)));
        assert_eq!(read_answer("A1", "A5"), None, "only where a map says that there are codes");
        let instrument = catalog::instrument("quick-counter", Some(1)).unwrap();
        let map = Map::shipped("limesurvey", instrument).unwrap();
        let points = HashMap::new();
        let defaults = Defaults {
            instrument,
            channel: Channel::Paper,
            point: None,
            points: &points,
            map: &map,
            now: 0,
            simulated: false,
        };
        let read = |cell| answer(cell, instrument.item("A1").unwrap(), &defaults);
        assert_eq!(read("AO05"), Some(Raw::Value(5)));
        assert_eq!(read("-oth-"), None);
    }

    #[test]
    fn a_day_first_date_is_recognised_by_its_look() {
        assert!(looks_day_first("05/10/2026") && looks_day_first("5/1/2026 9:30:00"));
        assert!(
            !looks_day_first("2026-10-05") && !looks_day_first("") && !looks_day_first("a/b/c")
        );
    }
}
