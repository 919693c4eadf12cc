//! Who fails has to wait, longer each time, and nobody is ever locked out for good.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use super::totp::STEP_MILLIS;
use surveys::period::date_of_millis;

/// The most failures that are remembered at once; beyond it the one whose wait ends
/// first is forgotten.
const MOST: usize = 50_000;

/// How long to wait after so many failures, in milliseconds; `None` until the day
/// is over.
const fn wait(failures: u32) -> Option<i64> {
    match failures {
        0..3 => Some(1_000),
        3..9 => Some(3_000),
        9..25 => Some(5_000),
        25..100 => Some(10_000),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: i64,
    until: i64,
}

/// Waits for passwords, by whatever is tried and from where.
#[derive(Debug)]
pub struct SoftLock<K> {
    failures: Mutex<HashMap<K, Failures>>,
}

impl<K> Default for SoftLock<K> {
    fn default() -> Self {
        Self { failures: Mutex::default() }
    }
}

impl<K: Hash + Eq + Clone> SoftLock<K> {
    /// Lets one attempt on `key` in. It counts as failed until [`SoftLock::succeeded`]
    /// says otherwise, so that many attempts at once are no way around the wait.
    ///
    /// # Errors
    /// How many milliseconds there still are to wait.
    pub fn admit(&self, key: &K, now: i64) -> Result<(), i64> {
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(key).filter(|f| date_of_millis(f.last) == date_of_millis(now));
        if let Some(until) = known.map(|f| f.until).filter(|until| now < *until) {
            return Err(until - now);
        }
        let count = known.map_or(0, |f| f.count) + 1;
        let until = wait(count).map_or_else(|| end_of_day(now), |millis| now + millis);
        if all.len() >= MOST
            && let Some(first) = all.iter().min_by_key(|(_, f)| f.until).map(|(k, _)| k.clone())
        {
            all.remove(&first);
        }
        all.insert(key.clone(), Failures { count, last: now, until });
        Ok(())
    }

    /// The last attempt on `key` was right: nothing is remembered against it.
    pub fn succeeded(&self, key: &K) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    /// Forgets what is of another day.
    pub fn forget(&self, now: i64) {
        let mut all = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, f| date_of_millis(f.last) == date_of_millis(now));
    }
}

fn end_of_day(now: i64) -> i64 {
    surveys::Period::between(date_of_millis(now), date_of_millis(now))
        .map_or(now + 86_400_000, |day| day.end_millis())
}

/// How many passwords may be tried for one name in a day from addresses at which nobody
/// signed in with it.
const STRANGE_A_DAY: u32 = 300;

/// The bound on passwords tried for one name from everywhere. It holds up strangers
/// only: where somebody signed in with the name before, it does not count, so that
/// nobody can lock the owner out from elsewhere.
#[derive(Debug)]
pub struct DayLimit<K, A> {
    tried: Mutex<HashMap<K, (i64, u32)>>,
    known: Mutex<HashMap<(K, A), i64>>,
}

impl<K, A> Default for DayLimit<K, A> {
    fn default() -> Self {
        Self { tried: Mutex::default(), known: Mutex::default() }
    }
}

impl<K: Hash + Eq + Clone, A: Hash + Eq + Clone> DayLimit<K, A> {
    /// Lets one attempt on `key` from `address` in.
    ///
    /// # Errors
    /// How many milliseconds there are to wait: until the day is over.
    pub fn admit(&self, key: &K, address: &A, now: i64) -> Result<(), i64> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains_key(&(key.clone(), address.clone())) {
            return Ok(());
        }
        drop(known);
        let end = end_of_day(now);
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.len() >= MOST {
            tried.retain(|_, (until, _)| *until == end);
        }
        // Beyond so many names in a day the waits of each address are what is left.
        if tried.len() >= MOST && !tried.contains_key(key) {
            return Ok(());
        }
        let of_today = tried.entry(key.clone()).or_insert((end, 0));
        if of_today.0 != end {
            *of_today = (end, 0);
        }
        if of_today.1 >= STRANGE_A_DAY {
            return Err(end - now);
        }
        of_today.1 += 1;
        Ok(())
    }

    /// Somebody signed in with `key` from `address`, which is no stranger's from now on.
    pub fn succeeded(&self, key: &K, address: &A, now: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST
            && let Some(oldest) = known.iter().min_by_key(|(_, at)| **at).map(|(k, _)| k.clone())
        {
            known.remove(&oldest);
        }
        known.insert((key.clone(), address.clone()), now);
    }
}

/// How many codes may be tried for one account in a day; only whoever has its password
/// gets as far.
const CODES_A_DAY: u32 = 100;

/// How many codes of a second factor may be tried in one step of 30 seconds.
const CODES_A_STEP: u32 = 3;

/// The bound on codes that are tried for one account, from wherever.
#[derive(Debug)]
pub struct CodeLimit<K> {
    tried: Mutex<HashMap<K, Tried>>,
}

/// What was tried for one account: in its last step and in its last day, which ends at
/// `until`.
#[derive(Debug, Clone, Copy)]
struct Tried {
    step: i64,
    in_step: u32,
    until: i64,
    in_day: u32,
}

