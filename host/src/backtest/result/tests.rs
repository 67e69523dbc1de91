use std::{env, fs, path::Path};

use super::*;
use crate::report::sample;

#[test]
fn percentiles_are_samples_of_nearest_rank() {
    let percentiles = Percentiles::of((1..=200).rev().map(f64::from).collect());
    assert_eq!(percentiles, Percentiles { p50: 100.0, p95: 190.0, p99: 198.0, mean: 100.5 });
    assert_eq!(Percentiles::of(vec![7.0]), Percentiles { p50: 7.0, p95: 7.0, p99: 7.0, mean: 7.0 });
    assert_eq!(Percentiles::of(Vec::new()), Percentiles::default());
}

#[test]
fn the_committed_schema_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/result.schema.json");
    let current = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::write(&path, &current).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(committed == current, "run the tests with UPDATE_SCHEMAS=1 and commit docs/result.schema.json");
}

#[test]
fn a_result_survives_being_written_and_read() {
    let result = sample::result();
    let text = serde_json::to_string(&result).unwrap();
    assert_eq!(serde_json::from_str::<BacktestResult>(&text).unwrap(), result);
}

#[test]
fn what_programs_rely_on_has_its_names() {
    let json = serde_json::to_value(sample::result()).unwrap();
    let at = |pointer: &str| json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}")).clone();
    assert_eq!(at("/summary/bars"), 11_700);
    assert_eq!(at("/components/1/status"), "not_run");
    assert_eq!(at("/components/1/reason"), "no implied_volatility column");
    assert_eq!(at("/anomalies/0/opened_at"), "2026-01-05T03:45:00Z");
    assert_eq!(at("/anomalies/1/truth"), "false");
    assert_eq!(at("/accuracy/total/alerts_true"), 2);
    assert_eq!(at("/decisions/0/decision"), "FIX");
    assert_eq!(at("/decisions/1/decided_by"), "SCORECARD");
    assert_eq!(at("/decided/quality/false_kept"), serde_json::json!({ "count": 1, "of": 1 }));
    for field in json["performance"].as_object().unwrap().keys() {
        assert!(
            ["rows", "evaluations", "timings"].contains(&field.as_str()),
            "{field} is a timing of its own"
        );
    }
}

#[test]
fn kinds_are_counted_also_where_there_are_none() {
    let result = sample::result();
    let counts: Vec<(&str, u64)> =
        result.summary.kinds.iter().map(|it| (it.kind.as_str(), it.anomalies)).collect();
    let expected = [
        ("PRICE_SPIKE", 2),
        ("PRICE_DROP", 0),
        ("IV_SPIKE", 0),
        ("ALGORITHM_CONFLICT", 1),
        ("OVERTRADING", 0),
        ("RISK_BREACH", 0),
    ];
    assert_eq!(counts, expected);
    assert_eq!(result.summary.kinds[0].by_severity, [0, 2, 0, 0]);
}

#[test]
fn disagreement_and_consensus_sum_to_100() {
    let conflicts = sample::result().summary.conflicts;
    assert_eq!((conflicts.warning, conflicts.critical, conflicts.minor), (1, 0, 0));
    assert_eq!(conflicts.average_disagreement.zip(conflicts.average_consensus), Some((60.0, 40.0)));
    assert_eq!(ConflictSummary::of(&[]).average_consensus, None);
}
