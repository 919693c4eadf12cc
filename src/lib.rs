//! The service of Hài Lòng: the only crate that knows the network, the
//! databases and the clock. `docs/ARCHITECTURE.md` tells the way of one tap
//! through these modules.

pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod first_points;
pub mod http;
pub mod importing;
pub mod languages;
pub mod links;
pub mod mail;
pub mod metrics;
pub mod pages;
pub mod points;
pub mod printing;
pub mod problem;
pub mod reporting;
pub mod server;
pub mod service;
pub mod staff;
pub mod store;
pub mod telemetry;
pub mod texts;
