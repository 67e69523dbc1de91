use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Most rejected rows that are listed.
pub const LISTED: usize = 1_000;

/// What became of rows that were handed in; all of it is committed.
#[derive(Clone, Debug, Default, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ingested {
    /// Rows that are new.
    pub accepted: u64,
    /// Rows that had been handed in before.
    pub duplicates: u64,
    /// Rows that are older than the newest one of their symbol or trader.
    pub late: u64,
    /// Rows that are not kept, and why; the first 1,000 of them.
    pub rejected: Vec<RejectedRow>,
    /// How many rows are not kept.
    pub rejected_count: u64,
    /// Anomalies that opened, by their ids.
    pub anomalies: Vec<Uuid>,
    /// Decisions that were made.
    pub decisions: Vec<Uuid>,
    /// Decisions among them that wait for the agent.
    pub pending: Vec<Uuid>,
    /// Actions that were taken.
    pub actions: Vec<Uuid>,
    /// The newest block that says so.
    pub last_block: Option<u64>,
}

/// A row that is not kept.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RejectedRow {
    /// `bars`, `signals` or `trades`.
    pub kind: String,
    /// Its place among the rows of its kind in the request, from 0.
    pub row: u32,
    /// Why, and what would be right.
    pub reason: String,
}
