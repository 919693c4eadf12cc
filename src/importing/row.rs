//! One row of a file as a response.

use std::collections::{BTreeMap, HashMap};

use analytics::export::as_it_was;
use analytics::frame::csv_file::Reason;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::Item;
use surveys::response::{Admission, Channel, Fault, Raw, response_id};
use surveys::{Instrument, PointCode, Response, Submission, Text};

use super::answer::{answer, is_chosen, options};
use super::header::{Header, Holds};
use super::map::Map;
use super::moment::{self, First};
use super::sheet::NO_RESULT;
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
    first: First,
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
    let mut more = Vec::new();
    let moments = moment::Form { day_zero: table.day_zero(), first, ..defaults.map.moments };
    for place in 0..table.width() {
        let holds = header.holds(place);
        if holds == Holds::Nothing {
            continue;
        }
        if table.cell(place).starts_with(NO_RESULT.as_bytes()) {
            faults.push(no_result(pointer(holds, defaults.instrument)));
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
                match answer(&cell, item, defaults.instrument, defaults.map) {
                    Some(answered) => {
                        submission.answers.push((item.code.to_string(), answered.raw));
                        more.extend(answered.more);
                    }
                    None => faults.push(no_option(item, defaults.instrument)),
                }
            }
            Holds::Choice(item, value) => {
                match is_chosen(&cell, value, item, defaults.instrument) {
                    Some((true, added)) => {
                        choices.entry(item).or_default().push(i64::from(value));
                        more.extend(added);
                    }
                    Some((false, _)) => {}
                    None => faults.push(no_choice(&defaults.instrument.items[item])),
                }
            }
            Holds::Nothing => {}
        }
    }
    for (item, values) in choices {
        let code = defaults.instrument.items[item].code.to_string();
        submission.answers.push((code, Raw::Values(values)));
    }
    // What was written beside an answer is free text like the comment, and treated as such.
    if !more.is_empty() && defaults.instrument.items.iter().any(Item::is_comment) {
        let comment = submission.comment.take();
        submission.comment = Some(comment.into_iter().chain(more).collect::<Vec<_>>().join("\n"));
    }
    let point = defaults.points.get(&submission.collection_point);
    if let (Some(commune), Some(point)) = (&commune, point)
        && point.commune_code.as_str() != commune
    {
        faults.push(wrong_commune(point));
    }
    let undated = submission.answered_at.is_empty();
    let admission = Admission { id: id.unwrap_or_default(), point, now: defaults.now };
    match defaults.instrument.parse(submission, &admission) {
        Ok(response) if faults.is_empty() => Ok(Row { response, has_id: id.is_some() }),
        Ok(_) => Err(faults),
        Err(more) => {
            faults.extend(more.into_iter().map(|fault| match fault.code {
                "unreadable-date" if undated => no_date(),
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

fn wrong_commune(point: &CollectionPoint) -> Fault {
    Fault::new(
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
    )
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

fn no_result(pointer: String) -> Fault {
    Fault::new(
        pointer,
        "no-result",
        Text::new(
            "Ô này là một công thức chưa có kết quả trong tệp: hãy mở tệp trong bảng tính, lưu lại rồi nhập.",
            "This cell is a formula without a result in the file: open the file in a spreadsheet, save it and import it.",
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
