//! Journeys in a real browser.

mod citizens;
mod every_page;
mod figures;
mod kiosk;
mod staff;
mod survey;
mod visit;
