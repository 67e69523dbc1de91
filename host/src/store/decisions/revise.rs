//! Deciding anew. What a decision was is kept as a revision, and what it becomes is a block.

use std::collections::HashSet;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::record::{Answer, Decision, note, select};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{BlockType, DecidedBy, DecisionStatus, DecisionType},
    },
    ledger::hash::Hash,
    store::{
        Store,
        anomalies::AnomalyRef,
        change::Change,
        error::{Result, StoreError},
    },
};

/// What a person decides instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The revision that the person saw.
    pub revision: i32,
    /// What is to be done.
    pub decision: DecisionType,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
}

/// What a decision was before it was made anew.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Counted from 0.
    pub revision: i32,
    /// What was to be done.
    pub decision: DecisionType,
    /// How far it was.
    pub status: DecisionStatus,
    /// Who had decided.
    pub decided_by: DecidedBy,
    /// How sure of it that was, 0 to 1.
    pub confidence: Option<f64>,
    /// Why.
    pub reason: String,
    /// Who, where it was a person.
    pub actor: Option<String>,
    /// When it was decided, or asked for.
    pub decided_at: Timestamp,
}

/// Writes down the answer to a pending decision; `None` where there is no such decision.
///
/// # Errors
///
/// [`StoreError::NotPending`] if it has an answer, or the database fails.
pub async fn settle(change: &mut Change<'_>, id: Uuid, answer: Answer) -> Result<Option<Decision>> {
    let Some(before) = lock(change, id).await? else { return Ok(None) };
    if before.status != DecisionStatus::Pending {
        return Err(StoreError::NotPending { decision: id });
    }
    let after = Decision { status: DecisionStatus::Decided, answer, ..before.clone() };
    revise(change, &before, after).await.map(Some)
}

/// Puts a person's decision in the place of the one that the person saw; `None` where there is no such decision.
///
/// # Errors
///
/// [`StoreError::Stale`] if it has become another one since, or the database fails.
pub async fn overrule(change: &mut Change<'_>, id: Uuid, new: &Override) -> Result<Option<Decision>> {
    let Some(before) = lock(change, id).await? else { return Ok(None) };
    if before.revision != new.revision {
        return Err(StoreError::Stale { decision: id, seen: new.revision, current: before.revision });
    }
    let after = Decision {
        status: DecisionStatus::Overridden,
        answer: Answer {
            decision: new.decision,
            decided_by: DecidedBy::Person,
            confidence: None,
            reason: new.reason.clone(),
            decided_at: change.now(),
            ..before.answer.clone()
        },
        reviewed_by: Some(new.by.clone()),
        reviewed_at: Some(change.now()),
        ..before.clone()
    };
    revise(change, &before, after).await.map(Some)
}

/// Decides anew, since there is more to know; `None` where there is no such decision.
///
/// # Errors
///
/// If the database fails.
pub async fn reopen(
    change: &mut Change<'_>,
    id: Uuid,
    status: DecisionStatus,
    answer: Answer,
) -> Result<Option<Decision>> {
    let Some(before) = lock(change, id).await? else { return Ok(None) };
    let after = Decision { status, answer, reviewed_by: None, reviewed_at: None, ..before.clone() };
    revise(change, &before, after).await.map(Some)
}

/// What a decision was before, oldest first; empty where it is as it was first made.
///
/// # Errors
///
/// If the database fails.
pub async fn revisions(store: &Store, decision: Uuid) -> Result<Vec<Revision>> {
    let revisions = sqlx::query_as!(
        Revision,
        "SELECT revision, decision, status, decided_by, confidence, reason, actor, decided_at
         FROM decision_revisions WHERE decision_id = $1 ORDER BY revision",
        decision,
    )
    .fetch_all(store.pool())
    .await?;
    Ok(revisions)
}

/// What some decisions were before, each with its decision: decision by decision, oldest first.
///
/// # Errors
///
/// If the database fails.
pub async fn revisions_of(store: &Store, decisions: &[Uuid]) -> Result<Vec<(Uuid, Revision)>> {
    let revisions = sqlx::query!(
        "SELECT decision_id, revision, decision, status, decided_by, confidence, reason, actor, decided_at
         FROM decision_revisions WHERE decision_id = ANY($1) ORDER BY decision_id, revision",
        decisions,
    )
    .map(|row| {
        let revision = Revision {
            revision: row.revision,
            decision: row.decision,
            status: row.status,
            decided_by: row.decided_by,
            confidence: row.confidence,
            reason: row.reason,
            actor: row.actor,
            decided_at: row.decided_at,
        };
        (row.decision_id, revision)
    });
    Ok(revisions.fetch_all(store.pool()).await?)
}

/// Which of some decisions a person ever made.
///
/// # Errors
///
/// If the database fails.
pub async fn decided_by_persons(change: &mut Change<'_>, decisions: &[Uuid]) -> Result<HashSet<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT id AS "id!" FROM anomaly_decisions WHERE id = ANY($1) AND decided_by = 'PERSON'
           UNION SELECT decision_id FROM decision_revisions WHERE decision_id = ANY($1) AND decided_by = 'PERSON'"#,
        decisions,
    );
    Ok(ids.fetch_all(change.connection()).await?.into_iter().collect())
}

async fn lock(change: &mut Change<'_>, id: Uuid) -> Result<Option<Decision>> {
    Ok(select!("WHERE id = $1 FOR NO KEY UPDATE", id).fetch_optional(change.connection()).await?)
}

async fn revise(change: &mut Change<'_>, before: &Decision, after: Decision) -> Result<Decision> {
    let after = Decision { revision: before.revision + 1, ..after };
    keep(change, before).await?;
    update(change, &after).await?;
    note(change, BlockType::DecisionRevised, vec![after.clone()]).await?;
    Ok(after)
}

async fn keep(change: &mut Change<'_>, before: &Decision) -> Result<()> {
    let answer = &before.answer;
    sqlx::query!(
        "INSERT INTO decision_revisions
             (decision_id, revision, decision, status, decided_by, confidence, reason, actor, decided_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        before.id,
        before.revision,
        answer.decision as DecisionType,
        before.status as DecisionStatus,
        answer.decided_by as DecidedBy,
        answer.confidence,
        answer.reason,
        before.reviewed_by,
        answer.decided_at as Timestamp,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}

async fn update(change: &mut Change<'_>, after: &Decision) -> Result<()> {
    let answer = &after.answer;
    sqlx::query!(
        "UPDATE anomaly_decisions
         SET status = $2, revision = $3, decision = $4, decided_by = $5, confidence = $6, reason = $7, provider = $8,
             model = $9, prompt_hash = $10, input_tokens = $11, output_tokens = $12, cost = $13, policy_hash = $14,
             plugin_hash = $15, inputs_digest = $16, latency = $17, decided_at = $18, reviewed_by = $19,
             reviewed_at = $20, plugin_version = $21
         WHERE id = $1",
        after.id,
        after.status as DecisionStatus,
        after.revision,
        answer.decision as DecisionType,
        answer.decided_by as DecidedBy,
        answer.confidence,
        answer.reason,
        answer.provider,
        answer.model,
        answer.prompt_hash as Option<Hash>,
        answer.input_tokens,
        answer.output_tokens,
        answer.cost as Option<Decimal>,
        answer.policy_hash as Option<Hash>,
        answer.plugin_hash as Option<Hash>,
        answer.inputs_digest as Option<Hash>,
        answer.latency,
        answer.decided_at as Timestamp,
        after.reviewed_by,
        after.reviewed_at as Option<Timestamp>,
        answer.plugin_version,
    )
    .execute(change.connection())
    .await?;
    Ok(())
}
