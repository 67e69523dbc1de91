use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{BlockType, DecidedBy, DecisionStatus, DecisionType},
    },
    ledger::hash::Hash,
    store::{
        Store,
        anomalies::AnomalyRef,
        change::{About, Change},
        error::Result,
        exact, pseudonyms,
    },
};

/// The current decision about an anomaly.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// Version 7, made when it was asked for.
    pub id: Uuid,
    /// What it is about.
    #[serde(flatten)]
    pub anomaly: AnomalyRef,
    /// How far it is.
    pub status: DecisionStatus,
    /// How often it was decided anew.
    pub revision: i32,
    /// What was decided, and from what.
    #[serde(flatten)]
    pub answer: Answer,
    /// The person who replaced it.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Timestamp>,
}

/// What was decided, and from what.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// What is to be done; REVIEW while the decision is pending.
    pub decision: DecisionType,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// How sure of it that was, 0 to 1; a person does not say.
    pub confidence: Option<f64>,
    /// One line for a person.
    pub reason: String,
    /// Who runs the model, where one was asked; this and what follows stay when a person decides otherwise.
    pub provider: Option<String>,
    /// Name of the model.
    pub model: Option<String>,
    /// Digest of what the model was told.
    pub prompt_hash: Option<Hash>,
    /// Tokens that the model read.
    pub input_tokens: Option<i32>,
    /// Tokens that the model wrote.
    pub output_tokens: Option<i32>,
    /// US dollars.
    #[serde(serialize_with = "exact::money")]
    pub cost: Option<Decimal>,
    /// The policies that judged.
    pub policy_hash: Option<Hash>,
    /// The component that judged.
    pub plugin_hash: Option<Hash>,
    /// Version of that component, as it says itself.
    pub plugin_version: Option<String>,
    /// Digest of everything that the decision was made from.
    pub inputs_digest: Option<Hash>,
    /// How long it took to decide, microseconds.
    #[serde(serialize_with = "exact::number")]
    pub latency: i64,
    /// When it was decided, or asked for.
    pub decided_at: Timestamp,
}

impl Decision {
    /// Whether somebody was asked and has not answered.
    pub fn is_pending(&self) -> bool {
        self.status == DecisionStatus::Pending
    }

    /// Links of a block about it.
    pub fn about(&self) -> About {
        About { decision: Some(self.id), ..self.anomaly.about() }
    }
}

macro_rules! select {
    ($rest:literal, $($argument:tt)*) => {
        sqlx::query!(
            r#"SELECT id, market_anomaly_id, conflict_id, behavior_id, status, revision, decision, decided_by, confidence,
                      reason, provider, model, prompt_hash AS "prompt_hash: Hash", input_tokens, output_tokens, cost,
                      policy_hash AS "policy_hash: Hash", plugin_hash AS "plugin_hash: Hash", plugin_version,
                      inputs_digest AS "inputs_digest: Hash", latency, decided_at, reviewed_by, reviewed_at
               FROM anomaly_decisions "# + $rest,
            $($argument)*
        )
        .try_map(|row| {
            Ok(Decision {
                id: row.id,
                anomaly: AnomalyRef::of_columns(row.market_anomaly_id, row.conflict_id, row.behavior_id)?,
                status: row.status,
                revision: row.revision,
                answer: Answer {
                    decision: row.decision,
                    decided_by: row.decided_by,
                    confidence: row.confidence,
                    reason: row.reason,
                    provider: row.provider,
                    model: row.model,
                    prompt_hash: row.prompt_hash,
                    input_tokens: row.input_tokens,
                    output_tokens: row.output_tokens,
                    cost: row.cost,
                    policy_hash: row.policy_hash,
                    plugin_hash: row.plugin_hash,
                    plugin_version: row.plugin_version,
                    inputs_digest: row.inputs_digest,
                    latency: row.latency,
                    decided_at: row.decided_at,
                },
                reviewed_by: row.reviewed_by,
                reviewed_at: row.reviewed_at,
            })
        })
    };
}

pub(super) use select;

/// One decision; `None` where there is none of this id.
///
/// # Errors
///
/// If the database fails.
pub async fn get(store: &Store, id: Uuid) -> Result<Option<Decision>> {
    Ok(select!("WHERE id = $1", id).fetch_optional(store.pool()).await?)
}

/// The decisions of these ids that there are, in no order.
///
/// # Errors
///
/// If the database fails.
pub async fn of_ids(store: &Store, ids: &[Uuid]) -> Result<Vec<Decision>> {
    Ok(select!("WHERE id = ANY($1)", ids).fetch_all(store.pool()).await?)
}

/// The decisions about anomalies of any family, in no order.
///
/// # Errors
///
/// If the database fails.
pub async fn for_anomalies(store: &Store, anomalies: &[AnomalyRef]) -> Result<Vec<Decision>> {
    let decisions = select!(
        "WHERE market_anomaly_id = ANY($1) OR conflict_id = ANY($2) OR behavior_id = ANY($3)",
        &ids(anomalies, AnomalyRef::market),
        &ids(anomalies, AnomalyRef::conflict),
        &ids(anomalies, AnomalyRef::behavior),
    );
    Ok(decisions.fetch_all(store.pool()).await?)
}

/// The decisions about anomalies of any family, in the order of their ids; nobody else changes them before the change
/// ends.
///
/// # Errors
///
/// If the database fails.
pub async fn lock_for_anomalies(change: &mut Change<'_>, anomalies: &[AnomalyRef]) -> Result<Vec<Decision>> {
    let decisions = select!(
        "WHERE market_anomaly_id = ANY($1) OR conflict_id = ANY($2) OR behavior_id = ANY($3) ORDER BY id FOR NO KEY UPDATE",
        &ids(anomalies, AnomalyRef::market),
        &ids(anomalies, AnomalyRef::conflict),
        &ids(anomalies, AnomalyRef::behavior),
    );
    Ok(decisions.fetch_all(change.connection()).await?)
}

fn ids(anomalies: &[AnomalyRef], id: fn(AnomalyRef) -> Option<Uuid>) -> Vec<Uuid> {
    anomalies.iter().copied().filter_map(id).collect()
}

/// Adds a block for each decision, with a pseudonym in the place of the person.
pub(super) async fn note(
    change: &mut Change<'_>,
    kind: BlockType,
    mut decisions: Vec<Decision>,
) -> Result<()> {
    let people = decisions.iter().filter_map(|decision| decision.reviewed_by.clone());
    let pseudonyms = pseudonyms::of(change, people.collect()).await?;
    for decision in &mut decisions {
        pseudonyms.replace(&mut decision.reviewed_by);
        change.note(kind, &Noted { decision }, decision.about())?;
        if !decision.is_pending() {
            change.count((decision.answer.decision, decision.answer.decided_by));
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Noted<'a> {
    decision: &'a Decision,
}
