//! The kiosk: a tablet at the counter, with and without a network.

mod clock;
mod faults;
mod leaving;
pub(super) mod pace;
mod power;
mod screens;
mod seldom;
mod service;
pub(super) mod sound;
pub(super) mod storage;
mod visits;
