//! Opening a batch, and making it account for more serial numbers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::paper::{MOST_SHEETS, Stage};
use surveys::response::earliest_millis;
use surveys::{Period, Serial, catalog, typed_day, typed_number};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::Loaded;
use crate::pages::day;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::paper_batches::NewPaperBatch;
use crate::store::paper_ranges::{IssuedRange, PaperRange};

/// How many printings one may choose from; the newest.
const MOST_LISTED: usize = 100;

/// What is to be mended in the form, by field.
#[derive(Debug, Default)]
struct Wrong {
    range: Option<String>,
    first: Option<String>,
    last: Option<String>,
    day: Option<String>,
    sheets: Option<String>,
}

/// Numbers that were given out within the reader's scope, with where.
struct Printing {
    issued: IssuedRange,
    range: PaperRange,
    scope: Scope,
    name: String,
}

/// What was printed for the points that the reader looks after, the newest first.
async fn printings(signed: &Signed) -> Stopped<Vec<Printing>> {
    let down = |error| signed.down(&error);
    let mut found = Vec::new();
    for issued in signed.service.db.paper_ranges(None).await.map_err(down)? {
        let point = signed.service.collection_point(&issued.collection_point).await;
        let Some(point) = point.map_err(down)? else { continue };
        let scope = Scope::Point { commune: point.commune_code.clone(), point: point.code.clone() };
        if signed.account.scope.covers(&scope) {
            let range = issued.range().map_err(down)?;
            found.push(Printing { issued, range, scope, name: point.name.clone() });
        }
    }
    found.reverse();
    Ok(found)
}

pub(crate) async fn new(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let printings = printings(signed).await?;
    if printings.is_empty() {
        let page = ("paper-open-heading", "paper-none-printed");
        return Ok(signed.message(StatusCode::OK, page, ("/staff/paper", "paper-heading")));
    }
    Ok(form(signed, StatusCode::OK, &printings, Wrong::default()))
}

fn form(signed: &Signed, status: StatusCode, printings: &[Printing], wrong: Wrong) -> HttpResponse {
    let said = |key| signed.said(key);
    let (fields, language) = (&signed.fields, signed.shell.language());
    let choice = |printing: &Printing| {
        let instrument = u32::try_from(printing.issued.version)
            .ok()
            .and_then(|version| catalog::instrument(&printing.issued.instrument, Some(version)));
        let title = instrument.map_or(printing.issued.instrument.as_str(), |instrument| {
            instrument.title.get(language)
        });
        Choice {
            value: printing.range.first.as_digits(),
            label: format!("{} – {title} – {}", printing.range, printing.name),
        }
    };
    // A sheet that belongs to no open batch leads here with its number.
    let asked = signed.shell.asked("serial").and_then(|serial| serial.parse::<Serial>().ok());
    let holding = asked.and_then(|serial| printings.iter().find(|p| p.range.has(serial)));
    let chosen = match fields.first("range") {
        "" => holding.map_or_else(String::new, |p| p.range.first.as_digits()),
        chosen => chosen.to_owned(),
    };
    let choices = printings.iter().take(MOST_LISTED).map(choice).collect();
    let mut page = Form::new(
        &signed.shell,
        said("paper-open-heading"),
        "/staff/paper/new",
        said("paper-open-button"),
    )
    .signed(signed.nav())
    .saying(said("paper-open-about"));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let today = day(surveys::period::date_of_millis(signed.now()), surveys::Language::Vi);
    let emptied = fields.values("day").next().unwrap_or(&today);
    let page = page
        .asking(
            Field::choice("range", said("paper-range"), choices).value(&chosen).wrong(wrong.range),
        )
        .asking(
            Field::spelled("first", said("paper-first"))
                .hint(said("paper-first-hint"))
                .value(fields.first("first"))
                .wrong(wrong.first),
        )
        .asking(
            Field::spelled("last", said("paper-last"))
                .value(fields.first("last"))
                .wrong(wrong.last),
        )
        .asking(
            Field::text("day", said("paper-day"))
                .hint(said("paper-day-hint"))
                .value(emptied)
                .wrong(wrong.day),
        )
        .asking(
            Field::digits("sheets", said("paper-count"))
                .hint(said("paper-count-hint"))
                .value(fields.first("sheets"))
                .wrong(wrong.sheets),
        )
        .leading("/staff/paper", said("paper-heading"));
    page::show(status, Keep::Never, &page)
}

/// How many sheets were typed, from none to [`MOST_SHEETS`]; a thousand may have its mark.
pub(super) fn sheets(typed: &str) -> Option<u32> {
    typed_number(typed).filter(|sheets| *sheets <= MOST_SHEETS)
}

/// The first moment of the day that was typed, when it is not to come.
fn emptied(typed: &str, now: i64) -> Option<i64> {
    let date = typed_day(typed)?;
    let start = Period::between(date, date).ok()?.start_millis();
    (earliest_millis()..=now).contains(&start).then_some(start)
}

/// The part of `printed` that was typed: all of it where nothing was.
fn part(signed: &Signed, printed: PaperRange, wrong: &mut Wrong) -> Option<PaperRange> {
    let language = signed.shell.language();
    let read = |name: &str, otherwise: Serial| match signed.fields.first(name).trim() {
        "" => Ok(otherwise),
        typed => match typed.parse::<Serial>() {
            Ok(serial) if printed.has(serial) => Ok(serial),
            Ok(_) => Err(signed.said("paper-part-outside")),
            Err(bad) => Err(bad.text().get(language).to_owned()),
        },
    };
    match (read("first", printed.first), read("last", printed.last)) {
        (Ok(first), Ok(last)) if first > last => {
            wrong.last = Some(signed.said("paper-part-order"));
            None
        }
        (Ok(first), Ok(last)) if (PaperRange { first, last }).count() > MOST_SHEETS => {
            wrong.last = Some(signed.said("paper-part-large"));
            None
        }
        (Ok(first), Ok(last)) => Some(PaperRange { first, last }),
        (first, last) => {
            (wrong.first, wrong.last) = (first.err(), last.err());
            None
        }
    }
}

