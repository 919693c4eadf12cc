//! Opening hours of a collection point, typed day by day.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;
use surveys::{OpeningHours, WrongTimes};

use super::super::page::{self, Keep, settled};
use super::points::{about, address, back_to};
use super::visit::Signed;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::points::day_name;
use crate::staff::audit::Action;

/// The names of the fields of opening hours, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = signed.point_named().await?;
        let hours = signed.service.db.opening_hours(&point.code).await;
        let hours = hours.map_err(|error| signed.down(&error))?;
        let of = |day: u8| {
            let spans = hours.spans().iter().filter(|span| span.day == day);
            spans.map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let typed: Vec<String> = if signed.resumed {
            DAYS.map(|day| signed.fields.first(day).to_owned()).into()
        } else {
            (0..7).map(of).collect()
        };
        Ok(form(&signed, &point, StatusCode::OK, &typed, &[]))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    typed: &[String],
    wrong: &[(u8, WrongTimes)],
) -> HttpResponse {
    let action = format!("{}/hours", address(point));
    let heading = signed.said("hours-heading");
    let mut page = Form::new(&signed.shell, heading, &action, signed.said("hours-button"))
        .signed(signed.nav())
        .saying(signed.said("hours-about"));
    if signed.resumed {
        page = page.noticing(signed.said("resumed"));
    }
    for ((day, id), typed) in (0u8..).zip(DAYS).zip(typed) {
        let name = day_name(&signed.shell, day);
        let wrong = wrong.iter().find(|(of, _)| *of == day).map(|(_, what)| {
            let key = match what {
                WrongTimes::Form => "hours-wrong",
                WrongTimes::Backwards => "hours-wrong-backwards",
                WrongTimes::Overlap => "hours-wrong-overlap",
            };
            signed.shell.t.with(key, &[("day", &name)])
        });
        let mut field = Field::text(id, name).value(typed).wrong(wrong);
        if day == 0 {
            field = field.hint(signed.said("hours-hint"));
        }
        page = page.asking(field);
    }
    page = page.leading(&address(point), signed.said("point-back"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn set(signed: Signed) -> HttpResponse {
    let set = async {
        let point = signed.point_named().await?;
        let typed = DAYS.map(|day| signed.fields.first(day));
        let hours = match OpeningHours::of_days(typed) {
            Ok(hours) => hours,
            Err(wrong) => {
                let typed = typed.map(str::to_owned);
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                return Ok(form(&signed, &point, status, &typed, &wrong));
            }
        };
        let event = about(&signed, &point, Action::SetHours);
        let set = signed.service.db.set_opening_hours(&point.code, &hours, &event).await;
        set.map_err(|error| signed.down(&error))?;
        signed.form_is_done().await;
        Ok(back_to(&signed, &point))
    };
    settled(set.await)
}
