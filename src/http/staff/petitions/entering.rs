//! Entering a petition that came on paper, over the telephone or at the counter.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::{Days, NaiveDate};
use surveys::petition::PetitionChannel;
use surveys::{Language, typed_day};

use super::super::super::fields::Fields;
use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::super::petitions::typed::{Typed, Wrong};
use super::super::visit::Signed;
use super::event;
use crate::pages::day;
use crate::pages::petition::words;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::shown_once::ShownOnce;
use crate::staff::Scope;
use crate::staff::audit::Action;

const ADDRESS: &str = "/staff/petitions/new";

/// How many days ago a petition may have come in that is entered today.
const MOST_DAYS_AGO: u64 = 30;

/// The ways over which staff enter petitions.
const CHANNELS: [PetitionChannel; 3] =
    [PetitionChannel::Counter, PetitionChannel::Telephone, PetitionChannel::Paper];

pub(in super::super) fn show(signed: &Signed) -> HttpResponse {
    let typed = Typed::of(&signed.fields, signed.service.clock.secret());
    form(signed, StatusCode::OK, &typed, &Wrong::new())
}

fn form(signed: &Signed, status: StatusCode, typed: &Typed, wrong: &Wrong) -> HttpResponse {
    let shell = &signed.shell;
    let said = |key| signed.said(key);
    let channel = |channel: PetitionChannel| Choice {
        value: channel.name().to_owned(),
        label: words::channel(shell, channel),
    };
    let wrong_commune = wrong.iter().find(|(id, _)| *id == "commune").map(|(_, s)| s.clone());
    let mut page = Form::new(shell, said("petition-enter"), ADDRESS, said("petition-enter-button"))
        .signed(signed.nav())
        .saying(said("petition-enter-lead"))
        .carrying("form", &typed.form);
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    if !matches!(signed.account.scope, Scope::Commune(_)) {
        let field = Field::spelled("commune", said("petition-commune"));
        let field = field.hint(said("petition-commune-hint"));
        page = page.asking(field.value(signed.fields.first("commune")).wrong(wrong_commune));
    }
    let ways = Field::choice("channel", said("petition-channel"), CHANNELS.map(channel).into());
    page = page.asking(ways.value(signed.fields.first("channel")));
    let today = signed.service.today();
    let first = signed.fields.values("received").next().map(str::to_owned);
    let wrong_day = wrong.iter().find(|(id, _)| *id == "received").map(|(_, said)| said.clone());
    let field = Field::text("received", said("petition-received-on"));
    let field = field.hint(said("petition-received-on-hint"));
    let shown = first.unwrap_or_else(|| day(today, Language::Vi));
    page = page.asking(field.value(&shown).wrong(wrong_day));
    let reach = typed.reach(shell, wrong, said("petition-consent-sender"));
    for field in typed.about(shell, wrong).into_iter().chain(reach) {
        page = page.asking(field);
    }
    page::show(status, Keep::Never, &page.leading("/staff/petitions", said("petitions-staff")))
}

pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(entered(&signed).await)
}

async fn entered(signed: &Signed) -> Stopped<HttpResponse> {
    let service = &signed.service;
    let typed = Typed::of(&signed.fields, service.clock.secret());
    let mut wrong = typed.wrong(signed.shell.t);
    let received_on = received(&signed.fields, service.today());
    if received_on.is_none() {
        let most = MOST_DAYS_AGO.to_string();
        let said = signed.shell.t.with("petition-received-on-wrong", &[("most", &most)]);
        wrong.push(("received", said));
    }
    let commune = super::commune(signed);
    if commune.is_none() {
        wrong.push(("commune", signed.said("petition-commune-wrong")));
    }
    let channel = PetitionChannel::of_name(signed.fields.first("channel"));
    let channel = channel.filter(|channel| CHANNELS.contains(channel)).unwrap_or(CHANNELS[0]);
    let (Some(commune), Some(received_on), true) = (commune, received_on, wrong.is_empty()) else {
        return Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, &typed, &wrong));
    };
    let who = signed.account.name.as_str();
    let audited = |code: &_| {
        let what = format!("receive, {received_on}");
        let event = event(signed, Action::HandlePetition, code, &what);
        Some(event.at_place(&Scope::Commune(commune.code.clone())))
    };
    let written = typed.written(&commune.code, (channel, received_on), who);
    let received = service.receive_petition(&written, audited).await;
    let (code, pin) = received.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    let back = format!("/staff/petitions/{code}");
    let line = |key, value: &str| format!("{}: {value}", signed.said(key));
    let code = code.to_string();
    let lines = vec![line("petition-code", &code), line("petition-pin", pin.as_str())];
    let page = ShownOnce::lines(
        &signed.shell,
        signed.nav(),
        signed.said("petition-pass-heading"),
        (signed.said("petition-pass-why"), lines),
        (&back, signed.said("petition-back")),
    );
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The day on which it came in: today where nothing was typed, `None` when it is no day,
/// is to come or is longer ago than [`MOST_DAYS_AGO`].
fn received(fields: &Fields, today: NaiveDate) -> Option<NaiveDate> {
    let typed = fields.first("received");
    let day = if typed.trim().is_empty() { today } else { typed_day(typed)? };
    let first = today.checked_sub_days(Days::new(MOST_DAYS_AGO))?;
    (first..=today).contains(&day).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_petition_came_in_today_or_up_to_thirty_days_ago() {
        let today: NaiveDate = "2026-10-20".parse().unwrap();
        let read = |typed: &str| {
            let query = serde_urlencoded::to_string([("received", typed)]).unwrap();
            received(&Fields::of(&query), today).map(|day| day.to_string())
        };
        assert_eq!(received(&Fields::default(), today), Some(today));
        for (typed, day) in [
            ("", Some("2026-10-20")),
            ("20/10/2026", Some("2026-10-20")),
            ("16/10/2026", Some("2026-10-16")),
            ("2026-09-20", Some("2026-09-20")),
            ("19/09/2026", None),
            ("21/10/2026", None),
            ("31/09/2026", None),
            ("thứ Sáu", None),
        ] {
            assert_eq!(read(typed).as_deref(), day, "{typed}");
        }
    }
}
