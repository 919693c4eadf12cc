//! What signing in needs as long as the program runs: the key, the places at which
//! passwords are hashed, and what slows guessing down.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use surveys::PetitionCode;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::refusals::Refusals;
use super::soft_lock::{CodeLimit, DayLimit, SoftLock};
use super::{Key, password};

/// How many passwords are hashed at once at most: each takes a core and 64 MiB.
const MOST_PLACES: usize = 4;
/// How many may wait for a place.
const MOST_WAITING: usize = 32;

/// So many passwords are waiting to be hashed that one more would wait too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

/// What signing in needs.
#[derive(Debug)]
pub struct Entrance {
    /// Seals secrets of the second factor and what was being typed.
    pub key: Key,
    /// Waits after a wrong password: by name and network address.
    pub passwords: SoftLock<(String, Option<IpAddr>)>,
    /// The day's bound on passwords tried for one name by strangers.
    pub strangers: DayLimit<String, Option<IpAddr>>,
    /// The bound on codes tried: by account.
    pub codes: CodeLimit<Uuid>,
    hashed: AtomicU64,
    /// Waits after a wrong PIN: by the code of a petition and network address.
    pub pins: SoftLock<(PetitionCode, Option<IpAddr>)>,
    /// Waits after a wrong receipt: by network address.
    pub receipts: SoftLock<Option<IpAddr>>,
    /// Which refusals have a line of the audit log.
    pub refusals: Refusals,
    places: Arc<Semaphore>,
    waiting: Semaphore,
}

impl Entrance {
    /// An entrance with this key. At most half of the machine's cores hash passwords:
    /// the others are the citizens'.
    pub fn new(key: Key) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let places = (cores / 2).clamp(1, MOST_PLACES);
        Self {
            key,
            passwords: SoftLock::default(),
            strangers: DayLimit::default(),
            codes: CodeLimit::default(),
            hashed: AtomicU64::new(0),
            pins: SoftLock::default(),
            receipts: SoftLock::default(),
            refusals: Refusals::default(),
            places: Arc::new(Semaphore::new(places)),
            waiting: Semaphore::new(MOST_WAITING),
        }
    }

    /// Whether `typed` is the password of which `stored` is the hash. Without one the
    /// same work is done for nothing.
    ///
    /// # Errors
    /// [`Busy`] when too many are waiting already.
    pub async fn verify(&self, typed: String, stored: Option<String>) -> Result<bool, Busy> {
        let compare = move || {
            let hash = stored.as_deref().unwrap_or(password::of_nobody());
            password::verify(&typed, hash) && stored.is_some()
        };
        self.at_a_place(compare).await
    }

    /// The hash of `password`.
    ///
    /// # Errors
    /// [`Busy`] when too many are waiting already.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, Busy> {
        self.at_a_place(move || password::hash(&password, salt)).await
    }

    /// How many passwords were hashed so far: each costs the same, whoever it is of.
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    async fn at_a_place<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _waits = self.waiting.try_acquire().map_err(|_| Busy)?;
        self.hashed.fetch_add(1, Ordering::Relaxed);
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Busy)?;
        // The place is given back by the work itself, also when nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_comes_when_too_many_are_waiting_is_told_at_once() {
        let entrance = Entrance::new(Key::of([1; 32]));
        assert!((1..=MOST_PLACES).contains(&entrance.places.available_permits()));
        let waiting = entrance.waiting.acquire_many(u32::try_from(MOST_WAITING).unwrap()).await;
        assert_eq!(entrance.hash("x".into(), [0; 16]).await, Err(Busy));
        drop(waiting);
        assert!(entrance.hash("x".into(), [0; 16]).await.is_ok());
    }
}
