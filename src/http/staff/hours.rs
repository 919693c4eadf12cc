//! Opening hours of a collection point: one field for the working days, one for each day
//! of the weekend, and folded away one for each working day that is not like the others.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;
use surveys::{OpeningHours, WrongTimes};

use super::super::page::{self, Keep, settled};
use super::points::{about, address, back_to};
use super::visit::Signed;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::points::{day_name, days_name};
use crate::staff::audit::Action;

/// The name of the field of all working days.
const WEEK: &str = "week";
/// The names of the fields of days, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// How many of them are working days.
const WORKING: u8 = 5;

/// What is typed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Typed {
    /// The times of the working days.
    week: String,
    /// The times of each day; of a working day empty when it is like the others.
    days: [String; 7],
}

impl Typed {
    fn of(signed: &Signed) -> Self {
        let typed = |name| signed.fields.first(name).to_owned();
        Self { week: typed(WEEK), days: DAYS.map(typed) }
    }

    /// What is to be typed for `hours`, where a day off is called `off`.
    fn for_hours(hours: &OpeningHours, off: &str) -> Self {
        let of = |day: u8| {
            let spans = hours.spans().iter().filter(|span| span.day == day);
            spans.map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let mut days = [0, 1, 2, 3, 4, 5, 6].map(of);
        let working = &days[..usize::from(WORKING)];
        let alike = |times: &String| working.iter().filter(|other| *other == times).count();
        // With most days alike the others are told apart; else each has its own times.
        let week = working.iter().find(|times| alike(times) * 2 > working.len()).cloned();
        let week = week.unwrap_or_default();
        if !week.is_empty() {
            for day in &mut days[..usize::from(WORKING)] {
                if *day == week {
                    day.clear();
                } else if day.is_empty() {
                    off.clone_into(day);
                }
            }
        }
        Self { week, days }
    }

    /// Whether `day` is a working day that is like the others.
    fn is_like_others(&self, day: u8) -> bool {
        day < WORKING && self.days[usize::from(day)].trim().is_empty()
    }

    /// The times of `day`; none when it is off.
    fn times(&self, day: u8) -> &str {
        let own = &self.days[usize::from(day)];
        let typed = if self.is_like_others(day) { &self.week } else { own };
        let is_off = ["nghỉ", "off"].contains(&typed.trim().to_lowercase().as_str());
        if is_off { "" } else { typed }
    }

    fn hours(&self) -> Result<OpeningHours, Vec<(u8, WrongTimes)>> {
        OpeningHours::of_days([0, 1, 2, 3, 4, 5, 6].map(|day| self.times(day)))
    }
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = signed.point_named().await?;
        let hours = signed.service.db.opening_hours(&point.code).await;
        let hours = hours.map_err(|error| signed.down(&error))?;
        let typed = if signed.resumed {
            Typed::of(&signed)
        } else {
            Typed::for_hours(&hours, &signed.said("hours-off"))
        };
        Ok(form(&signed, &point, StatusCode::OK, &typed, &[]))
    };
    settled(shown.await)
}

fn form(
    signed: &Signed,
    point: &CollectionPoint,
    status: StatusCode,
    typed: &Typed,
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
    let said = |name: &str, wrong: Option<&(u8, WrongTimes)>| {
        wrong.map(|(_, what)| {
            let key = match what {
                WrongTimes::Form => "hours-wrong",
                WrongTimes::Backwards => "hours-wrong-backwards",
                WrongTimes::Overlap => "hours-wrong-overlap",
            };
            signed.shell.t.with(key, &[("day", name)])
        })
    };
    let field = |day: u8| {
        let (name, at) = (day_name(&signed.shell, day), usize::from(day));
        let own = |wrong: &&(u8, WrongTimes)| wrong.0 == day && !typed.is_like_others(day);
        let wrong = said(&name, wrong.iter().find(own));
        Field::text(DAYS[at], name).value(&typed.days[at]).wrong(wrong)
    };
    let week = days_name(&signed.shell, 0, 4);
    let of_week = wrong.iter().find(|(day, _)| typed.is_like_others(*day));
    let of_week = said(&week, of_week);
    page = page.asking(
        Field::text(WEEK, week).hint(signed.said("hours-hint")).value(&typed.week).wrong(of_week),
    );
    for day in WORKING..7 {
        page = page.asking(field(day));
    }
    page = page
        .folding(
            (signed.said("hours-each"), signed.said("hours-each-about")),
            (0..WORKING).map(field),
        )
        .leading(&address(point), signed.said("point-back"));
    page::show(status, Keep::Never, &page)
}

pub(super) async fn set(signed: Signed) -> HttpResponse {
    let set = async {
        let point = signed.point_named().await?;
        let typed = Typed::of(&signed);
        let hours = match typed.hours() {
            Ok(hours) => hours,
            Err(wrong) => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_typed_for_hours_gives_the_same_hours() {
        let day = "07:00-11:30, 13:30-17:00";
        for (hours, week, days) in [
            ("always", "", ["", "", "", "", "", "", ""]),
            ("Mon-Fri 07:00-11:30,13:30-17:00", day, ["", "", "", "", "", "", ""]),
            (
                "Mon-Tue 07:00-11:30,13:30-17:00; Thu 07:00-11:30,13:30-17:00; Fri 07:00-11:00; \
                 Sat 07:30-11:00",
                day,
                ["", "", "nghỉ", "", "07:00-11:00", "07:30-11:00", ""],
            ),
            (
                "Mon-Tue 07:00-11:30; Wed-Thu 08:00-11:30",
                "",
                ["07:00-11:30", "07:00-11:30", "08:00-11:30", "08:00-11:30", "", "", ""],
            ),
            ("Sat 07:30-11:00", "", ["", "", "", "", "", "07:30-11:00", ""]),
        ] {
            let hours = OpeningHours::parse(hours).unwrap();
            let typed = Typed::for_hours(&hours, "nghỉ");
            let expected = Typed { week: week.to_owned(), days: days.map(str::to_owned) };
            assert_eq!(typed, expected);
            assert_eq!(typed.hours(), Ok(hours));
        }
    }
}
