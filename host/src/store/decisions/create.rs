use std::collections::HashSet;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::record::{Answer, Decision, note};
use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{BlockType, DecidedBy, DecisionStatus, DecisionType},
    },
    ledger::hash::Hash,
    store::{anomalies::AnomalyRef, change::Change, columns::column, error::Result},
};

/// A first decision about an anomaly.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDecision {
    /// Version 7.
    pub id: Uuid,
    /// The anomaly.
    pub anomaly: Uuid,
    /// PENDING where somebody was asked, else DECIDED.
    pub status: DecisionStatus,
    /// What was decided, and from what.
    pub answer: Answer,
}

/// Records decisions about anomalies of symbols, with a block for each. Anomalies that have a decision keep it.
/// Gives the ids of the new ones.
///
/// # Errors
///
/// If the database fails, or there is no such anomaly.
pub async fn create_for_market(change: &mut Change<'_>, decisions: &[NewDecision]) -> Result<Vec<Uuid>> {
    create(change, decisions, AnomalyRef::Market).await
}

/// Records decisions about conflicts, as [`create_for_market`] does.
///
/// # Errors
///
/// If the database fails, or there is no such conflict.
pub async fn create_for_conflicts(change: &mut Change<'_>, decisions: &[NewDecision]) -> Result<Vec<Uuid>> {
    create(change, decisions, AnomalyRef::Conflict).await
}

/// Records decisions about anomalies of traders, as [`create_for_market`] does.
///
/// # Errors
///
/// If the database fails, or there is no such anomaly.
pub async fn create_for_behavior(change: &mut Change<'_>, decisions: &[NewDecision]) -> Result<Vec<Uuid>> {
    create(change, decisions, AnomalyRef::Behavior).await
}

async fn create(
    change: &mut Change<'_>,
    decisions: &[NewDecision],
    family: fn(Uuid) -> AnomalyRef,
) -> Result<Vec<Uuid>> {
    create_any(change, column(decisions, |new| new.about(family(new.anomaly)))).await
}

/// Records decisions about anomalies of all families at once, as [`create_for_market`] does.
///
/// # Errors
///
/// If the database fails, or there is no such anomaly.
pub async fn create_for_any(
    change: &mut Change<'_>,
    decisions: &[(AnomalyRef, NewDecision)],
) -> Result<Vec<Uuid>> {
    create_any(change, column(decisions, |(anomaly, new)| new.about(*anomaly))).await
}

impl NewDecision {
    fn about(&self, anomaly: AnomalyRef) -> Decision {
        Decision {
            id: self.id,
            anomaly,
            status: self.status,
            revision: 0,
            answer: self.answer.clone(),
            reviewed_by: None,
            reviewed_at: None,
        }
    }
}

async fn create_any(change: &mut Change<'_>, decisions: Vec<Decision>) -> Result<Vec<Uuid>> {
    let created = insert(change, &decisions).await?;
    let mut new: HashSet<&Uuid> = created.iter().collect();
    let noted = decisions.into_iter().filter(|decision| new.remove(&decision.id)).collect();
    note(change, BlockType::DecisionMade, noted).await?;
    Ok(created)
}

/// Rows go in the order of their anomalies, so that hosts that decide about the same ones wait for each other and
/// never in a circle.
async fn insert(change: &mut Change<'_>, decisions: &[Decision]) -> Result<Vec<Uuid>> {
    let created = sqlx::query_scalar!(
        r#"INSERT INTO anomaly_decisions
               (id, market_anomaly_id, conflict_id, behavior_id, status, decision, decided_by, confidence, reason,
                provider, model, prompt_hash, input_tokens, output_tokens, cost, policy_hash, plugin_hash,
                inputs_digest, latency, decided_at, plugin_version)
           SELECT * FROM UNNEST(
                   $1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::decision_status[], $6::decision_type[],
                   $7::decided_by[], $8::float8[], $9::text[], $10::text[], $11::text[], $12::bytea[], $13::int4[],
                   $14::int4[], $15::numeric[], $16::bytea[], $17::bytea[], $18::bytea[], $19::int8[],
                   $20::timestamptz[], $21::text[])
               AS new (id, market_anomaly_id, conflict_id, behavior_id, status, decision, decided_by, confidence,
                       reason, provider, model, prompt_hash, input_tokens, output_tokens, cost, policy_hash,
                       plugin_hash, inputs_digest, latency, decided_at, plugin_version)
           ORDER BY market_anomaly_id, conflict_id, behavior_id
           ON CONFLICT DO NOTHING
           RETURNING id"#,
        &column(decisions, |new| new.id),
        &column(decisions, |new| new.anomaly.market()) as &[Option<Uuid>],
        &column(decisions, |new| new.anomaly.conflict()) as &[Option<Uuid>],
        &column(decisions, |new| new.anomaly.behavior()) as &[Option<Uuid>],
        &column(decisions, |new| new.status) as &[DecisionStatus],
        &column(decisions, |new| new.answer.decision) as &[DecisionType],
        &column(decisions, |new| new.answer.decided_by) as &[DecidedBy],
        &column(decisions, |new| new.answer.confidence) as &[Option<f64>],
        &column(decisions, |new| new.answer.reason.as_str()) as &[&str],
        &column(decisions, |new| new.answer.provider.as_deref()) as &[Option<&str>],
        &column(decisions, |new| new.answer.model.as_deref()) as &[Option<&str>],
        &column(decisions, |new| new.answer.prompt_hash) as &[Option<Hash>],
        &column(decisions, |new| new.answer.input_tokens) as &[Option<i32>],
        &column(decisions, |new| new.answer.output_tokens) as &[Option<i32>],
        &column(decisions, |new| new.answer.cost) as &[Option<Decimal>],
        &column(decisions, |new| new.answer.policy_hash) as &[Option<Hash>],
        &column(decisions, |new| new.answer.plugin_hash) as &[Option<Hash>],
        &column(decisions, |new| new.answer.inputs_digest) as &[Option<Hash>],
        &column(decisions, |new| new.answer.latency),
        &column(decisions, |new| new.answer.decided_at) as &[Timestamp],
        &column(decisions, |new| new.answer.plugin_version.as_deref()) as &[Option<&str>],
    )
    .fetch_all(change.connection())
    .await?;
    Ok(created)
}
