//! What the detectors are worth on the built-in month: generated data that know nothing of them.

use serde_json::Value;
use tests::Scratch;

use crate::command::outcome;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn the_built_in_month_is_found_with_few_false_alarms() {
    for seed in ["1", "2", "3"] {
        let result = outcome(&Scratch::new(), &["--seed", seed]).result;
        let (accuracy, baseline) = (&result["accuracy"], &result["baseline"]);
        let total = &accuracy["total"];
        assert_eq!(result["summary"]["bars"], 11_700);
        assert!(number(&total["labels_found"]) > 100.0, "seed {seed}: {total}");
        assert!(number(&total["precision"]) > 0.95, "seed {seed}: {total}");
        assert!(number(&total["recall"]) >= 0.90, "seed {seed}: {total}");
        assert_eq!(accuracy["not_scored"], Value::Array(Vec::new()), "seed {seed}");
        let error = number(&accuracy["calibration"]["expected_calibration_error"]);
        assert!(error <= 0.1, "seed {seed}: expected calibration error {error}");
        for (of, ours) in [("total", total), ("market", &accuracy["families"][0]["score"])] {
            let threshold = number(&baseline[of]["f1"]);
            assert!(threshold < 0.88 && threshold < number(&ours["f1"]), "seed {seed}: {of} {threshold}");
        }
    }
}
