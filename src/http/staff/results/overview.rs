//! The communes of a province beside each other.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::unit::{Commune, Province};
use surveys::{CommuneCode, Instrument, Period, Text, catalog, unit};

use super::super::super::asked::Named;
use super::super::super::fields::Fields;
use super::super::super::page::{self, Keep, Stopped};
use super::super::visit::Signed;
use super::{choice, failed, refused};
use crate::pages::staff::form;
use crate::pages::staff::overview::{Chosen, Order, OverviewPage, in_order};
use crate::problem::Problem;
use crate::reporting::Report;
use crate::staff::Scope;

/// What is chosen of a province.
pub(super) struct Selection {
    pub(super) instrument: &'static Instrument,
    pub(super) period: Period,
    order: Order,
    pub(super) reports: Vec<Arc<Report>>,
}

pub(super) async fn show(
    signed: &Signed,
    province: &'static Province,
    asked: &Fields,
) -> Stopped<HttpResponse> {
    let Selection { instrument, period, order, reports } =
        selection(signed, province, asked).await?;
    let reporting = &signed.service.reporting;
    let communes: Vec<&CommuneCode> = reports.iter().map(|report| &report.commune.code).collect();
    let first = reporting.first_day(&communes).await.map_err(|error| failed(signed, error))?;
    let language = signed.shell.language();
    let named = |i: &Instrument| form::Choice {
        value: format!("{}@{}", i.id, i.version),
        label: i.title.get(language).to_owned(),
    };
    let chosen = Chosen {
        instrument: named(instrument).value,
        instruments: catalog::newest().map(named).collect(),
        period,
        first,
        today: reporting.today(),
        order,
    };
    let page = OverviewPage::new(&signed.shell, signed.nav(), province, chosen, &reports);
    Ok(page::show(StatusCode::OK, Keep::Never, &page))
}

/// The reports on the communes of `province` that have collection points, in the order
/// asked for.
pub(super) async fn selection(
    signed: &Signed,
    province: &'static Province,
    asked: &Fields,
) -> Stopped<Selection> {
    let refused = |problem: Problem| refused(signed, &problem);
    let named = choice::instrument(asked).map_err(refused)?;
    let instrument = named.map_or(&catalog::instruments()[0], Named::shipped);
    let period = match asked.first("period") {
        "" => Period::month_of(signed.service.reporting.today()),
        code => Period::parse(code).ok().filter(|period| !period.code.contains("..")).ok_or_else(
            || {
                refused(Problem::parameter(
                    "period",
                    Text::new(
                        "Hãy ghi kỳ như 2026-10, 2026-Q3, 2026-H1, 2026-9M hoặc 2026.",
                        "Write a period such as 2026-10, 2026-Q3, 2026-H1, 2026-9M or 2026.",
                    ),
                ))
            },
        )?,
    };
    let order = match asked.first("order") {
        "" => Order::Name,
        name => Order::ALL.into_iter().find(|order| order.name() == name).ok_or_else(|| {
            refused(Problem::parameter(
                "order",
                Text::new("Hãy ghi name, responses hoặc rate.", "Write name, responses or rate."),
            ))
        })?,
    };
    let scope = Scope::Province(province.code.clone());
    let points = signed.service.db.collection_points_within(&scope).await;
    let points = points.map_err(|error| signed.down(&error))?;
    let codes: BTreeSet<&str> = points.iter().map(|point| point.commune_code.as_str()).collect();
    let communes: Vec<&'static Commune> = codes.into_iter().filter_map(unit::commune).collect();
    let reporting = &signed.service.reporting;
    let overview = reporting.overview(&province.code, &communes, instrument, &period.code).await;
    let overview = overview.map_err(|error| failed(signed, error))?;
    let reports = in_order(&overview.reports, order);
    Ok(Selection { instrument, period, order, reports })
}
