use std::{num::NonZeroUsize, path::PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How rows are taken in while the host runs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IngestConfig {
    /// Threads that run detectors, each for its share of symbols and traders; as many as the machine has processors
    /// unless given.
    pub workers: Option<NonZeroUsize>,
    /// Most rows that go through detectors and into the database at once. Under load batches grow up to this.
    pub batch_rows: NonZeroUsize,
    /// Most rows that may wait; more are refused with 429 until there is room. A row takes about 300 bytes.
    pub waiting_rows: NonZeroUsize,
    /// Most rows of one request.
    pub request_rows: NonZeroUsize,
    /// Connections of `/api/ingest/feed` with one key. A feed needs one, and another where it is started anew.
    pub sockets: NonZeroUsize,
    /// Batches of one such connection that may be under way; nothing more is read from it meanwhile. Each may be as
    /// long as a request.
    pub socket_batches: NonZeroUsize,
    /// What is done with a row that is older than the newest one of its symbol or trader.
    pub late: LateRows,
    /// How long a panel of signals stays open for more of them, milliseconds, unless its symbol's next moment comes
    /// first.
    pub grace_milliseconds: u32,
    /// Zone of the traders' days, by its IANA name.
    pub time_zone: String,
    /// When markets are open: a file as `host backtest --calendar` takes it. Without one sessions are inferred.
    #[schemars(with = "Option<String>")]
    pub calendar: Option<PathBuf>,
    /// Most symbols and traders that one host watches; rows of others are refused.
    pub subjects: NonZeroUsize,
}

/// What is done with a row that is older than the newest one of its symbol or trader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LateRows {
    /// It is refused, and the answer says so.
    Reject,
    /// It is kept, so that it is on record; detectors do not see it.
    Keep,
}

const fn at_least_one(number: usize) -> NonZeroUsize {
    match NonZeroUsize::new(number) {
        Some(number) => number,
        None => NonZeroUsize::MIN,
    }
}

impl Default for IngestConfig {
    fn default() -> Self {
        Self {
            workers: None,
            batch_rows: at_least_one(4_096),
            waiting_rows: at_least_one(200_000),
            request_rows: at_least_one(50_000),
            sockets: at_least_one(16),
            socket_batches: at_least_one(8),
            late: LateRows::Reject,
            grace_milliseconds: 500,
            time_zone: "UTC".to_owned(),
            calendar: None,
            subjects: at_least_one(20_000),
        }
    }
}
