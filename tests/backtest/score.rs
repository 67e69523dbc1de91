//! `host score` reproduces the cases that were worked by hand.

use serde_json::Value;
use tests::{Scratch, repository};

fn score(case: &str) -> (Value, Value) {
    let file = |name: &str| repository().join("tests/fixtures/scoring").join(case).join(name);
    let (findings, labels) = (file("findings.csv"), file("labels.csv"));
    let arguments =
        ["score", "--findings", &findings.to_string_lossy(), "--labels", &labels.to_string_lossy()];
    let ran = Scratch::new().host(&arguments);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let expected = std::fs::read_to_string(file("expected.json")).unwrap();
    (serde_json::from_str(&ran.out).unwrap(), serde_json::from_str(&expected).unwrap())
}

/// Every field that is expected is as expected.
#[track_caller]
fn assert_as_expected(score: &Value, expected: &Value) {
    for (field, expected) in expected.as_object().unwrap() {
        assert_eq!(score[field].as_f64(), expected.as_f64(), "{field}");
    }
}

#[test]
fn hand_worked_cases_are_reproduced() {
    for case in ["market", "conflict", "behavior"] {
        let (accuracy, expected) = score(case);
        assert_as_expected(&accuracy["total"], &expected[case]);
        for (kind, expected) in expected["by_kind"].as_object().into_iter().flatten() {
            let kinds = accuracy["kinds"].as_array().unwrap();
            assert_as_expected(&kinds.iter().find(|it| it["kind"] == *kind).unwrap()["score"], expected);
        }
    }
}
