//! Indicators: results that no survey measures. Two numbers a month that staff count, a
//! result that somebody else published, a duty that was done; and where a target stands
//! by them.
//!
//! What is entered here is counted in full, not sampled: there is no interval, and
//! everything is compared in whole numbers.

mod decimal;
mod entry;
mod from_petitions;
mod standing;

pub use decimal::Decimal;
pub use entry::{
    BadEntry, Entered, Entry, EntryField, LONGEST_LINK, LONGEST_SOURCE, MAX_COUNT, Typed, source,
    ungrouped,
};
pub use from_petitions::{from_petitions, span_of};
pub use standing::{Months, Standing, Value, Verdict, months_of, standing};
