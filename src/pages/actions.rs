//! What the public reads of a commune's improvement actions: what was found, what is
//! done about it and until when.

pub(super) mod followed;
pub(super) mod words;

use std::collections::BTreeMap;

use askama::Template;
use chrono::NaiveDate;
use surveys::action::{FirstPromise, ImprovementAction, Status};
use surveys::period::date_of_millis;
use surveys::unit::Commune;

use self::followed::Period;
use super::{Shell, Words, day};
use crate::reporting::below::Below;
use crate::reporting::follow_up::FollowUp;

/// One action.
#[derive(Debug)]
struct Item {
    found: String,
    task: String,
    lead: String,
    term: String,
    /// The term that everybody read first and how often it was moved; empty when it never was.
    moved: String,
    standing: String,
    late: bool,
    status: String,
    /// What was done; empty while it is not.
    done: String,
    /// The day on which it was done or dropped.
    ended: String,
    /// What the surveys ask about that it is to move; empty where it names nothing.
    measured: String,
    /// What that did before and since.
    periods: Vec<Period>,
}

/// What is told of the actions of a commune beside themselves.
#[derive(Debug)]
pub struct Told {
    /// What was promised first where the term was moved, under the action's number.
    pub first: BTreeMap<i64, FirstPromise>,
    /// What their components did, under the action's number.
    pub followed: BTreeMap<i64, FollowUp>,
    /// The components that are below their target.
    pub below: Vec<Below>,
}

/// The improvement actions of a commune that are public.
#[derive(Debug, Template)]
#[template(path = "actions.html")]
pub struct Actions<'a> {
    shell: &'a Shell,
    t: Words,
    name: &'static str,
    back: String,
    /// Of which something is still to be done.
    live: Vec<Item>,
    /// Done or dropped.
    ended: Vec<Item>,
    /// Components below their target for which no action is public.
    unanswered: Vec<String>,
}

impl<'a> Actions<'a> {
    /// The page of `commune` with its public `actions` and what is `told` of them.
    pub fn new(
        shell: &'a Shell,
        commune: &'static Commune,
        actions: &[ImprovementAction],
        told: &Told,
        today: NaiveDate,
    ) -> Self {
        let item = |action: &&ImprovementAction| {
            let followed = told.followed.get(&action.id);
            let published = action.published.clone().unwrap_or_default();
            let ended = action.ended_at.map(|at| day(date_of_millis(at), shell.language()));
            let shows_done = action.status == Status::Done;
            Item {
                found: published.found,
                task: action.columns.task.clone(),
                lead: action.columns.lead.clone(),
                term: words::term(shell, &action.columns),
                moved: told.first.get(&action.id).map_or_else(String::new, |first| {
                    let term = words::term(shell, &first.columns);
                    let times = first.moved.to_string();
                    shell.t.with("public-action-moved", &[("first", &term), ("times", &times)])
                }),
                standing: words::standing(shell, action.standing(today)),
                late: words::is_late(action, today),
                status: action.status.text().get(shell.language()).to_owned(),
                done: if shows_done { published.done } else { String::new() },
                ended: ended.unwrap_or_default(),
                measured: followed.map_or_else(String::new, |f| words::measured(shell, &f.moves)),
                periods: followed
                    .map(|followed| followed::rows(shell, action, followed, today))
                    .unwrap_or_default(),
            }
        };
        let live: Vec<&ImprovementAction> =
            actions.iter().filter(|action| action.status.is_live()).collect();
        let mut ended: Vec<&ImprovementAction> =
            actions.iter().filter(|action| !action.status.is_live()).collect();
        ended.sort_by_key(|action| std::cmp::Reverse(action.ended_at));
        let unanswered = told.below.iter().filter(|below| !below.is_answered_by(actions));
        Self {
            shell,
            t: shell.t,
            name: commune.name,
            back: shell.link(&format!("/c/{}", commune.code)),
            unanswered: unanswered.filter_map(|below| words::below(shell, below)).collect(),
            live: live.iter().map(item).collect(),
            ended: ended.iter().map(item).collect(),
        }
    }
}
