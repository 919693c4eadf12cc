//! The collection point (điểm khảo sát): where answers to one instrument come in.

use serde::Serialize;

use crate::code::{CommuneCode, InstrumentId, PointCode};

/// A counter, poster or link that collects answers for one commune.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CollectionPoint {
    /// The last part of its address, `/s/{code}`.
    pub code: PointCode,
    /// The commune whose results it feeds.
    pub commune_code: CommuneCode,
    /// What people call it, in Vietnamese.
    pub name: String,
    /// The instrument it puts, always in the newest version.
    pub instrument: InstrumentId,
    /// Whether no more answers are begun here. What was begun still comes in and counts.
    pub retired: bool,
}
