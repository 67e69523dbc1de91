//! JSON with one spelling for each value: the JSON Canonicalization Scheme, RFC 8785. Keys are sorted by UTF-16
//! code units, numbers are written as ECMAScript writes doubles, nothing is spaced.
//!
//! What would lose precision or meaning on the way is refused: a whole number that a double does not hold, a
//! number that is none, and what is deeper or longer than anyone should have to read.

mod check;
mod guard;

use serde::Serialize;

pub use check::check;

/// Arrays and objects within each other, at most.
pub const MAX_DEPTH: usize = 64;

/// Bytes of a payload, at most.
pub const MAX_BYTES: usize = 1 << 20;

/// A value that has no canonical form, or bytes that are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// JSON knows no NaN and no infinity.
    #[error("a number is NaN or infinite; leave it out or write it as a string")]
    NotFinite,
    /// A whole number beyond 2^53 in either direction.
    #[error("{0} is beyond 2^53 and would lose digits; write it as a string")]
    TooLarge(i128),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("it is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Longer than [`MAX_BYTES`].
    #[error("it has {0} bytes; {MAX_BYTES} are allowed")]
    TooLong(usize),
    /// The type cannot be written as JSON.
    #[error("it cannot be written as JSON: {0}")]
    NotJson(String),
    /// Bytes that are not what [`bytes`] would have written.
    #[error("byte {at} is not canonical JSON (RFC 8785)")]
    NotCanonical {
        /// Counted from 0.
        at: usize,
    },
}

/// The canonical bytes of `value`.
///
/// # Errors
/// See [`CanonicalError`].
pub fn bytes(value: &impl Serialize) -> Result<Vec<u8>, CanonicalError> {
    guard::refuse_lossy(value)?;
    let bytes = serde_json_canonicalizer::to_vec(value)
        .map_err(|error| CanonicalError::NotJson(error.to_string()))?;
    if bytes.len() > MAX_BYTES { Err(CanonicalError::TooLong(bytes.len())) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests;
