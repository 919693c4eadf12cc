//! The page on which somebody says what each column of the file holds.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::super::super::fields::Fields;
use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::aside::aside;
use super::super::visit::Signed;
use super::kept::{self, Work};
use crate::importing::chosen::{Chosen, DATES};
use crate::importing::date_order::Shown;
use crate::importing::map::Map;
use crate::importing::table::Table;
use crate::importing::{self, Reader};
use crate::pages::message::Message;
use crate::pages::staff::import::{Columns, Told};

pub(in super::super) async fn columns(signed: Signed) -> HttpResponse {
    settled(shown(&signed).await)
}

async fn shown(signed: &Signed) -> Stopped<HttpResponse> {
    let mut work = Work::of(signed).await?;
    if let Some(sheet) = signed.shell.asked("sheet") {
        sheet.clone_into(&mut work.sheet);
    }
    let fields = if signed.resumed { signed.fields.clone() } else { Fields::default() };
    page_of(signed, work, fields, None).await
}

/// The page with what was typed, and what is to be mended first.
async fn page_of(
    signed: &Signed,
    work: Work,
    fields: Fields,
    wrong: Option<String>,
) -> Stopped<HttpResponse> {
    let (shell, nav, resumed) = (signed.shell.clone(), signed.nav(), signed.resumed);
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let made = aside(signed, async move || {
        let sheets = Table::sheets(work.source())?;
        let mut chosen = Chosen::suggested(work.table()?, work.instrument, work.map())?;
        apply(&mut chosen, &fields);
        let told = Told {
            file: &work.name,
            instrument: work.instrument,
            mark: &work.sha256,
            sheet: &work.sheet,
            resumed,
        };
        let page = Columns::new(&shell, nav, &told, &sheets, &chosen, wrong);
        Ok::<_, importing::Error>(page.render())
    });
    match made.await? {
        Ok(html) => Ok(page::rendered(status, Keep::Never, html)),
        Err(error) => Ok(unreadable(signed, &error)),
    }
}

/// The page for a sheet that cannot be used.
pub(super) fn unreadable(signed: &Signed, error: &importing::Error) -> HttpResponse {
    let said = error.text().get(signed.shell.language()).to_owned();
    let page = Message::new(&signed.shell, signed.said("import-unreadable"))
        .saying(said)
        .leading("/staff/import/columns", signed.said("import-columns-heading"))
        .leading("/staff/import", signed.said("import-heading"));
    page::show(StatusCode::UNPROCESSABLE_ENTITY, Keep::Never, &page)
}

/// Puts what was typed into what was suggested; whether that asks for something new.
fn apply(chosen: &mut Chosen<'_>, fields: &Fields) -> bool {
    let mut asks = false;
    for place in 0..chosen.columns.len() {
        let holds = fields.values(&format!("c{place}")).next();
        let mut asks_here = holds.is_some_and(|holds| chosen.hold(place, holds));
        let column = &mut chosen.columns[place];
        for meaning in &mut column.meanings {
            let name = format!("o{place}-{}-{}", column.holds, meaning.id);
            if let Some(value) = fields.values(&name).next() {
                meaning.value = value.parse().ok();
                asks_here = false;
            }
        }
        asks |= asks_here;
    }
    if let Some(dates) = fields.values("dates").next() {
        let known = DATES.into_iter().find(|form| *form == dates).unwrap_or("");
        known.clone_into(&mut chosen.dates);
    }
    asks
}

/// Takes what was chosen, and goes on when the file can be read with it.
pub(in super::super) async fn choose(signed: Signed) -> HttpResponse {
    settled(chosen(&signed).await)
}

async fn chosen(signed: &Signed) -> Stopped<HttpResponse> {
    let mut work = Work::of(signed).await?;
    let fields = signed.fields.clone();
    if fields.first("file") != work.sha256 {
        return Ok(page::see_other(&signed.shell.link("/staff/import/columns")));
    }
    fields.first("sheet").clone_into(&mut work.sheet);
    let (typed, tried) = (fields.clone(), work.clone());
    let language = signed.shell.language();
    let again = signed.said("import-asks-more");
    let made = aside(signed, async move || {
        let mut chosen = Chosen::suggested(tried.table()?, tried.instrument, tried.map())?;
        let asks = apply(&mut chosen, &typed);
        let text = chosen.map();
        let map = Map::parse(&text, tried.instrument)?;
        let defaults = tried.defaults(&map);
        let shown = Shown::by(tried.table()?, &defaults)?;
        Reader::begin(tried.table()?, defaults, shown)?;
        Ok::<_, importing::Error>((text, asks))
    });
    match made.await? {
        Ok((_, true)) => page_of(signed, work, fields, Some(again)).await,
        Ok((map, false)) => {
            kept::choose(signed, &work.sheet, &map).await?;
            signed.form_is_done().await;
            Ok(page::see_other(&signed.shell.link("/staff/import/preview")))
        }
        Err(error) => {
            let wrong = error.text().get(language).to_owned();
            page_of(signed, work, fields, Some(wrong)).await
        }
    }
}
