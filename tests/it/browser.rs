//! Journeys in a real browser.

mod every_page;
mod figures;
mod survey;
mod visit;
