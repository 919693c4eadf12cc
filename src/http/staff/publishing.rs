//! Publishing the results of a period: which wait for a decision, what exactly the public
//! would see, the decision, and corrections with their reason.

mod withdrawing;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::action::{MOST_NOTE_CHARS, prose};
use surveys::unit::Commune;
use surveys::{CommuneCode, Instrument, Period, catalog, unit};

use super::super::asked;
use super::super::page::{self, Keep, Stopped, settled};
use super::results::failed;
use super::sure::unsure;
use super::visit::Signed;
use crate::pages::message::Message;
use crate::pages::staff::publishing::{OnePeriod, Publishing, Typed, address};
use crate::reporting::publishing::{Draft, Listed};
use crate::staff::audit::{Action, Event, Outcome};
use crate::staff::{Permission, Scope};
pub(super) use withdrawing::{withdraw, withdraw_form};

/// Results that the address names.
#[derive(Debug, Clone)]
struct Named {
    commune: &'static Commune,
    instrument: &'static Instrument,
    period: Period,
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    settled(listed(&signed).await)
}

/// The commune that is `asked` for, or else the one of whoever is signed in; `None` where
/// there is neither within their scope.
pub(super) fn chosen(signed: &Signed, asked: &str) -> Option<&'static Commune> {
    match (&signed.account.scope, asked.trim()) {
        (Scope::Commune(own), "") => unit::commune(own.as_str()),
        (scope, code) => {
            let code = CommuneCode::parse(code).ok().filter(|code| scope.covers_commune(code));
            code.and_then(|code| unit::commune(code.as_str()))
        }
    }
}

/// How the periods of `commune` stand.
pub(super) async fn read(signed: &Signed, commune: &Commune) -> Stopped<Vec<Listed>> {
    let listed = signed.service.reporting.publishing(&commune.code).await;
    Ok(listed.map_err(|error| failed(signed, error))?)
}

