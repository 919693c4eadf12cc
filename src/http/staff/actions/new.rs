//! Opening an action: for a component below its target, a line of the plan, a comment,
//! or of one's own accord.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::NaiveDate;
use surveys::action::{BadColumn, Column, Columns, Moves, Origin, PlanLine, Typed};
use surveys::plan::{Plan, PlanComponent, Task};
use surveys::{CommuneCode, catalog};

use super::super::super::page::{self, Keep, Stopped, settled};
use super::super::comments::linked;
use super::super::visit::Signed;
use super::{commune, done_with, failed, stored_said, today};
use crate::pages::staff::actions::{Quoted, column_title, component_choices, origin_said};
use crate::pages::staff::form::{Choice, Field, Form};
use crate::staff::Scope;
use crate::staff::audit::{Action, Outcome};
use crate::store::actions::NewAction;

/// What stands in the columns of a form.
pub(super) type Cells = BTreeMap<Column, String>;

/// What was typed into the columns.
pub(super) fn typed(signed: &Signed) -> Cells {
    Column::ALL.map(|column| (column, signed.fields.first(column.name()).to_owned())).into()
}

/// The columns as they stand in a form, days as people write them.
pub(super) fn cells(columns: &Columns) -> Cells {
    let mut cells: Cells = Column::ALL.map(|column| (column, columns.cell(column))).into();
    if let Some(due) = columns.due {
        cells.insert(Column::Due, due.format("%d/%m/%Y").to_string());
    }
    cells
}

/// The columns in `cells`, or everything that is to be mended in them.
pub(super) fn read(cells: &Cells) -> Result<Columns, Vec<(Column, BadColumn)>> {
    let of = |column| cells.get(&column).map_or("", String::as_str);
    Columns::of(&Typed {
        task: of(Column::Task),
        lead: of(Column::Lead),
        partners: of(Column::Partners),
        product: of(Column::Product),
        due: of(Column::Due),
        term: of(Column::Term),
        moves: of(Column::Moves),
    })
}

/// `page` with a field for each column, filled with `cells`; below those of `stored` that
/// differ, what is stored.
pub(super) fn asking_columns<'a>(
    signed: &Signed,
    mut page: Form<'a>,
    cells: &Cells,
    wrong: &[(Column, BadColumn)],
    stored: Option<&Cells>,
) -> Form<'a> {
    let (t, language) = (signed.shell.t, signed.shell.language());
    for column in Column::ALL {
        let label = column_title(t, column);
        let name = column.name();
        let (field, hint) = match column {
            Column::Task => (Field::long(name, label, 4), String::new()),
            Column::Lead => (Field::text(name, label), String::new()),
            Column::Partners => (Field::text(name, label), signed.said("action-partners-hint")),
            Column::Product => (Field::long(name, label, 4), signed.said("action-product-hint")),
            Column::Due => (Field::text(name, label), signed.said("action-due-hint")),
            Column::Term => (Field::text(name, label), signed.said("action-term-hint")),
            Column::Moves => {
                let none =
                    Choice { value: String::new(), label: signed.said("action-component-none") };
                let mut choices = vec![none];
                choices.extend(component_choices(&signed.shell));
                (Field::choice(name, label, choices), String::new())
            }
        };
        let cell = cells.get(&column).map_or("", String::as_str);
        let differs = stored.and_then(|stored| stored.get(&column)).filter(|s| *s != cell);
        let hint = match differs.map(String::as_str) {
            None => hint,
            Some(stored) => stored_said(signed, stored),
        };
        let told = wrong.iter().find(|(wrong, _)| *wrong == column);
        // Two fields may be wrong in the same way: the list of mistakes tells them apart.
        let told = told.map(|(_, bad)| {
            let (column, said) = (column_title(t, column), bad.text());
            t.with("action-wrong", &[("column", &column), ("said", said.get(language))])
        });
        page = page.asking(field.hint(hint).value(cell).wrong(told));
    }
    page
}

