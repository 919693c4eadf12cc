//! Indices that are no surveys of ours, each by itself: they are never added to a
//! satisfaction rate.

pub mod papi;
pub mod qd766;
