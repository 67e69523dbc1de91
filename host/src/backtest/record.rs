//! A result as evidence: its bytes, what they were made from as digests, and the headline in plain words.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::result::{BacktestResult, Provenance};
use crate::{
    domain::time::Timestamp,
    ledger::{
        canonical::{self, CanonicalError},
        hash::Hash,
    },
    store::runs::BacktestRun,
};

/// The bytes of a result, as `--out` writes them.
///
/// # Errors
///
/// If it cannot be written as JSON.
pub fn json_bytes(value: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// What a run is recorded by, under a new id.
///
/// # Errors
///
/// If a number has no canonical form.
pub fn digests(
    result: &BacktestResult,
    bytes: &[u8],
    id: Uuid,
    now: Timestamp,
) -> Result<BacktestRun, CanonicalError> {
    let from = &result.provenance;
    Ok(BacktestRun {
        id,
        recorded_at: now,
        data_digest: digest(&json!({ "files": files(from), "generated": from.generated }))?,
        plugins_digest: digest(&from.components)?,
        settings_digest: digest(
            &json!({ "settings": from.settings, "calendar": from.calendar, "time_zone": from.time_zone }),
        )?,
        result_digest: Hash::of(bytes),
    })
}

/// Files by what they are about and what is in them: where they lie is nobody's business.
fn files(from: &Provenance) -> Vec<Value> {
    from.files
        .iter()
        .map(|file| json!({ "role": file.role, "sha256": file.sha256, "rows": file.rows }))
        .collect()
}

fn digest(value: &impl Serialize) -> Result<Hash, CanonicalError> {
    Ok(Hash::of(&canonical::bytes(value)?))
}

/// What the block says in plain words: data, components, and the headline figures.
pub fn evidence(result: &BacktestResult) -> Value {
    let from = &result.provenance;
    json!({
        "files": files(from),
        "generated": from.generated,
        "components": from.components,
        "anomalies": result.anomalies.len(),
        "accuracy": result.accuracy.as_ref().map(|accuracy| &accuracy.total),
    })
}
