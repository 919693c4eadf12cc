//! Journeys in a real browser.

mod every_page;
mod figures;
mod kiosk;
mod petitions;
mod staff;
mod survey;
mod visit;
