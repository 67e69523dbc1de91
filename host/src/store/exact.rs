//! Numbers that JSON would round, written as text.

use std::fmt::Display;

use serde::{Serialize, Serializer};

/// A number.
pub(super) fn number<S: Serializer>(number: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

/// A number, or null.
pub(super) fn optional<S: Serializer>(
    number: &Option<impl Display>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    number.as_ref().map(ToString::to_string).serialize(serializer)
}
