//! The letter of apology: a form, filled from a petition where it is about one, and the
//! letter as PDF or DOCX. Nothing of it is stored; that it was written is noted.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_DISPOSITION;
use chrono::NaiveDate;
use surveys::petition::cleaned_line;
use surveys::{Language, PetitionCode, typed_day};

use super::super::super::asked::internal;
use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use crate::pages::day;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::printing::{self, ApologyLetter, PrintError, Sheet};
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};

const ADDRESS: &str = "/staff/apology";

/// What is asked: id, key of the label, the most characters, whether in a large field,
/// and whether it may be left empty.
const ASKED: [(&str, &str, usize, bool, bool); 8] = [
    ("number", "apology-number", 20, false, true),
    ("addressee", "apology-addressee", 150, false, false),
    ("matter", "apology-matter", 150, false, false),
    ("due", "apology-due", 40, false, false),
    ("reason", "apology-reason", 600, true, false),
    ("new_due", "apology-new-due", 40, false, false),
    ("title", "apology-title", 60, false, false),
    ("signer", "apology-signer", 60, false, false),
];

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let first = about(&signed).await?;
        Ok(form(&signed, StatusCode::OK, &first, &[]))
    };
    settled(shown.await)
}

/// What is known of the petition that the address names.
async fn about(signed: &Signed) -> Stopped<Vec<(&'static str, String)>> {
    let asked = signed.shell.asked("petition").and_then(|code| code.parse::<PetitionCode>().ok());
    let Some(code) = asked else { return Ok(Vec::new()) };
    let found = signed.service.db.petition(&signed.account.scope, &code).await;
    let Some(petition) = found.map_err(|error| signed.down(&error))? else {
        return Ok(Vec::new());
    };
    Ok(vec![
        ("matter", format!("Phản ánh, kiến nghị {}: {}", petition.code, petition.subject)),
        ("due", day(petition.answer_by, Language::Vi)),
        ("commune", petition.commune.to_string()),
    ])
}

fn form(
    signed: &Signed,
    status: StatusCode,
    first: &[(&str, String)],
    wrong: &[(&str, String)],
) -> HttpResponse {
    let said = |key| signed.said(key);
    let filled = |id: &str| {
        let typed = signed.fields.values(id).next();
        let known = || first.iter().find(|(field, _)| *field == id).map(|(_, v)| v.as_str());
        typed.or_else(known).unwrap_or("").to_owned()
    };
    let mended = |field: Field, id: &str| {
        let told = wrong.iter().find(|(field, _)| *field == id);
        field.value(&filled(id)).wrong(told.map(|(_, said)| said.clone()))
    };
    let mut page =
        Form::new(&signed.shell, said("apology-heading"), ADDRESS, said("apology-button"))
            .signed(signed.nav())
            .saying(said("apology-lead"));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    if !matches!(signed.account.scope, Scope::Commune(_)) {
        let field = Field::spelled("commune", said("petition-commune"));
        let field = field.hint(said("petition-commune-hint"));
        page = page.asking(mended(field, "commune"));
    }
    for (id, label, _, long, _) in ASKED {
        let field =
            if long { Field::long(id, said(label), 5) } else { Field::text(id, said(label)) };
        page = page.asking(mended(field, id));
    }
    let kinds = [("pdf", "PDF"), ("docx", "DOCX (Word)")]
        .map(|(value, label)| Choice { value: value.to_owned(), label: label.to_owned() });
    page = page.asking(mended(Field::choice("kind", said("apology-kind"), kinds.into()), "kind"));
    page::show(status, Keep::Never, &page.leading("/staff/petitions", said("petitions-staff")))
}

pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(written(&signed).await)
}

async fn written(signed: &Signed) -> Stopped<HttpResponse> {
    let t = signed.shell.t;
    let mut wrong = Vec::new();
    let mut texts = Vec::new();
    for (id, _, most, _, may_be_empty) in ASKED {
        let typed = signed.fields.first(id);
        let text = cleaned_line(typed);
        let length = text.chars().count();
        if text.is_empty() && !may_be_empty {
            wrong.push((id, signed.said("petition-field-empty")));
        } else if length > most {
            let over = (length - most).to_string();
            wrong.push((id, t.with("petition-field-long", &[("over", &over)])));
        }
        texts.push(text);
    }
    let commune = super::commune(signed);
    if commune.is_none() {
        wrong.push(("commune", signed.said("petition-commune-wrong")));
    }
    let Some(commune) = commune.filter(|_| wrong.is_empty()) else {
        return Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, &[], &wrong));
    };
    let [number, addressee, matter, due, reason, new_due, title, who] = &texts[..] else {
        let problem = internal("a letter of apology lacks a field");
        return Err(Box::new(page::problem(&signed.shell, ADDRESS, &problem)));
    };
    let (due, new_due) = match days(due, new_due, signed.service.today()) {
        Ok(days) => days,
        Err((id, key)) => {
            let wrong = [(id, signed.said(key))];
            return Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, &[], &wrong));
        }
    };
    let letter = ApologyLetter {
        commune,
        number,
        day: signed.service.today(),
        addressee,
        matter,
        due: &due,
        reason,
        new_due: &new_due,
        title,
        signer: who,
        simulated: signed.service.db.is_simulated(),
    };
    let place = Scope::Commune(commune.code.clone());
    let event = signed.event(Action::WriteApology, Outcome::Done).at_place(&place);
    signed.service.db.note(&event).await.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    let (kind, name, bytes) = if signed.fields.first("kind") == "docx" {
        let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        (kind, "thu-xin-loi.docx", letter.docx())
    } else {
        let sheets: [Result<Sheet, PrintError>; 1] = [Ok(letter.sheet())];
        let pdf = printing::pdf(sheets).map_err(|error| {
            let problem = internal(&error.to_string());
            Box::new(page::problem(&signed.shell, ADDRESS, &problem))
        })?;
        ("application/pdf", "thu-xin-loi.pdf", pdf)
    };
    Ok(HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes))
}

/// The day that was promised and the new one, as letters write them; or the field that is
/// to be mended and the key of what to do. A new day is to come and after the old one.
fn days(
    due: &str,
    new_due: &str,
    today: NaiveDate,
) -> Result<(String, String), (&'static str, &'static str)> {
    let due = typed_day(due).ok_or(("due", "apology-day-wrong"))?;
    let new_due = typed_day(new_due).filter(|new| *new > due && *new >= today);
    let new_due = new_due.ok_or(("new_due", "apology-new-due-wrong"))?;
    Ok((day(due, Language::Vi), day(new_due, Language::Vi)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_promises_a_day_that_is_to_come_and_after_the_one_that_was_promised() {
        let today: NaiveDate = "2026-10-20".parse().unwrap();
        let written = |due, new| days(due, new, today);
        let letter = Ok(("15/10/2026".to_owned(), "20/10/2026".to_owned()));
        assert_eq!(written("15/10/2026", " 2026-10-20"), letter);
        for (due, new, field) in [
            ("30/02/2026", "25/10/2026", "due"),
            ("mai", "25/10/2026", "due"),
            ("15/10/2026", "30/02/2027", "new_due"),
            ("15/10/2026", "19/10/2026", "new_due"),
            ("25/10/2026", "25/10/2026", "new_due"),
        ] {
            assert_eq!(written(due, new).unwrap_err().0, field, "{due} {new}");
        }
    }
}
