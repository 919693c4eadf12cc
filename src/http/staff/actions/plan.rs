//! The tasks of a commune's plan: read by component, and taken over as many at once as
//! are chosen, of one component or of all.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use surveys::action::{Origin, PlanLine};
use surveys::plan::Plan;
use surveys::{CommuneCode, catalog};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::visit::Signed;
use super::{commune, may_manage, new, today};
use crate::pages::staff::actions::{PlanTable, PlanTask, Told};
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::actions::NewAction;

/// Every task of the plan of `commune`, in the plan's order.
pub(super) async fn tasks(signed: &Signed, commune: &CommuneCode) -> Stopped<Vec<PlanTask>> {
    let Some(plan) = catalog::plan_of(commune) else { return Ok(Vec::new()) };
    let scope = Scope::Commune(commune.clone());
    let taken = signed.service.db.plan_lines_taken_over(&scope).await;
    let taken = taken.map_err(|error| signed.down(&error))?;
    let of = |component: &'static surveys::plan::PlanComponent| {
        (1..).zip(&component.tasks).map(move |(place, task)| (component, place, task))
    };
    let named = plan.components.iter().flat_map(of).map(|(component, place, task)| {
        let line = PlanLine::of(plan, &component.code, task);
        let taken = taken.iter().any(|other| other.is(&line));
        PlanTask { plan, component, name: format!("{}/{place}", component.code), task, taken }
    });
    Ok(named.collect())
}

/// What names a version of a plan in the form: places in it hold for that one only.
fn version_of(plan: &Plan) -> String {
    format!("{}/{}", plan.id, plan.version)
}

/// The commune whose plan is asked for, or the page for when there is none: whoever has
/// several chooses one on the list.
fn asked(signed: &Signed) -> Stopped<CommuneCode> {
    commune(signed).ok_or_else(|| {
        let unit = signed.shell.asked("unit").unwrap_or_else(|| signed.fields.first("unit"));
        Box::new(if unit.trim().is_empty() {
            page::see_other(&signed.shell.link("/staff/actions"))
        } else {
            signed.nothing_here()
        })
    })
}

pub(in crate::http::staff) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let commune = asked(&signed)?;
        let tasks = tasks(&signed, &commune).await?;
        let told = if signed.resumed { Told::Resumed } else { Told::Nothing };
        Ok(table(&signed, StatusCode::OK, &commune, &tasks, told))
    };
    settled(shown.await)
}

fn table(
    signed: &Signed,
    status: StatusCode,
    commune: &CommuneCode,
    tasks: &[PlanTask],
    told: Told,
) -> HttpResponse {
    let chosen: Vec<&str> = signed.fields.values("line").collect();
    // What somebody has chosen themselves stays.
    let chosen = (told != Told::Nothing).then_some(&chosen[..]);
    let version = tasks.first().map(|task| version_of(task.plan)).unwrap_or_default();
    let of = (commune, &*version);
    let page = PlanTable::new(&signed.shell, signed.nav(), of, tasks, today(signed))
        .chosen(chosen, may_manage(signed))
        .telling(told);
    page::show(status, Keep::Never, &page)
}

pub(in crate::http::staff) async fn take(signed: Signed) -> HttpResponse {
    settled(taken(&signed).await)
}

async fn taken(signed: &Signed) -> Stopped<HttpResponse> {
    let commune = asked(signed)?;
    let tasks = tasks(signed, &commune).await?;
    let again = |status, told| Ok(table(signed, status, &commune, &tasks, told));
    let Some(plan) = tasks.first().map(|task| task.plan) else {
        return again(StatusCode::UNPROCESSABLE_ENTITY, Told::NoneChosen);
    };
    if signed.fields.first("plan") != version_of(plan) {
        return again(StatusCode::CONFLICT, Told::PlanChanged);
    }
    // The button of a component takes over what is chosen of that one.
    let of = signed.fields.first("of");
    let asked_for = |task: &PlanTask| of.is_empty() || task.component.code.as_str() == of;
    let chosen = tasks.iter().filter(|task| {
        asked_for(task) && signed.fields.values("line").any(|line| line == task.name)
    });
    let new: Vec<NewAction> = chosen
        .map(|task| NewAction {
            commune: commune.clone(),
            origin: Origin::Plan(PlanLine::of(plan, &task.component.code, task.task)),
            columns: new::read(&new::cells_of(plan, task.component, task.task, today(signed)))
                .expect("a test reads the tasks of every shipped plan"),
        })
        .collect();
    if new.is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, Told::NoneChosen);
    }
    let place = Scope::Commune(commune.clone());
    let event = signed.event(Action::OpenAction, Outcome::Done).at_place(&place);
    let opened = signed.service.db.open_actions(&new, &event).await;
    let opened = opened.map_err(|error| signed.down(&error))?;
    signed.form_is_done().await;
    let before = opened.iter().filter(|one| one.is_none()).count();
    let told = Told::Taken { opened: opened.len() - before, before };
    // What is chosen of other components stays chosen.
    let now = self::tasks(signed, &commune).await?;
    Ok(table(signed, StatusCode::OK, &commune, &now, told))
}
