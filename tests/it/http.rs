//! The API over HTTP, on both databases.

mod bad_input;
mod batch;
mod crowding;
mod description;
mod devices;
mod inside;
mod kiosk;
pub(crate) mod open_routes;
mod operations;
mod outage;
mod pages;
mod panicking;
mod policy_reports;
mod posters;
mod prompt;
mod province;
mod rough_network;
mod stopping;
mod submitting;
mod visits;
