//! End to end: the whole program on both databases, over HTTP, from the command
//! line and in a real browser. Each file has one subject.

mod action_commands;
mod browser;
mod command_line;
mod data_commands;
mod demonstration;
mod device_commands;
mod estimates;
mod explained;
mod few_in_a_component;
mod full_disk;
mod hostile;
mod http;
mod importing;
mod interviews;
mod judging_commands;
mod killed;
mod link_commands;
mod mailing;
mod packages;
mod paper_commands;
mod petitions;
mod printing_commands;
mod privacy;
mod spoiled;
mod staff;
mod store;
mod support;
mod tallies;
mod walls;
