//! Where a batch stands, and what it needs next.

use super::{Count, Counted, Discrepancy, Stage};

/// What is keyed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sample {
    /// How many sheets were chosen.
    pub chosen: u32,
    /// How many of them were keyed again.
    pub rekeyed: u32,
    /// What came of those.
    pub discrepancy: Discrepancy,
    /// How many sheets differ and nobody has said what they say.
    pub undecided: u32,
}

/// Everything that the next step depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How far it is.
    pub stage: Stage,
    /// What the counts come to.
    pub counted: Counted,
    /// How many sheets that were in the box are keyed.
    pub in_box: u32,
    /// How many serial numbers nobody has said anything about.
    pub missing: u32,
    /// What is keyed again; nothing while sheets are keyed for the first time.
    pub sample: Sample,
    /// Of how many sheets one person has said what they say, and nobody else yet.
    pub waiting: u32,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody counts the sheets; a second person does.
    Count,
    /// Both count again: their numbers differ.
    CountAgain(Count, Count),
    /// So many sheets are left to key.
    Key(u32),
    /// So many sheets more are keyed than were counted.
    TooMany(u32),
    /// So many serial numbers are left to explain.
    Explain(u32),
    /// The sheets to be keyed again are drawn.
    Draw,
    /// So many sheets are left to key again.
    Rekey(u32),
    /// Too many items differ: all sheets are keyed again.
    RekeyAll,
    /// So many sheets are left to decide.
    Decide(u32),
    /// So many sheets wait for another person who says the same.
    Agree(u32),
    /// It can be closed.
    Close,
    /// It can be closed by somebody who keyed none of it.
    CloseByAnother,
    /// Nothing.
    Nothing,
}

impl Standing {
    /// What is to be done next.
    pub fn next(&self) -> Step {
        let Sample { chosen, rekeyed, discrepancy, undecided } = self.sample;
        match self.stage {
            Stage::Closed if self.waiting > 0 => Step::Agree(self.waiting),
            Stage::Closed | Stage::GivenUp => Step::Nothing,
            Stage::Keying => match &self.counted {
                Counted::Nobody | Counted::Once(_) => Step::Count,
                Counted::Differ(one, other) => Step::CountAgain(one.clone(), other.clone()),
                Counted::Agreed(sheets) if self.in_box < *sheets => Step::Key(sheets - self.in_box),
                Counted::Agreed(sheets) if self.in_box > *sheets => {
                    Step::TooMany(self.in_box - sheets)
                }
                Counted::Agreed(_) if self.missing > 0 => Step::Explain(self.missing),
                // An empty box has nothing to key again.
                Counted::Agreed(0) => Step::Close,
                Counted::Agreed(_) => Step::Draw,
            },
            Stage::Part | Stage::Whole if rekeyed < chosen => Step::Rekey(chosen - rekeyed),
            Stage::Part if !discrepancy.is_accepted() => Step::RekeyAll,
            Stage::Part | Stage::Whole if undecided > 0 => Step::Decide(undecided),
            Stage::Part | Stage::Whole if self.waiting > 0 => Step::Agree(self.waiting),
            Stage::Whole if discrepancy.is_far() => Step::CloseByAnother,
            Stage::Part | Stage::Whole => Step::Close,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keying(counted: Counted, in_box: u32, missing: u32) -> Step {
        let (stage, sample) = (Stage::Keying, Sample::default());
        Standing { stage, counted, in_box, missing, sample, waiting: 0 }.next()
    }

    fn rekeying(stage: Stage, rekeyed: u32, differing: u64, undecided: u32) -> Step {
        waiting(stage, rekeyed, differing, undecided, 0)
    }

    fn waiting(stage: Stage, rekeyed: u32, differing: u64, undecided: u32, waiting: u32) -> Step {
        let discrepancy = Discrepancy { differing, compared: 100 };
        let sample = Sample { chosen: 5, rekeyed, discrepancy, undecided };
        let counted = Counted::Agreed(50);
        Standing { stage, counted, in_box: 50, missing: 0, sample, waiting }.next()
    }

    #[test]
    fn a_batch_is_counted_keyed_and_explained_before_sheets_are_drawn() {
        let count = |by: &str, sheets| Count { by: by.into(), sheets };
        assert_eq!(keying(Counted::Nobody, 3, 0), Step::Count);
        assert_eq!(keying(Counted::Once("lan".into()), 50, 0), Step::Count);
        let (one, other) = (count("lan", 50), count("hoa", 49));
        let differ = Counted::Differ(one.clone(), other.clone());
        assert_eq!(keying(differ, 50, 0), Step::CountAgain(one, other));
        assert_eq!(keying(Counted::Agreed(50), 48, 9), Step::Key(2));
        assert_eq!(keying(Counted::Agreed(50), 51, 9), Step::TooMany(1));
        assert_eq!(keying(Counted::Agreed(50), 50, 9), Step::Explain(9));
        assert_eq!(keying(Counted::Agreed(50), 50, 0), Step::Draw);
        assert_eq!(keying(Counted::Agreed(0), 0, 0), Step::Close, "an empty box");
    }

    #[test]
    fn too_many_differences_make_all_of_it_keyed_again_and_every_one_is_decided() {
        assert_eq!(rekeying(Stage::Part, 4, 50, 1), Step::Rekey(1), "all are keyed first");
        assert_eq!(rekeying(Stage::Part, 5, 2, 2), Step::RekeyAll);
        assert_eq!(rekeying(Stage::Part, 5, 1, 1), Step::Decide(1));
        assert_eq!(rekeying(Stage::Part, 5, 1, 0), Step::Close);
        assert_eq!(rekeying(Stage::Whole, 5, 9, 2), Step::Decide(2));
        assert_eq!(rekeying(Stage::Whole, 5, 9, 0), Step::Close);
        assert_eq!(rekeying(Stage::Closed, 0, 0, 0), Step::Nothing);
    }

    #[test]
    fn what_one_person_says_waits_for_another() {
        assert_eq!(waiting(Stage::Part, 5, 1, 1, 1), Step::Decide(1));
        assert_eq!(waiting(Stage::Part, 5, 1, 0, 2), Step::Agree(2));
        assert_eq!(waiting(Stage::Whole, 5, 1, 0, 1), Step::Agree(1));
        assert_eq!(waiting(Stage::Closed, 5, 1, 0, 1), Step::Agree(1), "a correction");
        assert_eq!(waiting(Stage::GivenUp, 5, 1, 0, 1), Step::Nothing);
    }

    #[test]
    fn two_keyings_that_are_far_apart_are_closed_by_a_third_person() {
        assert_eq!(rekeying(Stage::Whole, 5, 10, 0), Step::Close);
        assert_eq!(rekeying(Stage::Whole, 5, 11, 0), Step::CloseByAnother);
        assert_eq!(waiting(Stage::Whole, 5, 11, 0, 1), Step::Agree(1), "all is settled first");
    }
}
