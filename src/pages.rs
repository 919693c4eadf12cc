//! Pages for people: templates, texts, style sheet and fonts, all compiled in.
//! Handlers fetch, these modules say; nothing here reads a store or a clock.

pub mod actions;
pub mod assets;
pub mod comments;
pub mod commune;
pub mod explanation;
pub mod field;
pub mod home;
pub mod interview;
pub mod kiosk;
pub mod message;
mod numbers;
pub mod petition;
pub mod privacy;
pub mod province;
pub mod sampled;
mod shell;
pub mod staff;
mod standing;
pub mod survey;

pub use crate::texts::{Words, own_name};
pub use numbers::day;
pub use shell::Shell;
