//! The audit log as a page and as a file.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use analytics::export::sheet::{Cell, Sheet};
use chrono::{DateTime, SecondsFormat};
use surveys::{Period, typed_day};

use super::super::page::{self, Keep, Stopped, settled};
use super::attached;
use super::visit::Signed;
use crate::pages::staff::audit::{Audit, Chosen, REFUSED};
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::staff::audit::Lines;

/// How many lines a page has.
const A_PAGE: u32 = 50;
/// The most lines of a file; the newest.
const MOST_EXPORTED: u32 = 50_000;

/// The place before which a page of a list begins, its end where none was `asked` for;
/// `None` when it is no place.
pub(super) fn place(asked: &str) -> Option<i64> {
    if asked.is_empty() { Some(i64::MAX) } else { asked.parse().ok() }
}

/// The lines that are `chosen`; `None` when the day is no day, or the kind none.
fn lines(chosen: &Chosen<'_>, most: u32) -> Option<Lines> {
    let day = chosen.day.trim();
    let action = match chosen.action {
        "" => None,
        name => Some(Action::of_name(name)?),
    };
    let (from, until) = if day.is_empty() {
        (i64::MIN, i64::MAX)
    } else {
        let date = typed_day(day)?;
        let day = Period::between(date, date).ok()?;
        (day.start_millis(), day.end_millis())
    };
    let who = chosen.who.trim().to_ascii_lowercase().replace('\0', "");
    let refused = chosen.refused;
    Some(Lines { before: i64::MAX, from, until, who, action, refused, most })
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let asked = |name| signed.shell.asked(name).unwrap_or("");
    let chosen = Chosen {
        day: asked("day"),
        who: asked("who"),
        action: asked("action"),
        refused: asked("refused") == REFUSED,
    };
    let wanted = lines(&chosen, A_PAGE + 1);
    let wrong_action = !chosen.action.is_empty() && Action::of_name(chosen.action).is_none();
    let wrong_day = wanted.is_none() && !wrong_action;
    let before = place(asked("before"));
    let mut found = match wanted {
        Some(wanted) => {
            let before = before.unwrap_or(i64::MAX);
            read(signed, &Lines { before, ..wanted }).await?
        }
        None => Vec::new(),
    };
    let more = found.len() > A_PAGE as usize;
    found.truncate(A_PAGE as usize);
    let older = found.last().filter(|_| more).map(|(place, _)| *place);
    let page = Audit::new(&signed.shell, signed.nav(), &found, chosen, wrong_day, older);
    let page = page.noticing(match before {
        _ if wrong_action => signed.said("audit-action-wrong"),
        None => signed.said("before-wrong"),
        Some(_) => String::new(),
    });
    let status = if wrong_day || wrong_action || before.is_none() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(page::show(status, Keep::Never, &page))
}

async fn read(signed: &Signed, lines: &Lines) -> Stopped<Vec<(i64, Event)>> {
    let read = signed.service.db.audit(&signed.account.scope, lines).await;
    Ok(read.map_err(|error| signed.down(&error))?)
}

pub(super) async fn export(signed: Signed) -> HttpResponse {
    settled(exported(&signed).await)
}

async fn exported(signed: &Signed) -> Stopped<HttpResponse> {
    let asked = |name| signed.fields.first(name);
    let chosen = Chosen {
        day: asked("day"),
        who: asked("who"),
        action: asked("action"),
        refused: asked("refused") == REFUSED,
    };
    let Some(wanted) = lines(&chosen, MOST_EXPORTED) else {
        let Chosen { day, who, action, .. } = chosen;
        let query = [("day", day), ("who", who), ("action", action)];
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        return Ok(page::see_other(&signed.shell.link(&format!("/staff/audit?{query}"))));
    };
    let event = signed.event(Action::ExportAudit, Outcome::Done).about(chosen.day);
    signed.service.db.note(&event).await.map_err(|error| signed.down(&error))?;
    let found = read(signed, &wanted).await?;
    let format = attached::format(signed.fields.first("format"));
    Ok(attached::sheet(&sheet(&found), "nhat-ky", format))
}

fn sheet(lines: &[(i64, Event)]) -> Sheet {
    let columns = ["seq", "at", "who", "action", "scope", "subject", "outcome"];
    let row = |(place, event): &(i64, Event)| {
        let at = DateTime::from_timestamp_millis(event.at).unwrap_or_default();
        vec![
            Cell::Count(place.unsigned_abs()),
            Cell::Text(at.to_rfc3339_opts(SecondsFormat::Millis, true)),
            event.who.as_str().into(),
            event.action.name().into(),
            Cell::Text(event.scope.to_string()),
            event.subject.as_str().into(),
            event.outcome.name().into(),
        ]
    };
    Sheet { columns: columns.map(str::to_owned).into(), rows: lines.iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use analytics::export::sheet::SheetFormat;

    use super::*;

    #[test]
    fn a_day_is_read_in_either_form_and_is_a_day_of_vietnam() {
        let lines = |day, who| {
            let chosen = Chosen { day, who, ..Chosen::default() };
            super::lines(&chosen, 1)
        };
        let day = lines("05/10/2026", " Lan ").unwrap();
        assert_eq!(day, lines("2026-10-05", "lan").unwrap());
        assert_eq!((day.until - day.from, day.who.as_str()), (86_400_000, "lan"));
        // 17:00 in Greenwich is the next day's midnight in Vietnam.
        assert_eq!(day.from, 1_791_133_200_000);
        assert_eq!(lines("", "").unwrap().from, i64::MIN);
        for wrong in ["32/10/2026", "hôm qua", "2026-10", "\0"] {
            assert_eq!(lines(wrong, ""), None, "{wrong}");
        }
    }

    #[test]
    fn no_cell_of_the_file_is_a_formula_or_breaks_a_row() {
        let event = Event::new(0, "=cmd()", Action::Enter, Outcome::Refused).about("+1\r\n,\"x");
        let csv = sheet(&[(1, event)]).file(SheetFormat::Csv).unwrap();
        let text = String::from_utf8(csv).unwrap();
        assert_eq!(
            text,
            "\u{feff}seq,at,who,action,scope,subject,outcome\r\n\
             1,1970-01-01T00:00:00.000Z,'=cmd(),enter,/,\"'+1,\"\"x\",refused\r\n"
        );
    }
}
