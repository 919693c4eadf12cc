//! Time, ids and randomness: the only place that asks the machine for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// Where time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A time set by whoever holds the other end; for tests.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// Now, in UTC milliseconds of the Unix epoch.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub fn now(&self) -> i64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)),
            Self::Set(millis) => millis.load(Ordering::Relaxed),
        }
    }

    /// A fresh id that sorts by time (UUID version 7) with 74 random bits.
    pub fn new_id(&self) -> Uuid {
        let millis = u64::try_from(self.now()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid()
    }

    /// Sixteen random bytes.
    pub fn salt(&self) -> [u8; 16] {
        self.secret()
    }

    /// So many of the first `length` numbers from 0, which nobody can guess, in order;
    /// all of them when there are not so many.
    pub fn some_of(&self, length: usize, amount: usize) -> Vec<usize> {
        let mut chosen =
            rand::seq::index::sample(&mut rand::rng(), length, amount.min(length)).into_vec();
        chosen.sort_unstable();
        chosen
    }

    /// Random bytes that nobody can guess.
    pub fn secret<const BYTES: usize>(&self) -> [u8; BYTES] {
        rand::random()
    }
}
