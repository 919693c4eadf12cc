//! What staff are handed for a collection point: the code that enrols a tablet, visit
//! slips, paper forms. And how a tablet's right is taken away again.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use surveys::collection_point::CollectionPoint;
use surveys::{Language, typed_number};
use uuid::Uuid;

use super::super::page::{self, Keep, Stopped, settled};
use super::super::posters;
use super::points::{about, address, back_to, said_of};
use super::visit::Signed;
use crate::config::PublicAddress;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::shown_once::ShownOnce;
use crate::points::{self, Enrolment, MOST_FORMS, MOST_SLIPS, Place};
use crate::printing::{SlipLayout, qr_picture};
use crate::staff::audit::Action;
use crate::texts::Words;

/// The form `name` of `point`.
fn form<'a>(signed: &'a Signed, point: &CollectionPoint, name: &str, heading: &str) -> Form<'a> {
    let action = format!("{}/{name}", address(point));
    let page =
        Form::new(&signed.shell, signed.said(heading), &action, signed.said("handing-out-button"));
    let page = page.signed(signed.nav());
    if signed.resumed { page.noticing(signed.said("resumed")) } else { page }
}

/// The point that the address names, unless it is retired: what is handed out for it
/// would lead nowhere.
async fn open_point(signed: &Signed) -> Stopped<CollectionPoint> {
    let point = signed.point_named().await?;
    if !point.retired {
        return Ok(point);
    }
    let page = ("handing-out-closed-heading", "handing-out-closed");
    let back = (&*address(&point), "point-back");
    Err(Box::new(signed.message(StatusCode::CONFLICT, page, back)))
}

pub(super) async fn tablet(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = open_point(&signed).await?;
        Ok(tablet_form(&signed, &point, StatusCode::OK, [None, None]))
    };
    settled(shown.await)
}

fn tablet_form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    [name, pin]: [Option<String>; 2],
) -> HttpResponse {
    let page = form(signed, point, "devices", "enrol-heading")
        .saying(signed.said("enrol-about"))
        .asking(
            Field::text("name", signed.said("tablet-name"))
                .hint(signed.said("tablet-name-hint"))
                .value(signed.fields.first("name"))
                .wrong(name),
        )
        .asking(
            Field::digits("pin", signed.said("tablet-pin"))
                .hint(signed.said("tablet-pin-hint"))
                .value(signed.fields.first("pin"))
                .wrong(pin),
        )
        .leading("/staff/tablet-guide", signed.said("tablet-guide"))
        .leading(&address(point), signed.said("point-back"));
    page::show(status, Keep::Never, &page)
}

/// How a tablet is set up, as a text to be read or printed.
pub(super) fn tablet_guide() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(include_str!("../../../docs/TABLET.md"))
}

/// Makes a code by which one tablet is enrolled, and shows it once.
pub(super) async fn enrol(signed: Signed) -> HttpResponse {
    settled(enrolled(&signed).await)
}

