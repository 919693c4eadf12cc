//! Strata with one sampling unit.

/// What becomes of a stratum of which only one primary sampling unit was drawn:
/// its variance cannot be seen. The names are those of R's `survey.lonely.psu`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LonelyPsu {
    /// It is refused.
    #[default]
    Fail,
    /// It adds nothing to the variance.
    Remove,
    /// It adds the square of its total.
    Adjust,
    /// It adds the mean of what the other strata add.
    Average,
}

impl LonelyPsu {
    /// Every treatment.
    pub const ALL: [Self; 4] = [Self::Fail, Self::Remove, Self::Adjust, Self::Average];

    /// The name used on the command line, such as `adjust`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Remove => "remove",
            Self::Adjust => "adjust",
            Self::Average => "average",
        }
    }
}
