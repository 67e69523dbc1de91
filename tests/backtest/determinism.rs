//! Equal input gives equal results, however the run is cut and spread.

use serde_json::Value;
use tests::{Scratch, repository};

use crate::command::{Outcome, outcome};

/// A run over eight built-in days, timings aside.
fn run(arguments: &[&str]) -> Outcome {
    timeless(&[&["--days", "8"], arguments].concat())
}

/// A run, timings aside.
fn timeless(arguments: &[&str]) -> Outcome {
    let mut outcome = outcome(&Scratch::new(), arguments);
    let timings = outcome.result["performance"].as_object_mut().unwrap().remove("timings");
    assert!(timings.is_some_and(|timings| timings["run_seconds"].as_f64() > Some(0.0)));
    outcome
}

#[test]
fn results_do_not_depend_on_batches_and_threads() {
    let expected = run(&[]);
    assert!(expected.findings.lines().count() > 1_000, "the days give the detectors something to say");
    assert_eq!(run(&[]), expected, "twice in a row");
    for batch in ["1", "1000", "100000"] {
        for threads in ["1", "2"] {
            let again = run(&["--batch", batch, "--threads", threads]);
            assert_eq!(again, expected, "batches of {batch} on {threads} threads");
        }
    }
}

#[test]
#[ignore = "takes minutes; `make soak` runs it"]
fn a_year_of_five_symbols_does_not_depend_on_batches_and_threads() {
    let year = ["--days", "250", "--symbols", "5"];
    let expected = timeless(&year);
    for (batch, threads) in [("17", "2"), ("3000", "1"), ("1000000", "2")] {
        let again = timeless(&[&year[..], &["--batch", batch, "--threads", threads]].concat());
        assert_eq!(again, expected, "batches of {batch} on {threads} threads");
    }
}

#[test]
fn another_seed_gives_other_data() {
    let (one, two) = (run(&["--seed", "1"]), run(&["--seed", "2"]));
    assert_ne!(one.findings, two.findings);
    assert_ne!(one.result["anomalies"], two.result["anomalies"]);
}

#[test]
fn findings_are_in_order() {
    let findings = run(&["--symbols", "3"]).findings;
    let mut csv = csv::Reader::from_reader(findings.as_bytes());
    let header = "timestamp,family,subject,detector,kind,severity,score,observed,expected,message";
    assert_eq!(csv.headers().unwrap().iter().collect::<Vec<_>>().join(","), header);
    let place = |family: &str| ["market", "conflict", "behavior"].iter().position(|name| *name == family);
    let time = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    let keys: Vec<_> = csv
        .records()
        .map(|row| row.unwrap())
        .map(|row| (time(&row[0]), place(&row[1]), row[2].to_owned(), row[3].to_owned(), row[4].to_owned()))
        .collect();
    assert!(keys.is_sorted());
}

#[test]
fn the_result_is_as_its_schema_says() {
    let schema = std::fs::read_to_string(repository().join("docs/result.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(
        schema,
        serde_json::to_value(host::backtest::result::schema()).unwrap(),
        "the schema is current"
    );
    let validator = jsonschema::validator_for(&schema).unwrap();
    let scratch = Scratch::new();
    for arguments in [&["--days", "8"][..], &["--days", "1", "--only", "macd"]] {
        let mut result = outcome(&scratch, arguments).result;
        let errors: Vec<String> = validator.iter_errors(&result).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        result["summary"]["bars"] = "many".into();
        assert!(!validator.is_valid(&result), "the schema refuses what is wrong");
    }
}
