//! A result for tests.

use crate::{
    backtest::result::{
        ActionCount, AnomalyRecord, BacktestResult, Component, ConflictSummary, DecisionRecord,
        DecisionSummary, KindCount, Performance, Provenance, Rejects, SkippedRow, Status, Summary, Timings,
        Versions,
    },
    domain::{
        family::{ALGORITHM_CONFLICT, CONFLICT_PANEL, Family},
        finding::Severity,
        time::MINUTE,
        vocabulary::{ActionType, DecidedBy, DecisionType},
    },
    scoring::{
        Accuracy, Bin, Calibration, Curve, FamilyScore, KindScore, NotScored, Point, RowAccuracy, Score,
        Truth,
    },
};

pub(crate) fn component(name: &str, family: Family, kinds: &[&str], status: Status) -> Component {
    Component {
        name: name.into(),
        family: family.into(),
        version: "0.1.0".into(),
        sha256: "ab".repeat(32),
        kinds: kinds.iter().map(|kind| (*kind).into()).collect(),
        status,
        rows: 11_700,
        findings: 40,
        computed_signals: 0,
        skipped: Vec::new(),
        skipped_rows: 0,
    }
}

pub(crate) fn anomaly(minute: i64, family: Family, kind: &str, truth: Option<Truth>) -> AnomalyRecord {
    AnomalyRecord {
        opened_at: 1_767_584_700_000_000 + minute * MINUTE,
        last_at: 1_767_584_700_000_000 + (minute + 1) * MINUTE,
        family,
        subject: "NIFTY".into(),
        detector: if family == Family::Conflict { CONFLICT_PANEL.into() } else { "detector".into() },
        kind: kind.into(),
        severity: Severity::Medium,
        score: 0.9,
        observed: Some(60.0),
        expected: None,
        message: "Something stood out".into(),
        findings: 2,
        truth,
    }
}

fn decision(anomaly: u64, decision: DecisionType, decided_by: DecidedBy) -> DecisionRecord {
    DecisionRecord {
        anomaly,
        decision,
        decided_by,
        confidence: 0.8,
        reason: "it is <plain>".into(),
        revision: 0,
        provider: None,
        model: None,
        prompt_hash: None,
        input_tokens: None,
        output_tokens: None,
        cost: None,
        fallback: None,
        inputs_digest: None,
        notifications: 1,
    }
}

fn score(right: u64, wrong: u64, missed: u64) -> Score {
    let share = |part: u64, rest: u64| (part + rest > 0).then(|| part as f64 / (part + rest) as f64);
    Score {
        alerts_true: right,
        alerts_false: wrong,
        labels_found: right,
        labels_missed: missed,
        precision: share(right, wrong),
        recall: share(right, missed),
        f1: Some(0.8),
        precision_interval: Some([0.5, 0.98]),
        median_delay_seconds: Some(60.0),
        ..Score::default()
    }
}

/// One spike, one conflict; a component that lacks its column, one that failed, one that skipped a row.
pub(crate) fn result() -> BacktestResult {
    let anomalies = vec![
        anomaly(0, Family::Market, "PRICE_SPIKE", Some(Truth::True)),
        anomaly(9, Family::Market, "PRICE_SPIKE", Some(Truth::False)),
        anomaly(20, Family::Conflict, ALGORITHM_CONFLICT, Some(Truth::True)),
    ];
    let skipped = SkippedRow { row: 1_234, reason: "trapped: unreachable".into() };
    let lacking = Status::NotRun("no implied_volatility column".into());
    let deadline = Status::Failed("ran into the deadline of 1000 ms for one call".into());
    let components = vec![
        component("price-movement", Family::Market, &["PRICE_SPIKE", "PRICE_DROP"], Status::Ran),
        component("iv-spike", Family::Market, &["IV_SPIKE"], lacking),
        component("macd", Family::Conflict, &[], Status::Ran),
        component("overtrading", Family::Behavior, &["OVERTRADING"], deadline),
        Component {
            skipped: vec![skipped],
            skipped_rows: 1,
            ..component("risk-breach", Family::Behavior, &["RISK_BREACH"], Status::Ran)
        },
    ];
    let decisions = vec![
        decision(0, DecisionType::Fix, DecidedBy::Policy),
        decision(1, DecisionType::Keep, DecidedBy::Scorecard),
        decision(2, DecisionType::Review, DecidedBy::Scorecard),
    ];
    BacktestResult {
        summary: Summary {
            from: Some("2026-01-05T03:45:00Z".into()),
            to: Some("2026-02-13T10:14:00Z".into()),
            bars: 11_700,
            signals: 149_873,
            fills: 9_745,
            anomalies: 3,
            decisions: 3,
            actions: 2,
            kinds: KindCount::tally(&components, &anomalies),
            conflicts: ConflictSummary::of(&anomalies),
            rejects: Rejects { rows: 2, file: Some("rejects.csv".into()) },
            ..Summary::default()
        },
        components,
        decided: Some(DecisionSummary::of(&decisions, &anomalies, "scorecard")),
        anomalies,
        decisions,
        actions: Vec::new(),
        acted: vec![ActionCount { action_type: ActionType::WidenLimits, actions: 2, failed: 1 }],
        accuracy: Some(accuracy()),
        baseline: None,
        performance: Performance {
            rows: 171_318,
            evaluations: 300_000,
            timings: Timings { run_seconds: 0.3, rows_per_second: 571_060.0, ..Timings::default() },
        },
        provenance: Provenance {
            versions: Versions { host: "0.1.0".into(), contract: "0.1.0".into() },
            ..Provenance::default()
        },
        notes: vec!["market.csv: column `colour` is not known and was ignored".into()],
    }
}

fn accuracy() -> Accuracy {
    let rows = RowAccuracy {
        rows: 11_000,
        right: 10_950,
        true_negatives: 10_900,
        anomalies_per_1000_rows: Some(0.3),
    };
    let family = |family, score| FamilyScore { family, score, rows, calibration: Calibration::default() };
    let kind = |family, kind: &str, score| KindScore { family, kind: kind.into(), score };
    let point = |threshold, precision, recall| Point { threshold, precision, recall };
    Accuracy {
        total: score(2, 1, 1),
        rows,
        families: vec![family(Family::Market, score(1, 1, 1)), family(Family::Conflict, score(1, 0, 0))],
        kinds: vec![
            kind(Family::Market, "PRICE_SPIKE", score(1, 1, 1)),
            kind(Family::Market, "PRICE_DROP", score(0, 0, 0)),
            kind(Family::Conflict, ALGORITHM_CONFLICT, score(1, 0, 0)),
        ],
        calibration: Calibration {
            expected_calibration_error: 0.23,
            bins: vec![Bin { from: 0.9, to: 1.0, alerts: 3, mean_score: 0.9, share_true: 2.0 / 3.0 }],
        },
        curves: vec![Curve {
            family: Family::Market,
            detector: "price-movement".into(),
            points: vec![point(0.95, 1.0, 0.5), point(0.9, 0.5, 0.5)],
        }],
        not_scored: vec![NotScored {
            family: Family::Market,
            kind: "IV_SPIKE".into(),
            labels: 15,
            reason: "iv-spike: no implied_volatility column".into(),
        }],
        ..Accuracy::default()
    }
}
