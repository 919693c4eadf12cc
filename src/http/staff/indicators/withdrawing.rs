//! Withdrawing a result of an indicator: what was entered stays on record and no longer
//! holds.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::indicator::{Entered, Entry, LONGEST_SOURCE};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::{Named, ledger, named};
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::indicators::{at_length, period_name};
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::indicators::{NewEntry, StoredEntry};

/// What holds for the period `period`, if anything does.
async fn holding(signed: &Signed, named: Named, period: &str) -> Stopped<Option<StoredEntry>> {
    let entries = ledger(signed, named.place).await?;
    let last = entries.last(&named.target.indicator, period);
    Ok(last.filter(|last| last.entry.entered != Entered::Withdrawn).cloned())
}

fn gone(signed: &Signed, named: Named) -> HttpResponse {
    page::see_other(&signed.shell.link(&format!("{}?done=withdrawn", named.address())))
}

pub(in super::super) async fn form(signed: Signed) -> HttpResponse {
    let shown = async {
        let named = named(&signed)?;
        let asked = if signed.resumed {
            signed.fields.first("period")
        } else {
            signed.shell.asked("period").unwrap_or("")
        };
        Ok(match holding(&signed, named, asked).await? {
            Some(there) => show(&signed, named, &there, StatusCode::OK, None),
            None => page::see_other(&signed.shell.link(&named.address())),
        })
    };
    settled(shown.await)
}

fn show(
    signed: &Signed,
    named: Named,
    there: &StoredEntry,
    status: StatusCode,
    wrong: Option<String>,
) -> HttpResponse {
    let (said, shell) = (|key| signed.said(key), &signed.shell);
    let heading = shell.t.with(
        "indicator-withdraw-heading",
        &[("indicator", named.target.title.get(shell.language()))],
    );
    let action = format!("{}/withdraw", named.address());
    let values = [
        ("period", &*period_name(shell, &there.entry)),
        ("there", &*at_length(shell, named.target, there)),
    ];
    let mut page = Form::new(shell, heading, &action, said("indicator-withdraw-button"))
        .signed(signed.nav())
        .saying(shell.t.with("indicator-withdraw-about", &values))
        .carrying("period", &there.entry.period)
        .carrying("seen", &there.number.to_string());
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let most = LONGEST_SOURCE.to_string();
    let reason = Field::text("reason", said("indicator-withdraw-reason"))
        .hint(shell.t.with("indicator-withdraw-reason-hint", &[("most", &most)]))
        .value(signed.fields.first("reason"))
        .wrong(wrong);
    let page = page.asking(reason).leading(&named.address(), said("indicator-back"));
    page::show(status, Keep::Never, &page)
}

pub(in super::super) async fn withdraw(signed: Signed) -> HttpResponse {
    settled(withdrawn(&signed).await)
}

async fn withdrawn(signed: &Signed) -> Stopped<HttpResponse> {
    let named = named(signed)?;
    let (period, reason) = (signed.fields.first("period"), signed.fields.first("reason"));
    let Some(there) = holding(signed, named, period).await? else {
        return Ok(gone(signed, named));
    };
    let again = |there, status, key| {
        let most = LONGEST_SOURCE.to_string();
        let said = signed.shell.t.with(key, &[("most", &most)]);
        Ok(show(signed, named, there, status, Some(said)))
    };
    if signed.fields.first("seen") != there.number.to_string() {
        return again(&there, StatusCode::CONFLICT, "indicator-withdraw-both");
    }
    let Some(entry) = Entry::withdrawing(&named.target.indicator, &there.entry.period, reason)
    else {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return again(&there, status, "indicator-withdraw-reason-wrong");
    };
    let commune = named.place.commune.code.clone();
    let event = signed
        .event(Action::WithdrawIndicator, Outcome::Done)
        .at_place(&Scope::Commune(commune.clone()))
        .about(&format!("{} {}: {}", entry.indicator, entry.period, entry.source));
    let new = NewEntry { commune, entry, replaces: there.number };
    let stored = signed.service.db.enter(&[new], &event).await;
    if stored.map_err(|error| signed.down(&error))? == 0
        && let Some(there) = holding(signed, named, period).await?
    {
        return again(&there, StatusCode::CONFLICT, "indicator-withdraw-both");
    }
    signed.form_is_done().await;
    Ok(gone(signed, named))
}
