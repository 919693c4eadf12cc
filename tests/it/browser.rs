//! Journeys in a real browser.

mod actions;
mod beside;
mod channels;
mod citizens;
mod comments;
mod equipment;
mod every_page;
mod figures;
mod hand;
mod importing;
mod indicators;
mod interview;
mod kiosk;
mod languages;
mod paper;
mod petitions;
mod phone_pace;
mod print;
mod privacy;
mod province;
mod publishing;
mod results;
mod seldom;
mod staff;
mod survey;
mod visit;
