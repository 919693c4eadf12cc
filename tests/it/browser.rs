//! Journeys in a real browser.

mod citizens;
mod comments;
mod every_page;
mod figures;
mod importing;
mod interview;
mod kiosk;
mod languages;
mod paper;
mod staff;
mod survey;
mod visit;
