//! What was made lately, kept as long as there is room for it.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, Weak};

use analytics::chart::{ChartError, Drawing, Look};

/// How many things are kept; the one asked for longest ago goes first.
const KEPT: usize = 512;

/// Keeps things under keys.
pub(super) struct Memory<K, V> {
    kept: Mutex<HashMap<K, (u64, V)>>,
    /// Whose turn it is to make what is asked for under a key. Gone with the last who waits.
    turns: Mutex<HashMap<K, Weak<tokio::sync::Mutex<()>>>>,
}

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self { kept: Mutex::default(), turns: Mutex::default() }
    }
}

impl<K, V> fmt::Debug for Memory<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept.lock().map_or(0, |kept| kept.len());
        f.debug_struct("Memory").field("kept", &kept).finish_non_exhaustive()
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Memory<K, V> {
    /// What is kept under `key`, if `still` says that it holds.
    pub(super) fn recall(&self, key: &K, still: impl FnOnce(&V) -> bool) -> Option<V> {
        let mut kept = self.kept.lock().ok()?;
        let newest = kept.values().map(|(asked, _)| *asked).max().unwrap_or(0);
        let (asked, value) = kept.get_mut(key)?;
        still(value).then(|| {
            *asked = newest + 1;
            value.clone()
        })
    }

    /// What is kept under `key`, if `still` says that it holds; else what `make` makes.
    /// Who asks while it is being made waits for it. Whoever gives up or fails leaves
    /// nothing behind, and the next in line makes it.
    pub(super) async fn once<E>(
        &self,
        key: &K,
        still: impl Fn(&V) -> bool,
        make: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E> {
        if let Some(value) = self.recall(key, &still) {
            return Ok(value);
        }
        let turn = self.turn(key);
        let _held = turn.lock().await;
        if let Some(value) = self.recall(key, &still) {
            return Ok(value);
        }
        let value = make.await?;
        self.keep(key.clone(), value.clone());
        Ok(value)
    }

    fn turn(&self, key: &K) -> Arc<tokio::sync::Mutex<()>> {
        let Ok(mut turns) = self.turns.lock() else { return Arc::default() };
        if let Some(turn) = turns.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(key.clone(), Arc::downgrade(&turn));
        turn
    }

    /// Keeps `value` under `key`.
    pub(super) fn keep(&self, key: K, value: V) {
        let Ok(mut kept) = self.kept.lock() else { return };
        let newest = kept.values().map(|(asked, _)| *asked).max().unwrap_or(0);
        if kept.len() >= KEPT && !kept.contains_key(&key) {
            let oldest = kept.iter().min_by_key(|(_, (asked, _))| *asked).map(|(k, _)| k.clone());
            if let Some(oldest) = oldest {
                kept.remove(&oldest);
            }
        }
        kept.insert(key, (newest + 1, value));
    }
}

/// The charts of one thing, drawn once for every look. They live as long as what
/// they show, so nothing has to say when they are out of date.
#[derive(Debug, Default)]
pub(super) struct Drawn(Mutex<Vec<(Look, Arc<Drawing>)>>);

impl Clone for Drawn {
    /// Nothing drawn: what is copied is about to show something else.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Drawn {
    /// The chart for `look`; `draw` draws it the first time.
    pub(super) fn once(
        &self,
        look: Look,
        draw: impl FnOnce() -> Result<Drawing, ChartError>,
    ) -> Result<Arc<Drawing>, ChartError> {
        let seen = |drawn: &Vec<(Look, Arc<Drawing>)>| {
            drawn.iter().find(|(kept, _)| *kept == look).map(|(_, drawing)| Arc::clone(drawing))
        };
        if let Some(drawing) = self.0.lock().ok().and_then(|drawn| seen(&drawn)) {
            return Ok(drawing);
        }
        let drawing = Arc::new(draw()?);
        if let Ok(mut drawn) = self.0.lock()
            && seen(&drawn).is_none()
        {
            drawn.push((look, Arc::clone(&drawing)));
        }
        Ok(drawing)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[test]
    fn what_was_asked_for_longest_ago_goes_first() {
        let memory = Memory::default();
        for key in 0..KEPT {
            memory.keep(key, key);
        }
        assert_eq!(memory.recall(&0, |_| true), Some(0));
        memory.keep(KEPT, KEPT);
        assert_eq!(memory.recall(&0, |_| true), Some(0));
        assert_eq!(memory.recall(&1, |_| true), None);
        assert_eq!(memory.recall(&KEPT, |_| true), Some(KEPT));
    }

    #[tokio::test]
    async fn fifty_who_ask_at_once_have_it_made_once_whoever_gave_up_or_failed_before() {
        let (memory, made) = (Arc::new(Memory::default()), Arc::new(AtomicU32::new(0)));
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let gives_up = tokio::spawn({
            let memory = Arc::clone(&memory);
            async move {
                let never = async {
                    begun.send(()).unwrap();
                    std::future::pending::<Result<u32, ()>>().await
                };
                memory.once(&"year", |_| true, never).await
            }
        });
        has_begun.await.unwrap();
        let fails = tokio::spawn({
            let memory = Arc::clone(&memory);
            async move { memory.once(&"year", |_| true, async { Err::<u32, ()>(()) }).await }
        });
        let readers: Vec<_> = (0..50)
            .map(|_| {
                let (memory, made) = (Arc::clone(&memory), Arc::clone(&made));
                tokio::spawn(async move {
                    let seven = async {
                        tokio::task::yield_now().await;
                        made.fetch_add(1, Ordering::Relaxed);
                        Ok::<u32, ()>(7)
                    };
                    memory.once(&"year", |_| true, seven).await
                })
            })
            .collect();
        assert_eq!(memory.once(&"another", |_| true, async { Ok::<u32, ()>(3) }).await, Ok(3));
        gives_up.abort();
        for reader in readers {
            assert_eq!(reader.await.unwrap(), Ok(7));
        }
        assert_eq!(fails.await.unwrap(), Err(()));
        assert_eq!(made.load(Ordering::Relaxed), 1);
        memory.turn(&"last");
        assert!(memory.turns.lock().unwrap().len() <= 1, "nobody waits, nothing is left");
    }

    #[test]
    fn what_no_longer_holds_is_not_recalled() {
        let memory = Memory::default();
        memory.keep("a", 1);
        assert_eq!(memory.recall(&"a", |kept| *kept == 2), None);
        memory.keep("a", 2);
        assert_eq!(memory.recall(&"a", |kept| *kept == 2), Some(2));
    }
}
