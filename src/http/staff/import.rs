//! Importing a file in the browser: choosing it, saying what its columns hold, looking
//! at what would be stored, storing it.

mod batches;
mod columns;
mod kept;
mod preview;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::collection_point::CollectionPoint;
use surveys::response::Channel;
use surveys::{Instrument, catalog};

pub(super) use self::batches::{here, list, show, undo, undo_form};
use self::columns::unreadable;
pub(super) use self::columns::{choose, columns};
pub(super) use self::preview::{map_file, preview, rejects, store};
use super::super::page::{self, Keep, Stopped, settled};
use super::aside::aside;
use super::upload::MAX_FILE_BYTES;
use super::visit::Signed;
use crate::importing;
use crate::importing::chosen::Chosen;
use crate::importing::map::{Map, SHIPPED};
use crate::importing::table::Table;
use crate::pages::staff::form::{Choice, Field, Form};
use crate::pages::staff::import::version;

/// The most collection points that are offered as a list; more are typed.
const LISTED_POINTS: usize = 100;

/// What is to be mended in the form of a new import, by field.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wrong {
    file: Option<String>,
    point: Option<String>,
    channel: Option<String>,
    version: Option<String>,
}

pub(super) async fn begin(signed: Signed) -> HttpResponse {
    settled(form(&signed, StatusCode::OK, Wrong::default()).await)
}

async fn form(signed: &Signed, status: StatusCode, wrong: Wrong) -> Stopped<HttpResponse> {
    let said = |key| signed.said(key);
    let (fields, language) = (&signed.fields, signed.shell.language());
    let points = kept::points(signed).await?;
    let mut page =
        Form::new(&signed.shell, said("import-heading"), "/staff/import", said("import-go-on"))
            .signed(signed.nav())
            .saying(said("import-about"));
    if signed.resumed {
        page = page.noticing(said("import-resumed"));
    } else if signed.shell.asked("gone").is_some() {
        page = page.noticing(said("import-gone"));
    }
    let described = |point: &CollectionPoint| Choice {
        value: point.code.to_string(),
        label: format!("{} ({})", point.name, point.code),
    };
    let point = match points.len() {
        0..=LISTED_POINTS => {
            Field::choice("point", said("import-point"), points.iter().map(described).collect())
        }
        _ => Field::spelled("point", said("import-point")),
    };
    let channels = Channel::ALL.map(|channel| Choice {
        value: channel.name().to_owned(),
        label: channel.title().get(language).to_owned(),
    });
    let newest = Choice { value: String::new(), label: said("import-version-newest") };
    let former = |instrument: &Instrument| Choice {
        value: catalog::name_of(instrument),
        label: version(&signed.shell, instrument),
    };
    let former = catalog::former().map(former);
    let own = Choice { value: String::new(), label: said("import-map-none") };
    let shipped =
        SHIPPED.map(|(name, _)| Choice { value: name.to_owned(), label: tool(signed, name) });
    let channel = Some(fields.first("channel")).filter(|channel| !channel.is_empty());
    let page = page
        .asking(
            Field::file("file", said("import-file"))
                .hint(said("import-file-hint"))
                .wrong(wrong.file),
        )
        .asking(
            point.hint(said("import-point-hint")).value(fields.first("point")).wrong(wrong.point),
        )
        .asking(
            Field::choice(
                "version",
                said("import-version"),
                std::iter::once(newest).chain(former).collect(),
            )
            .hint(said("import-version-hint"))
            .value(fields.first("version"))
            .wrong(wrong.version),
        )
        .asking(
            Field::choice("channel", said("import-channel"), channels.into())
                .hint(said("import-channel-hint"))
                .value(channel.unwrap_or(Channel::Online.name()))
                .wrong(wrong.channel),
        )
        .asking(
            Field::choice("map", said("import-map"), std::iter::once(own).chain(shipped).collect())
                .hint(said("import-map-hint"))
                .value(fields.first("map")),
        )
        .leading("/staff/import/batches", said("batches-heading"));
    Ok(page::show(status, Keep::Never, &page))
}

/// The tool whose files the shipped map `name` is for.
fn tool(signed: &Signed, name: &str) -> String {
    match name {
        "google-forms-vi" => signed.said("import-map-google-forms-vi"),
        "limesurvey" => "LimeSurvey".to_owned(),
        "kobo" => "KoboToolbox".to_owned(),
        "odk" => "ODK Central".to_owned(),
        other => other.to_owned(),
    }
}

/// Takes the file in, if something can be made of it.
pub(super) async fn take_file(signed: Signed) -> HttpResponse {
    settled(file_taken(&signed).await)
}

async fn file_taken(signed: &Signed) -> Stopped<HttpResponse> {
    let said = |key| Some(signed.said(key));
    let again = |wrong| form(signed, StatusCode::UNPROCESSABLE_ENTITY, wrong);
    let mut wrong = Wrong::default();
    if signed.file_too_large {
        let most = (MAX_FILE_BYTES / 1024 / 1024).to_string();
        wrong.file = Some(signed.shell.t.with("import-file-too-large", &[("most", &most)]));
    } else if signed.file.as_ref().is_none_or(|file| file.content.is_empty()) {
        wrong.file = said("import-file-none");
    }
    let points = kept::points(signed).await?;
    let asked = signed.fields.first("point").trim();
    let point = points.into_iter().find(|point| point.code.as_str() == asked);
    if point.is_none() {
        wrong.point = said("import-point-wrong");
    }
    let channel = Channel::named(signed.fields.first("channel"));
    if channel.is_none() {
        wrong.channel = said("import-channel-wrong");
    }
    let (Some(file), Some(point), Some(channel)) = (&signed.file, point, channel) else {
        return again(wrong).await;
    };
    if wrong != Wrong::default() {
        return again(wrong).await;
    }
    let asked = signed.fields.first("version");
    let Some(instrument) = kept::instrument(&point, asked) else {
        return again(Wrong { version: said("import-version-wrong"), ..wrong }).await;
    };
    let source = std::io::Cursor::new(file.content.clone());
    let looked = aside(signed, async move || {
        let table = Table::open(source, None)?;
        Chosen::suggested(table, instrument, Map::default())?;
        Ok::<_, importing::Error>(())
    });
    if let Err(error) = looked.await? {
        let file = Some(error.text().get(signed.shell.language()).to_owned());
        return again(Wrong { file, ..wrong }).await;
    }
    let chosen = [("version", asked), ("map", signed.fields.first("map"))];
    kept::begin(signed, file, &point, channel, chosen).await?;
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link("/staff/import/columns")))
}
