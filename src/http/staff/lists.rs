//! The lists of staff as files: what the page lists, whole, as CSV or XLSX.

use actix_web::HttpResponse;
use analytics::export::sheet::{Cell, Sheet};
use surveys::period::date_of_millis;

use super::super::page::{self, Stopped, settled};
use super::visit::Signed;
use super::{attached, import, links, points, publishing};
use crate::importing::moment::in_vietnam;
use crate::reporting::publishing::State;
use crate::staff::audit::Action;

/// What is in a list of the page at an address.
struct List {
    page: &'static str,
    /// What its file is called.
    name: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

/// The file of `list`, noted in the log before anybody has it.
async fn file(signed: &Signed, list: List) -> Stopped<HttpResponse> {
    signed.note_taken(Action::ExportList, list.page).await?;
    let columns = list.columns.iter().map(|column| (*column).to_owned()).collect();
    let marked = if signed.service.db.is_simulated() { "_mo-phong" } else { "" };
    let format = attached::format(signed.fields.first("format"));
    let sheet = Sheet { columns, rows: list.rows };
    Ok(attached::sheet(&sheet, &format!("{}{marked}", list.name), format))
}

fn text(text: &impl ToString) -> Cell {
    Cell::Text(text.to_string())
}

fn count<N>(count: N) -> Cell
where
    u64: TryFrom<N>,
{
    Cell::Count(u64::try_from(count).unwrap_or_default())
}

/// A moment in Vietnam's time; empty for none.
fn moment(millis: Option<i64>) -> Cell {
    Cell::Text(millis.map(in_vietnam).unwrap_or_default())
}

pub(super) async fn points(signed: Signed) -> HttpResponse {
    let made = async {
        let (points, _) = points::read(&signed, "", usize::MAX).await?;
        let rows = points.iter().map(|listed| {
            let (point, tablets) = (&listed.point, &listed.tablets);
            vec![
                text(&point.code),
                text(&point.name),
                text(&point.commune_code),
                text(&point.instrument),
                if point.retired { "retired".into() } else { "open".into() },
                count(tablets.iter().filter(|t| t.device.revoked_at.is_none()).count()),
                count(tablets.iter().filter(|t| !t.alarms.is_empty()).count()),
                count(listed.month),
            ]
        });
        let columns = &[
            "point",
            "name",
            "commune",
            "instrument",
            "state",
            "tablets",
            "tablets_in_trouble",
            "responses_this_month",
        ];
        let list =
            List { page: "/staff/points", name: "diem-khao-sat", columns, rows: rows.collect() };
        file(&signed, list).await
    };
    settled(made.await)
}

pub(super) async fn accounts(signed: Signed) -> HttpResponse {
    let made = async {
        let accounts = signed.service.db.accounts(&signed.account.scope).await;
        let accounts = accounts.map_err(|error| signed.down(&error))?;
        let rows = accounts.iter().map(|account| {
            let state = match (account.disabled_at, account.is_set_up) {
                (Some(_), _) => "disabled",
                (None, true) => "active",
                (None, false) => "not_set_up",
            };
            vec![
                text(&account.name),
                text(&account.full_name),
                account.role.name().into(),
                text(&account.scope),
                state.into(),
                moment(account.disabled_at),
            ]
        });
        let columns = &["name", "full_name", "role", "scope", "state", "disabled_at"];
        let list =
            List { page: "/staff/accounts", name: "tai-khoan", columns, rows: rows.collect() };
        file(&signed, list).await
    };
    settled(made.await)
}

pub(super) async fn samples(signed: Signed) -> HttpResponse {
    let made = async {
        let samples = signed.service.db.samples(&signed.account.scope).await;
        let samples = samples.map_err(|error| signed.down(&error))?;
        let rows = samples.iter().map(|sample| {
            vec![
                text(&sample.code),
                text(&sample.title),
                text(&sample.collection_point),
                text(&sample.first_day),
                text(&sample.last_day),
            ]
        });
        let columns = &["sample", "title", "point", "first_day", "last_day"];
        let list = List { page: "/staff/samples", name: "mau-ho", columns, rows: rows.collect() };
        file(&signed, list).await
    };
    settled(made.await)
}

pub(super) async fn paper(signed: Signed) -> HttpResponse {
    let made = async {
        let batches = signed.service.db.paper_batches(&signed.account.scope).await;
        let batches = batches.map_err(|error| signed.down(&error))?;
        let rows = batches.iter().map(|batch| {
            vec![
                text(&batch.batch_id),
                text(&batch.point),
                text(&batch.instrument),
                text(&batch.version),
                text(&date_of_millis(batch.emptied_at)),
                batch.stage.name().into(),
                count(batch.in_box),
                moment(batch.closed_at),
                text(&batch.sha256),
                text(&batch.given_up_why.as_deref().unwrap_or_default()),
            ]
        });
        let columns = &[
            "batch",
            "point",
            "instrument",
            "version",
            "emptied_on",
            "stage",
            "sheets_keyed",
            "closed_at",
            "sha256",
            "given_up_why",
        ];
        let list = List { page: "/staff/paper", name: "phieu-giay", columns, rows: rows.collect() };
        file(&signed, list).await
    };
    settled(made.await)
}

pub(super) async fn links(signed: Signed) -> HttpResponse {
    let made = async {
        let (_, batches) = links::batches(&signed).await?;
        let rows = batches.iter().map(|batch| {
            let counts = [
                batch.links,
                batch.mailed,
                batch.waiting,
                batch.used,
                batch.reminded,
                batch.failed,
            ];
            let about = [moment(Some(batch.made_at)), text(&batch.collection_point)];
            about.into_iter().chain(counts.map(count)).collect()
        });
        let columns =
            &["made_at", "point", "links", "mailed", "waiting", "used", "reminded", "failed"];
        let list = List { page: "/staff/links", name: "lien-ket", columns, rows: rows.collect() };
        file(&signed, list).await
    };
    settled(made.await)
}

pub(super) async fn imports(signed: Signed) -> HttpResponse {
    let made = async {
        let batches = import::here(&signed).await?;
        let rows = batches.iter().map(|batch| {
            vec![
                text(&batch.batch_id),
                moment(Some(batch.begun_at)),
                text(&batch.file_name),
                text(&batch.instrument),
                text(&batch.version),
                text(&batch.channel),
                text(&batch.point),
                count(batch.rows_read),
                count(batch.stored),
                count(batch.known),
                count(batch.rejected),
                text(&batch.imported_by),
                moment(batch.undone_at),
                text(&batch.undone_why.as_deref().unwrap_or_default()),
            ]
        });
        let columns = &[
            "batch",
            "begun_at",
            "file",
            "instrument",
            "version",
            "channel",
            "point",
            "rows_read",
            "stored",
            "known",
            "rejected",
            "imported_by",
            "undone_at",
            "undone_why",
        ];
        let page = "/staff/import/batches";
        file(&signed, List { page, name: "dot-nhap", columns, rows: rows.collect() }).await
    };
    settled(made.await)
}

pub(super) async fn publishing(signed: Signed) -> HttpResponse {
    let made = async {
        let Some(commune) = publishing::chosen(&signed, signed.fields.first("unit")) else {
            return Ok(page::see_other(&signed.shell.link("/staff/publishing")));
        };
        let listed = publishing::read(&signed, commune).await?;
        let rows = listed.iter().map(|one| {
            let state = match one.state {
                State::Waiting => "waiting",
                State::Hidden => "too-few",
                State::Published => "published",
                State::Changed => "changed",
                State::Withdrawn => "withdrawn",
                State::Unreadable => "unreadable",
            };
            let newest = one.newest.as_ref();
            vec![
                text(&commune.code),
                text(&one.instrument.id),
                text(&one.instrument.version),
                text(&one.period.code),
                state.into(),
                newest.map_or_else(|| text(&""), |newest| text(&newest.number)),
                moment(newest.map(|newest| newest.decided_at)),
                text(&newest.map_or("", |newest| &*newest.decided_by)),
                one.due.map_or_else(|| text(&""), |day| text(&day)),
            ]
        });
        let columns = &[
            "commune",
            "instrument",
            "version",
            "period",
            "state",
            "number",
            "decided_at",
            "decided_by",
            "report_due",
        ];
        let page = "/staff/publishing";
        file(&signed, List { page, name: "cong-bo", columns, rows: rows.collect() }).await
    };
    settled(made.await)
}
