//! Bodies of rows: JSON arrays, and a row on each line. They are read as far as a request may go.

use std::fmt;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header::CONTENT_TYPE},
};
use serde::{
    Deserializer,
    de::{DeserializeOwned, DeserializeSeed, IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Problem, rows::Read};
use crate::service::ServiceError;

/// Reads the rows of a JSON array, unless there are more than `most`.
pub(super) fn array<T, R: DeserializeOwned + Into<T>>(
    kind: &'static str,
    text: &str,
    most: usize,
) -> Result<Read<T>, Problem> {
    let mut json = serde_json::Deserializer::from_str(text);
    let rows = Few { most }.deserialize(&mut json).and_then(|rows| json.end().map(|()| rows));
    match rows {
        Ok(Some(rows)) => Ok(Read::of::<R>(kind, rows.into_iter().map(RawValue::get))),
        Ok(None) => Err(too_many(most)),
        Err(error) => {
            let detail = format!("this is no JSON array of {kind}: {error}");
            Err(Problem::new(StatusCode::BAD_REQUEST, "INVALID", detail))
        }
    }
}

/// Reads a row from each line, unless there are more than `most`.
fn lines<T, R: DeserializeOwned + Into<T>>(
    kind: &'static str,
    text: &str,
    most: usize,
) -> Result<Read<T>, Problem> {
    let rows = || text.lines().filter(|line| !line.trim().is_empty());
    if rows().nth(most).is_some() {
        return Err(too_many(most));
    }
    Ok(Read::of::<R>(kind, rows()))
}

fn too_many(most: usize) -> Problem {
    ServiceError::invalid("rows", format!("send at most {most} in a request")).into()
}

/// An array of at most so many values; `None` where there are more.
struct Few {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for Few {
    type Value = Option<Vec<&'de RawValue>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Few {
    type Value = Option<Vec<&'de RawValue>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut few = Vec::new();
        while let Some(value) = values.next_element()? {
            if few.len() == self.most {
                while values.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(None);
            }
            few.push(value);
        }
        Ok(Some(few))
    }
}

/// A body of rows: a JSON array, or a row on each line.
pub(super) struct Body {
    bytes: Bytes,
    is_array: bool,
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind =
            request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_array = match kind.as_str() {
            "application/json" => true,
            "application/x-ndjson" => false,
            _ => {
                let detail =
                    "send rows as `application/json`, an array, or `application/x-ndjson`, one on each line";
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    "UNSUPPORTED_MEDIA_TYPE",
                    detail,
                ));
            }
        };
        Ok(Self { bytes: Bytes::from_request(request, state).await?, is_array })
    }
}

impl Body {
    /// Reads the rows, unless there are more than `most`; `R` is how one is written.
    pub(super) fn read<T, R: DeserializeOwned + Into<T>>(
        &self,
        kind: &'static str,
        most: usize,
    ) -> Result<Read<T>, Problem> {
        let text = std::str::from_utf8(&self.bytes).map_err(|error| {
            Problem::new(StatusCode::BAD_REQUEST, "INVALID", format!("the body is no UTF-8: {error}"))
        })?;
        if self.is_array { array::<T, R>(kind, text, most) } else { lines::<T, R>(kind, text, most) }
    }
}
