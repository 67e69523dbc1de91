//! Files in every shape that is allowed say the same as the built-in data that they were made of.

use tests::Scratch;

use crate::{
    command::{FILES, Outcome, backtest, component, generated, outcome},
    data::{Bar, MINUTE, START, market},
    tables::Table,
};

const DAYS: [&str; 2] = ["--days", "6"];

const NAMES: [&str; 4] = ["market", "signals", "trades", "labels"];

/// What the files of [`NAMES`] come to once each is written in another shape, under its name and `ending`.
fn reshaped(scratch: &Scratch, ending: &str, write: impl Fn(&Table, &str)) -> Outcome {
    let mut arguments = Vec::new();
    for name in NAMES {
        let file = format!("{name}.{ending}");
        write(&Table::read(scratch, &format!("{name}.csv")), &file);
        arguments.extend([format!("--{name}"), file]);
    }
    outcome(scratch, &arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

#[track_caller]
fn assert_same(one: &Outcome, other: &Outcome) {
    assert!(one.findings == other.findings, "other findings");
    for part in ["summary", "anomalies", "accuracy", "baseline"] {
        assert!(one.result[part] == other.result[part], "other {part}");
    }
}

#[test]
fn generated_files_are_the_built_in_data() {
    let (scratch, chosen) = (generated(&["--days", "6", "--seed", "5", "--symbols", "2"]), ["--seed", "5"]);
    let built_in = outcome(&Scratch::new(), &[&DAYS[..], &chosen, &["--symbols", "2"]].concat());
    assert_same(&outcome(&scratch, &FILES), &built_in);
}

#[test]
fn compressed_text_and_parquet_say_the_same_as_text() {
    let scratch = generated(&DAYS);
    let text = outcome(&scratch, &FILES);
    assert_same(&reshaped(&scratch, "csv.gz", |table, file| table.write_gz(&scratch, file)), &text);
    assert_same(&reshaped(&scratch, "parquet", |table, file| table.write_parquet(&scratch, file)), &text);
}

#[test]
fn columns_may_come_in_any_order_and_unknown_ones_are_named_and_ignored() {
    let scratch = generated(&DAYS);
    let expected = outcome(&scratch, &FILES);
    let write = |table: &Table, file: &str| std::fs::write(scratch.path(file), table.text()).unwrap();
    let reversed = |table: &Table| table.arranged(|row| row.reverse());
    assert_same(&reshaped(&scratch, "reversed.csv", |table, file| write(&reversed(table), file)), &expected);

    let mut wider = Table::read(&scratch, "market.csv").arranged(|row| row.insert(1, "7".into()));
    wider.names[1] = "mood".into();
    write(&wider, "market.csv");
    let ran = backtest(&scratch, &[&FILES[..], &["--findings", "findings.csv"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.said().contains("market.csv: unknown columns ignored: `mood`"), "{}", ran.said());
    assert!(scratch.read("findings.csv") == expected.findings, "other findings");
}

#[test]
fn files_of_one_kind_are_merged() {
    let scratch = generated(&[&DAYS[..], &["--symbols", "2"]].concat());
    let expected = outcome(&scratch, &FILES);
    let table = Table::read(&scratch, "market.csv");
    for (name, rest) in [("a.csv", 0), ("b.csv", 1), ("c.csv", 2)] {
        std::fs::write(scratch.path(name), table.part(|row| row % 3 == rest).text()).unwrap();
    }
    let parts = ["--market", "c.csv", "--market", "a.csv", "--market", "b.csv"];
    assert_same(&outcome(&scratch, &[&parts, &FILES[2..]].concat()), &expected);
}

#[test]
fn a_detector_without_its_column_is_not_run_rather_than_silent() {
    let scratch = generated(&DAYS);
    let narrow = Table::read(&scratch, "market.csv").without("implied_volatility");
    std::fs::write(scratch.path("market.csv"), narrow.text()).unwrap();
    let ran = backtest(&scratch, &[&FILES[..], &["--out", "result.json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    let said = ran.said();
    assert!(said.contains("not run: iv-spike: no implied_volatility column"), "{said}");
    assert!(said.lines().any(|line| line.starts_with("IV Spikes:") && line.contains("not run")), "{said}");
    assert!(said.contains("labels of IV_SPIKE: iv-spike: no implied_volatility column"), "{said}");
    let result = crate::command::json(&scratch, "result.json");
    assert_eq!(component(&result, "iv-spike")["status"], "not_run");
    assert_eq!(component(&result, "price-movement")["status"], "ran");
    let not_scored = result["accuracy"]["not_scored"].as_array().unwrap();
    assert!(not_scored.iter().any(|it| it["kind"] == "IV_SPIKE" && it["labels"].as_u64() > Some(0)));
}

#[test]
fn a_family_without_rows_is_not_run() {
    let quiet = market((0..500).map(Bar::at));
    let scratch = Scratch::new().with_file("market.csv", &quiet);
    let ran = backtest(&scratch, &["--market", "market.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let notes = ran.said();
    let behavior = notes.lines().find(|line| line.contains("overtrading")).unwrap();
    assert!(behavior.contains("not run") && behavior.contains("risk-breach"), "{notes}");
    assert!(behavior.ends_with("no trades"), "{notes}");
    assert!(notes.contains("volume-surge, on-balance-volume: no volume column"), "{notes}");
    assert!(notes.contains("no labels were given") && !notes.contains("Precision"), "{notes}");
}

#[test]
fn an_empty_cell_is_not_known_and_never_zero() {
    let at = |minute: i64| START + minute * MINUTE;
    let rows = |volume: fn(i64) -> &'static str| -> String {
        (0..2_000).map(|minute| format!("{},AAA,100,{}\n", at(minute), volume(minute))).collect()
    };
    let header = "timestamp,symbol,close,volume\n";
    let known = |minute: i64| if minute % 2 == 0 { "500" } else { "510" };
    let gaps = |minute: i64| {
        if minute % 7 == 3 {
            ""
        } else if minute % 2 == 0 {
            "500"
        } else {
            "510"
        }
    };
    for volume in [known, gaps] {
        let scratch = Scratch::new().with_file("market.csv", &format!("{header}{}", rows(volume)));
        let result = outcome(&scratch, &["--market", "market.csv"]).result;
        assert_eq!(result["summary"]["anomalies"], 0, "{}", result["anomalies"]);
        assert_eq!(result["summary"]["rejects"]["rows"], 0);
    }
}
