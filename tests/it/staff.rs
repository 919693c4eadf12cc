//! Staff: signing in, what each may do, sessions, one-time links, the audit log.

mod accounts;
mod audit;
mod forms;
mod operator;
mod results;
mod routes;
mod sessions;
mod signing_in;
mod today;
