//! Journeys in a real browser.

mod every_page;
mod figures;
mod staff;
mod survey;
