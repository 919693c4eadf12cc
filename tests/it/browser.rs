//! Journeys in a real browser.

mod citizens;
mod every_page;
mod figures;
mod importing;
mod indicators;
mod interview;
mod kiosk;
mod languages;
mod paper;
mod staff;
mod survey;
mod visit;
