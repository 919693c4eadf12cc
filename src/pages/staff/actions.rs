//! Improvement actions for staff: the list, with what could be opened, and one action
//! with its history and what its component did since.

mod one;
mod plan_table;

use askama::Template;
use chrono::NaiveDate;
use surveys::action::{ImprovementAction, Moves, Status};
use surveys::{CommuneCode, catalog, unit};

use super::Nav;
use super::form::Choice;
use crate::pages::actions::words;
use crate::pages::message::Link;
use crate::pages::{Shell, Words};
use crate::reporting::below::Below;

pub use one::{One, Quoted, column_title};
pub use plan_table::{PlanTable, PlanTask, Told};

pub use crate::pages::actions::words::{found_at_first, origin_said};

/// The choice of every action.
pub const ALL: &str = "all";

/// The page of the action `id`.
pub fn address(id: i64) -> String {
    format!("/staff/actions/{id}")
}

/// Where an action of `unit` is opened for `origin`, as an address names it.
pub(super) fn opening(shell: &Shell, origin: &str, unit: &str) -> String {
    let query = serde_urlencoded::to_string([("origin", origin), ("unit", unit)]);
    shell.link(&format!("/staff/actions/new?{}", query.unwrap_or_default()))
}

/// What names in an address that an action is opened for a component `below` its target.
pub(super) fn origin_of(below: &Below) -> String {
    format!("verdict/{}/{}", below.moves, below.report.period.code)
}

/// What the list is made of.
#[derive(Debug)]
pub struct Listed<'a> {
    /// The actions of this page.
    pub actions: &'a [ImprovementAction],
    /// The number of the next page, if there is one.
    pub next: Option<u32>,
    /// The status chosen, [`ALL`], or empty for what is still to be done.
    pub status: &'a str,
    /// The component chosen; empty for any.
    pub component: &'a str,
    /// The commune concerned; `None` when there are several.
    pub commune: Option<&'a CommuneCode>,
    /// Its components that are below their target and that no action answers.
    pub below: &'a [Below],
    /// The tasks of its plan.
    pub tasks: &'a [PlanTask],
    /// Whether the reader has several communes to choose from.
    pub wide: bool,
    /// Whether the reader may open actions.
    pub may_manage: bool,
    /// Today in Vietnam.
    pub today: NaiveDate,
}

/// A row of the list.
#[derive(Debug)]
struct Row {
    address: String,
    task: String,
    commune: String,
    lead: String,
    component: String,
    term: String,
    standing: String,
    late: bool,
    status: String,
    public: bool,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "staff/actions.html")]
pub struct Actions<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    rows: Vec<Row>,
    statuses: Vec<Choice>,
    components: Vec<Choice>,
    status: &'a str,
    component: &'a str,
    unit: String,
    wide: bool,
    offers: Vec<Link>,
    /// The commune's plan with its tasks, and how many of them are in the list.
    plan: Option<Link>,
    plan_standing: String,
    add: String,
    more: String,
    /// All actions as spreadsheets.
    files: [Link; 2],
    public: String,
}

/// The components of every instrument, for a choice.
pub fn component_choices(shell: &Shell) -> Vec<Choice> {
    let of = |instrument: &'static surveys::Instrument| {
        instrument.components.iter().map(|component| {
            let moves =
                Moves { instrument: instrument.id.clone(), component: component.code.clone() };
            Choice { value: moves.to_string(), label: words::measured(shell, &moves) }
        })
    };
    catalog::newest().flat_map(of).collect()
}

/// The components by their codes alone, each once, for a choice.
fn components_once(shell: &Shell) -> Vec<Choice> {
    let mut choices =
        vec![Choice { value: String::new(), label: shell.t.get("actions-any").into_owned() }];
    for component in catalog::newest().flat_map(|i| &i.components) {
        let value = component.code.to_string();
        if choices.iter().all(|choice| choice.value != value) {
            choices.push(Choice { value, label: component.title.get(shell.language()).to_owned() });
        }
    }
    choices
}

fn status_choices(shell: &Shell) -> Vec<Choice> {
    let choice = |value: &str, label: String| Choice { value: value.to_owned(), label };
    let mut choices = vec![choice("", shell.t.get("actions-live").into_owned())];
    let named = |s: Status| choice(s.name(), s.text().get(shell.language()).to_owned());
    choices.extend(Status::ALL.map(named));
    choices.push(choice(ALL, shell.t.get("actions-all").into_owned()));
    choices
}

impl<'a> Actions<'a> {
    /// The list of `listed`.
    pub fn new(shell: &'a Shell, nav: Nav, listed: &'a Listed<'a>) -> Self {
        let many = listed.commune.is_none();
        let row = |action: &ImprovementAction| {
            let commune = unit::commune(action.commune.as_str()).filter(|_| many);
            let component = action.columns.moves.as_ref().map(|m| words::component(shell, m));
            Row {
                address: shell.link(&address(action.id)),
                task: action.columns.task.clone(),
                commune: commune.map(|commune| commune.name.to_owned()).unwrap_or_default(),
                lead: action.columns.lead.clone(),
                component: component.unwrap_or_default(),
                term: words::term(shell, &action.columns),
                standing: words::standing(shell, action.standing(listed.today)),
                late: words::is_late(action, listed.today),
                status: action.status.text().get(shell.language()).to_owned(),
                public: action.published.is_some(),
            }
        };
        let unit = listed.commune.map(ToString::to_string).unwrap_or_default();
        let offered = |origin: &str| {
            if listed.may_manage { opening(shell, origin, &unit) } else { String::new() }
        };
        let offer = |below: &Below| {
            Some(Link { address: offered(&origin_of(below)), label: words::below(shell, below)? })
        };
        let taken = listed.tasks.iter().filter(|task| task.taken).count().to_string();
        let all = listed.tasks.len().to_string();
        let plan = listed.tasks.first().map(|task| Link {
            address: shell.link(&format!("/staff/actions/plan?unit={unit}")),
            label: task.plan.title.get(shell.language()).to_owned(),
        });
        let add = listed.may_manage.then(|| shell.link("/staff/actions/new"));
        let public = listed.commune.map(|code| shell.link(&format!("/c/{code}/actions")));
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            rows: listed.actions.iter().map(row).collect(),
            statuses: status_choices(shell),
            components: components_once(shell),
            status: listed.status,
            component: listed.component,
            offers: listed.below.iter().filter_map(offer).collect(),
            plan,
            plan_standing: shell
                .t
                .with("actions-plan-standing", &[("taken", &taken), ("all", &all)]),
            unit,
            wide: listed.wide,
            add: add.unwrap_or_default(),
            more: listed
                .next
                .map(|page| shell.here_with("page", &page.to_string()))
                .unwrap_or_default(),
            files: ["csv", "xlsx"].map(|ending| Link {
                address: shell.link(&format!("/staff/actions/actions.{ending}")),
                label: ending.to_uppercase(),
            }),
            public: public.unwrap_or_default(),
        }
    }
}
