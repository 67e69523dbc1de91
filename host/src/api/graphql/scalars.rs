//! Scalars beyond GraphQL's own.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::domain::{rfc3339, time::Timestamp};

/// A moment: RFC 3339 with an offset, to the microsecond.
#[Scalar(name = "DateTime", specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339")]
impl ScalarType for Timestamp {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        rfc3339::parse(text.as_bytes())
            .map(Self)
            .ok_or_else(|| InputValueError::custom("write it as in 2026-01-31T09:15:00+05:30"))
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}
