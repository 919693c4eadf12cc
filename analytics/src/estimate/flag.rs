//! What a reader must know before using an estimate.

use surveys::Text;

/// Fewer degrees of freedom than this give no verdict.
pub const FEWEST_DF: u64 = 8;

/// A reason to read an estimate with care. Codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Flag {
    /// Nobody gave a valid answer.
    NoValid = 1,
    /// Every valid answer is a satisfied one: an exact interval on respondents.
    AllSatisfied = 1 << 1,
    /// No valid answer is a satisfied one: an exact interval on respondents.
    NoneSatisfied = 1 << 2,
    /// The standard error is 0 though the rate is neither 0 % nor 100 %: every
    /// respondent has the same share of satisfied answers.
    NoSpread = 1 << 3,
    /// Fewer than 8 degrees of freedom: no verdict.
    FewDf = 1 << 4,
    /// More than 10 % of the answers asked for are no opinion or missing.
    NonresponseOver10 = 1 << 5,
    /// More than 30 % are: the rate is not reliable.
    NonresponseOver30 = 1 << 6,
    /// A component it adds up has no valid answer.
    ComponentMissing = 1 << 7,
    /// An item it averages has no valid answer.
    ItemMissing = 1 << 8,
    /// The rate is withheld from the public: too few people answered.
    Suppressed = 1 << 9,
    /// The target it is held against was set for another time.
    TargetOutOfForce = 1 << 10,
    /// The target it is held against was set for something else.
    TargetAsYardstick = 1 << 11,
    /// The weights were made to meet it: a known total, without sampling error.
    Calibrated = 1 << 12,
    /// The design leaves no sampling error to be seen: there is one sampling unit, or the
    /// units do not differ though people do.
    NoVariance = 1 << 13,
    /// The population counts say that everybody was asked: the rate is known.
    Census = 1 << 14,
    /// Few people and nearly all of them satisfied: no more is told of the answers.
    AtLeast95 = 1 << 15,
    /// Few people and nearly none of them satisfied: no more is told of the answers.
    AtMost5 = 1 << 16,
    /// A component or item it averages was answered by fewer people than a verdict needs.
    ComponentFew = 1 << 17,
}

impl Flag {
    /// Every flag, in the order in which they are printed.
    pub const ALL: [Self; 18] = [
        Self::NoValid,
        Self::AllSatisfied,
        Self::NoneSatisfied,
        Self::NoSpread,
        Self::FewDf,
        Self::NonresponseOver10,
        Self::NonresponseOver30,
        Self::ComponentMissing,
        Self::ItemMissing,
        Self::ComponentFew,
        Self::Suppressed,
        Self::TargetOutOfForce,
        Self::TargetAsYardstick,
        Self::Calibrated,
        Self::NoVariance,
        Self::Census,
        Self::AtLeast95,
        Self::AtMost5,
    ];

    /// The code used in files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoValid => "no_valid",
            Self::AllSatisfied => "all_satisfied",
            Self::NoneSatisfied => "none_satisfied",
            Self::NoSpread => "no_spread",
            Self::FewDf => "few_df",
            Self::NonresponseOver10 => "nonresponse_over_10",
            Self::NonresponseOver30 => "nonresponse_over_30",
            Self::ComponentMissing => "component_missing",
            Self::ItemMissing => "item_missing",
            Self::Suppressed => "suppressed",
            Self::TargetOutOfForce => "target_out_of_force",
            Self::TargetAsYardstick => "target_as_yardstick",
            Self::Calibrated => "calibrated",
            Self::NoVariance => "no_variance",
            Self::Census => "census",
            Self::AtLeast95 => "at_least_95",
            Self::AtMost5 => "at_most_5",
            Self::ComponentFew => "component_few",
        }
    }

    /// What it says to a reader.
    pub fn text(self) -> Text {
        let (vi, en) = match self {
            Self::NoValid => ("Chưa có câu trả lời hợp lệ nào.", "There is no valid answer yet."),
            Self::AllSatisfied => (
                "Mọi câu trả lời đều hài lòng; khoảng tin cậy tính theo số người trả lời.",
                "Every answer is a satisfied one; the interval is from the number of respondents.",
            ),
            Self::NoneSatisfied => (
                "Không có câu trả lời hài lòng nào; khoảng tin cậy tính theo số người trả lời.",
                "No answer is a satisfied one; the interval is from the number of respondents.",
            ),
            Self::NoSpread => (
                "Mọi người trả lời như nhau; khoảng tin cậy tính theo số người trả lời.",
                "All respondents answered alike; the interval is from the number of respondents.",
            ),
            Self::FewDf => (
                "Có quá ít người trả lời độc lập để kết luận.",
                "There are too few independent respondents for a verdict.",
            ),
            Self::NonresponseOver10 => (
                "Hơn 10 % số câu hỏi không có ý kiến hoặc bỏ trống.",
                "More than 10 % of the questions were answered with no opinion or left out.",
            ),
            Self::NonresponseOver30 => (
                "Hơn 30 % số câu hỏi không có ý kiến hoặc bỏ trống: tỷ lệ không đáng tin cậy.",
                "More than 30 % of the questions were answered with no opinion or left out: the rate is not reliable.",
            ),
            Self::ComponentMissing => (
                "Có thành phần chưa có câu trả lời hợp lệ nào.",
                "A component has no valid answer.",
            ),
            Self::ItemMissing => {
                ("Có câu hỏi chưa có câu trả lời hợp lệ nào.", "An item has no valid answer.")
            }
            Self::ComponentFew => (
                "Có thành phần hoặc câu hỏi mới có dưới 30 người cho ý kiến, nên chưa kết luận về số liệu chung.",
                "A component or an item was answered by fewer than 30 people, so nothing is concluded about the whole.",
            ),
            Self::Suppressed => (
                "Chưa công bố tỷ lệ vì còn ít người trả lời.",
                "The rate is withheld because few people have answered.",
            ),
            Self::TargetOutOfForce => (
                "Chỉ tiêu đặt cho thời gian khác; chưa có chỉ tiêu mới.",
                "The target was set for another time; there is no newer one.",
            ),
            Self::TargetAsYardstick => (
                "Kế hoạch không đặt chỉ tiêu cho số liệu này; một mức trong kế hoạch được đặt cạnh để tham khảo.",
                "The plan sets no target for this figure; a value of the plan stands beside it as a yardstick.",
            ),
            Self::Calibrated => (
                "Tỷ lệ này được khớp với tổng thể đã biết nên không có sai số chọn mẫu.",
                "The rate was fitted to known totals: calibrated, no sampling error.",
            ),
            Self::NoVariance => (
                "Thiết kế mẫu không cho thấy sai số chọn mẫu ở đây: chỉ có một đơn vị mẫu, hoặc các đơn vị mẫu không khác nhau.",
                "The design shows no sampling error here: there is one sampling unit, or the units do not differ.",
            ),
            Self::Census => (
                "Theo số đơn vị trong tổng thể thì mọi người đều đã được hỏi: tỷ lệ là số đã biết, không có sai số chọn mẫu, và kết luận là so thẳng với chỉ tiêu.",
                "By the population counts everybody was asked: the rate is known, without sampling error, and the verdict compares it with the target as it is.",
            ),
            Self::AtLeast95 => (
                "Dưới 30 người trả lời và gần như ai cũng hài lòng: chỉ nêu là từ 95 % trở lên, để không lộ ý kiến của từng người.",
                "Fewer than 30 people answered and nearly all are satisfied: only that it is 95% or more is told, so that nobody's opinion shows.",
            ),
            Self::AtMost5 => (
                "Dưới 30 người trả lời và gần như không ai hài lòng: chỉ nêu là từ 5 % trở xuống, để không lộ ý kiến của từng người.",
                "Fewer than 30 people answered and nearly none are satisfied: only that it is 5% or less is told, so that nobody's opinion shows.",
            ),
        };
        Text::new(vi, en)
    }
}

