//! Indices beside the satisfaction rates, each by itself: they are never added to a
//! rate, nor to one another.

pub mod nd61;
pub mod papi;
pub mod qd766;
