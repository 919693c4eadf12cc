//! Journeys in a real browser.

mod every_page;
mod figures;
mod kiosk;
mod results;
mod staff;
mod survey;
mod visit;
