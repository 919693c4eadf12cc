//! Which time counts for a response of an enrolled device, whose clock may be wrong.

/// How far a device's clock may be off before it is not believed: five minutes, in
/// milliseconds.
pub const CLOCK_TOLERANCE_MILLIS: i64 = 300_000;

/// How long an answer may wait on a device: thirty days, in milliseconds.
const LONGEST_WAIT_MILLIS: i64 = 30 * 24 * 3_600_000;

/// What was done about a device's clock that was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockFlag {
    /// The moment of the answer was moved by what the device's clock was off when it sent.
    Shifted,
    /// The device's times cannot be right; the moment of receipt counts.
    Replaced,
}

impl ClockFlag {
    /// The name that is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shifted => "shifted",
            Self::Replaced => "replaced",
        }
    }
}

/// The moments around a response of a device, in UTC milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct DeviceTimes {
    /// When it was answered, by the device's clock.
    pub answered_at: i64,
    /// When it was sent, by the device's clock; `None` when the device did not say.
    pub device_clock: Option<i64>,
    /// When it was received, by ours.
    pub received_at: i64,
    /// When the device was enrolled, by ours. With a right clock an answer may be older:
    /// what waits on a tablet outlives its being enrolled anew.
    pub enrolled_at: i64,
}

impl DeviceTimes {
    /// The moment that counts for periods, and what was done to find it.
    ///
    /// An answer is as old as the device's clock says, also when that clock is wrong:
    /// so a clock that is off is made up for by what it was off when it sent. Where
    /// this leads out of the time between enrolment and receipt (with a right clock, from
    /// thirty days before it), the clock was set in between, and the moment of
    /// receipt is all that is known.
    pub fn counted(self) -> (i64, Option<ClockFlag>) {
        let lead = self.device_clock.map_or(0, |clock| clock.saturating_sub(self.received_at));
        let (at, flag) = if lead.saturating_abs() <= CLOCK_TOLERANCE_MILLIS {
            (self.answered_at, None)
        } else {
            (self.answered_at.saturating_sub(lead), Some(ClockFlag::Shifted))
        };
        let waited = if flag.is_none() { LONGEST_WAIT_MILLIS } else { CLOCK_TOLERANCE_MILLIS };
        let earliest = self.enrolled_at.saturating_sub(waited);
        let latest = self.received_at.saturating_add(CLOCK_TOLERANCE_MILLIS);
        if (earliest..=latest).contains(&at) {
            (at, flag)
        } else {
            (self.received_at, Some(ClockFlag::Replaced))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;
    const RECEIVED: i64 = 1_795_143_600_000;

    fn counted(answered_at: i64, device_clock: Option<i64>) -> (i64, Option<ClockFlag>) {
        let (received_at, enrolled_at) = (RECEIVED, RECEIVED - 60 * DAY);
        DeviceTimes { answered_at, device_clock, received_at, enrolled_at }.counted()
    }

    #[test]
    fn a_right_clock_is_believed_also_after_days_without_a_network() {
        for age in [0, HOUR, 30 * DAY] {
            let at = RECEIVED - age;
            assert_eq!(counted(at, Some(RECEIVED + 60_000)), (at, None));
            assert_eq!(counted(at, None), (at, None), "a device that tells no clock");
        }
    }

    #[test]
    fn a_clock_that_is_a_month_off_is_made_up_for() {
        for off in [-30 * DAY, 30 * DAY, CLOCK_TOLERANCE_MILLIS + 1] {
            let answered = RECEIVED - 2 * DAY;
            let told = counted(answered + off, Some(RECEIVED + off));
            assert_eq!(told, (answered, Some(ClockFlag::Shifted)), "{off}");
        }
    }

    #[test]
    fn a_clock_that_was_set_between_answer_and_sending_leaves_the_receipt() {
        // Answered in 1970 after the battery ran out, sent with the right time.
        assert_eq!(counted(0, Some(RECEIVED)), (RECEIVED, Some(ClockFlag::Replaced)));
        // Answered with the right time, sent with 1970.
        assert_eq!(counted(RECEIVED - DAY, Some(0)), (RECEIVED, Some(ClockFlag::Replaced)));
        for wild in [i64::MIN, i64::MAX] {
            assert_eq!(counted(wild, None), (RECEIVED, Some(ClockFlag::Replaced)));
            assert_eq!(counted(RECEIVED, Some(wild)), (RECEIVED, Some(ClockFlag::Replaced)));
        }
    }

    #[test]
    fn the_tolerance_ends_where_it_says() {
        let at_the_edge = RECEIVED + CLOCK_TOLERANCE_MILLIS;
        assert_eq!(counted(at_the_edge, Some(RECEIVED)), (at_the_edge, None));
        assert_eq!(counted(at_the_edge + 1, Some(RECEIVED)).1, Some(ClockFlag::Replaced));
    }
}
