//! Figures for programs: the same that pages, charts and packages show.

use std::sync::Arc;

use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use analytics::EstimateTable;
use analytics::comparison::{Change, ChangeMethod};
use analytics::export::estimates::{Verdicts, to_json, write_csv};
use chrono::{DateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::{Value, json};
use surveys::{Period, Text};
use utoipa::IntoParams;

use super::asked::{Address, Asked, internal};
use crate::problem::Problem;
use crate::reporting::published::public_table;
use crate::reporting::since::Since;
use crate::reporting::{Finding, Report, Standing};
use crate::service::Service;

/// The form in which figures are wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Form {
    /// json or csv
    #[param(example = "json")]
    format: Option<String>,
}

/// Rates with intervals and verdicts of one commune, instrument and period.
///
/// Rows that rest on fewer than 10 people are left out; between 10 and 29 they
/// carry counts and no rate (flag `suppressed`).
#[utoipa::path(
    get, path = "/api/v1/estimates", tag = "results",
    params(Address, Form),
    responses(
        (status = 200, description = "The figures; the names are those of the CSV columns", content((serde_json::Value = "application/json"), (String = "text/csv"))),
        (status = 400, description = "A parameter names nothing", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such commune", body = super::openapi::ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn estimates(
    request: HttpRequest,
    service: Data<Service>,
    address: Query<Address>,
    form: Query<Form>,
) -> Result<HttpResponse, Problem> {
    answer(&service, &address, form.format.as_deref()).await.map_err(|p| p.told_to(&request))
}

async fn answer(
    service: &Service,
    address: &Address,
    format: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let asked = Asked::of(service, address).await?;
    let report = asked.report(service).await?;
    match format {
        None | Some("json") => {
            let mut told = as_json(&report);
            let since = service.reporting.since(&report).await?;
            told["change"] = since.as_ref().map_or(Value::Null, changes);
            Ok(HttpResponse::Ok().json(told))
        }
        Some("csv") => {
            let (mut table, judged) = public_table(&report);
            name_source(&mut table, &report);
            let mut csv = Vec::new();
            write_csv(&table, Some(Verdicts::of(&judged)), &mut csv)
                .map_err(|e| internal(&e.to_string()))?;
            let name = format!(
                "hailong_{}_{}_{}{}.csv",
                report.commune.code,
                report.instrument.id,
                report.period.code,
                if report.simulated { "_mo-phong" } else { "" }
            );
            Ok(HttpResponse::Ok()
                .content_type("text/csv; charset=utf-8")
                .insert_header(("Content-Disposition", format!("attachment; filename=\"{name}\"")))
                .body(csv))
        }
        Some(_) => Err(Problem::parameter(
            "format",
            Text::new("Hãy ghi json hoặc csv.", "Write json or csv."),
        )),
    }
}

/// Gives every row the columns that say what it is of: a file is read away from
/// its name.
fn name_source(table: &mut EstimateTable, report: &Report) {
    let mut source = vec![
        ("commune_code", report.commune.code.to_string()),
        ("instrument", format!("{}@{}", report.instrument.id, report.instrument.version)),
        ("period", report.period.code.clone()),
    ];
    if report.simulated {
        source.push(("simulated", "true".to_owned()));
    }
    let (names, values): (Vec<_>, Vec<_>) = source.into_iter().unzip();
    table.by = names.into_iter().map(str::to_owned).collect();
    let group: Arc<[String]> = values.into();
    for row in &mut table.rows {
        row.group = Arc::clone(&group);
    }
}

fn as_json(report: &Report) -> Value {
    let (table, judged) = public_table(report);
    let mut told = source(report);
    told["estimates"] = to_json(&table, Some(Verdicts::of(&judged)));
    told
}

/// What changed since another period, and since which.
fn changes(since: &Since) -> Value {
    json!({
        "since": period(&since.period),
        "version": since.version,
        "estimates": since.changes.iter().map(row_of_change).collect::<Vec<_>>(),
    })
}

/// The change of one figure since the period `since`.
pub(super) fn change(since: &Period, change: &Change) -> Value {
    let mut told = row_of_change(change);
    told["since"] = period(since);
    told
}

fn row_of_change(c: &Change) -> Value {
    json!({
        "level": c.now.level.name(), "code": c.now.code,
        "before": c.before.rate, "rate": c.now.rate, "change": c.change,
        "se": c.se, "low": c.low, "upp": c.upp, "df": c.df,
        "interval": c.method.map(ChangeMethod::name), "direction": c.direction.name(),
    })
}

fn period(period: &Period) -> Value {
    json!({ "code": period.code, "first_day": period.start, "last_day": period.last_day() })
}

/// The row of `finding` as the public sees it; null when it sees nothing.
pub(super) fn row(report: &Report, finding: &Finding) -> Value {
    let (mut table, judged) = public_table(report);
    let e = &finding.estimate;
    let Some(place) = table.rows.iter().position(|r| r.level == e.level && r.code == e.code) else {
        return Value::Null;
    };
    table.rows = vec![table.rows.swap_remove(place)];
    to_json(&table, Some(Verdicts::of(&judged[place..=place])))[0].take()
}

/// By which decision they are public: null when they are so at once.
fn publication(report: &Report) -> Value {
    match &report.standing {
        Standing::Live => Value::Null,
        Standing::Awaited => json!({ "state": "awaited" }),
        Standing::Published(release) => json!({
            "state": "published",
            "version": release.number,
            "published_at": moment(release.decided_at),
            "corrects": release.corrects(),
            "after_withdrawal": release.follows_withdrawal(),
            "reason": Some(&release.reason).filter(|reason| !reason.is_empty()),
        }),
        Standing::Withdrawn(withdrawal) => json!({
            "state": "withdrawn",
            "version": withdrawal.number,
            "withdrawn_at": moment(withdrawal.decided_at),
            "reason": withdrawal.reason,
        }),
        Standing::Unreadable(number) => json!({ "state": "unreadable", "version": number }),
    }
}

fn moment(millis: i64) -> Option<String> {
    let moment = DateTime::from_timestamp_millis(millis)?;
    Some(moment.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// What figures are of.
pub(super) fn source(report: &Report) -> Value {
    json!({
        "commune": { "code": report.commune.code, "name": report.commune.name },
        "instrument": report.instrument.id,
        "version": report.instrument.version,
        "period": period(&report.period),
        "plan": report.plan.map(|plan| &plan.id),
        "simulated": report.simulated,
        "level": report.level,
        "publication": publication(report),
        "describes": "those who answered; intervals are sampling error only",
    })
}
