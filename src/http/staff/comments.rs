//! Comments: the queue, found by words and chosen by state, tag and period; as a file.

mod deciding;
pub(super) mod linked;

use std::ops::Range;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use analytics::export::sheet::{Cell, Sheet};
use surveys::Period;
use surveys::comment::{State, Wanted};

use super::super::page::{self, Keep, Stopped, settled};
use super::visit::Signed;
use super::{attached, audit};
use crate::pages::staff::comments::{Chosen, Comments};
use crate::staff::Permission;
use crate::staff::audit::{Action, Outcome};
use crate::store::comments::{Comment, Listing, numbers_in};

pub(super) use deciding::{
    hide, hiding, publish, publishing, return_to_queue, set_aside, show, tag, tagging,
};

/// How many comments a page has.
const A_PAGE: u32 = 50;
/// As many comments that wait are counted; from there on it is said that there are more.
const MOST_COUNTED: u32 = 1_000;
/// The most comments of a file; the newest months.
const MOST_EXPORTED: u32 = 50_000;

/// What `asked` chooses; `None` when its period is none.
fn listing(signed: &Signed, asked: &Chosen<'_>, most: u32) -> Option<Listing> {
    let numbers: Range<i64> = match asked.period.trim() {
        "" => 0..i64::MAX,
        period => numbers_in(&Period::parse(period).ok()?),
    };
    Some(Listing {
        scope: signed.account.scope.clone(),
        state: State::named(asked.state),
        tag: asked.tag.replace('\0', ""),
        wanted: Wanted::read(asked.words),
        from: numbers.start,
        before: numbers.end,
        most,
    })
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    settled(listed(&signed).await)
}

async fn listed(signed: &Signed) -> Stopped<HttpResponse> {
    let asked = |name| signed.shell.asked(name).unwrap_or("");
    let chosen = Chosen {
        // Whoever chooses nothing sees what waits.
        state: signed.shell.asked("state").unwrap_or(State::New.name()),
        words: asked("q"),
        tag: asked("tag"),
        period: asked("period"),
    };
    let wanted = listing(signed, &chosen, A_PAGE + 1);
    let wrong_period = wanted.is_none();
    let before = audit::place(asked("before"));
    let mut found = match wanted {
        Some(wanted) => {
            let before = before.unwrap_or(i64::MAX).min(wanted.before);
            read(signed, &Listing { before, ..wanted }).await?
        }
        None => Vec::new(),
    };
    let more = found.len() > A_PAGE as usize;
    found.truncate(A_PAGE as usize);
    let older = found.last().filter(|_| more).map(|comment| comment.id);
    let (db, scope) = (&signed.service.db, &signed.account.scope);
    let down = |error| signed.down(&error);
    let tags = db.comment_tags(scope).await.map_err(down)?;
    let waiting = db.comments_waiting(scope, MOST_COUNTED).await.map_err(down)?;
    let notice = if before.is_none() {
        signed.said("before-wrong")
    } else if !chosen.tag.is_empty() && !tags.iter().any(|tag| tag == chosen.tag) {
        signed.shell.t.with("comments-tag-unknown", &[("tag", chosen.tag)])
    } else {
        String::new()
    };
    let page = Comments::new(&signed.shell, signed.nav(), &found, &chosen, tags)
        .noticing(notice)
        .waiting(waiting, waiting >= u64::from(MOST_COUNTED))
        .older(older)
        .wrong_period(wrong_period);
    let wrong = wrong_period || before.is_none();
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page::show(status, Keep::Never, &page))
}

async fn read(signed: &Signed, listing: &Listing) -> Stopped<Vec<Comment>> {
    let read = signed.service.db.comments(listing).await;
    Ok(read.map_err(|error| signed.down(&error))?)
}

/// The page of `comment`.
fn address(comment: &Comment) -> String {
    format!("/staff/comments/{}", comment.id)
}

fn may_decide(signed: &Signed) -> bool {
    signed.account.may(Permission::DecideComments)
}

pub(super) async fn export(signed: Signed) -> HttpResponse {
    settled(exported(&signed).await)
}

async fn exported(signed: &Signed) -> Stopped<HttpResponse> {
    let typed = |name| signed.fields.first(name);
    let chosen = Chosen {
        state: typed("state"),
        words: typed("q"),
        tag: typed("tag"),
        period: typed("period"),
    };
    let Some(wanted) = listing(signed, &chosen, MOST_EXPORTED) else {
        let query = serde_urlencoded::to_string([("period", chosen.period)]).unwrap_or_default();
        return Ok(page::see_other(&signed.shell.link(&format!("/staff/comments?{query}"))));
    };
    let event = signed.event(Action::ExportComments, Outcome::Done).about(chosen.state);
    signed.service.db.note(&event).await.map_err(|error| signed.down(&error))?;
    let format = attached::format(typed("format"));
    Ok(attached::sheet(&sheet(&read(signed, &wanted).await?), "gop-y", format))
}

fn sheet(comments: &[Comment]) -> Sheet {
    let columns = [
        "comment_id",
        "commune_code",
        "collection_point",
        "month",
        "state",
        "text",
        "published_text",
        "tags",
    ];
    let row = |comment: &Comment| {
        vec![
            Cell::Count(comment.id.unsigned_abs()),
            comment.commune_code.as_str().into(),
            comment.collection_point.as_str().into(),
            comment.month.as_str().into(),
            comment.state.name().into(),
            comment.text.as_str().into(),
            comment.published_text.as_deref().unwrap_or("").into(),
            Cell::Text(comment.tags.join(", ")),
        ]
    };
    let columns = columns.map(str::to_owned).into();
    Sheet { columns, rows: comments.iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use analytics::export::sheet::SheetFormat;
    use surveys::{CommuneCode, PointCode};

    use super::*;

    #[test]
    fn no_cell_of_the_file_is_a_formula_or_breaks_a_row() {
        let comment = Comment {
            id: 7,
            commune_code: CommuneCode::parse("22651").unwrap(),
            collection_point: PointCode::parse("22651").unwrap(),
            point_name: "Một cửa".into(),
            month: "2026-10".into(),
            text: "=HYPERLINK(\"x\"),\n+1".into(),
            state: State::Published,
            published_text: Some("@a".into()),
            tags: vec!["-1".into(), "đất đai".into()],
            changes: 1,
        };
        let file = sheet(&[comment]).file(SheetFormat::Csv).unwrap();
        let text = String::from_utf8(file).unwrap();
        let line = text.split_once("\r\n").unwrap().1;
        assert_eq!(
            line,
            "7,22651,22651,2026-10,published,\"'=HYPERLINK(\"\"x\"\"),\n+1\",'@a,\"'-1, đất đai\"\r\n"
        );
    }
}
