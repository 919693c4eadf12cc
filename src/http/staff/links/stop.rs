//! No more mail for one dossier: a citizen asked for it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;
use surveys::text::typed_text;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::points::about;
use super::super::visit::Signed;
use super::{key, point_chosen, point_field};
use crate::pages::staff::form::{Field, Form};
use crate::staff::audit::Action;

/// The points whose mails somebody may stop, retired ones too.
async fn points(signed: &Signed) -> Stopped<Vec<CollectionPoint>> {
    let points = signed.service.db.collection_points_within(&signed.account.scope).await;
    Ok(points.map_err(|error| signed.down(&error))?)
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let typed = signed.fields.first("dossier");
        let page = form(&signed, &points(&signed).await?, typed, [None, None]);
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

fn form<'a>(
    signed: &'a Signed,
    points: &[CollectionPoint],
    typed: &str,
    [point, dossier]: [Option<String>; 2],
) -> Form<'a> {
    let said = |key| signed.said(key);
    let (heading, button) = (said("stop-mail-heading"), said("stop-mail-button"));
    let page = Form::new(&signed.shell, heading, "/staff/links/stop", button)
        .signed(signed.nav())
        .saying(said("stop-mail-about"))
        .asking(point_field(signed, points, point))
        .asking(
            Field::spelled("dossier", said("stop-mail-dossier"))
                .hint(said("stop-mail-dossier-hint"))
                .value(typed)
                .wrong(dossier),
        )
        .leading("/staff/links", said("links-heading"));
    if signed.resumed { page.noticing(said("resumed")) } else { page }
}

/// Sends nothing more for the dossier and forgets its mailbox.
pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let points = points(signed).await?;
    let typed = typed_text(signed.fields.first("dossier").trim());
    let again = |wrong| {
        let page = form(signed, &points, &typed, wrong);
        Ok(page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page))
    };
    let point = match point_chosen(signed, &points) {
        Ok((point, _)) => point,
        Err(wrong) => return again([Some(wrong), None]),
    };
    if typed.is_empty() {
        return again([None, Some(signed.said("stop-mail-dossier-wrong"))]);
    }
    let (db, down) = (&signed.service.db, |error| signed.down(&error));
    let hash = key(signed).await?.dossier(&point.code, &typed);
    // Which dossier it was is kept nowhere, in the log neither.
    let event = about(signed, &point, Action::StopMail);
    let stopped = db.stop_mail(&hash, &event).await.map_err(down)?;
    signed.form_is_done().await;
    let key = if stopped { "stop-mail-stopped" } else { "stop-mail-none" };
    let page = form(signed, &points, "", [None, None]).noticing(signed.said(key));
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}
