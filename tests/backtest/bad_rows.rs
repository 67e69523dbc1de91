//! Bad rows are counted, listed and left out; bad files stop the run with their name and the reason.

use std::fs;

use tests::Scratch;

use crate::{
    command::{backtest, json, outcome},
    data::{Bar, MINUTE, START, market},
};

/// Good bars, with bad rows after the first ten: their lines are 12 to 18.
fn spoiled() -> String {
    let good = market((0..300).map(Bar::at));
    let mut lines: Vec<&str> = good.lines().collect();
    let (repeated, earlier) = (lines[10], lines[5]);
    let bad = [
        "yesterday,AAA,100",
        "2024-01-01T00:10:00Z,AAA,cheap",
        "2024-01-01T00:10:00Z,AAA,-5",
        "2024-01-01T00:10:00Z,,100",
        repeated,
        earlier,
        "2024-01-01T00:10:00Z,AAA",
    ];
    lines.splice(11..11, bad);
    lines.join("\n") + "\n"
}

const REASONS: [(&str, &str); 7] = [
    ("12", "timestamp `yesterday` is not RFC 3339"),
    ("13", "close `cheap` is not a finite number"),
    ("14", "close -5 is not a positive number"),
    ("15", "symbol is empty"),
    ("16", "duplicate of an earlier row"),
    ("17", "time goes backwards"),
    ("18", "2 cells where the header has 3"),
];

#[track_caller]
fn assert_listed(rejects: &str) {
    let mut csv = csv::Reader::from_reader(rejects.as_bytes());
    assert_eq!(csv.headers().unwrap(), vec!["file", "line", "reason"]);
    let rows: Vec<_> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), REASONS.len(), "{rejects}");
    for (row, (line, reason)) in rows.iter().zip(REASONS) {
        assert_eq!((&row[0], &row[1]), ("market.csv", line));
        assert!(row[2].starts_with(reason), "{line}: {}", &row[2]);
    }
}