impl<K> Default for CodeLimit<K> {
    fn default() -> Self {
        Self { tried: Mutex::default() }
    }
}

impl<K: Hash + Eq> CodeLimit<K> {
    /// Lets one more code for `key` be tried.
    ///
    /// # Errors
    /// How many milliseconds there are to wait.
    pub fn admit(&self, key: K, now: i64) -> Result<(), i64> {
        let (step, until) = (now.div_euclid(STEP_MILLIS), end_of_day(now));
        let mut all = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, tried| tried.until == until);
        let tried = all.entry(key).or_insert(Tried { step, in_step: 0, until, in_day: 0 });
        if tried.step != step {
            (tried.step, tried.in_step) = (step, 0);
        }
        if tried.in_day >= CODES_A_DAY {
            return Err(until - now);
        }
        if tried.in_step >= CODES_A_STEP {
            return Err((step + 1) * STEP_MILLIS - now);
        }
        tried.in_step += 1;
        tried.in_day += 1;
        Ok(())
    }

    /// The last code of `key` was right: the day's bound begins anew.
    pub fn succeeded(&self, key: &K) {
        let mut all = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tried) = all.get_mut(key) {
            tried.in_day = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 October 2026, 09:00 in Vietnam.
    const NOW: i64 = 1_791_165_600_000;

    #[test]
    fn two_hundred_scripted_failures_take_the_whole_day() {
        let lock = SoftLock::default();
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..100 {
            assert_eq!(lock.admit(&"lan", now), Ok(()));
            let wait = lock.admit(&"lan", now).unwrap_err();
            waits.push(wait / 1_000);
            now += wait;
        }
        assert_eq!(waits[..2], [1, 1]);
        assert_eq!(waits[2..8], [3; 6]);
        assert_eq!(waits[8..24], [5; 16]);
        assert_eq!(waits[24..99], [10; 75]);
        assert!(waits[99] > 14 * 3_600, "the hundredth waits until the day is over");
        assert_eq!(date_of_millis(now), date_of_millis(NOW).succ_opt().unwrap());
        assert_eq!(lock.admit(&"lan", now), Ok(()), "nobody is locked out for good");
        assert_eq!(lock.admit(&"lan", now).unwrap_err(), 1_000, "a new day begins anew");
    }

    #[test]
    fn success_and_other_keys_are_free() {
        let lock = SoftLock::default();
        assert_eq!(lock.admit(&("lan", 1), NOW), Ok(()));
        assert_eq!(lock.admit(&("lan", 1), NOW), Err(1_000));
        assert_eq!(lock.admit(&("lan", 2), NOW), Ok(()), "another address does not wait");
        lock.succeeded(&("lan", 1));
        assert_eq!(lock.admit(&("lan", 1), NOW), Ok(()));
        lock.forget(NOW + 86_400_000);
        assert!(lock.failures.lock().unwrap().is_empty());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let lock = SoftLock::default();
        for i in 0..MOST + 10 {
            assert_eq!(lock.admit(&i, NOW), Ok(()));
        }
        assert_eq!(lock.failures.lock().unwrap().len(), MOST);
    }

    #[test]
    fn three_codes_may_be_tried_in_a_step() {
        let limit = CodeLimit::default();
        let now = NOW;
        assert!((0..3).all(|_| limit.admit("lan", now).is_ok()));
        assert_eq!(limit.admit("lan", now + 10_000), Err(20_000));
        assert_eq!(limit.admit("hoa", now), Ok(()));
        assert_eq!(limit.admit("lan", now + 30_000), Ok(()));
    }

    #[test]
    fn a_hundred_wrong_codes_end_the_day_and_a_right_one_begins_it_anew() {
        let limit = CodeLimit::default();
        let tried = |from: i64| {
            let steps = from..;
            steps.take_while(|n| limit.admit("lan", NOW + n * STEP_MILLIS).is_ok()).count()
        };
        assert_eq!(tried(0), 100);
        let wait = limit.admit("lan", NOW).unwrap_err();
        assert!(wait > 14 * 3_600_000, "{wait}");
        assert_eq!(limit.admit("hoa", NOW), Ok(()));
        limit.succeeded(&"lan");
        assert_eq!(tried(0), 100);
        assert_eq!(limit.admit("lan", NOW + wait), Ok(()), "tomorrow is another day");
    }

    #[test]
    fn strangers_from_many_addresses_are_held_up_and_never_the_owner_where_they_were() {
        let limit = DayLimit::default();
        limit.succeeded(&"lan", &0, NOW);
        for address in 1..=300 {
            assert_eq!(limit.admit(&"lan", &address, NOW), Ok(()), "{address}");
        }
        let wait = limit.admit(&"lan", &301, NOW).unwrap_err();
        assert!(wait > 14 * 3_600_000);
        assert_eq!(limit.admit(&"lan", &0, NOW), Ok(()), "the owner is not locked out");
        assert_eq!(limit.admit(&"hoa", &301, NOW), Ok(()));
        assert_eq!(limit.admit(&"lan", &301, NOW + wait), Ok(()));
    }
}
