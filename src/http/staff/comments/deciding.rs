//! One comment: what is in it, publishing, hiding, setting aside, tags. Whoever decides
//! says which state they saw; if a colleague was quicker, they see both.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::comment::{BadBlackout, blacked_out, check_blackout, read_tags};
use surveys::personal_data::personal_data;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::sure::{known_names, unsure};
use super::super::visit::Signed;
use super::{address, linked, may_decide};
use crate::pages::staff::comments::{OneComment, Publishing};
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::sure::Unsure;
use crate::staff::Permission;
use crate::staff::audit::{Action, Event, Outcome};
use crate::store::batches::{LONGEST_REASON, reason};
use crate::store::comments::{Comment, Decision};

/// The comment that the address names, if it is within this person's scope.
async fn named(signed: &Signed) -> Stopped<Comment> {
    let found = match signed.part("comment").parse() {
        Ok(id) => signed.service.db.comment(&signed.account.scope, id).await,
        Err(_) => Ok(None),
    };
    match found.map_err(|error| signed.down(&error))? {
        Some(comment) => Ok(comment),
        None => Err(Box::new(signed.nothing_here())),
    }
}

/// What is done to `comment`, for the audit log.
fn about(signed: &Signed, comment: &Comment, action: Action) -> Event {
    let event = signed.event(action, Outcome::Done).at_place(&comment.scope());
    event.about(&comment.id.to_string())
}

/// How often `comment` had been changed when whoever fills in a form of it saw it.
fn seen(signed: &Signed, comment: &Comment) -> String {
    if signed.resumed {
        return signed.fields.first("changes").to_owned();
    }
    comment.changes.to_string()
}

/// The comment as the form of whoever sends it saw it; when it was changed since, the
/// page that shows both.
async fn as_seen(signed: &Signed) -> Stopped<Comment> {
    let comment = named(signed).await?;
    if signed.fields.first("changes").parse() == Ok(comment.changes) {
        return Ok(comment);
    }
    Err(Box::new(overtaken(signed, &comment).await?))
}

/// The page for when a colleague changed `comment` first; what was typed here stays on it.
async fn overtaken(signed: &Signed, comment: &Comment) -> Stopped<HttpResponse> {
    let page = one(signed, comment).await?.overtaken(&[
        signed.fields.first("text"),
        signed.fields.first("reason"),
        signed.fields.first("tags"),
    ]);
    Ok(page::show(StatusCode::CONFLICT, Keep::Never, &page))
}

async fn one<'a>(signed: &'a Signed, comment: &'a Comment) -> Stopped<OneComment<'a>> {
    let names = known_names(signed, &comment.commune_code).await?;
    let findings = personal_data(&comment.text, &names);
    let decided = signed.service.db.comment_decisions(comment.id).await;
    let decided = decided.map_err(|error| signed.down(&error))?;
    let may = may_decide(signed);
    let page = OneComment::new(&signed.shell, signed.nav(), comment, &findings, &decided, may);
    Ok(match linked::actions_for(signed, comment).await? {
        Some(actions) => {
            let may_open = signed.account.may(Permission::ManageActions);
            page.with_actions(&actions, signed.service.reporting.today(), may_open)
        }
        None => page,
    })
}

