//! The case that an agent judges. Fields that an older agent does not know are passed over.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::score::Severity;

/// An anomaly and what else is known.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    /// The whole case as the host wrote it.
    #[serde(skip)]
    pub json: String,
    /// What is to be decided about.
    pub anomaly: Anomaly,
    /// What else is known.
    #[serde(default)]
    pub context: Context,
}

impl Case {
    /// Reads a JSON object.
    ///
    /// # Errors
    /// Names the field and what is wrong with it.
    pub fn read(json: String) -> Result<Self, String> {
        let mut source = serde_json::Deserializer::from_str(&json);
        let case: Self = serde_path_to_error::deserialize(&mut source).map_err(|error| error.to_string())?;
        Ok(Self { json, ..case })
    }
}

/// The anomaly.
#[derive(Clone, Debug, Deserialize)]
pub struct Anomaly {
    /// `market`, `conflict` or `behavior`.
    pub family: String,
    /// What it is, as in `PRICE_SPIKE`.
    pub kind: String,
    /// Name of the detector.
    pub detector: String,
    /// Highest severity among its findings.
    pub severity: Severity,
    /// Calibrated probability that it is true, 0 to 1.
    pub score: f64,
    /// Named numbers behind it; `None` where one is no number.
    #[serde(default)]
    pub evidence: BTreeMap<String, Option<f64>>,
    /// How many findings it took in.
    #[serde(default)]
    pub findings: u32,
}

/// What else is known.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Context {
    /// What persons said about this detector's anomalies.
    pub record: Record,
    /// Other anomalies of the same symbol or trader.
    pub recent: Recent,
}

/// What persons said about a detector's recent anomalies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Record {
    /// How many were judged.
    pub judged: u32,
    /// How many of these were real.
    pub real: u32,
}

/// Other anomalies of the same symbol or trader.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Recent {
    /// In the last hour.
    pub hour: u32,
    /// In the last 24 hours.
    pub day: u32,
    /// Of the same kind, in the last hour.
    pub same_kind_hour: u32,
    /// Of the same kind, in the last 24 hours.
    pub same_kind_day: u32,
    /// Of other kinds, opened in the five minutes before.
    pub other_kinds_now: u32,
}
