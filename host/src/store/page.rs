//! Pages by key: the next page begins after the last row of this one, so it costs the same however deep it is,
//! and rows that arrive meanwhile shift nothing.

use std::cmp::Reverse;

use uuid::Uuid;

use crate::domain::time::Timestamp;

/// Where a page ends: time and id of its last row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// What rows are ordered by.
    pub at: Timestamp,
    /// Tells rows of one moment apart.
    pub id: Uuid,
}

/// How much to read, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    after: Option<Cursor>,
    limit: i64,
}

impl Window {
    /// Most rows of one page.
    pub const MOST: i64 = 1_000;

    /// The first `limit` rows, at least one and at most [`Self::MOST`].
    pub fn first(limit: i64) -> Self {
        Self { after: None, limit: limit.clamp(1, Self::MOST) }
    }

    /// The rows that follow a page's end.
    #[must_use]
    pub fn after(self, cursor: Cursor) -> Self {
        Self { after: Some(cursor), ..self }
    }

    /// Time of the row that the window begins after.
    pub fn at(&self) -> Option<Timestamp> {
        self.after.map(|cursor| cursor.at)
    }

    /// Id of the row that the window begins after.
    pub fn id(&self) -> Option<Uuid> {
        self.after.map(|cursor| cursor.id)
    }

    /// Rows to ask for: one more than wanted tells whether there is a next page.
    pub fn rows(&self) -> i64 {
        self.limit + 1
    }
}

/// Some rows, and where to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// In the order asked for.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts the row too many off.
    pub fn cut(mut items: Vec<T>, window: Window, cursor: impl Fn(&T) -> Cursor) -> Self {
        let wanted = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let more = items.len() > wanted;
        items.truncate(wanted);
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next }
    }

    /// One page of several that were read for the same window, newest first.
    pub fn merged(pages: Vec<Self>, window: Window, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = pages.iter().any(|page| page.next.is_some());
        let mut items: Vec<T> = pages.into_iter().flat_map(|page| page.items).collect();
        items.sort_by_key(|item| {
            let Cursor { at, id } = cursor(item);
            Reverse((at, id))
        });
        let mut page = Self::cut(items, window, &cursor);
        if page.next.is_none() && more {
            page.next = page.items.last().map(cursor);
        }
        page
    }

    /// The same page with other items.
    pub fn map<U>(self, into: impl Fn(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(into).collect(), next: self.next }
    }
}

/// A stretch of time: from its first moment up to, and without, its end. Open where nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// First moment.
    pub from: Option<Timestamp>,
    /// First moment that does not belong to it.
    pub until: Option<Timestamp>,
}
