//! Taking back what was published by mistake: the public reads that it was, when and why,
//! and no figures.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::Period;
use surveys::action::{MOST_NOTE_CHARS, prose};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::results::failed;
use super::super::sure::unsure;
use super::super::visit::Signed;
use super::{Named, about, named};
use crate::pages::field::Field;
use crate::pages::message::Message;
use crate::pages::staff::form::Form;
use crate::pages::staff::publishing::address;
use crate::pages::staff::sure::Unsure;
use crate::staff::audit::Action;
use crate::store::publications::Publication;

pub(in crate::http::staff) async fn withdraw_form(signed: Signed) -> HttpResponse {
    let shown = async {
        let named = named(&signed)?;
        let Some(newest) = standing(&signed, &named).await? else {
            return Ok(nothing(&signed, &named, StatusCode::OK));
        };
        let changed = signed.resumed && seen(&signed) != newest.number.to_string();
        let notice = match (signed.resumed, changed) {
            (_, true) => signed.said("withdraw-meanwhile"),
            (true, false) => signed.said("resumed"),
            (false, false) => String::new(),
        };
        form(&signed, &named, &newest, StatusCode::OK, (notice, None, Vec::new())).await
    };
    settled(shown.await)
}

pub(in crate::http::staff) async fn withdraw(signed: Signed) -> HttpResponse {
    settled(withdrawn(&signed).await)
}

fn seen(signed: &Signed) -> &str {
    signed.fields.first("seen")
}

/// What is published of the period and can be taken back.
async fn standing(signed: &Signed, named: &Named) -> Stopped<Option<Publication>> {
    let Named { commune, instrument, period } = named;
    let newest = signed.service.reporting.standing(&commune.code, instrument, period).await;
    Ok(newest.map_err(|error| failed(signed, error))?)
}

fn nothing(signed: &Signed, named: &Named, status: StatusCode) -> HttpResponse {
    let at = address(&named.commune.code, named.instrument, &named.period);
    let page = Message::new(&signed.shell, heading(signed, &named.period))
        .saying(signed.said("withdraw-nothing"))
        .leading(&signed.shell.link(&at), signed.said("withdraw-back"));
    page::show(status, Keep::Never, &page)
}

fn heading(signed: &Signed, period: &Period) -> String {
    let title = period.title.get(signed.shell.language());
    signed.shell.t.with("withdraw-heading", &[("period", title)])
}

async fn form(
    signed: &Signed,
    named: &Named,
    newest: &Publication,
    status: StatusCode,
    (notice, wrong, unsure): (String, Option<String>, Vec<Unsure>),
) -> Stopped<HttpResponse> {
    let Named { commune, instrument, period } = named;
    let reporting = &signed.service.reporting;
    let beside = reporting.published_beside(&commune.code, instrument, period).await;
    let beside = beside.map_err(|error| failed(signed, error))?;
    let language = signed.shell.language();
    let at = address(&commune.code, instrument, period);
    let reason = Field::long("reason", signed.said("withdraw-reason"), 4)
        .hint(signed.said("withdraw-reason-hint"))
        .value(signed.fields.first("reason"))
        .wrong(wrong);
    let place = format!("{} · {}", commune.name, instrument.title.get(language));
    let number = newest.number.to_string();
    let mut page = Form::new(
        &signed.shell,
        heading(signed, period),
        &format!("{at}/withdraw"),
        signed.said("withdraw-button"),
    )
    .signed(signed.nav())
    .carrying("seen", &number)
    .saying(place)
    .saying(signed.shell.t.with("withdraw-about", &[("number", &number)]))
    .saying(signed.said("withdraw-follows"));
    if !beside.is_empty() {
        page = page.saying(signed.said("withdraw-beside"));
    }
    for other in &beside {
        let to = address(&commune.code, instrument, other);
        page = page.leading(&to, other.title.get(language).to_owned());
    }
    if !notice.is_empty() {
        page = page.noticing(notice);
    }
    let page = page.asking(reason).confirming(unsure).leading(&at, signed.said("withdraw-back"));
    Ok(page::show(status, Keep::Never, &page))
}

async fn withdrawn(signed: &Signed) -> Stopped<HttpResponse> {
    let named = named(signed)?;
    let Some(newest) = standing(signed, &named).await? else {
        return Ok(nothing(signed, &named, StatusCode::CONFLICT));
    };
    let meanwhile = || (signed.said("withdraw-meanwhile"), None, Vec::new());
    if seen(signed) != newest.number.to_string() {
        return form(signed, &named, &newest, StatusCode::CONFLICT, meanwhile()).await;
    }
    let reason = match prose(signed.fields.first("reason"), MOST_NOTE_CHARS) {
        Ok(reason) if !reason.is_empty() => reason,
        wrong => {
            let wrong = match wrong {
                Ok(_) => signed.said("withdraw-reason-wrong"),
                Err(bad) => bad.text().get(signed.shell.language()).to_owned(),
            };
            let wrong = (String::new(), Some(wrong), Vec::new());
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return form(signed, &named, &newest, status, wrong).await;
        }
    };
    let unsure = unsure(signed, &named.commune.code, &[&reason]).await?;
    if !unsure.is_empty() {
        let asked = (String::new(), None, unsure);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return form(signed, &named, &newest, status, asked).await;
    }
    let event = about(signed, &named, Action::WithdrawResults, newest.number + 1);
    let stored = signed.service.db.withdraw_publication(&newest, &reason, &event).await;
    if !stored.map_err(|error| signed.down(&error))? {
        return match standing(signed, &named).await? {
            Some(now) => form(signed, &named, &now, StatusCode::CONFLICT, meanwhile()).await,
            None => Ok(nothing(signed, &named, StatusCode::CONFLICT)),
        };
    }
    signed.form_is_done().await;
    let at = address(&named.commune.code, named.instrument, &named.period);
    Ok(page::see_other(&signed.shell.link(&at)))
}
