//! One sheet as a form: what it asks, and what was typed in it.

use surveys::instrument::Item;
use surveys::paper::{Fate, Keyed, read_typed, typed_of};
use surveys::period::date_of_millis;
use surveys::response::{Admission, Raw};
use surveys::{ItemCode, Response, Submission};
use uuid::Uuid;

use super::super::super::page::Stopped;
use super::super::visit::Signed;
use super::{Loaded, damaged};
use crate::pages::staff::paper::sheet::{Sheet, item_field};

/// What is to be mended: the id of a field, and what to do there.
pub(super) type Wrong = (String, String);

/// The fate that the pressed button says; that of the first button when none was.
pub(super) fn fate(signed: &Signed) -> Fate {
    Fate::named(signed.fields.first("fate"))
        .filter(|fate| fate.is_in_box())
        .unwrap_or(Fate::Answered)
}

/// Whether something is typed at `item` that says more than that nothing is ticked.
fn says(signed: &Signed, loaded: &Loaded, item: &Item) -> bool {
    let typed = signed.fields.first(&item_field(item));
    read_typed(loaded.instrument, item, typed) != Some(Raw::Null)
}

fn is_empty(signed: &Signed, item: &Item) -> bool {
    signed.fields.first(&item_field(item)).trim().is_empty()
}

/// What is sent again is meant: what the button does to the sheet was asked about.
fn is_sure(signed: &Signed, fate: Fate) -> bool {
    signed.fields.first("sure") == fate.name()
}

/// Whether nothing was typed at `item`, which was to be answered by what was typed above.
fn is_missing(signed: &Signed, loaded: &Loaded, item: &Item) -> bool {
    let instrument = loaded.instrument;
    let chosen = |rating: &ItemCode| {
        let rating = instrument.item(rating.as_str())?;
        read_typed(instrument, rating, signed.fields.first(&item_field(rating)))?.one()
    };
    is_empty(signed, item) && instrument.asks(item, chosen)
}

/// The field of which is asked, before anything is stored, whether it is meant: one that
/// is typed in and would be lost, or the first of those left empty.
fn doubtful(signed: &Signed, loaded: &Loaded, items: &[&Item]) -> Option<String> {
    let fate = fate(signed);
    let answered = fate == Fate::Answered;
    let asks = |item: &&&Item| {
        if answered { is_missing(signed, loaded, item) } else { says(signed, loaded, item) }
    };
    let of_items = items.iter().find(asks);
    let comment = !answered && !signed.fields.first("comment").trim().is_empty();
    of_items.map(|item| item_field(item)).or_else(|| comment.then(|| "comment".to_owned()))
}

/// A sheet of which the button says that nothing on it counts, `items` being asked: what
/// is typed is not given up before that was asked about.
pub(super) fn nothing_said(
    signed: &Signed,
    loaded: &Loaded,
    items: &[&Item],
) -> Result<Keyed, Vec<Wrong>> {
    let fate = fate(signed);
    match doubtful(signed, loaded, items).filter(|_| !is_sure(signed, fate)) {
        Some(field) => Err(vec![(field, signed.said("paper-discards"))]),
        None => Ok(Keyed { fate, document: None }),
    }
}

/// `sheet` which remembers that it was asked about what is typed at `items`, when it was.
pub(super) fn asked_once<'a>(
    sheet: Sheet<'a>,
    signed: &Signed,
    loaded: &Loaded,
    items: &[&Item],
) -> Sheet<'a> {
    let was_sent = signed.fields.values("serial").next().is_some() && !signed.resumed;
    if was_sent && doubtful(signed, loaded, items).is_some() {
        return sheet.carrying("sure", fate(signed).name().to_owned());
    }
    sheet
}

/// What was typed at `items`; each must have something, or be left empty twice.
pub(super) fn typed(
    signed: &Signed,
    loaded: &Loaded,
    items: &[&Item],
) -> Result<Vec<(String, Raw)>, Vec<Wrong>> {
    let (mut answers, mut wrong) = (Vec::new(), Vec::new());
    for item in items {
        let field = item_field(item);
        if is_missing(signed, loaded, item) && !is_sure(signed, Fate::Answered) {
            wrong.push((field, signed.said("paper-item-empty")));
            continue;
        }
        match read_typed(loaded.instrument, item, signed.fields.first(&field)) {
            Some(raw) => answers.push((item.code.to_string(), raw)),
            None => wrong.push((field, signed.said("paper-item-wrong"))),
        }
    }
    if wrong.is_empty() { Ok(answers) } else { Err(wrong) }
}

/// The items of a sheet that have options, in order.
pub(super) fn items(loaded: &Loaded) -> Vec<&'static Item> {
    loaded.instrument.asked().filter(|item| !item.is_comment()).collect()
}

