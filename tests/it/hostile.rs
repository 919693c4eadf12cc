//! Hostile texts through every field there is: whatever form a page shows is found by going
//! through the pages, so that a new one is covered without being named here.

mod crawl;
mod ended;
mod fillings;
mod look;
mod prepared;
mod typed;