/// What the form is opened for, as its address and its hidden field name it.
fn asked(signed: &Signed) -> String {
    let typed = signed.fields.first("origin");
    let asked = if typed.is_empty() { signed.shell.asked("origin").unwrap_or("") } else { typed };
    asked.to_owned()
}

/// What an action is opened for.
struct OpenedFor {
    commune: CommuneCode,
    origin: Origin,
    /// What the form says at first.
    cells: Cells,
    /// The comment, to be read while the form is filled in; nothing of it is copied.
    quoted: Option<Quoted>,
}

/// What `asked` names for `commune`. What it does not name or may not be seen is the
/// commune's own decision.
async fn opened_for(signed: &Signed, commune: CommuneCode, asked: &str) -> Stopped<OpenedFor> {
    let parts: Vec<&str> = asked.split('/').collect();
    let of = |origin, cells| OpenedFor { commune: commune.clone(), origin, cells, quoted: None };
    let own = || of(Origin::Own, Cells::new());
    Ok(match parts[..] {
        ["verdict", instrument, component, period] => {
            let moves = Moves::parse(&format!("{instrument}/{component}"));
            let period = catalog::period_of(&commune, period).ok();
            // Days of one's own choice have no published figures.
            let period = period.filter(|period| !period.code.contains(".."));
            let Some((moves, period)) = moves.zip(period) else { return Ok(own()) };
            let seen = signed.service.reporting.seen_of_component(&commune, &moves, &period).await;
            match seen.map_err(|error| failed(signed, error))? {
                Some(seen) => {
                    let cells = [(Column::Moves, moves.to_string())].into();
                    of(Origin::Verdict(seen), cells)
                }
                None => own(),
            }
        }
        ["plan", id, component, place] => match line(signed, &commune, id, component, place) {
            Some((origin, cells)) => of(origin, cells),
            None => own(),
        },
        ["comment", id] => match linked::readable(signed, &commune, id).await? {
            Some(comment) => {
                let origin = Origin::Comment { id: comment.id.to_string() };
                let quoted = linked::quoted(signed, &comment).await?;
                OpenedFor { quoted: Some(quoted), ..of(origin, Cells::new()) }
            }
            None => own(),
        },
        _ => own(),
    })
}

/// The line of the plan of `commune` that the address names.
fn line(
    signed: &Signed,
    commune: &CommuneCode,
    id: &str,
    component: &str,
    place: &str,
) -> Option<(Origin, Cells)> {
    let plan = catalog::plan_of(commune).filter(|plan| plan.id.as_str() == id)?;
    let component = plan.component(component)?;
    let place: usize = place.parse().ok()?;
    let task = component.tasks.get(place.checked_sub(1)?)?;
    let cells = cells_of(plan, component, task, today(signed));
    Some((Origin::Plan(PlanLine::of(plan, &component.code, task)), cells))
}

/// What the form says at first for `task` of `plan`, under `component`: the plan's words.
pub(super) fn cells_of(
    plan: &Plan,
    component: &PlanComponent,
    task: &Task,
    today: NaiveDate,
) -> Cells {
    let mut cells: Cells = [
        (Column::Task, task.text.clone()),
        (Column::Lead, task.lead.clone()),
        (Column::Partners, task.coordinating.join("; ")),
        (Column::Product, task.products.join("\n")),
        (Column::Term, task.deadline.clone()),
    ]
    .into();
    if let Some(moves) = Moves::first(&component.code) {
        cells.insert(Column::Moves, moves.to_string());
    }
    // A day of a year that is over would be late from the start.
    let last = plan.last_day_of(task).filter(|day| *day >= today);
    if let Some(last) = last {
        cells.insert(Column::Due, last.format("%d/%m/%Y").to_string());
    }
    cells
}

