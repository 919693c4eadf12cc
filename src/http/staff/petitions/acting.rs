//! Doing something with a petition: each act has a form of its own, which names the
//! version that whoever fills it in has seen. When somebody else acted meanwhile, the
//! form comes back with what they wrote beside what was typed, and nothing is done.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDate;
use surveys::petition::reply::gap_in;
use surveys::petition::{Act, MAX_ANSWER_CHARS, MAX_REASON_CHARS, Refused, cleaned, cleaned_line};
use surveys::{Petition, PetitionCode, WorkingDays};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::replies;
use super::super::visit::Signed;
use super::{address, assigning, event, named};
use crate::pages::petition::words;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::petitions::ActKind;
use crate::staff::audit::Action;
use crate::store::petitions::PetitionEvent;

/// The acts that can be done with `petition` on `today`.
pub(super) fn possible(petition: &Petition, today: NaiveDate, days: &WorkingDays) -> Vec<ActKind> {
    let blank = String::new;
    let allowed = |kind: &ActKind| petition.allows(&act_of(*kind, blank(), blank()), today, days);
    ActKind::ALL.into_iter().filter(|kind| allowed(kind).is_ok()).collect()
}

/// The act of a kind with its first and second text.
fn act_of(kind: ActKind, one: String, two: String) -> Act {
    match kind {
        ActKind::Acknowledge => Act::Acknowledge,
        ActKind::Assign => Act::Assign { to: one },
        ActKind::Extend => Act::Extend { reason: one },
        ActKind::Answer => Act::Answer { text: one },
        ActKind::Close => Act::Close,
        ActKind::Reopen => Act::Reopen { reason: one },
        ActKind::Duplicate => Act::Duplicate { of: one, reason: two },
        ActKind::Refuse => Act::Refuse { reason: one },
        ActKind::Publish => Act::Publish { question: one, answer: two },
        ActKind::Withdraw => Act::Withdraw,
    }
}

/// What an act asks for: the field's id, the key of its label, the most characters, how
/// many rows it is shown with (one line when 0), and what stands in it at first.
type Asked<'a> = (&'static str, &'static str, usize, u8, &'a str);

fn asked(kind: ActKind, petition: &Petition) -> Vec<Asked<'_>> {
    let reason = ("reason", "petition-reason", MAX_REASON_CHARS, 5, "");
    match kind {
        // What is published, and to whom it is given, are no texts alone.
        ActKind::Acknowledge
        | ActKind::Assign
        | ActKind::Close
        | ActKind::Withdraw
        | ActKind::Publish => Vec::new(),
        ActKind::Extend | ActKind::Reopen | ActKind::Refuse => vec![reason],
        ActKind::Answer => {
            vec![("answer", "petition-answer", MAX_ANSWER_CHARS, 12, &petition.answer)]
        }
        ActKind::Duplicate => vec![("of", "petition-duplicate-of", 20, 0, ""), reason],
    }
}

/// What is to be said on the form of an act.
#[derive(Debug, Default)]
struct Told {
    wrong: Vec<(&'static str, String)>,
    notice: String,
    beside: Vec<(String, String)>,
    /// What stands in the text now that a template was put into it.
    inserted: Option<String>,
}

/// The petition and the act that the address names.
async fn settled_on(signed: &Signed) -> Stopped<(Petition, ActKind)> {
    let petition = named(signed).await?;
    // Publishing is grave and has rows of its own in the table of routes.
    match ActKind::of_name(signed.part("act")) {
        Some(kind) if kind != ActKind::Publish => Ok((petition, kind)),
        _ => Err(Box::new(signed.nothing_here())),
    }
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let (petition, kind) = settled_on(&signed).await?;
        let mut told = Told::default();
        if signed.resumed {
            told.notice = signed.said("resumed");
        }
        let seen = signed.fields.first("version").to_owned();
        let seen = if seen.is_empty() { petition.version.to_string() } else { seen };
        form(&signed, StatusCode::OK, (&petition, kind), &seen, told).await
    };
    settled(shown.await)
}

