//! Conflicts between trading algorithms: `algorithm_conflicts`.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::record::record;
use crate::{
    domain::{finding::Severity, rows::Vote, time::Timestamp, vocabulary::AnomalyType},
    ledger::hash::Hash,
    store::{
        Store,
        columns::column,
        error::Result,
        page::{Cursor, Page, Period, Window},
    },
};

/// Trading algorithms that contradict each other. What they said is what they said first; findings that join leave
/// it as it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// Version 7, made when the anomaly was first recorded.
    pub id: Uuid,
    /// What it is.
    #[serde(rename = "type")]
    pub anomaly_type: AnomalyType,
    /// The detector's own word for it.
    pub kind: String,
    /// Name of the detector.
    pub detector: String,
    /// Component that found it.
    pub plugin_hash: Option<Hash>,
    /// Version of that component, as it says itself.
    pub plugin_version: Option<String>,
    /// Symbol.
    pub symbol: String,
    /// For whom the algorithms worked, if for somebody.
    pub user_id: Option<String>,
    /// Highest severity among its findings.
    pub severity: Severity,
    /// Highest score among its findings, 0 to 1.
    pub score: f64,
    /// Per cent of the algorithms' confidence that is not with the majority.
    pub disagreement: f64,
    /// Per cent of the algorithms' confidence that is with the majority.
    pub consensus: f64,
    /// What most of them want.
    pub majority: Option<Vote>,
    /// What each of them said, by its name.
    pub signals: Value,
    /// Those that are not with the majority.
    pub dissenting: Vec<String>,
    /// What was seen; `None` where that has no number.
    pub observed: Option<f64>,
    /// What was usual; `None` where that has no number.
    pub expected: Option<f64>,
    /// One line for a person.
    pub message: String,
    /// Named numbers behind it.
    pub evidence: Value,
    /// How many findings it took in.
    pub findings: i32,
    /// Time of the first finding.
    pub opened_at: Timestamp,
    /// Time of the last finding.
    pub last_at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// What a person said about it.
    pub is_real: Option<bool>,
    /// Who said so.
    pub marked_by: Option<String>,
    /// When.
    pub marked_at: Option<Timestamp>,
}

/// Which conflicts to find; all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct ConflictFilter {
    /// Of this symbol.
    pub symbol: Option<String>,
    /// Of this user.
    pub user_id: Option<String>,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Opened in this stretch of time.
    pub opened: Period,
    /// About which a person said that they are real, or not.
    pub is_real: Option<bool>,
}

macro_rules! select {
    ($rest:literal, $($argument:tt)*) => {
        sqlx::query_as!(
            Conflict,
            r#"SELECT id, type AS anomaly_type, kind, detector, plugin_hash AS "plugin_hash: Hash", plugin_version, symbol, user_id,
                      severity, score, disagreement, consensus, majority, signals, dissenting, observed, expected, message, evidence, findings, opened_at, last_at, recorded_at, is_real,
                      marked_by, marked_at
               FROM algorithm_conflicts "# + $rest,
            $($argument)*
        )
    };
}

record!(
    Conflict,
    super::AnomalyRef::Conflict,
    "algorithm_conflicts",
    |ids| select!("WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", ids),
    |row| &mut row.user_id
);

/// The conflicts of these ids that there are, in no order.
///
/// # Errors
///
/// If the database fails.
pub async fn conflict(store: &Store, ids: &[Uuid]) -> Result<Vec<Conflict>> {
    Ok(select!("WHERE id = ANY($1)", ids).fetch_all(store.pool()).await?)
}

/// Finds conflicts, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find_conflicts(
    store: &Store,
    filter: &ConflictFilter,
    window: Window,
) -> Result<Page<Conflict>> {
    let items = select!(
        "WHERE ($1::text IS NULL OR symbol = $1)
           AND ($2::text IS NULL OR user_id = $2)
           AND ($3::anomaly_severity IS NULL OR severity = $3)
           AND ($4::timestamptz IS NULL OR opened_at >= $4)
           AND ($5::timestamptz IS NULL OR opened_at < $5)
           AND ($6::boolean IS NULL OR is_real = $6)
           AND ($7::timestamptz IS NULL OR (opened_at, id) < ($7, $8::uuid))
         ORDER BY opened_at DESC, id DESC
         LIMIT $9",
        filter.symbol,
        filter.user_id,
        filter.severity as Option<Severity>,
        filter.opened.from as Option<Timestamp>,
        filter.opened.until as Option<Timestamp>,
        filter.is_real,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(Page::cut(items, window, |anomaly| Cursor { at: anomaly.opened_at, id: anomaly.id }))
}
