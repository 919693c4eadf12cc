//! The questionnaire side of Hài Lòng: instruments, responses, administrative
//! units, reporting periods and plans.
//!
//! Everything here is pure: no files are opened, no clock is read, nothing is
//! stored. Shipped data (instruments, plans, units) is compiled in and reached
//! through [`catalog`] and [`mod@unit`].

pub mod action;
pub mod catalog;
pub mod centre_contact;
pub mod code;
pub mod collection_point;
pub mod comment;
pub mod crockford;
pub mod indicator;
pub mod instrument;
pub mod mistake;
pub mod opening_hours;
pub mod paper;
pub mod period;
pub mod personal_data;
pub mod petition;
pub mod plan;
pub mod response;
pub mod sample;
pub mod serial;
pub mod service_fields;
pub mod text;
mod toml_reader;
pub mod translation;
mod typed_day;
mod typed_number;
pub mod unit;
pub mod visit_token;
pub mod working_days;

pub use centre_contact::{BadContact, CentreContact};
pub use code::{
    CommuneCode, ComponentCode, InstrumentId, ItemCode, PartCode, PlanId, PointCode, ProvinceCode,
    SampleCode, ScaleCode, TargetCode,
};
pub use instrument::Instrument;
pub use mistake::Mistake;
pub use opening_hours::{OpeningHours, WrongTimes};
pub use period::Period;
pub use petition::{Petition, PetitionCode};
pub use plan::Plan;
pub use response::{Channel, Response, Submission};
pub use sample::SampleUnit;
pub use serial::Serial;
pub use service_fields::ServiceFields;
pub use text::{Language, Text};
pub use translation::Translation;
pub use typed_day::typed_day;
pub use typed_number::typed_number;
pub use visit_token::VisitToken;
pub use working_days::WorkingDays;