async fn form(
    signed: &Signed,
    status: StatusCode,
    (petition, kind): (&Petition, ActKind),
    seen: &str,
    told: Told,
) -> Stopped<HttpResponse> {
    let shell = &signed.shell;
    let said = |key| signed.said(key);
    let to = format!("{}/{}", address(petition), kind.name());
    let code = petition.code.to_string();
    let mut page = Form::new(shell, kind.heading(shell), &to, kind.heading(shell))
        .signed(signed.nav())
        .saying(shell.t.with("petition-of", &[("code", &code)]) + ": " + &petition.subject)
        .saying(kind.consequence(shell))
        .carrying("version", seen);
    if !told.notice.is_empty() {
        page = page.noticing(told.notice);
    }
    for (heading, text) in told.beside {
        page = page.beside(heading, &text);
    }
    if is_a_reply(kind) {
        let wrong = told.wrong.iter().find(|(field, _)| *field == "template");
        let offered = replies::offered(signed, petition).await?;
        page = page.asking(offered.wrong(wrong.map(|(_, said)| said.clone())));
    }
    if kind == ActKind::Assign {
        let known = assigning::known(signed, petition).await?;
        for field in assigning::fields(signed, petition, &known, &told.wrong) {
            page = page.asking(field);
        }
    }
    let typed = signed.fields.values("version").next().is_some();
    for (id, label, _, rows, first) in asked(kind, petition) {
        let value = if typed { signed.fields.first(id) } else { first };
        let value = told.inserted.as_deref().unwrap_or(value);
        let field = match rows {
            0 => Field::text(id, said(label)),
            rows => Field::long(id, said(label), rows),
        };
        let wrong = told.wrong.iter().find(|(field, _)| *field == id);
        page = page.asking(field.value(value).wrong(wrong.map(|(_, said)| said.clone())));
    }
    let page = page.leading(&address(petition), said("petition-back"));
    Ok(page::show(status, Keep::Never, &page))
}

/// Whether the one text of an act is what a citizen reads, for which there are templates.
fn is_a_reply(kind: ActKind) -> bool {
    matches!(kind, ActKind::Answer | ActKind::Extend | ActKind::Refuse)
}

/// The form again with the chosen template below what was typed.
async fn inserted(signed: &Signed, petition: &Petition, kind: ActKind) -> Stopped<HttpResponse> {
    let seen = signed.fields.first("version");
    let id = asked(kind, petition)[0].0;
    let typed = signed.fields.first(id).trim_end();
    let (status, told) = if let Some(text) = replies::chosen(signed, petition).await? {
        let text = if typed.is_empty() { text } else { format!("{typed}\n\n{text}") };
        let notice = signed.said("reply-inserted");
        (StatusCode::OK, Told { notice, inserted: Some(text), ..Told::default() })
    } else {
        let wrong = vec![("template", signed.said("reply-none-chosen"))];
        (StatusCode::UNPROCESSABLE_ENTITY, Told { wrong, ..Told::default() })
    };
    form(signed, status, (petition, kind), seen, told).await
}

pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(acted(&signed).await)
}

async fn acted(signed: &Signed) -> Stopped<HttpResponse> {
    let (petition, kind) = settled_on(signed).await?;
    if is_a_reply(kind) && !signed.fields.first("insert").is_empty() {
        return inserted(signed, &petition, kind).await;
    }
    let seen = signed.fields.first("version");
    if seen.parse() != Ok(petition.version) {
        return conflict(signed, &petition, kind, seen).await;
    }
    let again = async |told| {
        form(signed, StatusCode::UNPROCESSABLE_ENTITY, (&petition, kind), seen, told).await
    };
    let wanted = match kind {
        ActKind::Assign => assigned(signed, &petition).await?,
        _ => wanted(signed, &petition, kind),
    };
    let act = match wanted {
        Ok(act) => act,
        Err(told) => return again(told).await,
    };
    if let Act::Duplicate { of, .. } = &act {
        // It must be one that whoever says so can see.
        let other: Option<PetitionCode> = of.parse().ok();
        let found = match &other {
            Some(code) => signed.service.db.petition(&signed.account.scope, code).await,
            None => Ok(None),
        };
        if found.map_err(|error| signed.down(&error))?.is_none() {
            let wrong = vec![("of", signed.said("petition-duplicate-unknown"))];
            return again(Told { wrong, ..Told::default() }).await;
        }
    }
    match done(signed, &petition, kind, act).await? {
        Ok(done) => Ok(done),
        Err(NotDone::Refused(refused)) => again(refusal(signed, kind, refused)).await,
        Err(NotDone::Overtaken) => conflict(signed, &named(signed).await?, kind, seen).await,
    }
}

/// Why an act was not done.
pub(super) enum NotDone {
    /// It cannot be done now.
    Refused(Refused),
    /// Somebody else acted first.
    Overtaken,
}

/// Whether `act` can be done with `petition` today.
pub(super) fn may(signed: &Signed, petition: &Petition, act: &Act) -> Result<(), Refused> {
    let days = signed.service.settings.petitions.working_days();
    petition.allows(act, signed.service.today(), &days)
}

