//! What is kept of people: said truly, given to those it is about, taken back when they
//! ask, gone when its term is over, and found nowhere it should not be.

mod canary;
mod erasing;
mod notice;
mod of_petitions;
mod terms;
