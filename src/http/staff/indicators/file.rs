//! A file of indicators in the browser: choosing it, looking at what it would do, storing
//! the good rows and getting the others back.

use std::io::Cursor;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::CommuneCode;

use super::super::super::fields::Fields;
use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::aside::aside;
use super::super::attached::attached;
use super::super::kept;
use super::super::upload::MAX_FILE_BYTES;
use super::super::visit::Signed;
use crate::importing::indicators::{Looked, MOST_ROWS, look};
use crate::importing::rejects_file::RejectsFile;
use crate::importing::table::Table;
use crate::importing::{self, fingerprint};
use crate::pages::message::Message;
use crate::pages::staff::form::{Field, Form};
use crate::pages::staff::indicator_file::{Notice, Preview};
use crate::staff::audit::{Action, Outcome};

/// Under which name the file is kept for an account.
const FILE: &str = "/staff/indicators/file/content";

pub(in super::super) fn begin(signed: &Signed) -> HttpResponse {
    form(signed, StatusCode::OK, None)
}

fn form(signed: &Signed, status: StatusCode, wrong: Option<String>) -> HttpResponse {
    let said = |key| signed.said(key);
    let address = "/staff/indicators/file";
    let mut page =
        Form::new(&signed.shell, said("indicator-file-heading"), address, said("import-go-on"))
            .signed(signed.nav())
            .saying(said("indicator-file-about"))
            .saying(
                signed.shell.t.with("indicator-file-bounds", &[("most", &MOST_ROWS.to_string())]),
            );
    if signed.resumed {
        page = page.noticing(said("import-resumed"));
    } else if signed.shell.asked("gone").is_some() {
        page = page.noticing(said("import-gone"));
    }
    let file =
        Field::file("file", said("import-file")).hint(said("indicator-file-hint")).wrong(wrong);
    let page = page.asking(file).leading("/staff/indicators", said("indicators-heading"));
    page::show(status, Keep::Never, &page)
}

/// Takes the file in, if its columns are found.
pub(in super::super) async fn take(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let again = |wrong| Ok(form(signed, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong)));
    if signed.file_too_large {
        let most = (MAX_FILE_BYTES / 1024 / 1024).to_string();
        return again(signed.shell.t.with("import-file-too-large", &[("most", &most)]));
    }
    let Some(file) = signed.file.as_ref().filter(|file| !file.content.is_empty()) else {
        return again(signed.said("import-file-none"));
    };
    if let Err(error) = looked(signed, file.content.clone().into()).await? {
        return match error {
            importing::Error::Store(error) => Ok(signed.down(&error)),
            error => again(error.text().get(signed.shell.language()).to_owned()),
        };
    }
    let name = serde_urlencoded::to_string([("name", &file.name)]);
    let name = name.expect("texts can be written as a form");
    kept::keep(signed, FILE, &[name.as_bytes(), b"\n", &file.content].concat()).await?;
    Ok(page::see_other(&signed.shell.link("/staff/indicators/file/preview")))
}

/// What the file with the content `bytes` would do now.
async fn looked(signed: &Signed, bytes: Arc<[u8]>) -> Stopped<Result<Looked, importing::Error>> {
    let (db, scope) = (signed.service.db.clone(), signed.account.scope.clone());
    let today = signed.service.reporting.today();
    aside(signed, async move || {
        let table = Table::open(Cursor::new(bytes), None)?;
        let covers = |commune: &CommuneCode| scope.covers_commune(commune);
        look(&db, table, covers, today).await
    })
    .await
}

/// The file that is kept, what it would do now, and what tells both from any other.
struct Work {
    name: String,
    looked: Looked,
    mark: String,
}

