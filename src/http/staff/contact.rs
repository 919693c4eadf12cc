//! How citizens reach the centre of a collection point, on staff's pages.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::centre_contact::{LONGEST_ADDRESS, LONGEST_NOTE};
use surveys::collection_point::CollectionPoint;
use surveys::{BadContact, CentreContact};

use super::super::page::{self, Keep, settled};
use super::points::{about, address, back_to};
use super::visit::Signed;
use crate::pages::staff::form::{Field, Form};
use crate::staff::audit::Action;

/// The names of the fields of a contact.
const FIELDS: [&str; 3] = ["telephone", "address", "note"];

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = signed.point_named().await?;
        let typed = if signed.resumed {
            FIELDS.map(|name| signed.fields.first(name).to_owned())
        } else {
            let contact = signed.service.db.centre_contact(&point.code).await;
            let contact = contact.map_err(|error| signed.down(&error))?;
            [contact.telephone(), contact.address(), contact.note()].map(str::to_owned)
        };
        Ok(form(&signed, &point, StatusCode::OK, &typed, &[]))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    [telephone, place, note]: &[String; 3],
    wrong: &[BadContact],
) -> HttpResponse {
    let said = |key| signed.said(key);
    let most = |key, longest: usize| signed.shell.t.with(key, &[("most", &longest.to_string())]);
    let told = |what: BadContact| {
        let sentence = || format!("{}.", what.text().get(signed.shell.language()));
        wrong.contains(&what).then(sentence)
    };
    let action = format!("{}/contact", address(point));
    let mut page =
        Form::new(&signed.shell, said("contact-set-heading"), &action, said("contact-set-button"))
            .signed(signed.nav())
            .saying(said("contact-set-about"));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(
            Field::text("telephone", said("contact-set-telephone"))
                .hint(said("contact-set-telephone-hint"))
                .value(telephone)
                .wrong(told(BadContact::Telephone)),
        )
        .asking(
            Field::text("address", said("contact-set-address"))
                .hint(most("contact-set-address-hint", LONGEST_ADDRESS))
                .value(place)
                .wrong(told(BadContact::Address)),
        )
        .asking(
            Field::text("note", said("contact-set-note"))
                .hint(most("contact-set-note-hint", LONGEST_NOTE))
                .value(note)
                .wrong(told(BadContact::Note)),
        )
        .leading(&address(point), said("point-back"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn set(signed: Signed) -> HttpResponse {
    let set = async {
        let point = signed.point_named().await?;
        let typed = FIELDS.map(|name| signed.fields.first(name));
        let contact = match CentreContact::parse(typed[0], typed[1], typed[2]) {
            Ok(contact) => contact,
            Err(wrong) => {
                let typed = typed.map(str::to_owned);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Ok(form(&signed, &point, status, &typed, &wrong));
            }
        };
        let event = about(&signed, &point, Action::SetContact);
        let set = signed.service.db.set_centre_contact(&point.code, &contact, &event).await;
        set.map_err(|error| signed.down(&error))?;
        signed.service.forget_point(&point.code);
        signed.form_is_done().await;
        Ok(back_to(&signed, &point))
    };
    settled(set.await)
}
