//! The pages of staff: forms, lists, the audit log.

pub mod accounts;
pub mod actions;
pub mod audit;
pub mod batches;
pub mod comments;
pub mod communes;
pub mod due;
pub mod erase;
mod figures;
pub mod form;
pub mod home;
pub mod import;
pub mod indicator_file;
pub mod indicators;
pub mod links;
pub mod me;
pub mod overview;
pub mod paper;
mod periods;
pub mod petition_figures;
pub mod petitions;
pub mod points;
pub mod publishing;
pub mod recordings;
pub mod replies;
pub mod reports;
pub mod results;
pub mod samples;
pub mod scoreboard;
pub mod shown_once;
pub mod sure;
pub mod today;

use chrono::DateTime;

use super::message::Link;
use super::{Shell, day};
use crate::staff::{Account, Role};

/// What stands above a page of somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Nav {
    /// Who it is.
    pub full_name: String,
    /// What they are.
    pub role: String,
    /// Where they may go.
    pub groups: Vec<NavGroup>,
    /// What every form of theirs carries.
    pub mark: String,
}

/// Pages that belong together.
#[derive(Debug, Clone)]
pub struct NavGroup {
    /// What they are about.
    pub name: String,
    /// Each of them.
    pub links: Vec<Link>,
}

impl NavGroup {
    /// Whether the page of `shell` is one of these or below one of them.
    fn holds(&self, shell: &Shell) -> bool {
        self.links.iter().any(|link| shell.is_within(&link.address))
    }
}

/// Where the tables of a page are taken along as files, and of what.
#[derive(Debug)]
struct Export {
    action: String,
    fields: Vec<(&'static str, String)>,
}

impl Export {
    /// Of what the page chooses by `fields`.
    fn new(shell: &Shell, nav: &Nav, mut fields: Vec<(&'static str, String)>) -> Self {
        fields.push(("mark", nav.mark.clone()));
        Self { action: shell.link("/staff/results/export"), fields }
    }
}

/// `role` in words.
pub fn role_name(shell: &Shell, role: Role) -> String {
    let key = match role {
        Role::Administrator => "role-administrator",
        Role::CentreStaff => "role-centre-staff",
        Role::DataEntry => "role-data-entry",
        Role::Reviewer => "role-reviewer",
        Role::Leader => "role-leader",
        Role::ProvinceOfficer => "role-province-officer",
    };
    shell.t.get(key).into_owned()
}

/// Whose account it is, as one line: who, what, where.
fn described(shell: &Shell, account: &Account) -> String {
    let mut said = role_name(shell, account.role);
    let place = account.scope.name();
    for more in [place.get(shell.language()), &account.department] {
        if !more.is_empty() {
            said = format!("{said} – {more}");
        }
    }
    said
}

/// A moment in Vietnam's time: `05/10/2026 09:30`.
fn moment(shell: &Shell, millis: i64) -> String {
    let date = surveys::period::date_of_millis(millis);
    // Vietnam has one time zone without daylight saving.
    let local = DateTime::from_timestamp_millis(millis + 7 * 3_600_000).unwrap_or_default();
    format!("{} {}", day(date, shell.language()), local.format("%H:%M"))
}
