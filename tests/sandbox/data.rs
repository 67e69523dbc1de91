//! Bars that give the detectors of these tests something to say.

use std::fmt::Write as _;

use tests::Scratch;

/// Microseconds.
pub(crate) const MINUTE: i64 = 60_000_000;

/// Monday, 2024-01-01 00:00 UTC.
pub(crate) const START: i64 = 1_704_067_200_000_000;

/// A price that climbs and falls in waves of several lengths.
fn close(minute: i64) -> f64 {
    let wave = |length: i64, height: f64| height * ((minute % length) as f64 / length as f64 - 0.5).abs();
    100.0 + wave(17, 2.0) + wave(71, 3.0) + wave(997, 9.0)
}

/// `market.csv` with so many one-minute bars, without those at which `left_out` says so.
pub(crate) fn market(minutes: i64, left_out: impl Fn(i64) -> bool) -> String {
    let mut text = String::from("timestamp,symbol,close,volume\n");
    for minute in (0..minutes).filter(|&minute| !left_out(START / MINUTE + minute)) {
        let at = START + minute * MINUTE;
        let volume = 1_000 + minute * 7_919 % 500;
        let _ = writeln!(text, "{at},AAA,{:.4},{volume}", close(minute));
    }
    text
}

/// A scratch folder with the honest volume detector, the hostile one and 3,000 bars.
pub(crate) fn scratch() -> Scratch {
    Scratch::new()
        .with_component("plugins/market/volume-surge/volume-surge.wasm", "volume-surge.wasm")
        .with_component("tests/hostile/hostile.wasm", "hostile.wasm")
        .with_file("market.csv", &market(3_000, |_| false))
}

/// Arguments of a backtest with the plugins as they are.
pub(crate) const BACKTEST: [&str; 8] = [
    "backtest",
    "--no-build",
    "--plugins",
    "plugins",
    "--market",
    "market.csv",
    "--findings",
    "findings.csv",
];

/// Runs the backtest with the hostile plugin in a mode.
pub(crate) fn backtest(scratch: &Scratch, mode: &str, more: &[&str]) -> tests::Ran {
    let mode = format!("hostile.mode={mode}");
    let arguments = [&BACKTEST[..], &["--settings", &mode], more].concat();
    scratch.host(&arguments)
}
