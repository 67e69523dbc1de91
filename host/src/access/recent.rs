use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use crate::domain::time::{SECOND, Timestamp};

/// How long what was looked up is taken for true.
const FRESH: i64 = SECOND;

/// Most entries of one table.
const MOST: usize = 10_000;

/// How long the old answer stands in while somebody asks again, however long that takes.
const OLDEST: i64 = 2 * FRESH;

/// What the database said within the last second. Where it has to be asked again, one asks, and the others go by the
/// old answer for another second at most.
#[derive(Debug)]
pub(super) struct Recent<K, V>(Mutex<HashMap<K, Entry<V>>>);

#[derive(Debug)]
struct Entry<V> {
    /// Of the question that the value answers.
    fetched_at: Timestamp,
    /// When somebody was sent to ask, who may never come back.
    asked_at: Timestamp,
    value: V,
}

impl<K: Hash + Eq, V: Clone> Recent<K, V> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// The value; `None` asks the caller to look it up and [`put`](Self::put) it.
    pub(super) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get_mut(key)?;
        let is_asked_for = is_within(FRESH, entry.asked_at, now) && is_within(OLDEST, entry.fetched_at, now);
        if is_within(FRESH, entry.fetched_at, now) || is_asked_for {
            return Some(entry.value.clone());
        }
        entry.asked_at = now;
        None
    }

    /// What is known, however old.
    pub(super) fn peek(&self, key: &K) -> Option<V> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).map(|entry| entry.value.clone())
    }

    /// Keeps the answer to what was asked at `now`.
    pub(super) fn put(&self, key: K, value: V, now: Timestamp) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.retain(|_, entry| is_within(FRESH, entry.fetched_at, now));
        }
        if entries.len() < MOST {
            entries.insert(key, Entry { fetched_at: now, asked_at: now, value });
        }
    }

    pub(super) fn forget(&self, key: &K) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// A clock that was put back makes nothing last longer.
fn is_within(time: i64, since: Timestamp, now: Timestamp) -> bool {
    (0..time).contains(&(now.0 - since.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_asks_again_and_the_others_go_by_the_old_answer() {
        let recent = Recent::new();
        assert_eq!(recent.get(&1, Timestamp(0)), None);
        recent.put(1, "a", Timestamp(0));
        assert_eq!(recent.get(&1, Timestamp(FRESH - 1)), Some("a"));
        assert_eq!(recent.get(&1, Timestamp(FRESH)), None);
        assert_eq!(recent.get(&1, Timestamp(FRESH)), Some("a"));
        recent.forget(&1);
        assert_eq!(recent.get(&1, Timestamp(FRESH)), None);
    }

    #[test]
    fn an_answer_that_never_comes_makes_the_old_one_no_younger() {
        let recent = Recent::new();
        recent.put(1, "valid", Timestamp(0));
        for now in (FRESH..10 * FRESH).step_by(1_000) {
            let known = recent.get(&1, Timestamp(now));
            assert!(known.is_none() || now < OLDEST, "{now}");
        }
        recent.put(1, "revoked", Timestamp(10 * FRESH));
        assert_eq!(recent.get(&1, Timestamp(10 * FRESH)), Some("revoked"));
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let recent = Recent::new();
        for key in 0..2 * MOST {
            recent.put(key, (), Timestamp(0));
        }
        assert_eq!(recent.0.lock().unwrap().len(), MOST);
        recent.put(0, (), Timestamp(FRESH));
        assert_eq!(recent.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_clock_that_goes_back_makes_it_ask() {
        let recent = Recent::new();
        recent.put(1, (), Timestamp(10));
        assert_eq!(recent.get(&1, Timestamp(9)), None);
    }
}
