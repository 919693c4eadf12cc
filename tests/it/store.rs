//! The store's contract: every function that it offers, on both databases.

mod actions;
mod activity;
mod audited;
mod batches;
mod collection_points;
mod comments;
mod devices;
mod drafts;
mod indicators;
mod link_mails;
mod opening;
mod over_tls;
mod paper_agreeing;
mod paper_batches;
mod paper_ranges;
mod petitions;
mod publications;
mod reading;
mod retention;
mod samples;
mod schema;
mod staff;
mod storing;
mod survey_links;
mod visits;
mod withdrawing;