async fn enrolled(signed: &Signed) -> Stopped<HttpResponse> {
    let point = open_point(signed).await?;
    let name = points::device_name(signed.fields.first("name"));
    let digits = signed.fields.first("pin").trim();
    let wrong = [
        name.as_ref().err().map(|error| said_of(signed, error)),
        (!digits.is_empty() && !points::is_pin(digits)).then(|| signed.said("tablet-pin-wrong")),
    ];
    let (Ok(name), [None, None]) = (name, &wrong) else {
        return Ok(tablet_form(signed, &point, StatusCode::UNPROCESSABLE_ENTITY, wrong));
    };
    let service = &signed.service;
    let digits = Some(digits.to_owned()).filter(|digits| !digits.is_empty());
    let enrolment = Enrolment::new(&service.clock, digits);
    let event = about(signed, &point, Action::EnrolDevice).about(&name);
    let (code, pin) = (&enrolment.code, &enrolment.pin);
    let kept = service.db.add_enrolment_code(code, &point.code, &name, pin, &event).await;
    kept.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    let home = service.settings.public_address.as_ref().map(ToString::to_string);
    let home = home.unwrap_or_else(|| signed.reached_at());
    let reached = format!("{home}{}", enrolment.path(&point.code));
    // A host may be of any length; without a picture the address is typed.
    let picture = qr_picture(&reached).map(|drawn| STANDARD.encode(drawn)).ok();
    let picture = picture.map(|drawn| format!("data:image/svg+xml;base64,{drawn}"));
    let shown = [code.to_string(), reached, enrolment.digits];
    let page = ShownOnce::enrolment(
        &signed.shell,
        signed.nav(),
        (&name, &address(&point)),
        shown,
        picture.unwrap_or_default(),
    );
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// Takes a tablet's right to submit away.
pub(super) async fn revoke(signed: Signed) -> HttpResponse {
    let revoked = async {
        let down = |error| signed.down(&error);
        let point = signed.point_named().await?;
        let db = &signed.service.db;
        let Ok(id) = Uuid::parse_str(signed.part("device")) else {
            return Ok(signed.nothing_here());
        };
        let device = db.device(id).await.map_err(down)?;
        match device.filter(|device| device.collection_point == point.code) {
            Some(device) => {
                let event = about(&signed, &point, Action::RevokeDevice).about(&device.name);
                db.revoke_device(id, &event).await.map_err(down)?;
                Ok(back_to(&signed, &point))
            }
            None => Ok(signed.nothing_here()),
        }
    };
    settled(revoked.await)
}

/// The languages that can be printed for `point`.
fn languages(signed: &Signed, point: &CollectionPoint) -> Vec<Choice> {
    let instrument = Place::of(point).map(|place| place.instrument);
    let all = instrument.map(|i| signed.service.languages.all_words(i)).unwrap_or_default();
    let choice = |t: Words| Choice { value: t.tag().to_owned(), label: t.name().to_owned() };
    all.into_iter().map(choice).collect()
}

/// What is said in the language that was chosen; in Vietnamese, where it is none of
/// [`languages`].
fn words(signed: &Signed, place: &Place<'_>) -> Words {
    let chosen = signed.service.languages.words(signed.fields.first("language"), place.instrument);
    chosen.unwrap_or(Words::new(Language::Vi))
}

/// The number in the field `name`, from 1 to `most`.
fn number(signed: &Signed, name: &str, most: u32) -> Option<u32> {
    up_to(most, signed.fields.first(name))
}

/// The number that was typed, from 1 to `most`.
fn up_to(most: u32, typed: &str) -> Option<u32> {
    typed_number(typed).filter(|number| (1..=most).contains(number))
}

/// `bytes` as the file `name` to be kept.
fn file(bytes: Vec<u8>, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/pdf")
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(bytes)
}

fn fault(signed: &Signed, error: &dyn std::fmt::Display) -> HttpResponse {
    tracing::error!(%error, "a file to print could not be made");
    let way = ("/staff/points", "points-heading");
    let said = ("fault-heading", "fault");
    signed.message(StatusCode::INTERNAL_SERVER_ERROR, said, way)
}

pub(super) async fn slips(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = open_point(&signed).await?;
        Ok(slips_form(&signed, &point, StatusCode::OK, None))
    };
    settled(shown.await)
}

fn slips_form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    wrong: Option<String>,
) -> HttpResponse {
    let most = MOST_SLIPS.to_string();
    let paper = [("a4", "slips-a4"), ("receipt", "slips-receipt")];
    let paper =
        paper.map(|(value, key)| Choice { value: value.to_owned(), label: signed.said(key) });
    let page = form(signed, point, "slips", "slips-heading")
        .saying(signed.said("slips-about"))
        .asking(
            Field::digits("count", signed.said("slips-count"))
                .hint(signed.shell.t.with("at-most", &[("most", &most)]))
                .value(signed.fields.values("count").next().unwrap_or("240"))
                .wrong(wrong),
        )
        .asking(
            Field::choice("paper", signed.said("slips-paper"), paper.into())
                .value(signed.fields.first("paper")),
        )
        .asking(
            Field::choice("language", signed.said("forms-language"), languages(signed, point))
                .value(signed.fields.first("language")),
        )
        .leading(&address(point), signed.said("point-back"));
    page::show(status, Keep::Never, &page)
}

/// The address that is printed, or the page that says that it is not known.
fn printed_address(signed: &Signed, point: &CollectionPoint) -> Stopped<PublicAddress> {
    posters::home(&signed.request, &signed.service)
        .map_err(|problem| Box::new(page::problem(&signed.shell, &address(point), &problem)))
}

pub(super) async fn make_slips(signed: Signed) -> HttpResponse {
    settled(slips_made(&signed).await)
}

