//! The score that the tutorial shows is the score that its detector gets.

use tests::{Scratch, repository};

use crate::markdown::{blocks, read};

#[test]
fn the_report_in_the_tutorial_is_what_its_command_prints() {
    let from_root = |path: &str| repository().join(path).to_string_lossy().into_owned();
    let ran = Scratch::new().host(&[
        "backtest",
        "--plugins",
        &from_root("tests/tutorial"),
        "--market",
        &from_root("tests/tutorial/data/market.csv"),
        "--labels",
        &from_root("tests/tutorial/data/labels.csv"),
    ]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let shown = blocks(&read("docs/writing-a-detector.md"), "text").concat();
    assert!(shown.contains("Precision"), "the tutorial shows no score");
    for line in shown.lines() {
        assert!(ran.out.lines().any(|printed| printed == line), "not printed: {line}\n{}", ran.said());
    }
}
