//! The kiosk: a tablet at the counter, with and without a network.

mod faults;
mod leaving;
mod pace;
mod power;
mod screens;
mod service;
mod sound;
mod visits;
