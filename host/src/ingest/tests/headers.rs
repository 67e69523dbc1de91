//! Files that cannot be what they should be.

use super::*;

fn message(content: &str) -> String {
    market(content).unwrap_err().to_string()
}

#[test]
fn columns_may_come_in_any_order_and_unknown_ones_are_named() {
    let input = market("\u{feff}note, close ,symbol,mood,timestamp\r\n\"a\nb\",7,A,,0\r\n").unwrap();
    assert_eq!(closes(&input), [7.0]);
    let [warning] = input.intake.warnings.as_slice() else { panic!("one warning") };
    assert!(warning.ends_with("market.csv: unknown columns ignored: `note`, `mood`"), "{warning}");
}

#[test]
fn a_missing_column_is_named_with_what_is_there() {
    let text = message("time,symbol,close\n");
    assert!(
        text.ends_with(
            "no column `timestamp`; found time, symbol, close; a market file needs timestamp, symbol, close"
        ),
        "{text}"
    );
}

#[test]
fn an_empty_file_is_refused_and_one_without_rows_is_warned_about() {
    assert!(message("").contains("found an empty file"));
    let input = market("timestamp,symbol,close\n\n").unwrap();
    assert!(input.intake.warnings[0].ends_with("a header, but no rows"));
}

#[test]
fn a_column_that_appears_twice_is_refused() {
    assert!(message("timestamp,symbol,close,close\n").contains("column `close` appears twice"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let sources = Sources { trades: vec!["no/such/trades.csv".into()], ..Sources::default() };
    let text = try_read(&sources).unwrap_err().to_string();
    assert!(text.starts_with("cannot read no/such/trades.csv: "), "{text}");
}
