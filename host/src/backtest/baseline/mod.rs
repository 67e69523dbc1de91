//! What a competent first try would do: for each kind the obvious feature, its rolling z-score, and one
//! threshold for all. Window and threshold are chosen with the labels in sight, so this is the best that such a
//! detector could do; it is scored as the components are.

mod features;
mod rolling;
mod traders;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    anomalies,
    domain::{
        family::{CONFLICT_PANEL, Family},
        finding::{self, Finding, Severity},
    },
    ingest::Input,
    scoring::{Accuracy, Coverage, Evidence, FamilyScore, KindScore, RowTimes, Score, score},
};
use features::Feature;

/// Rows of history that are tried.
const WINDOWS: [usize; 4] = [20, 30, 60, 120];

/// Thresholds that are tried, in standard deviations.
const LOWEST: f64 = 4.0;
const HIGHEST: f64 = 14.0;
const STEP: f64 = 0.5;

/// The name under which a z-score's findings go.
const NAME: &str = "z-score";

/// The best that one threshold on rolling z-scores can do on a run's labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// Rows of history that make usual.
    pub window: usize,
    /// Standard deviations from which a row stands out.
    pub threshold: f64,
    /// All families and kinds pooled.
    pub total: Score,
    /// Market kinds alone, with the window and threshold that suit them best.
    pub market: Option<Score>,
    /// Families.
    pub families: Vec<FamilyScore>,
    /// Kinds.
    pub kinds: Vec<KindScore>,
}

impl Baseline {
    /// Tries windows and thresholds and keeps the pair with the highest F1 (the first of equals). `None` without
    /// labels that could be found.
    pub fn best(input: &Input, coverage: &Coverage) -> Option<Self> {
        let kinds = |kind: &str| coverage.emitters.iter().any(|it| it.silent.is_none() && it.kind == kind);
        let features: Vec<Feature> =
            features::all(input).into_iter().filter(|feature| kinds(feature.kind)).collect();
        if input.labels.is_empty() || features.is_empty() {
            return None;
        }
        let steps = ((HIGHEST - LOWEST) / STEP) as usize;
        let tried: Vec<Self> = WINDOWS
            .into_par_iter()
            .flat_map(|window| {
                let findings = findings(input, &features, window);
                (0..=steps).into_par_iter().filter_map(move |step| {
                    let threshold = LOWEST + STEP * step as f64;
                    Self::scored(input, coverage, &findings, window, threshold)
                })
            })
            .collect();
        let market = best_of(tried.iter().filter_map(Self::market_score).copied(), |score| score.f1);
        best_of(tried.into_iter(), |baseline| baseline.total.f1).map(|best| Self { market, ..best })
    }

    fn market_score(&self) -> Option<&Score> {
        self.families.iter().find(|it| it.family == Family::Market).map(|it| &it.score)
    }

    fn scored(
        input: &Input,
        coverage: &Coverage,
        findings: &[Finding],
        window: usize,
        threshold: f64,
    ) -> Option<Self> {
        let found: Vec<Finding> = findings.iter().filter(|it| it.observed > threshold).cloned().collect();
        let evidence = Evidence {
            anomalies: &anomalies::group(&found, &input.intervals),
            findings: &[],
            labels: &input.labels,
            symbols: &input.symbols,
            users: &input.users,
            rows: &RowTimes::default(),
            coverage: Some(coverage),
        };
        let Accuracy { total, families, kinds, .. } = score(&evidence)?;
        Some(Self { window, threshold, total, market: None, families, kinds })
    }
}

/// The first of those with the highest F1.
fn best_of<T>(tried: impl Iterator<Item = T>, f1: impl Fn(&T) -> Option<f64>) -> Option<T> {
    tried.reduce(|best, next| if f1(&next).unwrap_or(0.0) > f1(&best).unwrap_or(0.0) { next } else { best })
}

/// Rows above the lowest threshold, in the order of findings; observed is the z-score.
fn findings(input: &Input, features: &[Feature], window: usize) -> Vec<Finding> {
    let mut findings: Vec<Finding> = features
        .par_iter()
        .flat_map_iter(|feature| {
            let scores = rolling::z_scores(&feature.values, window);
            let judged = feature.times.iter().zip(scores).zip(&feature.judged);
            let high: Vec<Finding> = judged
                .filter(|((_, z), judged)| **judged && *z > LOWEST)
                .map(|((at, z), _)| finding(feature, *at, z))
                .collect();
            high
        })
        .collect();
    finding::sort(&mut findings, &input.symbols, &input.users);
    findings
}

fn finding(feature: &Feature, at: i64, z: f64) -> Finding {
    let detector = match feature.family {
        Family::Conflict => CONFLICT_PANEL,
        Family::Market | Family::Behavior => NAME,
    };
    Finding {
        at,
        family: feature.family,
        subject: feature.subject,
        detector: detector.into(),
        kind: feature.kind.into(),
        severity: Severity::Low,
        score: 1.0,
        observed: z,
        expected: 0.0,
        message: String::new(),
        evidence: Vec::new(),
        dispute: None,
    }
}

#[cfg(test)]
mod tests;
