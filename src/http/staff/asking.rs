//! What the tablets of a collection point ask beforehand, and whether they go on by
//! themselves, on staff's pages.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::ServiceFields;
use surveys::collection_point::CollectionPoint;
use surveys::service_fields::{MOST_CHARACTERS, MOST_FIELDS};

use super::super::page::{self, Keep, settled};
use super::points::{about, address, back_to};
use super::visit::Signed;
use crate::pages::staff::form::{Field, Form};
use crate::staff::audit::Action;

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = signed.point_named().await?;
        let (names, advance) = if signed.resumed {
            (signed.fields.first("fields").to_owned(), signed.fields.first("advance") == "yes")
        } else {
            let (db, down) = (&signed.service.db, |error| signed.down(&error));
            let fields = db.service_fields(&point.code).await.map_err(down)?;
            (fields.to_string(), db.auto_advance(&point.code).await.map_err(down)?)
        };
        Ok(form(&signed, &point, StatusCode::OK, (&names, advance), None))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    (names, advance): (&str, bool),
    wrong: Option<String>,
) -> HttpResponse {
    let said = |key| signed.said(key);
    let bounds = [("most", &*MOST_FIELDS.to_string()), ("longest", &*MOST_CHARACTERS.to_string())];
    let action = format!("{}/asking", address(point));
    let mut page = Form::new(&signed.shell, said("asking-heading"), &action, said("asking-button"))
        .signed(signed.nav())
        .saying(said("asking-about"));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(
            Field::long("fields", said("asking-fields"), 6)
                .hint(signed.shell.t.with("asking-fields-hint", &bounds))
                .value(names)
                .wrong(wrong),
        )
        .asking(
            Field::tick("advance", said("asking-advance"))
                .hint(said("asking-advance-hint"))
                .value(if advance { "yes" } else { "" }),
        )
        .leading(&address(point), said("point-back"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn set(signed: Signed) -> HttpResponse {
    let set = async {
        let point = signed.point_named().await?;
        let typed = signed.fields.first("fields");
        let advance = signed.fields.first("advance") == "yes";
        let names: Vec<&str> = typed.lines().filter(|line| !line.trim().is_empty()).collect();
        let fields = match ServiceFields::new(&names) {
            Ok(fields) => fields,
            Err(bad) => {
                let wrong = format!("{}.", bad.text().get(signed.shell.language()));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Ok(form(&signed, &point, status, (typed, advance), Some(wrong)));
            }
        };
        let (db, down) = (&signed.service.db, |error| signed.down(&error));
        let code = &point.code;
        if db.service_fields(code).await.map_err(down)? != fields {
            let event = about(&signed, &point, Action::SetFields);
            db.set_service_fields(code, &fields, &event).await.map_err(down)?;
        }
        if db.auto_advance(code).await.map_err(down)? != advance {
            let event = about(&signed, &point, Action::SetAdvance);
            db.set_auto_advance(code, advance, &event).await.map_err(down)?;
        }
        signed.form_is_done().await;
        Ok(back_to(&signed, &point))
    };
    settled(set.await)
}