/// Does `act` with `petition`: the way to its page, or why it was not done.
pub(super) async fn done(
    signed: &Signed,
    petition: &Petition,
    kind: ActKind,
    act: Act,
) -> Stopped<Result<HttpResponse, NotDone>> {
    let settings = &signed.service.settings.petitions;
    let today = signed.service.today();
    let after = match petition.after(&act, today, &settings.terms(), &settings.working_days()) {
        Ok(after) => after,
        Err(refused) => return Ok(Err(NotDone::Refused(refused))),
    };
    let who = signed.account.name.as_str().to_owned();
    let done = PetitionEvent { version: after.version, on: today, who, act };
    let audited = event(signed, Action::HandlePetition, &petition.code, kind.name())
        .at_place(&crate::staff::Scope::Commune(petition.commune.clone()));
    let changed = signed.service.db.change_petition(petition, &after, &done, Some(&audited)).await;
    if !changed.map_err(|error| signed.down(&error))? {
        return Ok(Err(NotDone::Overtaken));
    }
    signed.form_is_done().await;
    Ok(Ok(page::see_other(&signed.shell.link(&address(petition)))))
}

/// Why `kind` cannot be done: beside its first field, or above a form without one.
fn refusal(signed: &Signed, kind: ActKind, refused: Refused) -> Told {
    let said = refused.text().get(signed.shell.language()).to_owned();
    match kind {
        ActKind::Acknowledge | ActKind::Close | ActKind::Withdraw | ActKind::Publish => {
            Told { notice: said, ..Told::default() }
        }
        ActKind::Assign => Told { wrong: vec![("to", said)], ..Told::default() },
        ActKind::Answer => Told { wrong: vec![("answer", said)], ..Told::default() },
        ActKind::Duplicate => Told { wrong: vec![("of", said)], ..Told::default() },
        ActKind::Extend | ActKind::Reopen | ActKind::Refuse => {
            Told { wrong: vec![("reason", said)], ..Told::default() }
        }
    }
}

/// That `petition` is given to whom the form names, or what is to be mended.
async fn assigned(signed: &Signed, petition: &Petition) -> Stopped<Result<Act, Told>> {
    let known = assigning::known(signed, petition).await?;
    let chosen = assigning::chosen(signed, &known);
    let told = |wrong| Told { wrong, ..Told::default() };
    Ok(chosen.map(|to| Act::Assign { to }).map_err(told))
}

/// The act that was typed, or what is to be mended.
fn wanted(signed: &Signed, petition: &Petition, kind: ActKind) -> Result<Act, Told> {
    let t = signed.shell.t;
    let mut told = Told::default();
    let mut texts = Vec::new();
    for (id, _, most, rows, _) in asked(kind, petition) {
        let typed = signed.fields.first(id);
        let text = if rows == 0 { cleaned_line(typed) } else { cleaned(typed) };
        let long = text.chars().count();
        if text.is_empty() {
            told.wrong.push((id, signed.said("petition-field-empty")));
        } else if long > most {
            let over = (long - most).to_string();
            told.wrong.push((id, t.with("petition-field-long", &[("over", &over)])));
        } else if let Some(gap) = gap_in(&text).filter(|_| is_a_reply(kind)) {
            told.wrong.push((id, t.with("reply-gap", &[("gap", gap)])));
        }
        texts.push(text);
    }
    if !told.wrong.is_empty() {
        return Err(told);
    }
    let mut texts = texts.into_iter();
    let mut next = || texts.next().unwrap_or_default();
    let one = next();
    Ok(act_of(kind, one, next()))
}

/// What was done with `petition` after the version that was `seen`, each with its heading.
pub(in super::super) async fn done_since(
    signed: &Signed,
    petition: &Petition,
    seen: &str,
) -> Stopped<Vec<(String, String)>> {
    let history = signed.service.db.petition_history(&petition.code).await;
    let history = history.map_err(|error| signed.down(&error))?;
    let seen: u32 = seen.parse().unwrap_or(0);
    let told = history.iter().filter(|event| event.version > seen).map(|event| {
        let line = words::line(&signed.shell, event, true);
        (format!("{} ({}) {}", line.on, line.who, line.what), line.said)
    });
    Ok(told.collect())
}

/// The form again, with everything that was done since whoever fills it in last looked.
async fn conflict(
    signed: &Signed,
    petition: &Petition,
    kind: ActKind,
    seen: &str,
) -> Stopped<HttpResponse> {
    let told = Told {
        notice: signed.said("petition-conflict"),
        beside: done_since(signed, petition, seen).await?,
        ..Told::default()
    };
    let version = petition.version.to_string();
    form(signed, StatusCode::CONFLICT, (petition, kind), &version, told).await
}
