//! The file that a tablet of a collection point saved, taken in on staff's pages.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;

use super::super::devices::queue_file::{QueueFile, Taken};
use super::super::page::{self, Keep, Stopped, settled};
use super::aside::aside;
use super::points::{about, address};
use super::upload::MAX_FILE_BYTES;
use super::visit::Signed;
use crate::pages::staff::form::{Explained, Field, Form};
use crate::staff::audit::Action;

/// How many reasons one page tells.
const MOST_SHOWN: usize = 50;

pub(super) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let point = signed.point_named().await?;
        Ok(page::show(StatusCode::OK, Keep::Never, &form(&signed, &point, None)))
    };
    settled(shown.await)
}

fn form<'a>(signed: &'a Signed, point: &CollectionPoint, wrong: Option<String>) -> Form<'a> {
    let said = |key| signed.said(key);
    let most = (MAX_FILE_BYTES / 1024 / 1024).to_string();
    let action = format!("{}/devices/import", address(point));
    Form::new(&signed.shell, said("queue-file-heading"), &action, said("queue-file-button"))
        .signed(signed.nav())
        .saying(said("queue-file-about"))
        .asking(
            Field::file("file", said("queue-file-file"))
                .hint(signed.shell.t.with("queue-file-hint", &[("most", &most)]))
                .wrong(wrong),
        )
        .leading(&address(point), said("point-back"))
}

/// Stores what was not yet stored of the file, and says what came of it.
pub(super) async fn take(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let point = signed.point_named().await?;
    let again = |wrong: String| {
        let page = form(signed, &point, Some(wrong));
        Ok(page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page))
    };
    if signed.file_too_large {
        let most = (MAX_FILE_BYTES / 1024 / 1024).to_string();
        return again(signed.shell.t.with("queue-file-too-large", &[("most", &most)]));
    }
    let Some(file) = signed.file.as_ref().filter(|file| !file.content.is_empty()) else {
        return again(signed.said("import-file-none"));
    };
    let text = String::from_utf8(file.content.clone()).unwrap_or_default();
    let Some(queue) = QueueFile::read(&text) else {
        return again(signed.said("queue-file-none"));
    };
    let device = signed.service.db.device(queue.device()).await;
    let device = device.map_err(|error| signed.down(&error))?;
    let Some(device) = device.filter(|device| device.collection_point == point.code) else {
        return again(signed.said("queue-file-elsewhere"));
    };
    let noted = |action, tablet: &str| {
        let event = about(signed, &point, action);
        event.about(&format!("{}: {tablet} – {}", point.code, file.name))
    };
    let name = device.name.clone();
    let own = match queue.of(device) {
        Ok(own) => own,
        Err(altered) => {
            let event = noted(Action::RefuseQueue, &name);
            signed.service.db.note(&event).await.map_err(|error| signed.down(&error))?;
            return again(altered.text().get(signed.shell.language()).to_owned());
        }
    };
    let event = noted(Action::ImportQueue, &own.called());
    let (db, clock) = (signed.service.db.clone(), signed.service.clock.clone());
    let is_signed = own.is_signed;
    let taken = aside(signed, async move || own.take_in(&db, &clock, &event).await);
    let taken = taken.await?.map_err(|error| signed.down(&error))?;
    Ok(page::show(StatusCode::OK, Keep::Never, &result(signed, &point, &taken, is_signed)))
}

/// The form again, with what came of the file above it.
fn result<'a>(
    signed: &'a Signed,
    point: &CollectionPoint,
    taken: &Taken,
    is_signed: bool,
) -> Form<'a> {
    let t = signed.shell.t;
    let counted = [
        ("stored", taken.stored),
        ("same", taken.same),
        ("conflicting", taken.conflicting),
        ("refused", taken.refused),
    ];
    let counted = counted.map(|(name, count)| (name, count.to_string()));
    let counted = counted.each_ref().map(|(name, count)| (*name, count.as_str()));
    let mut said = t.with("queue-file-result", &counted);
    if !is_signed {
        said = format!("{said} {}", t.get("queue-file-unsigned"));
    }
    let page = form(signed, point, None).noticing(said);
    if taken.told.is_empty() {
        return page;
    }
    let language = signed.shell.language();
    let reasons = taken.told.iter().flat_map(|(number, faults)| {
        faults.iter().map(|fault| {
            let place = fault.pointer.trim_start_matches('/').to_owned();
            [number.to_string(), place, fault.detail.get(language).to_owned()]
        })
    });
    page.explaining(Explained {
        caption: t.with("queue-file-refused", &[("most", &MOST_SHOWN.to_string())]),
        headings: ["queue-file-line", "queue-file-place", "queue-file-why"]
            .map(|key| signed.said(key)),
        rows: reasons.take(MOST_SHOWN).collect(),
    })
}