/// A set of [`Flag`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u32);

impl Flags {
    /// Adds `flag`.
    pub fn insert(&mut self, flag: Flag) {
        self.0 |= flag as u32;
    }

    /// The same with what must be known of the target a figure is held against:
    /// whether it was set for this time, and whether only as a yardstick.
    #[must_use]
    pub fn with_target(mut self, in_force: bool, yardstick: bool) -> Self {
        if !in_force {
            self.insert(Flag::TargetOutOfForce);
        }
        if yardstick {
            self.insert(Flag::TargetAsYardstick);
        }
        self
    }

    /// Those that say nothing of what was answered: what may be told of a figure
    /// whose rate is withheld.
    #[must_use]
    pub fn without_answers(self) -> Self {
        let tells = [Flag::AllSatisfied, Flag::NoneSatisfied, Flag::NoSpread];
        self.iter().filter(|flag| !tells.contains(flag)).collect()
    }

    /// Whether the count of satisfied answers may stand beside them.
    pub(crate) fn tells_satisfied(self) -> bool {
        !self.contains(Flag::AtLeast95) && !self.contains(Flag::AtMost5)
    }

    /// Whether `flag` is set.
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & flag as u32 != 0
    }

    /// Whether no flag is set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The flags set, in the order in which they are printed.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.into_iter().filter(move |f| self.contains(*f))
    }

    /// Their codes, separated by semicolons.
    pub fn codes(self) -> String {
        self.iter().map(Flag::code).collect::<Vec<_>>().join(";")
    }

    /// Reads what [`Flags::codes`] wrote; `None` when a code is none of ours.
    pub fn of_codes(codes: &str) -> Option<Self> {
        let named = |code: &str| Flag::ALL.into_iter().find(|flag| flag.code() == code);
        codes.split(';').filter(|code| !code.is_empty()).map(named).collect()
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<I: IntoIterator<Item = Flag>>(flags: I) -> Self {
        let mut set = Self::default();
        for flag in flags {
            set.insert(flag);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_joined_in_a_fixed_order() {
        let flags: Flags = [Flag::FewDf, Flag::NoValid].into_iter().collect();
        assert_eq!(flags.codes(), "no_valid;few_df");
        assert_eq!(Flags::of_codes("no_valid;few_df"), Some(flags));
        assert_eq!(Flags::of_codes(""), Some(Flags::default()));
        assert_eq!(Flags::of_codes("no_valid;new"), None);
        assert!(Flags::default().is_empty());
        assert_eq!(Flags::default().codes(), "");
    }

    #[test]
    fn every_flag_has_its_own_bit_and_code() {
        let all: Flags = Flag::ALL.into_iter().collect();
        assert_eq!(all.0.count_ones() as usize, Flag::ALL.len());
        let mut codes: Vec<_> = Flag::ALL.iter().map(|f| f.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Flag::ALL.len());
    }
}
