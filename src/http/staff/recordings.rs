//! Items read aloud at a collection point, on staff's pages: heard, put in, removed.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;
use surveys::instrument::Item;
use surveys::{Instrument, ItemCode, catalog};

use super::super::page::{self, Keep, Stopped, settled};
use super::points::{about, address};
use super::visit::Signed;
use crate::pages::Words;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::recordings::Recordings;
use crate::points::sound::{self, BadSound, MAX_BYTES};
use crate::staff::Permission;
use crate::staff::audit::{Action, Event};
use crate::store::recordings::Spoken;

/// The list of `point`.
fn list_address(point: &CollectionPoint) -> String {
    format!("{}/recordings", address(point))
}

pub(super) async fn list(signed: Signed) -> HttpResponse {
    let listed = async {
        let point = signed.point_named().await?;
        let down = |error| signed.down(&error);
        let db = &signed.service.db;
        let heard = db.recordings_heard(&point.code, &point.instrument).await.map_err(down)?;
        let instrument = catalog::instrument(point.instrument.as_str(), None);
        let languages = instrument.map(|asked| signed.service.languages.all_words(asked));
        let may_manage = signed.account.may(Permission::ManagePoints);
        let (shell, nav) = (&signed.shell, signed.nav());
        let page = Recordings::new(shell, nav, &point, may_manage).listing(
            instrument.into_iter().flat_map(Instrument::asked),
            &languages.unwrap_or_default(),
            &heard,
        );
        Ok(page::show(StatusCode::OK, Keep::Never, &page))
    };
    settled(listed.await)
}

/// The item and language that the address names at a point.
struct Named {
    point: CollectionPoint,
    item: &'static Item,
    /// What is said in the language.
    spoken_in: Words,
    spoken: Spoken,
}

impl Named {
    async fn of(signed: &Signed) -> Stopped<Self> {
        let point = signed.point_named().await?;
        let code = ItemCode::parse(signed.part("item")).ok();
        let asked = catalog::instrument(point.instrument.as_str(), None);
        let language =
            asked.and_then(|asked| signed.service.languages.words(signed.part("language"), asked));
        let mut items = asked.into_iter().flat_map(Instrument::asked);
        let item = items.find(|item| Some(&item.code) == code.as_ref());
        let Some((item, spoken_in)) = item.zip(language) else {
            return Err(Box::new(signed.nothing_here()));
        };
        let (instrument, item_code) = (point.instrument.clone(), item.code.clone());
        let at = Some(point.code.clone());
        let language = spoken_in.tag().to_owned();
        let spoken = Spoken { point: at, instrument, item: item_code, language };
        Ok(Self { point, item, spoken_in, spoken })
    }

    fn address(&self) -> String {
        format!("{}/{}/{}", list_address(&self.point), self.spoken.item, self.spoken.language)
    }

    /// What is done with it, for the audit log.
    fn about(&self, signed: &Signed, action: Action) -> Event {
        let Spoken { instrument, item, language, .. } = &self.spoken;
        let subject = format!("{} {instrument} {item} {language}", self.point.code);
        about(signed, &self.point, action).about(&subject)
    }

    fn form(&self, signed: &Signed, status: StatusCode, wrong: Option<String>) -> HttpResponse {
        let said = |key| signed.said(key);
        let (heading, button) = (said("recording-add-heading"), said("recording-add-button"));
        let values = [
            ("item", self.item.code.as_str()),
            ("text", self.spoken_in.of(&self.item.text)),
            ("language", self.spoken_in.name()),
        ];
        let most = (MAX_BYTES / 1024).to_string();
        let page = Form::new(&signed.shell, heading, &self.address(), button)
            .signed(signed.nav())
            .saying(signed.shell.t.with("recording-add-what", &values))
            .saying(said("recording-add-about"))
            .saying(said("recording-add-how"))
            .asking(
                Field::file("file", said("recording-file"))
                    .hint(signed.shell.t.with("recording-file-hint", &[("most", &most)]))
                    .wrong(wrong),
            )
            .leading(&list_address(&self.point), said("recordings-heading"));
        page::show(status, Keep::Never, &page)
    }
}

pub(super) async fn form(signed: Signed) -> HttpResponse {
    let shown = async { Ok(Named::of(&signed).await?.form(&signed, StatusCode::OK, None)) };
    settled(shown.await)
}

/// Keeps the file as the recording of its item; it takes the place of an earlier one.
pub(super) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let named = Named::of(signed).await?;
    let again = |wrong| Ok(named.form(signed, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong)));
    let bad = |bad: BadSound| format!("{}.", bad.text().get(signed.shell.language()));
    if signed.file_too_large {
        return again(bad(BadSound::TooLarge));
    }
    let Some(file) = signed.file.as_ref().filter(|file| !file.content.is_empty()) else {
        return again(signed.said("import-file-none"));
    };
    let media_type = match sound::media_type(&file.content) {
        Ok(media_type) => media_type,
        Err(error) => return again(bad(error)),
    };
    let event = named.about(signed, Action::AddRecording);
    let db = &signed.service.db;
    let kept = db.add_recording(&named.spoken, media_type, &file.content, &event).await;
    kept.map_err(|error| signed.down(&error))?;
    Ok(page::see_other(&signed.shell.link(&list_address(&named.point))))
}

/// Removes the point's own recording; what every point shares is heard again.
pub(super) async fn remove(signed: Signed) -> HttpResponse {
    let removed = async {
        let named = Named::of(&signed).await?;
        let event = named.about(&signed, Action::RemoveRecording);
        let removed = signed.service.db.remove_recording(&named.spoken, &event).await;
        removed.map_err(|error| signed.down(&error))?;
        Ok(page::see_other(&signed.shell.link(&list_address(&named.point))))
    };
    settled(removed.await)
}
