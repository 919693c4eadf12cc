//! The tasks of a commune's plan, folded by component. Those that are not in the list can
//! be chosen; those of the service at the counter are, to begin with.

use askama::Template;
use chrono::NaiveDate;
use surveys::plan::{Plan, PlanComponent, Task};
use surveys::{CommuneCode, Text, unit};

use super::opening;
use crate::pages::staff::Nav;
use crate::pages::{Shell, Words, day};

/// A task of a plan.
#[derive(Debug)]
pub struct PlanTask {
    /// The plan.
    pub plan: &'static Plan,
    /// The component under which it stands.
    pub component: &'static PlanComponent,
    /// What names it in a form on its plan: component and place.
    pub name: String,
    /// What it says.
    pub task: &'static Task,
    /// Whether it is in the list of actions.
    pub taken: bool,
}

/// What is said above the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing: it is seen for the first time.
    Nothing,
    /// What was chosen before a session ended is chosen again.
    Resumed,
    /// Nothing was chosen.
    NoneChosen,
    /// The table was of another version of the plan.
    PlanChanged,
    /// So many were taken over, and so many were in the list before.
    Taken {
        /// How many are in the list because of it.
        opened: usize,
        /// How many were there.
        before: usize,
    },
}

/// A task in the table.
#[derive(Debug)]
struct Line<'a> {
    name: &'a str,
    task: &'a Task,
    partners: String,
    taken: bool,
    chosen: bool,
    /// Whether the day that the plan names is over.
    over: bool,
    /// Where it is changed before it is taken over.
    change: String,
}

/// The tasks of one component.
#[derive(Debug)]
struct Group<'a> {
    code: &'a str,
    title: String,
    /// What a reader must know of its source.
    note: String,
    lines: Vec<Line<'a>>,
    /// How many of them are not in the list.
    open: usize,
    /// Whether it is about the service at the counter: what surveys here measure.
    service: bool,
}

impl Group<'_> {
    /// Whether it is seen at once: what begins chosen, and whatever somebody chose.
    fn unfolded(&self) -> bool {
        self.open > 0 && (self.service || self.lines.iter().any(|line| line.chosen))
    }
}

/// The part of the survey that is about the service at the counter.
const SERVICE: &str = "service";

fn is_service(component: &PlanComponent) -> bool {
    component.part.as_ref().is_some_and(|part| part.as_str() == SERVICE)
}

/// The table.
#[derive(Debug, Template)]
#[template(path = "staff/plan_tasks.html")]
pub struct PlanTable<'a> {
    shell: &'a Shell,
    t: Words,
    nav: Option<Nav>,
    commune: &'static str,
    unit: String,
    version: &'a str,
    plan: String,
    plan_note: String,
    /// That the plan's time is over; empty while it is not.
    ended: String,
    groups: Vec<Group<'a>>,
    /// How many tasks are not in the list.
    open: usize,
    may_manage: bool,
    told: Told,
    back: String,
}

impl<'a> PlanTable<'a> {
    /// The table of the `tasks` of the plan of a commune, of a version of it, on the day
    /// `today`.
    pub fn new(
        shell: &'a Shell,
        nav: Nav,
        (commune, version): (&CommuneCode, &'a str),
        tasks: &'a [PlanTask],
        today: NaiveDate,
    ) -> Self {
        let said = |text: &Text| text.get(shell.language()).to_owned();
        let line = |task: &'a PlanTask| {
            let origin = format!("plan/{}/{}", task.plan.id, task.name);
            Line {
                name: &task.name,
                task: task.task,
                partners: task.task.coordinating.join("; "),
                taken: task.taken,
                chosen: !task.taken && is_service(task.component),
                over: task.plan.last_day_of(task.task).is_some_and(|last| last < today),
                change: opening(shell, &origin, commune.as_str()),
            }
        };
        let group = |tasks: &'a [PlanTask]| Group {
            code: tasks[0].component.code.as_str(),
            title: said(&tasks[0].component.title),
            note: tasks[0].component.note.as_ref().map(said).unwrap_or_default(),
            lines: tasks.iter().map(line).collect(),
            open: tasks.iter().filter(|task| !task.taken).count(),
            service: is_service(tasks[0].component),
        };
        let plan = tasks.first().map(|task| task.plan);
        let ended = |plan: &Plan| {
            let [from, to] = [plan.valid_from, plan.valid_to].map(|d| day(d, shell.language()));
            shell.t.with("actions-plan-ended", &[("from", &from), ("to", &to)])
        };
        Self {
            shell,
            t: shell.t,
            nav: Some(nav),
            commune: unit::commune(commune.as_str()).map_or("", |commune| commune.name),
            unit: commune.to_string(),
            version,
            plan: plan.map(|plan| said(&plan.title)).unwrap_or_default(),
            plan_note: plan.and_then(|plan| plan.note.as_ref()).map(said).unwrap_or_default(),
            ended: plan.filter(|plan| plan.valid_to < today).map(ended).unwrap_or_default(),
            groups: tasks
                .chunk_by(|a, b| a.component.code == b.component.code)
                .map(group)
                .collect(),
            open: tasks.iter().filter(|task| !task.taken).count(),
            may_manage: false,
            told: Told::Nothing,
            back: shell.link(&format!("/staff/actions?unit={commune}")),
        }
    }

    /// The same for somebody who may open actions or not, with those lines `chosen` that
    /// somebody chose, if somebody did.
    #[must_use]
    pub fn chosen(mut self, chosen: Option<&[&str]>, may_manage: bool) -> Self {
        self.may_manage = may_manage;
        if let Some(chosen) = chosen {
            for line in self.groups.iter_mut().flat_map(|group| &mut group.lines) {
                line.chosen = !line.taken && chosen.contains(&line.name);
            }
        }
        self
    }

    /// The same with something said above.
    #[must_use]
    pub fn telling(mut self, told: Told) -> Self {
        self.told = told;
        self
    }

    fn is_wrong(&self) -> bool {
        self.told == Told::NoneChosen && self.open > 0
    }
}
