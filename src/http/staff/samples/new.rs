//! A new sample: its list is pasted, and what is to be mended is told by field, line and
//! cell.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::sample::{SampleList, read};
use surveys::{PointCode, SampleCode, catalog, typed_day, typed_number};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::{about, address, assign_evenly};
use crate::pages::staff::form::{Choice, Explained, Field, Form};
use crate::staff::Scope;
use crate::staff::audit::Action;
use crate::store::samples::{BadSample, Interviewer, MAX_INTERVIEWERS, Sample};

/// What is to be mended in the form of a new sample, by field.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wrong {
    code: Option<String>,
    point: Option<String>,
    title: Option<String>,
    from: Option<String>,
    until: Option<String>,
    interviewers: Option<String>,
    households: Option<String>,
    /// Every mistake in the list, with its place.
    mistakes: Vec<String>,
}

pub(in crate::http::staff) async fn show(signed: Signed) -> HttpResponse {
    settled(form(&signed, StatusCode::OK, Wrong::default()).await)
}

/// What stands in each column of the list.
fn columns(signed: &Signed) -> Explained {
    let said = |key: &str| signed.said(key);
    let row = |[heading, means, example]: [&str; 3]| [said(heading), said(means), example.into()];
    let rows = [
        ["sample-column-stratum", "sample-column-stratum-means", "Đồng bằng"],
        ["sample-column-psu", "sample-column-psu-means", "Thôn Đông"],
        ["sample-column-household", "sample-column-household-means", "17"],
        ["sample-column-psus-in-stratum", "sample-column-psus-in-stratum-means", "6"],
        ["sample-column-households-in-psu", "sample-column-households-in-psu-means", "120"],
        ["sample-column-reserve", "sample-column-reserve-means", "1"],
        ["sample-column-weight", "sample-column-weight-means", "12,5"],
    ];
    Explained {
        caption: said("sample-columns"),
        headings: ["sample-column", "sample-column-means", "sample-column-example"].map(said),
        rows: rows.map(row).into(),
    }
}

async fn form(signed: &Signed, status: StatusCode, wrong: Wrong) -> Stopped<HttpResponse> {
    let said = |key| signed.said(key);
    let fields = &signed.fields;
    let points = signed.service.db.collection_points().await;
    let points = points.map_err(|error| signed.down(&error))?;
    let own = points.iter().filter(|point| {
        let (commune, point) = (point.commune_code.clone(), point.code.clone());
        signed.account.scope.covers(&Scope::Point { commune, point })
    });
    let points = own.map(|point| {
        let instrument = catalog::instrument(point.instrument.as_str(), None);
        let asks = instrument.map(|i| format!(" – {}", i.title.get(signed.shell.language())));
        let label = format!("{}{}", point.name, asks.unwrap_or_default());
        Choice { value: point.code.to_string(), label }
    });
    let mut page = Form::new(
        &signed.shell,
        said("sample-add-heading"),
        "/staff/samples/new",
        said("sample-add-button"),
    )
    .signed(signed.nav())
    .saying(said("sample-add-about"))
    .explaining(columns(signed));
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    for mistake in &wrong.mistakes {
        page = page.saying(mistake.as_str());
    }
    let interviewers = fields.values("interviewers").next().unwrap_or("1");
    let page = page
        .asking(
            Field::text("title", said("sample-title"))
                .value(fields.first("title"))
                .wrong(wrong.title),
        )
        .asking(
            Field::spelled("sample", said("sample-code"))
                .hint(said("sample-code-hint"))
                .value(fields.first("sample"))
                .wrong(wrong.code),
        )
        .asking(
            Field::choice("point", said("sample-point"), points.collect())
                .value(fields.first("point"))
                .wrong(wrong.point),
        )
        .asking(
            Field::text("from", said("sample-from"))
                .hint(said("sample-day-hint"))
                .value(fields.first("from"))
                .wrong(wrong.from),
        )
        .asking(
            Field::text("until", said("sample-until"))
                .hint(said("sample-day-hint"))
                .value(fields.first("until"))
                .wrong(wrong.until),
        )
        .asking(
            Field::digits("interviewers", said("sample-interviewers"))
                .hint(said("sample-interviewers-hint"))
                .value(interviewers)
                .wrong(wrong.interviewers),
        )
        .asking(
            Field::pasted("households", said("sample-households"))
                .hint(said("sample-households-hint"))
                .value(fields.first("households"))
                .wrong(wrong.households),
        )
        .leading("/staff/samples", said("samples-heading"));
    Ok(page::show(status, Keep::Never, &page))
}

