//! What rows mean: panels, given signals, orders in parts, labels that cannot be scored.

use std::fmt::Write as _;

use tests::Scratch;

use crate::{
    command::{Outcome, anomalies, backtest, component, generated, outcome},
    data::{Bar, MINUTE, SECOND, START, market, signals},
    tables::Table,
};

/// Two sides of the same strength.
fn split(place: usize) -> (&'static str, f64) {
    (if place.is_multiple_of(2) { "BUY" } else { "SELL" }, 0.9)
}

#[test]
fn a_panel_needs_no_bars() {
    let calm = |place: usize| (if place == 0 { "HOLD" } else { "BUY" }, 0.5);
    let minutes = |from: i64, to: i64| (from..to).map(|minute| START + minute * MINUTE);
    let (calm, torn) = (signals(minutes(0, 300), "AAA", calm), signals(minutes(300, 303), "AAA", split));
    let text = calm + torn.split_once('\n').unwrap().1;
    let scratch = Scratch::new().with_file("signals.csv", &text);
    let Outcome { result, .. } = outcome(&scratch, &["--signals", "signals.csv"]);
    assert_eq!((&result["summary"]["bars"], &result["summary"]["panels"]), (&0.into(), &303.into()));
    let conflicts = anomalies(&result, "ALGORITHM_CONFLICT");
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    assert_eq!(conflicts[0]["opened_at"], "2024-01-01T05:00:00Z");
    assert_eq!(component(&result, "macd")["computed_signals"], 0);
}

#[test]
fn under_five_signals_there_is_no_panel() {
    let text = signals((0..100).map(|minute| START + minute * MINUTE), "AAA", split);
    let few = text.lines().enumerate().filter(|(row, _)| *row == 0 || (1..=4).contains(&(row % 13)));
    let few: String = few.map(|(_, line)| format!("{line}\n")).collect();
    let result =
        outcome(&Scratch::new().with_file("signals.csv", &few), &["--signals", "signals.csv"]).result;
    assert_eq!(result["summary"]["signals"], 400);
    assert_eq!(result["summary"]["panels"], 0);
}

#[test]
fn given_signals_take_the_place_of_computed_ones() {
    let scratch = generated(&["--days", "4"]);
    let computed = outcome(&scratch, &["--market", "market.csv"]).result;
    let panels = computed["summary"]["panels"].as_u64().unwrap();
    assert!(panels > 500 && component(&computed, "macd")["computed_signals"].as_u64() > Some(500));

    let known_at = |row: &Vec<String>| row[0].parse::<jiff::Timestamp>().unwrap().as_microsecond() + MINUTE;
    let table = Table::read(&scratch, "market.csv");
    let times: Vec<i64> = table.rows.iter().map(known_at).collect();
    let given = |times: Vec<i64>, vote: fn(usize) -> (&'static str, f64)| {
        let scratch =
            generated(&["--days", "4"]).with_file("given.csv", &signals(times.into_iter(), "NIFTY", vote));
        outcome(&scratch, &["--market", "market.csv", "--signals", "given.csv"])
    };
    let united = given(times.clone(), |_| ("BUY", 0.9));
    assert_eq!(united.result["summary"]["panels"], table.rows.len());
    assert_eq!(anomalies(&united.result, "ALGORITHM_CONFLICT").len(), 0);
    assert!(!united.findings.contains("DISSENT"), "nobody dissents from one voice");

    let moment = times[1_000];
    let torn = given(vec![moment], split);
    assert!(torn.findings.contains("DISSENT"));
    let at = jiff::Timestamp::from_microsecond(moment).unwrap().to_string();
    let conflicts = anomalies(&torn.result, "ALGORITHM_CONFLICT");
    assert!(conflicts.iter().any(|it| it["opened_at"] == *at), "{at}: {conflicts:?}");
    assert!(!anomalies(&computed, "ALGORITHM_CONFLICT").iter().any(|it| it["opened_at"] == *at));
}

/// Twenty days of six orders and one of eight, each order of the last filled in ten parts.
fn trades(order: impl Fn(i64, i64) -> String) -> String {
    let mut text = String::from("timestamp,user_id,symbol,side,quantity,price,order_id\n");
    for day in 0..21 {
        for number in 0..if day == 20 { 8 } else { 6 } {
            let parts = if day == 20 { 10 } else { 1 };
            for part in 0..parts {
                let at = START + (day * 24 * 60 + 600 + number * 45) * MINUTE + part * 10 * SECOND;
                let (side, quantity) = (if number % 2 == 0 { "BUY" } else { "SELL" }, 100 / parts);
                let _ = writeln!(text, "{at},ann,AAA,{side},{quantity},100,{}", order(day, number));
            }
        }
    }
    text
}

#[test]
fn fills_of_one_order_are_one_decision() {
    let run = |text: String| {
        let scratch = Scratch::new().with_file("trades.csv", &text);
        outcome(&scratch, &["--trades", "trades.csv"]).result
    };
    let in_parts = run(trades(|day, number| format!("{day}-{number}")));
    assert_eq!(in_parts["summary"]["anomalies"], 0, "{}", in_parts["anomalies"]);
    let loose = run(trades(|_, _| String::new()));
    assert!(!anomalies(&loose, "FREQUENCY_SPIKE").is_empty(), "{}", loose["anomalies"]);
}

#[test]
fn labels_that_cannot_be_scored_are_listed() {
    let label = |subject: &str, kind: &str| {
        format!("2024-01-01T01:00:00Z,2024-01-01T01:05:00Z,market,{subject},{kind}\n")
    };
    let rows = [("AAA", "PRICE_SPIKE"), ("AAA", "NO_SUCH_KIND"), ("ZZZ", "PRICE_SPIKE"), ("AAA", "IV_SPIKE")];
    let labels = rows.map(|(who, what)| label(who, what)).concat();
    let labels = format!("start,end,family,subject,kind\n{labels}");
    let scratch = Scratch::new()
        .with_file("market.csv", &market((0..300).map(Bar::at)))
        .with_file("labels.csv", &labels);
    let files = ["--market", "market.csv", "--labels", "labels.csv"];
    let result = outcome(&scratch, &files).result;
    let not_scored: Vec<(&str, u64)> = result["accuracy"]["not_scored"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["kind"].as_str().unwrap(), it["labels"].as_u64().unwrap()))
        .collect();
    assert_eq!(not_scored.iter().map(|(_, labels)| labels).sum::<u64>(), 3, "{not_scored:?}");
    for kind in ["NO_SUCH_KIND", "PRICE_SPIKE", "IV_SPIKE"] {
        assert!(not_scored.contains(&(kind, 1)), "{not_scored:?}");
    }
    assert_eq!(result["accuracy"]["total"]["labels_missed"], 1);
    let reasons = result["accuracy"]["not_scored"].to_string();
    assert!(reasons.contains("no market rows of ZZZ") && reasons.contains("no implied_volatility column"));
    let ran = backtest(&scratch, &[&files[..], &["--only", "volume-surge"]].concat());
    assert!(
        ran.said().contains("not scored: 2 labels of PRICE_SPIKE: no component of this run looks for it"),
        "{}",
        ran.said()
    );
}
