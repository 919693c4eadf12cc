//! The tables of the page as files. Who took which along is in the audit log.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use analytics::export::sheet::{Sheet, SheetFormat};
use surveys::Text;
use surveys::unit::Commune;

use super::super::super::asked::internal;
use super::super::super::page::Stopped;
use super::super::visit::Signed;
use super::choice::{self, Choice, Place};
use super::{contents, overview, refused};
use crate::problem::Problem;
use crate::reporting::sheets::{self, Figures};
use crate::staff::audit::{Action, Outcome};

pub(super) async fn exported(signed: &Signed) -> Stopped<HttpResponse> {
    let asked = &signed.fields;
    let Some(format) = SheetFormat::ALL.into_iter().find(|f| f.ending() == asked.first("format"))
    else {
        return Err(Box::new(refused(
            signed,
            &Problem::parameter(
                "format",
                Text::new("Hãy ghi csv hoặc xlsx.", "Write csv or xlsx."),
            ),
        )));
    };
    let table = asked.first("table");
    let language = signed.shell.language();
    let (place, period, sheet) = match choice::place(signed, asked.first("unit"))? {
        Place::Everywhere => (String::new(), String::new(), None),
        Place::Province(province) => {
            let selection = overview::selection(signed, province, asked).await?;
            let sheet = || sheets::communes(&selection.reports, language);
            let sheet = (table == "communes").then(sheet);
            (province.code.to_string(), selection.period.code, sheet)
        }
        Place::Commune(commune) => {
            let choice = Choice::of(signed, commune, asked).await?;
            let sheet = of_commune(signed, commune, &choice, table).await?;
            (commune.code.to_string(), choice.period.code.clone(), sheet)
        }
    };
    let Some(sheet) = sheet else {
        return Err(Box::new(refused(
            signed,
            &Problem::parameter(
                "table",
                Text::new(
                    "Hãy ghi figures, options, groups hoặc trend; với tỉnh thì ghi communes.",
                    "Write figures, options, groups or trend; for a province communes.",
                ),
            ),
        )));
    };
    let subject = signed.fields.without(&["mark"]);
    let event = signed.event(Action::ExportResults, Outcome::Done).about(&subject);
    signed.service.db.note(&event).await.map_err(|error| signed.down(&error))?;
    let file = sheet.file(format).map_err(|e| refused(signed, &internal(&e.to_string())))?;
    let simulated = if signed.service.db.is_simulated() { "_mo-phong" } else { "" };
    let name = format!("hailong_{place}_{period}_{table}{simulated}.{}", format.ending());
    Ok(HttpResponse::Ok()
        .content_type(format.media_type())
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .body(file))
}

/// The table called `table` of what is chosen of `commune`.
async fn of_commune(
    signed: &Signed,
    commune: &'static Commune,
    choice: &Choice,
    table: &str,
) -> Stopped<Option<Sheet>> {
    let language = signed.shell.language();
    let contents = Box::pin(contents(signed, commune, choice)).await?;
    let (report, slice) = (&*contents.seen.report, contents.slice.as_ref());
    let mut figures = Figures::new(language).naming(contents.points.clone());
    match table {
        "figures" => figures.add(report, slice, &report.findings),
        "trend" => {
            for month in &contents.months {
                figures.add(month, slice, month.index());
            }
        }
        "groups" => figures.add_groups(report, contents.by, &contents.groups),
        "options" => return Ok(Some(sheets::options(report, slice, language))),
        _ => return Ok(None),
    }
    Ok(Some(figures.sheet()))
}
