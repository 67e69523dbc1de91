//! Rows of several files in one order, each remembered by where it came from until duplicates are out.

use std::{collections::HashSet, hash::Hash};

use super::reject::{Reason, Reject};
use crate::domain::names::Names;

/// Where a row came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    file: u32,
    line: u32,
}

impl Origin {
    pub(super) fn new(file: u32, line: u64) -> Self {
        Self { file, line: u32::try_from(line).unwrap_or(u32::MAX) }
    }

    fn reject(self, reason: Reason) -> Reject {
        Reject { file: self.file, line: self.line.into(), reason }
    }
}

/// A row and where it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sourced<T> {
    pub(super) origin: Origin,
    pub(super) row: T,
}

/// Sorts rows by (time, name of subject, file, line) and takes out those that repeat an earlier one: same time,
/// subject and `identity`. Rows of one file are unique already, so a single file costs no search.
pub(super) fn merge<T: Copy, I: Hash + Eq>(
    mut rows: Vec<Sourced<T>>,
    names: &Names,
    key: impl Fn(&T) -> (i64, u32),
    identity: impl Fn(&T) -> I,
    what: &'static str,
) -> (Vec<T>, Vec<Reject>) {
    let ranks = names.ranks();
    let order = |row: &T| {
        let (at, subject) = key(row);
        (at, ranks[subject as usize])
    };
    rows.sort_by_key(|sourced| order(&sourced.row));
    let several = rows.iter().any(|sourced| sourced.origin.file != rows[0].origin.file);
    let (mut rejects, mut moment, mut seen) = (Vec::new(), None, HashSet::new());
    let is_first = |sourced: &Sourced<T>| {
        let now = Some(key(&sourced.row));
        if moment != now {
            moment = now;
            seen.clear();
        }
        let first = seen.insert(identity(&sourced.row));
        if !first {
            rejects.push(sourced.origin.reject(Reason::Duplicate(what)));
        }
        first
    };
    if several {
        rows.retain(is_first);
    }
    (rows.into_iter().map(|sourced| sourced.row).collect(), rejects)
}
