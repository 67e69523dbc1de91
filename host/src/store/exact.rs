//! Numbers that JSON would round, written as text.
#![expect(clippy::ref_option, reason = "serde hands in references to fields")]

use std::fmt::Display;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// A number.
pub(super) fn number<S: Serializer>(number: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(number)
}

/// An amount of money without zeros at its end, however many digits it is stored with; or null.
pub(super) fn money<S: Serializer>(amount: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    optional(&amount.map(|amount| amount.normalize()), serializer)
}

/// A number, or null.
pub(super) fn optional<S: Serializer>(
    number: &Option<impl Display>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    number.as_ref().map(ToString::to_string).serialize(serializer)
}
