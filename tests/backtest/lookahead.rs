//! `--check-lookahead` proves that no finding knows the future, and finds those that do.

use tests::Scratch;

use crate::{
    command::backtest,
    data::{Bar, market},
};

#[test]
fn the_detectors_do_not_look_ahead() {
    let ran = backtest(&Scratch::new(), &["--days", "8", "--check-lookahead"]);
    assert_eq!(ran.code, 0, "{}", ran.said());
    let said = ran.said();
    let note = said.lines().find(|line| line.contains("no look-ahead")).expect("it says so");
    let compared: Vec<u32> = note.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    assert!(matches!(compared[..], [5, findings] if findings > 1_000), "{note}");
}

#[test]
fn a_detector_that_peeks_into_its_batch_is_named() {
    let wave = |minute: i64| Bar { close: 100.0 + (minute % 10) as f64, ..Bar::at(minute) };
    let scratch = Scratch::new()
        .with_component("tests/hostile/hostile.wasm", "hostile.wasm")
        .with_file("market.csv", &market((0..1_000).map(wave)));
    let check = |mode: &str| {
        let mode = format!("hostile.mode={mode}");
        let (plugins, file) = (["--no-build", "--plugins", "plugins"], ["--market", "market.csv"]);
        scratch
            .host(&[&["backtest"], &plugins[..], &file, &["--check-lookahead", "--settings", &mode]].concat())
    };
    let honest = check("honest");
    assert_eq!(honest.code, 0, "{}", honest.said());
    let peeking = check("peek");
    assert_eq!(peeking.code, 1, "{}", peeking.said());
    assert!(
        peeking.err.contains("hostile HIGH_OF_WINDOW at ") && peeking.err.contains("looks ahead"),
        "{}",
        peeking.err
    );
}