/// The response that `answers` and `comment` are, held against the instrument like any
/// other; or what is to be mended.
pub(super) fn response(
    signed: &Signed,
    loaded: &Loaded,
    id: Uuid,
    answers: Vec<(String, Raw)>,
    comment: Option<String>,
) -> Result<Response, Vec<Wrong>> {
    let submission = Submission {
        instrument: loaded.batch.instrument.clone(),
        version: loaded.batch.version,
        collection_point: loaded.batch.point.clone(),
        channel: surveys::Channel::Paper.name().to_owned(),
        answered_at: date_of_millis(loaded.batch.emptied_at).to_string(),
        answers,
        comment,
        ..Submission::default()
    };
    let at = Admission { id, point: Some(&loaded.point), now: signed.now() };
    loaded.instrument.parse(submission, &at).map_err(|faults| {
        let wrong = |fault: surveys::response::Fault| {
            let field = match fault.pointer.strip_prefix("/answers/") {
                Some(code) => format!("item-{code}"),
                None if fault.pointer == "/comment" => "comment".to_owned(),
                None => "serial".to_owned(),
            };
            (field, fault.detail.get(signed.shell.language()).to_owned())
        };
        faults.into_iter().map(wrong).collect()
    })
}

/// The comment that was typed.
pub(super) fn comment(signed: &Signed) -> Option<String> {
    let comment = signed.fields.first("comment").replace("\r\n", "\n");
    Some(comment).filter(|comment| !comment.trim().is_empty())
}

/// The sheet that was typed, with its comment when it is asked.
pub(super) fn keyed(
    signed: &Signed,
    loaded: &Loaded,
    with_comment: bool,
) -> Result<Keyed, Vec<Wrong>> {
    let items = items(loaded);
    if fate(signed) != Fate::Answered {
        return nothing_said(signed, loaded, &items);
    }
    let comment = if with_comment { comment(signed) } else { None };
    if comment.is_none() && !items.iter().any(|item| says(signed, loaded, item)) {
        let first = items.first().map_or_else(String::new, |item| item_field(item));
        return Err(vec![(first, signed.said("paper-nothing-typed"))]);
    }
    let answers = typed(signed, loaded, &items)?;
    let response = response(signed, loaded, Uuid::nil(), answers, comment)?;
    Ok(Keyed { fate: Fate::Answered, document: Some(response.document()) })
}

/// The response that a keyed sheet becomes under a new id; none when it says nothing.
pub(super) fn response_of(
    signed: &Signed,
    loaded: &Loaded,
    keyed: &Keyed,
) -> Stopped<Option<Response>> {
    if keyed.fate != Fate::Answered {
        return Ok(None);
    }
    let down = |error| Box::new(signed.down(&error));
    let answers = keyed.answers(loaded.instrument).map_err(|e| down(damaged(&e)))?;
    let comment = keyed.comment().map_err(|e| down(damaged(&e)))?;
    let answers = answers.into_iter().filter_map(|(item, raw)| Some((item.code.to_string(), raw?)));
    let id = signed.service.clock.new_id();
    let response = response(signed, loaded, id, answers.collect(), comment);
    response.map(Some).map_err(|wrong| {
        let what = wrong.first().map_or("", |(field, _)| field);
        down(crate::store::Error::Damaged(format!("a keyed sheet, at {what}")))
    })
}

/// `sheet` with each item of the form, as it was typed just now.
pub(super) fn with_typed<'a>(
    sheet: Sheet<'a>,
    signed: &Signed,
    loaded: &Loaded,
    with_comment: bool,
) -> Sheet<'a> {
    let fields = &signed.fields;
    let value = |item: &Item| fields.first(&item_field(item)).to_owned();
    let items = items(loaded);
    let sheet = asked_once(sheet, signed, loaded, &items);
    let sheet = sheet.asking(loaded.instrument, &items, value);
    if with_comment {
        sheet.asking_comment(loaded.instrument, fields.first("comment"))
    } else {
        sheet
    }
}

/// `sheet` with each item of the form, as `keyed` says.
pub(super) fn with_keyed<'a>(
    sheet: Sheet<'a>,
    signed: &Signed,
    loaded: &Loaded,
    keyed: &Keyed,
) -> Stopped<Sheet<'a>> {
    let down = |e| Box::new(signed.down(&damaged(&e)));
    let answers = keyed.answers(loaded.instrument).map_err(down)?;
    let value = |item: &Item| {
        if keyed.fate != Fate::Answered {
            return String::new();
        }
        let raw =
            answers.iter().find(|(i, _)| i.code == item.code).and_then(|(_, raw)| raw.as_ref());
        typed_of(loaded.instrument, item, raw)
    };
    let comment = keyed.comment().map_err(down)?.unwrap_or_default();
    Ok(sheet
        .asking(loaded.instrument, &items(loaded), value)
        .asking_comment(loaded.instrument, &comment))
}
