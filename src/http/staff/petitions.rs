//! Petitions for staff: one petition with its history, and its contact for those who
//! handle it. The list, and what can be done with one, is in rooms of its own.

pub(super) mod acting;
pub(super) mod apology;
mod assigning;
pub(super) mod entering;
pub(super) mod figures;
pub(super) mod list;
pub(super) mod publishing;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::petition::Contact;
use surveys::unit::{self, Commune};
use surveys::{Petition, PetitionCode};

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use crate::pages::staff::petitions::One;
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Permission, Scope};

/// The petition that the address names, if it is within this person's scope.
pub(super) async fn named(signed: &Signed) -> Stopped<Petition> {
    if let Ok(code) = signed.part("petition").parse::<PetitionCode>() {
        let found = signed.service.db.petition(&signed.account.scope, &code).await;
        if let Some(petition) = found.map_err(|error| signed.down(&error))? {
            return Ok(petition);
        }
    }
    Err(Box::new(signed.nothing_here()))
}

/// The commune for which whoever makes this visit acts: their own, or the one that was
/// typed, if it is within their scope.
pub(super) fn commune(signed: &Signed) -> Option<&'static Commune> {
    match &signed.account.scope {
        Scope::Commune(code) => unit::commune(code.as_str()),
        scope => unit::commune(signed.fields.first("commune").trim())
            .filter(|commune| scope.covers_commune(&commune.code)),
    }
}

/// Where `petition` is shown.
fn address(petition: &Petition) -> String {
    format!("/staff/petitions/{}", petition.code)
}

/// What whoever makes this visit does with `petition`.
fn event(signed: &Signed, action: Action, petition: &PetitionCode, what: &str) -> Event {
    signed.event(action, Outcome::Done).about(format!("{petition} {what}").trim())
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let petition = named(&signed).await?;
        one(&signed, &petition, None).await
    };
    settled(shown.await)
}

/// Opens the contact; that it was opened is noted before anybody sees it.
pub(super) async fn contact(signed: Signed) -> HttpResponse {
    let shown = async {
        let petition = named(&signed).await?;
        let service = &signed.service;
        let down = |error| signed.down(&error);
        let opened = event(&signed, Action::OpenContact, &petition.code, "");
        service.db.note(&opened).await.map_err(down)?;
        let sealed = service.db.petition_contact(&petition.code).await.map_err(down)?;
        let contact = sealed.and_then(|sealed| {
            let opened = service.entrance.key.open_contact(&petition.code, &sealed);
            if opened.is_none() {
                tracing::error!("the contact of a petition does not open with this key");
            }
            opened
        });
        one(&signed, &petition, contact).await
    };
    settled(shown.await)
}

async fn one(
    signed: &Signed,
    petition: &Petition,
    contact: Option<Contact>,
) -> Stopped<HttpResponse> {
    let service = &signed.service;
    let down = |error| signed.down(&error);
    let history = service.db.petition_history(&petition.code).await.map_err(down)?;
    let sealed = service.db.petition_contact(&petition.code).await.map_err(down)?;
    let today = signed.service.today();
    let days = service.settings.petitions.working_days();
    let mut page = One::new(&signed.shell, signed.nav(), petition, &history, (today, &days));
    if signed.account.may(Permission::HandlePetitions) {
        page = page.acting(&acting::possible(petition, today, &days), sealed.is_some());
    }
    if let Some(contact) = contact {
        page = page.reached_at(contact);
    }
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}