async fn listed(signed: &Signed) -> Stopped<HttpResponse> {
    let asked = signed.shell.asked("unit").unwrap_or("");
    let commune = match chosen(signed, asked) {
        Some(commune) => commune,
        None if asked.trim().is_empty() => return choose(signed).await,
        None => return Err(Box::new(signed.nothing_here())),
    };
    let listed = read(signed, commune).await?;
    let by_decision = signed.service.reporting.is_by_decision();
    let page = Publishing::new(&signed.shell, signed.nav(), commune, &listed, by_decision);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The communes of which this person may publish results, or read how that stands.
async fn choose(signed: &Signed) -> Stopped<HttpResponse> {
    let points = signed.service.db.collection_points_within(&signed.account.scope).await;
    let mut codes: Vec<CommuneCode> =
        points.map_err(|error| signed.down(&error))?.into_iter().map(|p| p.commune_code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut page = Message::new(&signed.shell, signed.said("publishing-heading"))
        .saying(signed.said("publishing-choose"));
    for commune in codes.iter().filter_map(|code| unit::commune(code.as_str())) {
        let address = signed.shell.link(&format!("/staff/publishing?unit={}", commune.code));
        page = page.leading(&address, commune.name.to_owned());
    }
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

fn named(signed: &Signed) -> Stopped<Named> {
    let code = CommuneCode::parse(signed.part("commune")).ok();
    let code = code.filter(|code| signed.account.scope.covers_commune(code));
    let commune = code.and_then(|code| unit::commune(code.as_str()));
    let instrument = signed
        .part("instrument")
        .split_once('@')
        .and_then(|(id, version)| catalog::instrument(id, Some(version.parse().ok()?)));
    match (commune, instrument) {
        (Some(commune), Some(instrument)) => match asked::period(commune, signed.part("period")) {
            // Nothing is known of what has not begun.
            Ok(period) if period.start <= signed.service.today() => {
                Ok(Named { commune, instrument, period })
            }
            _ => Err(Box::new(signed.nothing_here())),
        },
        _ => Err(Box::new(signed.nothing_here())),
    }
}

async fn draft(signed: &Signed, named: &Named) -> Stopped<Draft> {
    let Named { commune, instrument, period } = named;
    let draft = signed.service.reporting.draft(&commune.code, instrument, period).await;
    Ok(draft.map_err(|error| failed(signed, error))?)
}

async fn form(
    signed: &Signed,
    named: &Named,
    draft: &Draft,
    status: StatusCode,
    typed: Typed,
) -> Stopped<HttpResponse> {
    let beside = beside(signed, named, draft).await?;
    let since = signed.service.reporting.since(&draft.report).await;
    let since = since.map_err(|error| failed(signed, error))?;
    let told = (draft, since.as_ref());
    let mut page = OnePeriod::new(&signed.shell, signed.nav(), told, &beside, typed);
    if !signed.account.may(Permission::PublishResults) {
        page = page.only_read();
    }
    Ok(page::show(status, Keep::Never, &page))
}

fn typed(signed: &Signed) -> Typed {
    Typed { reason: signed.fields.first("reason").to_owned(), ..Typed::default() }
}

/// That the `number`th decision about what is `named` was made.
fn about(signed: &Signed, named: &Named, what: Action, number: i64) -> Event {
    let Named { commune, instrument, period } = named;
    let about = format!("{}@{} {} #{number}", instrument.id, instrument.version, period.code);
    let place = Scope::Commune(commune.code.clone());
    signed.event(what, Outcome::Done).at_place(&place).about(&about)
}

/// The other published periods with the same days, if what is named was taken back.
async fn beside(signed: &Signed, named: &Named, draft: &Draft) -> Stopped<Vec<Period>> {
    if draft.withdrawn.is_none() {
        return Ok(Vec::new());
    }
    let Named { commune, instrument, period } = named;
    let reporting = &signed.service.reporting;
    let beside = reporting.published_beside(&commune.code, instrument, period).await;
    Ok(beside.map_err(|error| failed(signed, error))?)
}

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let named = named(&signed)?;
        let draft = draft(&signed, &named).await?;
        let notice = signed.resumed.then(|| signed.said("resumed"));
        let typed = Typed { notice: notice.unwrap_or_default(), ..typed(&signed) };
        form(&signed, &named, &draft, StatusCode::OK, typed).await
    };
    settled(shown.await)
}

pub(super) async fn publish(signed: Signed) -> HttpResponse {
    settled(published(&signed).await)
}

async fn published(signed: &Signed) -> Stopped<HttpResponse> {
    let named = named(signed)?;
    let seen = draft(signed, &named).await?;
    // What is published is what this person has seen, figure by figure.
    if seen.held.is_some() || seen.mark() != signed.fields.first("seen") {
        let typed = Typed { notice: signed.said("publishing-meanwhile"), ..typed(signed) };
        return form(signed, &named, &seen, StatusCode::CONFLICT, typed).await;
    }
    let reason = match prose(signed.fields.first("reason"), MOST_NOTE_CHARS) {
        _ if seen.before.is_none() && seen.withdrawn.is_none() => String::new(),
        Ok(reason) if !reason.is_empty() => reason,
        wrong => {
            let wrong = match wrong {
                Ok(_) => signed.said("publishing-reason-wrong"),
                Err(bad) => bad.text().get(signed.shell.language()).to_owned(),
            };
            let typed = Typed { wrong: Some(wrong), ..typed(signed) };
            return form(signed, &named, &seen, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
        }
    };
    let Named { commune, instrument, period } = &named;
    let unsure = unsure(signed, &commune.code, &[&reason]).await?;
    if !unsure.is_empty() {
        let typed = Typed { unsure, ..typed(signed) };
        return form(signed, &named, &seen, StatusCode::UNPROCESSABLE_ENTITY, typed).await;
    }
    let what = if seen.before.is_some() { Action::CorrectResults } else { Action::PublishResults };
    let event = about(signed, &named, what, seen.number);
    let stored = signed.service.db.publish(&seen.to_publish(&reason), &event).await;
    if !stored.map_err(|error| signed.down(&error))? {
        let now = draft(signed, &named).await?;
        let typed = Typed { notice: signed.said("publishing-meanwhile"), ..typed(signed) };
        return form(signed, &named, &now, StatusCode::CONFLICT, typed).await;
    }
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&address(&commune.code, instrument, period))))
}
