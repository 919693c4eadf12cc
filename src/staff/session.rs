//! How long a session lasts, and on what kind of device it was begun.

use uuid::Uuid;

/// A session in which nothing was done for so long is over, in milliseconds.
pub const IDLE_MILLIS: i64 = 30 * 60_000;
/// A session is over after so long in any case.
pub const LONGEST_MILLIS: i64 = 8 * 3_600_000;
/// How long after the password the code of the second factor may come.
pub const HALF_MILLIS: i64 = 5 * 60_000;
/// How long somebody who has just proved who they are may do what is grave.
pub const FRESH_MILLIS: i64 = 5 * 60_000;
/// How long after its end it is remembered whose session it was, and what was being
/// typed in it: from Friday evening a weekend and a day off.
pub const REMEMBERED_MILLIS: i64 = 4 * 24 * 3_600_000;

/// How far somebody has come in signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the code of the second factor is missing.
    Half,
    /// Signed in.
    Whole,
}

impl Stage {
    /// The stage as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::Whole => "whole",
        }
    }

    /// Reads what [`Stage::name`] wrote.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Half, Self::Whole].into_iter().find(|stage| stage.name() == name)
    }
}

/// The kind of device on which a session was begun, in one word: enough for its owner to
/// tell it from others, and all that is kept of what the browser says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Device {
    /// A telephone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
    /// It did not say.
    #[default]
    Unknown,
}

impl Device {
    /// The device of a browser that calls itself `agent`.
    pub fn of_agent(agent: &str) -> Self {
        let says = |word: &str| agent.contains(word);
        if says("iPad") || says("Tablet") || (says("Android") && !says("Mobile")) {
            Self::Tablet
        } else if says("Mobile") || says("iPhone") {
            Self::Phone
        } else if ["Windows", "Macintosh", "X11", "CrOS"].into_iter().any(says) {
            Self::Computer
        } else {
            Self::Unknown
        }
    }

    /// The device as it is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Tablet => "tablet",
            Self::Computer => "computer",
            Self::Unknown => "",
        }
    }

    /// Reads what [`Device::name`] wrote.
    pub fn of_name(name: &str) -> Self {
        let known = [Self::Phone, Self::Tablet, Self::Computer];
        known.into_iter().find(|device| device.name() == name).unwrap_or_default()
    }
}

/// A session. Moments are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is called in the list of one's sessions; no secret.
    pub id: Uuid,
    /// Whose it is.
    pub account: Uuid,
    /// How far it has come.
    pub stage: Stage,
    /// On what kind of device.
    pub device: Device,
    /// When it began.
    pub begun_at: i64,
    /// When something was last done in it, to the minute.
    pub seen_at: i64,
    /// When its owner last proved who they are.
    pub proved_at: i64,
}

impl Session {
    /// When it ends if nothing more is done in it.
    pub fn ends_at(&self) -> i64 {
        match self.stage {
            Stage::Half => self.begun_at + HALF_MILLIS,
            Stage::Whole => (self.seen_at + IDLE_MILLIS).min(self.begun_at + LONGEST_MILLIS),
        }
    }

    /// Whether its owner has just proved who they are.
    pub fn is_fresh(&self, now: i64) -> bool {
        now < self.proved_at + FRESH_MILLIS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_and_at_the_latest_after_eight_hours() {
        let session = |stage, seen_at| Session {
            id: Uuid::nil(),
            account: Uuid::nil(),
            stage,
            device: Device::Unknown,
            begun_at: 0,
            seen_at,
            proved_at: 0,
        };
        assert_eq!(session(Stage::Whole, 0).ends_at(), IDLE_MILLIS);
        assert_eq!(session(Stage::Whole, 60_000).ends_at(), IDLE_MILLIS + 60_000);
        assert_eq!(session(Stage::Whole, LONGEST_MILLIS - 1).ends_at(), LONGEST_MILLIS);
        assert_eq!(session(Stage::Half, 60_000).ends_at(), HALF_MILLIS);
        assert!(session(Stage::Whole, 0).is_fresh(FRESH_MILLIS - 1));
        assert!(!session(Stage::Whole, 0).is_fresh(FRESH_MILLIS));
    }

    #[test]
    fn a_device_is_one_word_of_what_a_browser_says() {
        const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/131.0";
        for (agent, device) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0 Safari/537.36",
                Device::Computer,
            ),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", Device::Computer),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
                Device::Computer,
            ),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148", Device::Phone),
            (&format!("{ANDROID} Mobile Safari/537.36"), Device::Phone),
            (&format!("{ANDROID} Safari/537.36"), Device::Tablet),
            ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Mobile/15E148", Device::Tablet),
            ("curl/8.5.0", Device::Unknown),
            ("", Device::Unknown),
        ] {
            assert_eq!(Device::of_agent(agent), device, "{agent}");
            assert_eq!(Device::of_name(device.name()), device);
        }
    }
}