pub(crate) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let printings = printings(signed).await?;
    let mut wrong = Wrong::default();
    let chosen = signed.fields.first("range");
    let printing = printings.iter().find(|p| p.range.first.as_digits() == chosen);
    let range = if let Some(printing) = printing {
        part(signed, printing.range, &mut wrong)
    } else {
        wrong.range = Some(signed.said("paper-range-wrong"));
        None
    };
    let emptied_at = emptied(signed.fields.first("day"), signed.now());
    if emptied_at.is_none() {
        wrong.day = Some(signed.said("paper-day-wrong"));
    }
    let counted = sheets(signed.fields.first("sheets"));
    if counted.is_none() {
        wrong.sheets = Some(signed.said("paper-count-wrong"));
    }
    let (Some(printing), Some(range), Some(emptied_at), Some(counted)) =
        (printing, range, emptied_at, counted)
    else {
        return Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, &printings, wrong));
    };
    let new = NewPaperBatch {
        scope: printing.scope.clone(),
        point: printing.issued.collection_point.clone(),
        instrument: printing.issued.instrument.clone(),
        version: u32::try_from(printing.issued.version).unwrap_or(0),
        emptied_at,
        range,
    };
    let (db, down) = (&signed.service.db, |error| signed.down(&error));
    let event = |action| signed.event(action, Outcome::Done).at_place(&new.scope);
    let id = db.open_paper_batch(&new, &event(Action::OpenPaperBatch)).await.map_err(down)?;
    let counts = event(Action::CountSheets).about(&format!("{id}: {counted}"));
    db.count_sheets(id, counted, &counts).await.map_err(down)?;
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&format!("/staff/paper/{id}"))))
}

/// Makes the batch account for more numbers.
pub(crate) async fn add_range(signed: Signed) -> HttpResponse {
    settled(widened(&signed).await)
}

async fn widened(signed: &Signed) -> Stopped<HttpResponse> {
    let loaded = Loaded::of(signed).await?;
    if loaded.batch.stage != Stage::Keying {
        return Ok(loaded.go(signed, ""));
    }
    let down = |error| signed.down(&error);
    let (db, batch) = (&signed.service.db, &loaded.batch);
    let language = signed.shell.language();
    let mut wrong = Vec::new();
    let mut read = |name: &str| {
        let read = signed.fields.first(name).parse::<Serial>();
        read.map_err(|bad| wrong.push((name.to_owned(), bad.text().get(language).to_owned()))).ok()
    };
    let ends = (read("first"), read("last"));
    if let (Some(first), Some(last)) = ends {
        let issued = db.paper_range_of(first).await.map_err(down)?.filter(|issued| {
            issued.collection_point == batch.point
                && issued.instrument == batch.instrument
                && issued.version == i64::from(batch.version)
        });
        let printed = issued.map(|issued| issued.range()).transpose().map_err(down)?;
        let range = PaperRange { first, last };
        let before: u32 = db
            .paper_batch_ranges(batch.batch_id)
            .await
            .map_err(down)?
            .into_iter()
            .map(PaperRange::count)
            .sum();
        let key = match printed {
            None => Some(("first", "paper-range-elsewhere")),
            Some(_) if first > last => Some(("last", "paper-part-order")),
            Some(printed) if !printed.has(last) => Some(("last", "paper-part-outside")),
            Some(_) if before.saturating_add(range.count()) > MOST_SHEETS => {
                Some(("last", "paper-part-large"))
            }
            Some(_) => None,
        };
        if let Some((field, key)) = key {
            wrong.push((field.to_owned(), signed.said(key)));
        } else {
            let event = loaded.event(signed, Action::AddPaperRange, &range.to_string());
            db.add_paper_range(batch.batch_id, range, &event).await.map_err(down)?;
            signed.form_is_done().await;
            return Ok(loaded.go(signed, ""));
        }
    }
    super::batch::with_wrong(signed, &loaded, wrong).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_was_is_read_in_either_form_and_none_that_is_to_come() {
        // 20 November 2026, 10:00 in Vietnam.
        let now = 1_795_143_600_000;
        let start = emptied("20/11/2026", now).unwrap();
        assert_eq!((emptied("2026-11-20", now), now - start), (Some(start), 36_000_000));
        for wrong in ["21/11/2026", "31/12/2014", "31/02/2026", "hôm nay", "", "1/1/99999999"] {
            assert_eq!(emptied(wrong, now), None, "{wrong}");
        }
    }

    #[test]
    fn a_count_is_none_to_two_thousand() {
        assert_eq!((sheets(" 50 "), sheets("0"), sheets("2000")), (Some(50), Some(0), Some(2_000)));
        assert_eq!(sheets("1.234"), Some(1_234));
        for wrong in [
            "",
            "-1",
            "2001",
            "2.001",
            "1,234",
            "1.23",
            "1000000000",
            "5e3",
            "năm mươi",
            "99999999999999999999",
        ] {
            assert_eq!(sheets(wrong), None, "{wrong}");
        }
    }
}
