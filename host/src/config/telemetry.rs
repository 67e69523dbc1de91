use std::{collections::BTreeMap, num::NonZeroU32, time::Duration};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use url::Url;

use super::{Secret, Share};

/// Where a serving host sends its traces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TelemetryConfig {
    /// Collector that takes OTLP over HTTP, as in `http://localhost:4318`; the path `/v1/traces` is added. Without it
    /// no trace leaves the host.
    #[serde(deserialize_with = "endpoint")]
    pub otlp_endpoint: Option<String>,
    /// Headers of each request, by their names, for collectors that ask who writes.
    pub headers: BTreeMap<String, Secret>,
    /// Part of the traces that is sent, 0 to 1.
    pub sampled: Share,
    /// Seconds that one request may take. What cannot be sent is dropped, and the host goes on.
    pub timeout_seconds: NonZeroU32,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self {
            otlp_endpoint: None,
            headers: BTreeMap::new(),
            sampled: Share::ALL,
            timeout_seconds: NonZeroU32::MIN.saturating_add(9),
        }
    }
}

impl TelemetryConfig {
    /// Longest time of one request.
    pub fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds.get().into())
    }
}

fn endpoint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let is_http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if !Url::parse(&text).is_ok_and(|url| is_http(&url)) {
        return Err(D::Error::custom("this is no address; write it as http://localhost:4318"));
    }
    Ok(Some(text.trim_end_matches('/').to_owned()))
}
