//! Petitions end to end: sending, following, handling, publishing, and what must never
//! be found or run.

mod assigning;
mod commands;
mod figures;
mod following;
mod handling;
mod hostile;
mod published;
mod replies;
mod secrets;
mod sending;
