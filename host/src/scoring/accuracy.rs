//! What scoring says, as it goes into the result.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::family::Family;

/// Anomalies against labels. Shares are null where there is nothing to divide by. A family without any label is
/// left out of everything: nothing can be claimed about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Accuracy {
    /// All families and kinds pooled.
    pub total: Score,
    /// Rows of all families.
    pub rows: RowAccuracy,
    /// Families with labels.
    pub families: Vec<FamilyScore>,
    /// Kinds of these families with labels or anomalies, or that a running component emits.
    pub kinds: Vec<KindScore>,
    /// Detectors of these families that raised anomalies or could have.
    pub detectors: Vec<DetectorScore>,
    /// Dissents of each algorithm, in the order of the seats; empty without any.
    pub dissents: Vec<DissentScore>,
    /// Scores against shares of true anomalies, pooled.
    pub calibration: Calibration,
    /// Precision against recall, one curve for each detector that raised anomalies.
    pub curves: Vec<Curve>,
    /// Labels that no running detector could find.
    pub not_scored: Vec<NotScored>,
}

/// Events: anomalies (alerts) that are true or false, labels found or missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Anomalies with a finding in a label (true positives).
    pub alerts_true: u64,
    /// Anomalies that are neither true nor ignored (false positives).
    pub alerts_false: u64,
    /// Anomalies of which nobody can say; left out of every other figure.
    pub alerts_ignored: u64,
    /// Labels in which an anomaly has a finding.
    pub labels_found: u64,
    /// Labels without one (false negatives).
    pub labels_missed: u64,
    /// `alerts_true / (alerts_true + alerts_false)`.
    pub precision: Option<f64>,
    /// `labels_found / (labels_found + labels_missed)`.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<f64>,
    /// 95 % bootstrap interval of the precision, over anomalies.
    pub precision_interval: Option<[f64; 2]>,
    /// 95 % bootstrap interval of the recall, over labels.
    pub recall_interval: Option<[f64; 2]>,
    /// Median time from a label's start to the first finding in it, over found labels, seconds.
    pub median_delay_seconds: Option<f64>,
}

impl Score {
    /// Share of anomalies that are false: 1 - precision.
    pub fn false_positive_rate(&self) -> Option<f64> {
        self.precision.map(|precision| 1.0 - precision)
    }
}

/// Rows outside ignore stretches: bars, moments with signals, fills.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RowAccuracy {
    /// Rows outside ignore stretches.
    pub rows: u64,
    /// Rows that lie in both a label and an anomaly, or in neither.
    pub right: u64,
    /// Rows that lie in neither.
    pub true_negatives: u64,
    /// Anomalies, ignored ones left out, for each 1,000 rows; null without rows.
    pub anomalies_per_1000_rows: Option<f64>,
}

impl RowAccuracy {
    /// Share of rows that are right.
    pub fn accuracy(&self) -> Option<f64> {
        (self.rows > 0).then(|| self.right as f64 / self.rows as f64)
    }
}

/// One family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyScore {
    /// Family.
    pub family: Family,
    /// Its events.
    pub score: Score,
    /// Its rows.
    pub rows: RowAccuracy,
    /// Its scores.
    pub calibration: Calibration,
}

/// One kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KindScore {
    /// Family.
    pub family: Family,
    /// Kind; `*` for labels that name none where the family has several.
    pub kind: String,
    /// Its events.
    pub score: Score,
}

/// One detector, against the labels of the kinds it emits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DetectorScore {
    /// Family.
    pub family: Family,
    /// Name.
    pub detector: String,
    /// Its events.
    pub score: Score,
}

/// One algorithm's dissents against labelled conflicts; it is reported, never scored as anomalies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DissentScore {
    /// Algorithm.
    pub algorithm: String,
    /// Panels in which it dissented.
    pub dissents: u64,
    /// Of these, in a labelled conflict.
    pub right: u64,
    /// Of these, in an ignore stretch and in no labelled conflict.
    pub ignored: u64,
    /// `right / (dissents - ignored)`.
    pub precision: Option<f64>,
}

/// Whether a score is the probability that it says. Ignored anomalies are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calibration {
    /// Mean over anomalies of the distance between mean score and share of true ones in their bin (Naeini,
    /// Cooper and Hauskrecht 2015); 0 without anomalies.
    pub expected_calibration_error: f64,
    /// Ten bins of equal width.
    pub bins: Vec<Bin>,
}

/// Anomalies whose score lies in one tenth.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bin {
    /// Lowest score.
    pub from: f64,
    /// Highest score, itself only in the last bin.
    pub to: f64,
    /// Anomalies.
    pub alerts: u64,
    /// Their mean score; 0 without any.
    pub mean_score: f64,
    /// Share of true ones; 0 without any.
    pub share_true: f64,
}

/// Precision against recall of one detector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Curve {
    /// Family.
    pub family: Family,
    /// Name.
    pub detector: String,
    /// One point for each score of its anomalies, from the highest down.
    pub points: Vec<Point>,
}

/// What would count if anomalies from a score on did.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Lowest score that counts.
    pub threshold: f64,
    /// Precision at that score.
    pub precision: f64,
    /// Recall at that score.
    pub recall: f64,
}

/// Labels that could not be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotScored {
    /// Family.
    pub family: Family,
    /// Kind.
    pub kind: String,
    /// How many.
    pub labels: u64,
    /// Why.
    pub reason: String,
}
