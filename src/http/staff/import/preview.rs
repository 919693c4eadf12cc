//! What would be stored of a file and what not, and storing it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::aside::aside;
use super::super::attached::attached;
use super::super::visit::Signed;
use super::kept::{self, Work};
use super::unreadable;
use crate::importing::date_order::Shown;
use crate::importing::map::Map;
use crate::importing::rejected::Rejected;
use crate::importing::rejects_file::RejectsFile;
use crate::importing::{self, Purpose, Reader, Tally};
use crate::pages::staff::import::{Preview, Trial};
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::batches::{Batch, NewBatch};

/// How many rows are shown as they would be stored.
const ROWS: usize = 10;
/// How many rows that would be left out are shown.
const REJECTS: usize = 50;

/// What is known of `work` with its chosen map; the way to the columns without one.
async fn ready(signed: &Signed) -> Stopped<(Work, Map)> {
    let work = Work::of(signed).await?;
    if work.map.is_none() {
        return Err(Box::new(page::see_other(&signed.shell.link("/staff/import/columns"))));
    }
    let map = work.map();
    Ok((work, map))
}

/// Reads the file from its beginning.
fn reader<'a>(work: &'a Work, map: &'a Map) -> Result<Reader<'a>, importing::Error> {
    let defaults = work.defaults(map);
    let shown = Shown::by(work.table()?, &defaults)?;
    Reader::begin(work.table()?, defaults, shown)
}

/// Goes through all rows; each that is left out is given to `bad`.
async fn through(
    mut import: importing::Import<'_>,
    mut bad: impl FnMut(Rejected),
) -> Result<Tally, importing::Error> {
    while let Some(rejected) = import.step().await? {
        for row in rejected {
            bad(row);
        }
    }
    import.finish().await
}

pub(in super::super) async fn preview(signed: Signed) -> HttpResponse {
    settled(shown(&signed, None).await)
}

async fn shown(signed: &Signed, wrong: Option<String>) -> Stopped<HttpResponse> {
    let (work, map) = ready(signed).await?;
    let (shell, nav, db) = (signed.shell.clone(), signed.nav(), signed.service.db.clone());
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let made = aside(signed, async move || {
        let rows = importing::preview::preview(reader(&work, &map)?, ROWS)?;
        let reader = reader(&work, &map)?;
        let header = reader.header();
        let ignored: Vec<String> = header.ignored().map(str::to_owned).collect();
        let grouped: Vec<(String, String)> =
            header.grouped(work.instrument).map(|(name, ours)| (name.to_owned(), ours)).collect();
        let mut rejected = Vec::new();
        let import = importing::Import::new(reader, Purpose::Trial(&db));
        let tally = through(import, |row| {
            if rejected.len() < REJECTS {
                rejected.push(row);
            }
        });
        let tally = tally.await?;
        let batch = work.batch("");
        let before = db.read_otherwise(&batch, tally.known).await?.map(|batch| batch.batch_id);
        let trial = Trial {
            file: &batch.file_name,
            mark: &work.mark(),
            point: &work.point,
            instrument: work.instrument,
            rows: &rows,
            tally,
            rejected: &rejected,
            ignored: &ignored,
            grouped: &grouped,
            before,
        };
        Ok::<_, importing::Error>(Preview::new(&shell, nav, &trial, wrong).render())
    });
    match made.await? {
        Ok(html) => Ok(page::rendered(status, Keep::Never, html)),
        Err(error) => Ok(unreadable(signed, &error)),
    }
}

/// The place of an import for the audit log.
fn place(work: &Work) -> Scope {
    Scope::Commune(work.point.commune_code.clone())
}

/// The batch of the same file, read otherwise, beside which its rows would count twice.
async fn twice(signed: &Signed, work: &Work, new: &NewBatch) -> Stopped<Option<Batch>> {
    let down = |error| signed.down(&error);
    let db = signed.service.db.clone();
    if db.read_otherwise(new, 0).await.map_err(down)?.is_none() {
        return Ok(None);
    }
    let (work, map, new) = (work.clone(), work.map(), new.clone());
    let made = aside(signed, async move || {
        let known = importing::tried(reader(&work, &map)?, &db).await?.known;
        Ok::<_, importing::Error>(db.read_otherwise(&new, known).await?)
    });
    match made.await? {
        Ok(batch) => Ok(batch),
        Err(importing::Error::Store(error)) => Err(Box::new(signed.down(&error))),
        Err(error) => Err(Box::new(unreadable(signed, &error))),
    }
}

/// Stores the rows as one batch.
pub(in super::super) async fn store(signed: Signed) -> HttpResponse {
    settled(stored(&signed).await)
}

async fn stored(signed: &Signed) -> Stopped<HttpResponse> {
    let (work, map) = ready(signed).await?;
    if signed.fields.first("file") != work.mark() {
        return Ok(page::see_other(&signed.shell.link("/staff/import/preview")));
    }
    let db = signed.service.db.clone();
    let new = work.batch(&signed.account.full_name);
    if signed.fields.first("again") != "yes"
        && let Some(before) = twice(signed, &work, &new).await?
    {
        let batch = before.batch_id.to_string();
        let wrong = signed.shell.t.with("import-again-wrong", &[("batch", &batch)]);
        return shown(signed, Some(wrong)).await;
    }
    let event = signed.event(Action::Import, Outcome::Done).at_place(&place(&work));
    let made = aside(signed, async move || {
        let reader = reader(&work, &map)?;
        let batch = db.begin_batch(&new, &event).await?;
        let import = importing::Import::new(reader, Purpose::Batch(&db, batch));
        through(import, drop).await?;
        Ok::<_, importing::Error>(batch)
    });
    match made.await? {
        Ok(batch) => {
            kept::forget(signed).await;
            let on = format!("/staff/import/batches/{batch}?done=1");
            Ok(page::see_other(&signed.shell.link(&on)))
        }
        Err(importing::Error::Store(error)) => Ok(signed.down(&error)),
        Err(error) => Ok(unreadable(signed, &error)),
    }
}

/// Every row that would be left out, as a file.
pub(in super::super) async fn rejects(signed: Signed) -> HttpResponse {
    settled(rejects_file(&signed).await)
}

async fn rejects_file(signed: &Signed) -> Stopped<HttpResponse> {
    let (work, map) = ready(signed).await?;
    let event = signed.event(Action::ExportRejects, Outcome::Done).at_place(&place(&work));
    let noted = signed.service.db.note(&event.about(&work.name)).await;
    noted.map_err(|error| signed.down(&error))?;
    let language = signed.shell.language();
    let made = aside(signed, async move || {
        let reader = reader(&work, &map)?;
        let mut file = RejectsFile::begin(Vec::new(), reader.header().names(), language)?;
        let import = importing::Import::new(reader, Purpose::Check);
        through(import, |row| file.add(&row).expect("memory takes what is written to it")).await?;
        Ok::<_, importing::Error>(file.finish()?)
    });
    match made.await? {
        Ok(csv) => Ok(attached("text/csv; charset=utf-8", "dong-bi-loai.csv", csv)),
        Err(error) => Ok(unreadable(signed, &error)),
    }
}

/// The map that was made, for the command line or for a colleague.
pub(in super::super) async fn map_file(signed: Signed) -> HttpResponse {
    let made = ready(&signed).await.map(|(work, _)| {
        let map = work.map.unwrap_or_default();
        attached("application/toml; charset=utf-8", "ban-do-cot.toml", map.into_bytes())
    });
    settled(made)
}
