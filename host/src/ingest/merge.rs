//! Rows of several files in one order, each remembered by where it came from until duplicates are out.

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

/// Sorts rows by (time, name of subject, file, line) and takes out those that repeat an earlier one. Rows of
/// one file are unique already, so a single file costs no search.
pub(super) fn merge<T: Copy>(
    mut rows: Vec<Sourced<T>>,
    names: &Names,
    key: impl Fn(&T) -> (i64, u32),
    repeats: impl Fn(&T, &T) -> bool,
    what: &'static str,
) -> (Vec<T>, Vec<Reject>) {
    let ranks = names.ranks();
    let order = |row: &T| {
        let (at, subject) = key(row);
        (at, ranks[subject as usize])
    };
    rows.sort_by_key(|sourced| order(&sourced.row));
    let several = rows.iter().any(|sourced| sourced.origin.file != rows[0].origin.file);
    let mut rejects = Vec::new();
    if several {
        let mut kept: Vec<Sourced<T>> = Vec::with_capacity(rows.len());
        for sourced in rows {
            let same_moment = kept.iter().rev().take_while(|earlier| key(&earlier.row) == key(&sourced.row));
            if same_moment.into_iter().any(|earlier| repeats(&earlier.row, &sourced.row)) {
                rejects.push(sourced.origin.reject(Reason::Duplicate(what)));
            } else {
                kept.push(sourced);
            }
        }
        rows = kept;
    }
    (rows.into_iter().map(|sourced| sourced.row).collect(), rejects)
}