pub(in super::super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let comment = named(&signed).await?;
        let page = one(&signed, &comment).await?;
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

/// Decides about `comment`, or shows what a colleague decided meanwhile.
async fn decide(
    signed: &Signed,
    comment: &Comment,
    decision: Decision<'_>,
    action: Action,
) -> Stopped<HttpResponse> {
    let event = about(signed, comment, action);
    let decided = signed.service.db.decide_comment(comment, decision, &event).await;
    if decided.map_err(|error| signed.down(&error))? {
        signed.form_is_done().await;
        return Ok(page::see_other(&signed.shell.link(&address(comment))));
    }
    overtaken(signed, &named(signed).await?).await
}

pub(in super::super) async fn publishing(signed: Signed) -> HttpResponse {
    let shown = async {
        let comment = named(&signed).await?;
        let names = known_names(&signed, &comment.commune_code).await?;
        let found = personal_data(&comment.text, &names);
        let covered = match &comment.published_text {
            _ if signed.resumed => signed.fields.first("text").to_owned(),
            Some(text) => text.clone(),
            None => blacked_out(&comment.text, &found),
        };
        Ok(publish_form(&signed, &comment, StatusCode::OK, &covered, Vec::new(), None))
    };
    settled(shown.await)
}

/// The form to publish `comment`, with what is `covered` of it, and what in that nobody
/// is sure of.
fn publish_form(
    signed: &Signed,
    comment: &Comment,
    status: StatusCode,
    covered: &str,
    unsure: Vec<Unsure>,
    wrong: Option<BadBlackout>,
) -> HttpResponse {
    let page = Publishing::new(&signed.shell, signed.nav(), comment, covered)
        .confirming(unsure)
        .wrong(wrong.as_ref())
        .resumed(signed.resumed)
        .seen(seen(signed, comment));
    page::show(status, Keep::Never, &page)
}

pub(in super::super) async fn publish(signed: Signed) -> HttpResponse {
    settled(published(&signed).await)
}

async fn published(signed: &Signed) -> Stopped<HttpResponse> {
    let comment = as_seen(signed).await?;
    let typed = signed.fields.first("text");
    let mend = StatusCode::UNPROCESSABLE_ENTITY;
    let covered = match check_blackout(&comment.text, typed) {
        Ok(covered) => covered,
        Err(bad) => return Ok(publish_form(signed, &comment, mend, typed, Vec::new(), Some(bad))),
    };
    let unsure = unsure(signed, &comment.commune_code, &[&covered]).await?;
    if !unsure.is_empty() {
        return Ok(publish_form(signed, &comment, mend, &covered, unsure, None));
    }
    decide(signed, &comment, Decision::Publish(&covered), Action::PublishComment).await
}

pub(in super::super) async fn hiding(signed: Signed) -> HttpResponse {
    let shown = async { Ok(hide_form(&signed, &named(&signed).await?, StatusCode::OK, None)) };
    settled(shown.await)
}

fn hide_form(
    signed: &Signed,
    comment: &Comment,
    status: StatusCode,
    wrong: Option<String>,
) -> HttpResponse {
    let said = |key| signed.said(key);
    let most = LONGEST_REASON.to_string();
    let action = format!("{}/hide", address(comment));
    let mut page = Form::new(
        &signed.shell,
        said("comment-hide-heading"),
        &action,
        said("comment-hide-button"),
    )
    .signed(signed.nav())
    .saying(said("comment-hide-about"))
    .carrying("changes", &seen(signed, comment));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    let page = page
        .asking(
            Field::text("reason", said("comment-reason"))
                .hint(signed.shell.t.with("comment-reason-hint", &[("most", &most)]))
                .value(signed.fields.first("reason"))
                .wrong(wrong),
        )
        .leading(&address(comment), said("comment-back"));
    page::show(status, Keep::Never, &page)
}

pub(in super::super) async fn hide(signed: Signed) -> HttpResponse {
    let hidden = async {
        let comment = as_seen(&signed).await?;
        let Some(why) = reason(signed.fields.first("reason")) else {
            let most = LONGEST_REASON.to_string();
            let wrong = signed.shell.t.with("comment-reason-wrong", &[("most", &most)]);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(hide_form(&signed, &comment, status, Some(wrong)));
        };
        decide(&signed, &comment, Decision::Hide(&why), Action::HideComment).await
    };
    settled(hidden.await)
}

pub(in super::super) async fn set_aside(signed: Signed) -> HttpResponse {
    let done = async {
        let comment = as_seen(&signed).await?;
        decide(&signed, &comment, Decision::SetAside, Action::SetAsideComment).await
    };
    settled(done.await)
}

pub(in super::super) async fn return_to_queue(signed: Signed) -> HttpResponse {
    let done = async {
        let comment = as_seen(&signed).await?;
        decide(&signed, &comment, Decision::Return, Action::ReturnComment).await
    };
    settled(done.await)
}

pub(in super::super) async fn tagging(signed: Signed) -> HttpResponse {
    let shown = async {
        let comment = named(&signed).await?;
        let mut page = one(&signed, &comment).await?;
        if signed.resumed {
            page = page.resumed(signed.fields.first("tags"), seen(&signed, &comment));
        }
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(shown.await)
}

pub(in super::super) async fn tag(signed: Signed) -> HttpResponse {
    let tagged = async {
        let comment = as_seen(&signed).await?;
        let typed = signed.fields.first("tags");
        let tags = match read_tags(typed) {
            Ok(tags) => tags,
            Err(bad) => {
                let page = one(&signed, &comment).await?.wrong_tags(typed, &bad);
                return Ok(page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page));
            }
        };
        if tags != comment.tags {
            let event = about(&signed, &comment, Action::TagComment);
            let held = signed.service.db.tag_comment(&comment, &tags, &event).await;
            if !held.map_err(|error| signed.down(&error))? {
                return overtaken(&signed, &named(&signed).await?).await;
            }
        }
        signed.form_is_done().await;
        Ok(page::see_other(&signed.shell.link(&address(&comment))))
    };
    settled(tagged.await)
}
