//! What was made lately, kept as long as there is room for it.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

use analytics::chart::{ChartError, Drawing, Look};

/// How many things are kept; the one asked for longest ago goes first.
const KEPT: usize = 512;

/// Keeps things under keys.
pub(super) struct Memory<K, V>(Mutex<HashMap<K, (u64, V)>>);

impl<K, V> Default for Memory<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, V> fmt::Debug for Memory<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.0.lock().map_or(0, |kept| kept.len());
        f.debug_struct("Memory").field("kept", &kept).finish()
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Memory<K, V> {
    /// What is kept under `key`, if `still` says that it holds.
    pub(super) fn recall(&self, key: &K, still: impl FnOnce(&V) -> bool) -> Option<V> {
        let mut kept = self.0.lock().ok()?;
        let newest = kept.values().map(|(asked, _)| *asked).max().unwrap_or(0);
        let (asked, value) = kept.get_mut(key)?;
        still(value).then(|| {
            *asked = newest + 1;
            value.clone()
        })
    }

    /// Keeps `value` under `key`.
    pub(super) fn keep(&self, key: K, value: V) {
        let Ok(mut kept) = self.0.lock() else { return };
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

    #[test]
    fn what_no_longer_holds_is_not_recalled() {
        let memory = Memory::default();
        memory.keep("a", 1);
        assert_eq!(memory.recall(&"a", |kept| *kept == 2), None);
        memory.keep("a", 2);
        assert_eq!(memory.recall(&"a", |kept| *kept == 2), Some(2));
    }
}
