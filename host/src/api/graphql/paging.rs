//! How much of a list is asked for, and what that costs.

use super::asked::shown;
use crate::{
    service::{ServiceError, page},
    store::page::Window,
};

/// What it costs to find rows or one record, apart from what is shown of them.
const LOOKUP: usize = 50;

/// What figures cost that are counted over many records.
pub(super) const FIGURES: usize = 2_000;

/// What costs half of what one operation usually may: megabytes, or the whole ledger.
pub(super) const HEAVY: usize = 100_000;

/// What a list costs: its rows times what each of them costs.
pub(super) fn cost(first: Option<i64>, limit: Option<i64>, each: usize) -> usize {
    let rows = first.or(limit).unwrap_or(page::USUAL).clamp(1, Window::MOST);
    usize::try_from(rows).unwrap_or(usize::MAX).saturating_mul(each.max(1)).saturating_add(LOOKUP)
}

/// The rows that are asked for: `limit` is another word for `first`.
pub(super) fn window(
    first: Option<i64>,
    after: Option<&str>,
    limit: Option<i64>,
) -> async_graphql::Result<Window> {
    if first.is_some() && limit.is_some() {
        return shown(Err(ServiceError::invalid("limit", "say `first` or `limit`, not both")));
    }
    shown(page::window(first.or(limit), after))
}
