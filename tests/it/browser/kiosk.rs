//! The kiosk: a tablet at the counter, with and without a network.

mod faults;
mod screens;
mod visits;