impl Work {
    /// What is kept for whoever is signed in; without it, the way to the beginning.
    async fn of(signed: &Signed) -> Stopped<Self> {
        let gone = "/staff/indicators/file?gone=1";
        let gone = || Box::new(page::see_other(&signed.shell.link(gone)));
        let content = kept::kept(signed, FILE).await?.ok_or_else(gone)?;
        let end = content.iter().position(|byte| *byte == b'\n').ok_or_else(gone)?;
        let name = Fields::of(&String::from_utf8_lossy(&content[..end])).first("name").to_owned();
        let bytes: Arc<[u8]> = Arc::from(&content[end + 1..]);
        let looked = match looked(signed, Arc::clone(&bytes)).await? {
            Ok(looked) => looked,
            Err(importing::Error::Store(error)) => return Err(Box::new(signed.down(&error))),
            Err(error) => return Err(Box::new(unreadable(signed, &error))),
        };
        // Of the file and of what it replaces: who has seen another state looks again.
        let replaced: Vec<String> =
            looked.fresh.iter().map(|fresh| fresh.new.replaces.to_string()).collect();
        let marked = [&*bytes, replaced.join(",").as_bytes()].concat();
        let mark = fingerprint(&mut Cursor::new(marked)).expect("memory can be read");
        Ok(Self { name, looked, mark })
    }
}

fn unreadable(signed: &Signed, error: &importing::Error) -> HttpResponse {
    let page = Message::new(&signed.shell, signed.said("import-unreadable"))
        .saying(error.text().get(signed.shell.language()).to_owned())
        .leading("/staff/indicators/file", signed.said("indicator-file-heading"));
    page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page)
}

pub(in super::super) async fn preview(signed: Signed) -> HttpResponse {
    let shown = async {
        let work = Work::of(&signed).await?;
        let stored = signed.shell.asked("stored").and_then(|rows| rows.parse().ok());
        Ok(show(&signed, &work, stored.map_or(Notice::Nothing, Notice::Stored)))
    };
    settled(shown.await)
}

fn show(signed: &Signed, work: &Work, notice: Notice) -> HttpResponse {
    let Work { name, looked, mark } = work;
    let page = Preview::new(&signed.shell, signed.nav(), name, looked, mark, notice);
    page::show(StatusCode::OK, Keep::Never, &page)
}

/// Stores the good rows. The file stays until it is purged or another one is chosen, so
/// that the others can still be had back.
pub(in super::super) async fn store(signed: Signed) -> HttpResponse {
    settled(stored(&signed).await)
}

async fn stored(signed: &Signed) -> Stopped<HttpResponse> {
    let work = Work::of(signed).await?;
    let on = |to: &str| page::see_other(&signed.shell.link(to));
    if work.looked.fresh.is_empty() {
        return Ok(on("/staff/indicators/file/preview"));
    }
    if signed.fields.first("file") != work.mark {
        return Ok(show(signed, &work, Notice::LookAgain));
    }
    let (entries, db) = (work.looked.entries(), signed.service.db.clone());
    let subject = format!("{}: {}", work.name, entries.len());
    let event = signed.event(Action::EnterIndicators, Outcome::Done).about(&subject);
    let stored = aside(signed, async move || db.enter(&entries, &event).await).await?;
    let stored = stored.map_err(|error| signed.down(&error))?;
    Ok(on(&format!("/staff/indicators/file/preview?stored={stored}")))
}

/// Every row that is left out, as a file.
pub(in super::super) async fn rejects(signed: Signed) -> HttpResponse {
    let made = async {
        let work = Work::of(&signed).await?;
        let event = signed.event(Action::ExportRejects, Outcome::Done).about(&work.name);
        let noted = signed.service.db.note(&event).await;
        noted.map_err(|error| signed.down(&error))?;
        let written = || {
            let language = signed.shell.language();
            let mut file = RejectsFile::begin(Vec::new(), &work.looked.columns, language)?;
            for row in &work.looked.rejected {
                file.add(row)?;
            }
            file.finish()
        };
        let csv = written().expect("memory takes what is written to it");
        Ok(attached("text/csv; charset=utf-8", "dong-can-sua.csv", csv))
    };
    settled(made.await)
}