pub(in crate::http::staff) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

/// A sample that was asked for, with everything in it.
struct New {
    sample: Sample,
    list: SampleList,
    interviewers: Vec<Interviewer>,
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let db = &signed.service.db;
    let New { sample, list, interviewers } = match asked_for(signed).await? {
        Ok(new) => new,
        Err(wrong) => return form(signed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await,
    };
    let event = |action| about(signed, action, &sample);
    let added = db.add_sample(&sample, &list, &interviewers, &event(Action::AddSample)).await;
    if !added.map_err(|error| signed.down(&error))? {
        let code = Some(signed.said("sample-code-taken"));
        let wrong = Wrong { code, ..Wrong::default() };
        return form(signed, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    }
    let assigned = assign_evenly(signed, &sample).await;
    assigned.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    Ok(page::see_other(&signed.shell.link(&address(&sample))))
}

/// The sample that the form asks for, or everything that is to be mended in it.
async fn asked_for(signed: &Signed) -> Stopped<Result<New, Wrong>> {
    let said = |key| Some(signed.said(key));
    let fields = &signed.fields;
    let language = signed.shell.language();
    let mut wrong = Wrong::default();
    let code =
        SampleCode::parse(fields.first("sample").trim()).ok().filter(|c| c.as_str() != "new");
    if code.is_none() {
        wrong.code = said("sample-code-wrong");
    }
    let point = match PointCode::parse(fields.first("point")) {
        Ok(code) => signed.service.collection_point(code.as_str()).await,
        Err(_) => Ok(None),
    };
    let point = point.map_err(|error| signed.down(&error))?.filter(|point| {
        let (commune, point) = (point.commune_code.clone(), point.code.clone());
        signed.account.scope.covers(&Scope::Point { commune, point })
    });
    if point.is_none() {
        wrong.point = said("sample-point-wrong");
    }
    let day = |name| typed_day(fields.first(name));
    let (from, until) = (day("from"), day("until"));
    if from.is_none() {
        wrong.from = said("sample-day-wrong");
    }
    if until.is_none() {
        wrong.until = said("sample-day-wrong");
    }
    let count = typed_number(fields.first("interviewers"))
        .filter(|count| (1..=MAX_INTERVIEWERS).contains(count));
    if count.is_none() {
        wrong.interviewers = said("sample-interviewers-wrong");
    }
    let list = read(fields.first("households"));
    if let Err(mistakes) = &list {
        wrong.households = said("sample-households-wrong");
        wrong.mistakes = mistakes.iter().map(|m| placed(m, signed)).collect();
    }
    let (Some(code), Some(point), Some(from), Some(until), Some(count), Ok(list)) =
        (code, point, from, until, count, list)
    else {
        return Ok(Err(wrong));
    };
    Ok(match Sample::at(&point, code, fields.first("title"), (from, until)) {
        Ok(sample) => {
            let interviewers = (1..=count).map(Interviewer::numbered).collect();
            Ok(New { sample, list, interviewers })
        }
        Err(bad) => {
            let text = Some(bad.text().get(language).to_owned());
            match bad {
                BadSample::Title => wrong.title = text,
                BadSample::Days => wrong.until = text,
            }
            Err(wrong)
        }
    })
}

/// A mistake of the list in words, with its line and cell.
fn placed(mistake: &surveys::Mistake, signed: &Signed) -> String {
    let (line, cell) = (mistake.line.to_string(), mistake.column.to_string());
    let said = mistake.text.get(signed.shell.language());
    signed.shell.t.with("sample-mistake", &[("line", &line), ("cell", &cell), ("said", said)])
}
