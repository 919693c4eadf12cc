//! Staff: signing in, what each may do, sessions, one-time links, the audit log.

mod about_people;
mod accounts;
mod actions;
mod audit;
mod comments;
mod equipment;
mod forms;
mod importing;
mod indicators;
mod lists;
mod navigation;
mod operator;
mod paper;
mod paper_agreeing;
mod paper_rekeying;
mod points;
mod publishing;
mod queue_file;
mod reports;
mod results;
pub(crate) mod routes;
mod samples;
mod sessions;
mod signing_in;
mod small_commune;
mod today;
mod whole_days;
