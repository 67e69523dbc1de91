use super::*;
use crate::{backtest::result::Status, report::sample};

fn printed(result: &BacktestResult, style: Style) -> String {
    let mut bytes = Vec::new();
    print(result, &mut bytes, style).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Without colour escapes.
fn stripped(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').unwrap().1)
}

#[test]
fn sections_come_in_their_order_and_fit_80_columns() {
    let text = printed(&sample::result(), Style::PLAIN);
    let headings = [
        "BACKTEST RESULTS",
        "SUMMARY",
        "MARKET DETECTION ALGORITHMS (2 components)",
        "ALGORITHM CONFLICT DETECTION (1 algorithms)",
        "BEHAVIOR DETECTION ALGORITHMS (2 patterns)",
        "AI DECISION AGENT (scorecard)",
        "ACTIONS",
        "ACCURACY METRICS",
        "PERFORMANCE",
        "NOTES",
    ];
    let places: Vec<usize> = headings.iter().map(|heading| text.find(heading).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}\n{text}");
    assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
}

#[test]
fn figures_stand_beside_their_names() {
    let text = printed(&sample::result(), Style::PLAIN);
    let line = |name: &str| {
        let line =
            text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name}\n{text}"));
        line[name.len()..].split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("Total Data Points:"), "11,700 bars (and 149,873 signals, 9,745 fills)");
    assert_eq!(line("Price Spikes:"), "2 1 1 0 1 50.0% 50.0%");
    assert_eq!(line("Fix Decisions:"), "1 (33.3%)");
    assert_eq!(line("Decided By:"), "policy 1, scorecard 2");
    assert_eq!(line("True, Fix or Review:"), "100.0% of 2");
    assert_eq!(line("False, Keep:"), "100.0% of 1");
    assert_eq!(line("Widen Limits:"), "2, 1 failed");
    assert_eq!(line("Price Drops:"), "0 0 0 0 0 - -");
    assert_eq!(line("IV Spikes:"), "not run (iv-spike lacks input)");
    assert_eq!(line("Overtrading:"), "not run (overtrading failed)");
    assert_eq!(line("Avg Disagreement:"), "60.0%");
    assert_eq!(line("True Negatives:"), "10,900 rows");
    assert_eq!(line("False Positive Rate:"), "33.33% of anomalies (1 - precision)");
    assert_eq!(line("Overall Accuracy:"), "99.55% of rows");
}

#[test]
fn whatever_went_wrong_is_named() {
    let text = printed(&sample::result(), Style::PLAIN);
    let notes = text.split_once("NOTES").unwrap().1.split_whitespace().collect::<Vec<_>>().join(" ");
    for note in [
        "not run: iv-spike: no implied_volatility column",
        "FAILED: overtrading: ran into the deadline of 1000 ms for one call",
        "risk-breach: skipped 1 row, the first 1234: trapped: unreachable",
        "not scored: 15 labels of IV_SPIKE: iv-spike: no implied_volatility column",
        "2 bad rows left out of the input; see rejects.csv",
        "column `colour` is not known and was ignored",
    ] {
        assert!(notes.contains(note), "{note}\n{notes}");
    }
}

#[test]
fn without_labels_no_accuracy_is_claimed() {
    let text = printed(&BacktestResult { accuracy: None, ..sample::result() }, Style::PLAIN);
    for claim in ["ACCURACY", "Precision", "True"] {
        assert!(!text.contains(claim), "{claim}\n{text}");
    }
    assert!(text.contains("no labels were given"));
}

#[test]
fn colours_change_nothing_but_colours() {
    let result = sample::result();
    let coloured = printed(&result, Style::COLOURED);
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(stripped(&coloured), printed(&result, Style::PLAIN));
}

#[test]
fn what_a_component_said_cannot_steer_the_terminal() {
    let mut result = sample::result();
    result.components[0].status = Status::Failed("trapped: \u{1b}[2J\u{7}gone\r\nSUMMARY".into());
    let text = printed(&result, Style::PLAIN);
    assert!(text.contains("gone SUMMARY"));
    assert!(!text.contains(['\u{1b}', '\u{7}', '\r']));
}
