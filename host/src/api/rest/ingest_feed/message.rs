//! What is said over a feed.

use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};

use crate::{
    api::{
        rest::{
            Problem,
            rows::{Unread, read_all},
        },
        sockets::{BAD_REQUEST, End, INTERNAL},
    },
    service::views::Ingested,
    store::rows::Rows,
};

/// Longest id of a batch, characters.
const LONGEST_ID: usize = 255;

/// What a client says.
pub(super) enum Said {
    /// Who it is, as in GraphQL over WebSockets.
    Init(Value),
    /// Rows.
    Batch(Box<Batch>),
}

/// Rows that are answered together.
pub(super) struct Batch {
    /// The client's name for them.
    pub(super) id: String,
    /// Those that could be read.
    pub(super) rows: Rows,
    /// What has to be said about the others.
    pub(super) unread: [Unread; 3],
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    payload: Option<Value>,
    id: Option<String>,
    #[serde(borrow, default)]
    bars: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    signals: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    trades: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    ConnectionInit,
    Rows,
}

impl Said {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// The end of the connection, if it makes no sense.
    pub(super) fn read(text: &[u8]) -> Result<Self, End> {
        let message: Message<'_> =
            serde_json::from_slice(text).map_err(|error| End::new(BAD_REQUEST, error.to_string()))?;
        match message.kind {
            Kind::ConnectionInit => Ok(Self::Init(message.payload.unwrap_or_default())),
            Kind::Rows => message.batch().map(Box::new).map(Self::Batch),
        }
    }
}

impl Message<'_> {
    fn batch(self) -> Result<Batch, End> {
        let named = self.id.filter(|id| (1..=LONGEST_ID).contains(&id.chars().count()));
        let id = named.ok_or_else(|| {
            End::new(BAD_REQUEST, format!("rows take an id of 1 to {LONGEST_ID} characters"))
        })?;
        let (rows, unread) = read_all(texts(&self.bars), texts(&self.signals), texts(&self.trades));
        Ok(Batch { id, rows, unread })
    }
}

fn texts<'a>(rows: &[&'a RawValue]) -> impl Iterator<Item = &'a str> {
    rows.iter().map(|row| row.get())
}

/// What the host says.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub(super) enum Answer {
    /// The client is known, and may send rows.
    ConnectionAck,
    /// Rows are committed, with all that they come to.
    Taken {
        /// Of the batch.
        id: String,
        /// What became of it.
        #[serde(flatten)]
        ingested: Ingested,
    },
    /// Rows are not taken.
    Refused {
        /// Of the batch.
        id: String,
        /// Why.
        problem: Problem,
        /// Seconds after which to send the same again, where that may help.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
}

impl Answer {
    /// Rows of a batch are not taken.
    pub(super) fn refused(id: String, problem: Problem) -> Self {
        Self::Refused { id, retry_after: problem.retry_after, problem }
    }

    /// As it is sent.
    ///
    /// # Errors
    ///
    /// The end of the connection, if it cannot be written.
    pub(super) fn text(&self) -> Result<String, End> {
        serde_json::to_string(self).map_err(|error| {
            tracing::error!("an answer cannot be written: {error}");
            End::new(INTERNAL, "something failed inside")
        })
    }
}
