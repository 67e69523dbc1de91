//! A trap costs the row that caused it, and nothing else.

use tests::Scratch;

use crate::data::{BACKTEST, backtest, market, scratch};

fn findings_of(scratch: &Scratch, detector: &str) -> Vec<String> {
    scratch.read("findings.csv").lines().filter(|line| line.contains(detector)).map(str::to_owned).collect()
}

#[test]
fn a_trap_on_every_thousandth_row_loses_that_row_alone_at_any_batch_size() {
    let honest = scratch().with_file("market.csv", &market(3_000, |minute| minute % 1_000 == 999));
    let ran = honest.host(&BACKTEST);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let expected = findings_of(&honest, "hostile");
    assert!(expected.len() > 100, "the test's bars give it something to say");

    let trapping = scratch();
    for batch in ["1", "7", "1000", "2048", "100000"] {
        let ran = backtest(&trapping, "trap-every-1000th", &["--batch", batch]);
        assert_eq!(ran.code, 3, "{}", ran.said());
        assert!(ran.said().contains("hostile: skipped 3 rows"), "{}", ran.said());
        assert_eq!(findings_of(&trapping, "hostile"), expected, "batches of {batch}");
    }
}

#[test]
fn a_plugin_that_traps_on_over_one_row_in_a_hundred_is_quarantined_at_the_same_row_whatever_the_batch() {
    let scratch = scratch();
    let mut seen = Vec::new();
    for batch in ["1", "64", "100000"] {
        let ran = backtest(&scratch, "trap-every-50th", &["--batch", batch]);
        assert_eq!(ran.code, 3, "{}", ran.said());
        assert!(ran.said().contains("quarantined"), "{}", ran.said());
        seen.push(findings_of(&scratch, "hostile"));
    }
    assert!(!seen[0].is_empty(), "what it said before stands");
    assert!(seen.iter().all(|findings| *findings == seen[0]));
}
