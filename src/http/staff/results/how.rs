//! How a figure of the page of results is computed, and how it is tested whether groups
//! differ: of what the page's address chooses, and no more than the page shows.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::unit::Commune;

use super::super::super::fields::Fields;
use super::super::super::page::{self, Keep, Stopped};
use super::super::visit::Signed;
use super::choice::{self, Choice, Place};
use super::{PAGE, failed, own_slice};
use crate::pages::message::Message;
use crate::pages::staff::results::how::{HowPage, back};
use crate::reporting::explanation::{Compared, Explanation};
use crate::reporting::over_months::OverMonths;

pub(super) async fn figure(signed: &Signed) -> Stopped<HttpResponse> {
    let (commune, Choice { instrument, period, slice, .. }) = chosen(signed).await?;
    let (reporting, code) = (&signed.service.reporting, &commune.code);
    let failed = |error| failed(signed, error);
    let slice = slice.as_ref();
    let seen = reporting.seen(code, instrument, &period, slice).await.map_err(failed)?;
    let Some(explanation) =
        Explanation::of(&seen.report, signed.part("level"), signed.part("figure"))
    else {
        return Err(Box::new(signed.nothing_here()));
    };
    let today = reporting.today();
    let last = period.last_day().min(today);
    let months = reporting.seen_by_month(code, instrument, last, slice).await.map_err(failed)?;
    let e = &explanation.finding.estimate;
    let over = OverMonths::of(&months, e.level, &e.code);
    let explanation = explanation.with_change(seen.since.as_ref()).with_months(over.as_ref());
    let points = signed.service.db.collection_points_of(code).await;
    let points = points.map_err(|error| signed.down(&error))?;
    let page = HowPage::of_figure(&signed.shell, signed.nav(), &explanation, &points, today);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

pub(super) async fn groups(signed: &Signed) -> Stopped<HttpResponse> {
    let (commune, Choice { instrument, period, by, .. }) = chosen(signed).await?;
    // Who sees one slice only sees no other beside it.
    if own_slice(signed).is_some() {
        return Err(Box::new(signed.nothing_here()));
    }
    let (reporting, code) = (&signed.service.reporting, &commune.code);
    let failed = |error| failed(signed, error);
    let seen = reporting.seen(code, instrument, &period, None).await.map_err(failed)?;
    let groups = reporting.groups(code, instrument, &period, by).await.map_err(failed)?;
    let (level, figure) = (signed.part("level"), signed.part("figure"));
    let Some(compared) = Compared::of(&seen.report, (by, &groups), level, figure) else {
        let Some(explanation) = Explanation::of(&seen.report, level, figure) else {
            return Err(Box::new(signed.nothing_here()));
        };
        let title = explanation.finding.title.get(signed.shell.language());
        let page = Message::new(&signed.shell, title)
            .saying(signed.said("how-no-test"))
            .leading(&back(&seen.report, by), signed.said("results-heading"));
        return Ok(page::show(StatusCode::OK, Keep::Never, &page));
    };
    let points = signed.service.db.collection_points_of(code).await;
    let points = points.map_err(|error| signed.down(&error))?;
    let page = HowPage::of_test(&signed.shell, signed.nav(), &compared, &points);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The commune that the address names, and what is chosen of it. Whoever may see several
/// is led to where one is chosen.
async fn chosen(signed: &Signed) -> Stopped<(&'static Commune, Choice)> {
    let asked = &Fields::of(signed.request.query_string());
    match choice::place(signed, asked.first("unit"))? {
        Place::Commune(commune) => Ok((commune, Choice::of(signed, commune, asked).await?)),
        Place::Everywhere | Place::Province(_) => {
            Err(Box::new(page::see_other(&signed.shell.link(PAGE))))
        }
    }
}
