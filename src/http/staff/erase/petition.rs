//! The sender of a petition asks at the counter, without the PIN perhaps, for what leads
//! to them: the contact is erased unopened, and parts of what the petition says are
//! covered wherever they stand. What was covered is seen before it is gone.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::petition::{AboutSender, Act, BadCovering, Covering};
use surveys::{Petition, PetitionCode};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::petitions::acting::done_since;
use super::super::petitions::named;
use super::super::sure::known_names;
use super::super::visit::Signed;
use super::ADDRESS;
use crate::pages::staff::erase::{Held, Told};
use crate::staff::Permission;
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::petitions::PetitionEvent;

/// The petition whose code was typed, if it is within reach of somebody who handles such.
pub(super) async fn within_scope(signed: &Signed, typed: &str) -> Stopped<Option<Petition>> {
    let Ok(code) = typed.parse::<PetitionCode>() else { return Ok(None) };
    if !signed.account.may(Permission::HandlePetitions) {
        return Ok(None);
    }
    let found = signed.service.db.petition(&signed.account.scope, &code).await;
    Ok(found.map_err(|error| signed.down(&error))?)
}

/// The way to what is held of `petition`; nothing of it is changed on the way.
pub(super) fn asked_for(signed: &Signed, petition: &Petition) -> HttpResponse {
    page::see_other(&signed.shell.link(&format!("{ADDRESS}/{}", petition.code)))
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let petition = named(&signed).await?;
        held(&signed, StatusCode::OK, &petition, Told::default()).await
    };
    settled(shown.await)
}

/// What a form chooses to be erased.
struct Wanted {
    contact: bool,
    text: bool,
    parts: String,
    asked: bool,
}

/// What was typed; before that, what is proposed.
fn wanted(signed: &Signed, proposed: &str) -> Wanted {
    let ticked = |name| signed.fields.first(name) == "yes";
    let typed = signed.fields.values("version").next().is_some();
    let parts = if typed { signed.fields.first("parts") } else { proposed };
    Wanted {
        contact: ticked("contact"),
        text: ticked("text"),
        parts: parts.replace("\r\n", "\n"),
        asked: ticked("asked"),
    }
}

/// The page of what is held of `petition`, covered as it is proposed or was typed.
async fn held(
    signed: &Signed,
    status: StatusCode,
    petition: &Petition,
    told: Told,
) -> Stopped<HttpResponse> {
    let db = &signed.service.db;
    let down = |error| signed.down(&error);
    let history = db.petition_history(&petition.code).await.map_err(down)?;
    let sealed = db.petition_contact(&petition.code).await.map_err(down)?;
    let names = known_names(signed, &petition.commune).await?;
    let acts: Vec<&Act> = history.iter().map(|event| &event.act).collect();
    let found = AboutSender::of(petition, &acts, &names);
    let wanted = wanted(signed, &found.lines());
    let covering = Covering::read(&wanted.parts).ok();
    let mut told = told;
    if signed.resumed {
        told.notice = signed.said("resumed");
    }
    let page = Held::new(&signed.shell, signed.nav(), petition, sealed.is_some())
        .covered(covering.as_ref(), &history)
        .choosing([wanted.contact, wanted.text, wanted.asked], &wanted.parts, &found.others)
        .telling(told);
    Ok(page::show(status, Keep::Never, &page))
}

pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let petition = named(signed).await?;
    let wanted = wanted(signed, "");
    let seen = signed.fields.first("version");
    if seen.parse() != Ok(petition.version) {
        return overtaken(signed, &petition, seen).await;
    }
    let again = async |told| held(signed, StatusCode::UNPROCESSABLE_ENTITY, &petition, told).await;
    let erases = wanted.contact && has_contact(signed, &petition).await?;
    let mut told = Told::default();
    if !wanted.asked {
        told.asked = Some(signed.said("staff-erase-asked-wrong"));
    }
    if !erases && !wanted.text {
        told.chosen = Some(signed.said("erase-nothing-chosen"));
    }
    let covered = match covered(signed, &petition, &wanted).await? {
        Ok(covered) => covered,
        Err(bad) => {
            told.parts = Some(bad.text().get(signed.shell.language()).to_owned());
            None
        }
    };
    if !told.is_nothing() {
        return again(told).await;
    }
    if wanted.text && signed.fields.first("previewed").replace("\r\n", "\n") != wanted.parts {
        // Nothing is covered that whoever covers it has not seen without it.
        let notice = signed.said("erase-preview");
        return held(signed, StatusCode::OK, &petition, Told { notice, ..Told::default() }).await;
    }
    erase(signed, &petition, erases, covered).await
}

async fn has_contact(signed: &Signed, petition: &Petition) -> Stopped<bool> {
    let sealed = signed.service.db.petition_contact(&petition.code).await;
    Ok(sealed.map_err(|error| signed.down(&error))?.is_some())
}

/// What is to be covered, and the petition afterwards; `None` when no text was chosen.
async fn covered(
    signed: &Signed,
    petition: &Petition,
    wanted: &Wanted,
) -> Stopped<Result<Option<(Covering, Petition)>, BadCovering>> {
    if !wanted.text {
        return Ok(Ok(None));
    }
    let history = signed.service.db.petition_history(&petition.code).await;
    let history = history.map_err(|error| signed.down(&error))?;
    let texts: Vec<&str> = history.iter().flat_map(|event| event.act.texts()).collect();
    Ok(Covering::read(&wanted.parts).and_then(|covering| {
        let left = covering.of_petition(petition, &texts)?;
        Ok(Some((covering, left)))
    }))
}

/// Does what was asked for, all of it or nothing.
async fn erase(
    signed: &Signed,
    petition: &Petition,
    contact: bool,
    covered: Option<(Covering, Petition)>,
) -> Stopped<HttpResponse> {
    let settings = &signed.service.settings.petitions;
    let (terms, days, on) = (settings.terms(), settings.working_days(), signed.service.today());
    let (covering, mut after) = match covered {
        Some((covering, left)) => (Some(covering), left),
        None => (None, petition.clone()),
    };
    let chosen = [(contact, Act::EraseContact), (covering.is_some(), Act::Cover)];
    let mut acts = Vec::new();
    for (_, act) in chosen.into_iter().filter(|(chosen, _)| *chosen) {
        if let Ok(next) = after.after(&act, on, &terms, &days) {
            after = next;
            let who = signed.account.name.as_str().to_owned();
            acts.push(PetitionEvent { version: after.version, on, who, act });
        }
    }
    let what = match (contact, covering.is_some()) {
        (true, true) => "contact, text",
        (true, false) => "contact",
        _ => "text",
    };
    let event = signed.event(Action::EraseOfPetition, Outcome::Done);
    let event = event.at_place(&Scope::Commune(petition.commune.clone()));
    let event = event.about(&format!("{} {what}", petition.code));
    let db = &signed.service.db;
    let done = db.erase_of_petition(petition, &after, &acts, covering.as_ref(), &event).await;
    if !done.map_err(|error| signed.down(&error))? {
        return overtaken(signed, &named(signed).await?, signed.fields.first("version")).await;
    }
    signed.form_is_done().await;
    let said = ("erase-done-heading", "erase-done");
    let on = format!("/staff/petitions/{}", petition.code);
    Ok(signed.message(StatusCode::OK, said, (&on, "petition-back")))
}

/// The form again, with everything that was done since whoever fills it in last looked.
async fn overtaken(signed: &Signed, petition: &Petition, seen: &str) -> Stopped<HttpResponse> {
    let told = Told {
        notice: signed.said("petition-conflict"),
        since: done_since(signed, petition, seen).await?,
        ..Told::default()
    };
    held(signed, StatusCode::CONFLICT, petition, told).await
}
