use async_graphql::SimpleObject;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{domain::time::Timestamp, store::runs};

/// A recorded backtest: what it was made from and what it gave, as SHA-256 digests.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
#[graphql(complex)]
pub struct BacktestRun {
    /// Its id.
    pub id: Uuid,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Of what was read, or of what was generated.
    pub data_digest: String,
    /// Of names, versions and hashes of all components.
    pub plugins_digest: String,
    /// Of settings, calendars and time zone.
    pub settings_digest: String,
    /// Of the result's bytes.
    pub result_digest: String,
}

impl From<runs::BacktestRun> for BacktestRun {
    fn from(run: runs::BacktestRun) -> Self {
        Self {
            id: run.id,
            recorded_at: run.recorded_at,
            data_digest: run.data_digest.to_string(),
            plugins_digest: run.plugins_digest.to_string(),
            settings_digest: run.settings_digest.to_string(),
            result_digest: run.result_digest.to_string(),
        }
    }
}
