use super::record::{Answer, Decision, select};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{DecidedBy, DecisionStatus, DecisionType},
    },
    ledger::hash::Hash,
    store::{
        Store,
        anomalies::AnomalyRef,
        error::Result,
        page::{Cursor, Page, Period, Window},
    },
};

/// Which decisions to find; all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct DecisionFilter {
    /// Decisions to do this.
    pub decision: Option<DecisionType>,
    /// That are this far.
    pub status: Option<DecisionStatus>,
    /// That were made so.
    pub decided_by: Option<DecidedBy>,
    /// For which a model of this provider was asked.
    pub provider: Option<String>,
    /// At least this sure.
    pub min_confidence: Option<f64>,
    /// At most this sure.
    pub max_confidence: Option<f64>,
    /// Made in this stretch of time.
    pub decided: Period,
}

/// Finds decisions, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn find(store: &Store, filter: &DecisionFilter, window: Window) -> Result<Page<Decision>> {
    let items = select!(
        "WHERE ($1::decision_type IS NULL OR decision = $1)
           AND ($2::decision_status IS NULL OR status = $2)
           AND ($3::decided_by IS NULL OR decided_by = $3)
           AND ($4::text IS NULL OR provider = $4)
           AND ($5::float8 IS NULL OR confidence >= $5)
           AND ($6::float8 IS NULL OR confidence <= $6)
           AND ($7::timestamptz IS NULL OR decided_at >= $7)
           AND ($8::timestamptz IS NULL OR decided_at < $8)
           AND ($9::timestamptz IS NULL OR (decided_at, id) < ($9, $10::uuid))
         ORDER BY decided_at DESC, id DESC
         LIMIT $11",
        filter.decision as Option<DecisionType>,
        filter.status as Option<DecisionStatus>,
        filter.decided_by as Option<DecidedBy>,
        filter.provider,
        filter.min_confidence,
        filter.max_confidence,
        filter.decided.from as Option<Timestamp>,
        filter.decided.until as Option<Timestamp>,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(Page::cut(items, window, cursor))
}

/// What waits for a person: decisions to REVIEW that nobody replaced yet, longest waiting first, so that none
/// waits for ever. Pending ones are not among them; they wait for somebody else.
///
/// # Errors
///
/// If the database fails.
pub async fn for_review(store: &Store, window: Window) -> Result<Page<Decision>> {
    let items = select!(
        "WHERE decision = 'REVIEW' AND status = 'DECIDED'
           AND ($1::timestamptz IS NULL OR (decided_at, id) > ($1, $2::uuid))
         ORDER BY decided_at, id
         LIMIT $3",
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(Page::cut(items, window, cursor))
}

fn cursor(decision: &Decision) -> Cursor {
    Cursor { at: decision.answer.decided_at, id: decision.id }
}
