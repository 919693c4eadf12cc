//! The kiosk: a tablet at the counter, with and without a network.

mod clock;
pub(super) mod colours;
mod faults;
pub(super) mod keyboard;
mod leaving;
pub(super) mod pace;
mod power;
pub(super) mod screens;
mod seldom;
pub(super) mod service;
pub(super) mod sound;
pub(super) mod storage;
mod visits;