#[test]
fn bad_rows_are_left_out_counted_and_listed() {
    let scratch = Scratch::new().with_file("market.csv", &spoiled());
    fs::create_dir(scratch.path("results")).unwrap();
    let (files, out) = (["--market", "market.csv"], ["--out", "results/result.json"]);
    let ran = backtest(&scratch, &[files, out].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(
        ran.said().contains("7 bad rows left out of the input; see results/rejects.csv"),
        "{}",
        ran.said()
    );
    assert_listed(&scratch.read("results/rejects.csv"));
    let result = json(&scratch, "results/result.json");
    assert_eq!(result["summary"]["bars"], 300);
    assert_eq!(result["summary"]["rejects"]["rows"], 7);
    assert_eq!(result["provenance"]["files"][0]["rejected"], 7);

    let ran = backtest(&scratch, &[files, ["--rejects", "elsewhere.csv"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert_listed(&scratch.read("elsewhere.csv"));
}

#[test]
fn a_run_with_bad_rows_finds_what_a_run_without_them_finds() {
    let jumps = |minute: i64| {
        let bar = Bar::at(minute);
        if minute == 250 { Bar { close: 130.0, ..bar } } else { bar }
    };
    let good = market((0..300).map(jumps));
    let spoiled = good.replacen('\n', "\nnonsense\n", 1).replace(",130\n", ",130\nnow,AAA,1\n");
    let run =
        |text: &str| outcome(&Scratch::new().with_file("market.csv", text), &["--market", "market.csv"]);
    let (expected, found) = (run(&good), run(&spoiled));
    assert!(expected.findings.contains("PRICE_SPIKE"));
    assert_eq!(found.findings, expected.findings);
    assert_eq!(found.result["summary"]["rejects"]["rows"], 2);
}

#[test]
fn strict_stops_at_the_first_bad_row() {
    let scratch = Scratch::new().with_file("market.csv", &spoiled());
    let ran = backtest(&scratch, &["--market", "market.csv", "--strict", "--out", "result.json"]);
    assert_eq!(ran.code, 1, "{}", ran.said());
    assert!(ran.err.contains("market.csv, line 12: timestamp `yesterday` is not RFC 3339"), "{}", ran.err);
    assert!(!scratch.path("result.json").exists());
}

#[test]
fn rows_that_another_file_has_already_are_duplicates() {
    let text = |from, to| market((from..to).map(Bar::at));
    let scratch = Scratch::new().with_file("a.csv", &text(0, 200)).with_file("b.csv", &text(150, 300));
    let files = ["--market", "a.csv", "--market", "b.csv"];
    let result = outcome(&scratch, &files).result;
    assert_eq!(result["summary"]["bars"], 300);
    assert_eq!(result["summary"]["rejects"]["rows"], 50);
    let rejects = scratch.read("rejects.csv");
    assert!(
        rejects.lines().skip(1).all(|row| row.starts_with("b.csv,") && row.contains("duplicate")),
        "{rejects}"
    );
    let ran = backtest(&scratch, &[&files[..], &["--strict"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.said());
    assert!(ran.err.contains("b.csv, line 2: duplicate"), "{}", ran.err);
}

#[test]
fn equal_fills_are_normal_but_a_fill_id_never_repeats() {
    let fill = |minute: i64, id: &str| format!("{},ann,AAA,BUY,10,100,{id}\n", START + minute * MINUTE);
    let rows = [fill(0, ""), fill(0, ""), fill(1, "f1"), fill(2, "f2"), fill(3, "f1")].concat();
    let trades = format!("timestamp,user_id,symbol,side,quantity,price,fill_id\n{rows}");
    let scratch = Scratch::new().with_file("trades.csv", &trades);
    let result = outcome(&scratch, &["--trades", "trades.csv"]).result;
    assert_eq!(result["summary"]["fills"], 4);
    assert!(scratch.read("rejects.csv").contains("trades.csv,6,duplicate of an earlier row (same fill_id)"));
}

#[test]
fn a_crossed_quote_is_blanked_and_counted() {
    let row = |minute: i64| {
        let (bid, ask) = if minute % 100 == 99 { (150.0, 100.0) } else { (99.99, 100.01) };
        format!("{},AAA,100,{bid},{ask}\n", START + minute * MINUTE)
    };
    let rows: String = (0..1_000).map(row).collect();
    let text = format!("timestamp,symbol,close,bid,ask\n{rows}");
    let scratch = Scratch::new().with_file("market.csv", &text);
    let ran = backtest(&scratch, &["--market", "market.csv", "--out", "result.json"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.said().contains("10 crossed quotes (bid above ask) taken as not known"), "{}", ran.said());
    let summary = &json(&scratch, "result.json")["summary"];
    assert_eq!((&summary["crossed_quotes"], &summary["bars"]), (&10.into(), &1_000.into()));
    assert_eq!((&summary["rejects"]["rows"], &summary["anomalies"]), (&0.into(), &0.into()));
}

#[test]
fn files_that_cannot_be_read_stop_the_run_by_name() {
    let noise = "PAR1 but no more than that";
    let scratch = Scratch::new()
        .with_file("thin.csv", "timestamp,symbol,open\n")
        .with_file("empty.csv", "")
        .with_file("twice.csv", "timestamp,symbol,close,close\n")
        .with_file("noise.parquet", noise)
        .with_file("noise.csv.gz", "\u{1f}\u{8b} no gzip");
    let stops = |file: &str, reason: &str| {
        let ran = backtest(&scratch, &["--market", file]);
        assert_eq!(ran.code, 1, "{}", ran.said());
        assert!(ran.err.contains(file) && ran.err.contains(reason), "{file}: {}", ran.err);
        assert!(!ran.err.contains("panicked at"), "{}", ran.err);
    };
    stops("missing.csv", "No such file");
    stops("plugins", "directory");
    stops(
        "thin.csv",
        "no column `close`; found timestamp, symbol, open; a market file needs timestamp, symbol, close",
    );
    stops("empty.csv", "found an empty file");
    stops("twice.csv", "column `close` appears twice");
    stops("noise.parquet", "line 1");
    stops("noise.csv.gz", "line 1");
}
