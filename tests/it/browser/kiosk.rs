//! The kiosk: a tablet at the counter, with and without a network.

mod faults;
mod pace;
mod screens;
mod visits;
