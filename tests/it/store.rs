//! The store's contract: every function that it offers, on both databases.

mod collection_points;
mod drafts;
mod opening;
mod reading;
mod schema;
mod staff;
mod storing;
