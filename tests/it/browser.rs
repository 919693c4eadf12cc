//! Journeys in a real browser.

mod every_page;
mod figures;
mod interview;
mod kiosk;
mod staff;
mod survey;
mod visit;
