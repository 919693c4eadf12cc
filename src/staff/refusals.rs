//! Which refusals become a line of the audit log. The first of its kind does; of those
//! that follow within a minute only the number is kept, for the next line, so that
//! nobody fills the disk by being refused.

use std::collections::HashMap;
use std::sync::Mutex;

use super::audit::Action;

/// For how long refusals of one kind share a line, in milliseconds.
pub const SHARED_MILLIS: i64 = 60_000;
/// From how many kinds on old ones are forgotten.
const MANY: usize = 1_000;

/// Who was refused, on which route, and what.
type Kind = (String, String, Action);

#[derive(Debug)]
struct Since {
    /// When the line was written.
    at: i64,
    /// How many were refused since then.
    more: u64,
}

/// The refusals of the last minute, by kind.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<Kind, Since>>);

impl Refusals {
    /// Whether the refusal of what `who` tried on `route` at `now` gets a line; then how
    /// many before it had none.
    pub fn line(&self, who: &str, route: &str, action: Action, now: i64) -> Option<u64> {
        let mut kinds = self.0.lock().ok()?;
        if kinds.len() >= MANY {
            kinds.retain(|_, since| now - since.at < SHARED_MILLIS);
        }
        let kind = (who.to_owned(), route.to_owned(), action);
        match kinds.get_mut(&kind) {
            Some(since) if (0..SHARED_MILLIS).contains(&(now - since.at)) => {
                since.more += 1;
                None
            }
            Some(since) => {
                let more = since.more;
                *since = Since { at: now, more: 0 };
                Some(more)
            }
            None => {
                kinds.insert(kind, Since { at: now, more: 0 });
                Some(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_refusal_has_a_line_a_minute_and_the_next_one_tells_how_many_had_none() {
        let refusals = Refusals::default();
        let line = |who, now| refusals.line(who, "/staff/points", Action::Enter, now);
        assert_eq!(line("lan", 0), Some(0));
        assert_eq!(line("lan", 1), None);
        assert_eq!(line("lan", SHARED_MILLIS - 1), None);
        assert_eq!(line("hoa", 1), Some(0), "somebody else");
        assert_eq!(refusals.line("lan", "/staff/audit", Action::Enter, 1), Some(0));
        assert_eq!(refusals.line("lan", "/staff/points", Action::TooOften, 1), Some(0));
        assert_eq!(line("lan", SHARED_MILLIS), Some(2));
        assert_eq!(line("lan", 3 * SHARED_MILLIS), Some(0));
        assert_eq!(line("lan", 0), Some(0), "a clock that was set back hides nothing");
    }

    #[test]
    fn memory_is_bounded_by_what_was_refused_within_a_minute() {
        let refusals = Refusals::default();
        for i in 0..10 * i64::try_from(MANY).unwrap() {
            let now = i * SHARED_MILLIS;
            assert_eq!(refusals.line(&i.to_string(), "/staff", Action::Enter, now), Some(0));
        }
        assert!(refusals.0.lock().unwrap().len() <= MANY);
    }
}