pub(in crate::http::staff) async fn show(signed: Signed) -> HttpResponse {
    let shown = async {
        let opened_for = match commune(&signed) {
            Some(commune) => Some(opened_for(&signed, commune, &asked(&signed)).await?),
            None => None,
        };
        let cells = match &opened_for {
            Some(opened_for) if !signed.resumed => opened_for.cells.clone(),
            _ => typed(&signed),
        };
        Ok(form(&signed, StatusCode::OK, opened_for.as_ref(), (&cells, &[]), None))
    };
    settled(shown.await)
}

/// The day that the plan names for the line an action is opened for, if it is over.
fn day_that_is_over(signed: &Signed, origin: &Origin) -> Option<NaiveDate> {
    let Origin::Plan(line) = origin else { return None };
    let plan = catalog::plan(line.plan.as_str())?;
    let tasks = &plan.component(line.component.as_str())?.tasks;
    let task = tasks.iter().find(|task| task.text == line.quote && task.clause == line.clause)?;
    plan.last_day_of(task).filter(|day| *day < today(signed))
}

fn form(
    signed: &Signed,
    status: StatusCode,
    opened_for: Option<&OpenedFor>,
    (cells, wrong): (&Cells, &[(Column, BadColumn)]),
    unit_wrong: Option<String>,
) -> HttpResponse {
    let said = |key| signed.said(key);
    let mut page = Form::new(
        &signed.shell,
        said("action-open-heading"),
        "/staff/actions/new",
        said("action-open-button"),
    )
    .signed(signed.nav())
    .carrying("origin", &asked(signed));
    if let Some(OpenedFor { commune, origin, quoted, .. }) = opened_for {
        page = page.saying(origin_said(&signed.shell, commune, origin));
        if let Some(day) = day_that_is_over(signed, origin) {
            let day = crate::pages::day(day, signed.shell.language());
            page = page.saying(signed.shell.t.with("action-day-is-over", &[("day", &day)]));
        }
        if let Some(quoted) = quoted {
            page = page.beside(said("action-quoted"), &quoted.text);
        }
    }
    if signed.resumed {
        page = page.noticing(said("resumed"));
    }
    if !matches!(signed.account.scope, Scope::Commune(_)) {
        let typed = signed.fields.first("unit");
        let asked = if typed.is_empty() { signed.shell.asked("unit").unwrap_or("") } else { typed };
        let field = Field::spelled("unit", said("action-unit")).hint(said("action-unit-hint"));
        page = page.asking(field.value(asked).wrong(unit_wrong));
    }
    let page = asking_columns(signed, page, cells, wrong, None);
    let page = page.leading("/staff/actions", said("actions-heading"));
    page::show(status, Keep::Never, &page)
}

pub(in crate::http::staff) async fn add(signed: Signed) -> HttpResponse {
    settled(added(&signed).await)
}

async fn added(signed: &Signed) -> Stopped<HttpResponse> {
    let cells = typed(signed);
    let opened_for = match commune(signed) {
        Some(commune) => Some(opened_for(signed, commune, &asked(signed)).await?),
        None => None,
    };
    let columns = read(&cells).and_then(|columns| {
        columns.to_come(None, today(signed))?;
        Ok(columns)
    });
    let (Some(OpenedFor { commune, origin, .. }), Ok(columns)) = (&opened_for, &columns) else {
        let wrong = columns.err().unwrap_or_default();
        let unit = opened_for.is_none().then(|| signed.said("action-unit-wrong"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(form(signed, status, opened_for.as_ref(), (&cells, &wrong), unit));
    };
    let new =
        NewAction { commune: commune.clone(), origin: origin.clone(), columns: columns.clone() };
    let place = Scope::Commune(commune.clone());
    let event = signed.event(Action::OpenAction, Outcome::Done).at_place(&place);
    let opened = signed.service.db.open_action(&new, &event).await;
    if let Some(id) = opened.map_err(|error| signed.down(&error))? {
        return Ok(done_with(signed, id).await);
    }
    signed.form_is_done().await;
    Ok(signed.message(
        StatusCode::CONFLICT,
        ("action-open-heading", "actions-taken-over"),
        ("/staff/actions", "actions-heading"),
    ))
}