async fn slips_made(signed: &Signed) -> Stopped<HttpResponse> {
    let point = open_point(signed).await?;
    let Some(count) = number(signed, "count", MOST_SLIPS) else {
        let most = MOST_SLIPS.to_string();
        let wrong = Some(signed.shell.t.with("number-wrong", &[("most", &most)]));
        return Ok(slips_form(signed, &point, StatusCode::UNPROCESSABLE_ENTITY, wrong));
    };
    let layout = match signed.fields.first("paper") {
        "receipt" => SlipLayout::Receipt,
        _ => SlipLayout::A4,
    };
    let home = printed_address(signed, &point)?;
    let service = &signed.service;
    let tokens = points::visit_tokens(&service.clock, count);
    let words = words(signed, &Place::of(&point).ok_or_else(|| fault(signed, &point.code))?);
    let drawn = {
        let (point, tokens, simulated) = (point.clone(), tokens.clone(), service.db.is_simulated());
        web::block(move || {
            let place = Place::of(&point)?;
            Some(place.slips(&home, &tokens, words, layout, simulated))
        })
    };
    let drawn = drawn.await.map_err(|error| fault(signed, &error))?;
    let drawn = drawn.ok_or_else(|| fault(signed, &point.code))?;
    let bytes = drawn.map_err(|error| fault(signed, &error))?;
    let event = about(signed, &point, Action::MakeSlips).about(&format!("{} {count}", point.code));
    let stored = service.db.add_visits(&point.code, service.clock.new_id(), &tokens, &event).await;
    stored.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(file(bytes, &format!("{}-slips.pdf", point.code)))
}

pub(super) async fn paper(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = open_point(&signed).await?;
        Ok(paper_form(&signed, &point, StatusCode::OK, None))
    };
    settled(shown.await)
}

fn paper_form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    wrong: Option<String>,
) -> HttpResponse {
    let most = MOST_FORMS.to_string();
    let page = form(signed, point, "paper", "forms-heading")
        .saying(signed.said("forms-about"))
        .asking(
            Field::digits("sheets", signed.said("forms-sheets"))
                .hint(signed.shell.t.with("at-most", &[("most", &most)]))
                .value(signed.fields.values("sheets").next().unwrap_or("50"))
                .wrong(wrong),
        )
        .asking(
            Field::choice("language", signed.said("forms-language"), languages(signed, point))
                .value(signed.fields.first("language")),
        )
        .leading(&address(point), signed.said("point-back"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn make_paper(signed: Signed) -> HttpResponse {
    settled(paper_made(&signed).await)
}

async fn paper_made(signed: &Signed) -> Stopped<HttpResponse> {
    let point = open_point(signed).await?;
    let again = |key| {
        let most = MOST_FORMS.to_string();
        let wrong = Some(signed.shell.t.with(key, &[("most", &most)]));
        Ok(paper_form(signed, &point, StatusCode::UNPROCESSABLE_ENTITY, wrong))
    };
    let Some(sheets) = number(signed, "sheets", MOST_FORMS) else { return again("number-wrong") };
    let service = &signed.service;
    let place = Place::of(&point).ok_or_else(|| fault(signed, &point.code))?;
    let words = words(signed, &place);
    let event = about(signed, &point, Action::MakePaper);
    let issued = service.db.issue_paper(&point, place.instrument, sheets, &event).await;
    let Some(range) = issued.map_err(|error| signed.down(&error))? else {
        return again("forms-none-left");
    };
    let (point_of_it, simulated) = (point.clone(), service.db.is_simulated());
    let drawn = web::block(move || {
        Place::of(&point_of_it).map(|place| place.paper(words, range, simulated))
    });
    let bytes = drawn.await.map_err(|error| fault(signed, &error))?;
    let bytes = bytes.ok_or_else(|| fault(signed, &point.code))?;
    signed.form_is_done().await;
    Ok(file(bytes, &format!("{}-{}.pdf", point.code, range.first)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_read_with_their_mark_and_what_has_two_meanings_is_refused() {
        for (typed, read) in [("1.234", 1_234), (" 240 ", 240), ("2000", 2_000), ("1", 1)] {
            assert_eq!(up_to(2_000, typed), Some(read), "{typed}");
        }
        for wrong in ["0", "2.001", "1,234", "1.23", "01.234", "1 234", "-1", ""] {
            assert_eq!(up_to(2_000, wrong), None, "{wrong}");
        }
    }
}
