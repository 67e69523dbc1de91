//! Parameter sweeps: every combination, judged out of sample.

use serde_json::Value;
use tests::Scratch;

use crate::{
    command::{json, sweep},
    data::{Bar, MINUTE, START, market},
};

const THRESHOLD: &str = "price-movement.threshold=5..8/1.5";

fn swept(arguments: &[&str]) -> (Value, String) {
    let scratch = Scratch::new();
    let outputs = ["--days", "12", "--out", "sweep.json", "--report", "sweep.html"];
    let ran = sweep(&scratch, &[&outputs, arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    assert!(ran.out.contains("PARAMETER SWEEP") && ran.out.contains("Out of sample"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    (json(&scratch, "sweep.json"), scratch.read("sweep.html"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

#[test]
fn a_sweep_tries_every_value_and_is_judged_on_what_comes_later() {
    let (sweep, page) = swept(&["--param", THRESHOLD, "--folds", "3"]);
    assert_eq!(sweep["parameters"], Value::from(vec!["price-movement.threshold"]));
    let values: Vec<&Value> = list(&sweep["combinations"]).iter().map(|it| &it["values"]).collect();
    assert_eq!(values, [5.0, 6.5, 8.0].map(|value| Value::from(vec![value])).each_ref());

    let folds = list(&sweep["folds"]);
    assert_eq!(folds.len(), 3);
    let time = |fold: &Value, end: &str| fold[end].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
    assert!(folds.iter().all(|fold| time(fold, "test_from") < time(fold, "test_to")));
    assert!(folds.windows(2).all(|pair| time(&pair[0], "test_to") < time(&pair[1], "test_from")));
    assert!(folds.iter().all(|fold| values.contains(&&fold["chosen"])), "{folds:?}");
    for count in ["alerts_true", "alerts_false", "alerts_ignored", "labels_found", "labels_missed"] {
        let sum: u64 = folds.iter().map(|fold| fold["test"][count].as_u64().unwrap()).sum();
        assert_eq!(sweep["out_of_sample"][count], sum, "{count}");
    }
    assert!(sweep["out_of_sample"]["labels_found"].as_u64() > Some(0));
    assert!(page.contains("<table class=\"heat\">") && page.contains("price-movement.threshold"));
}

/// Ten hours in which the price jumps at minutes 298, 304 and 500; the first two lie in one label.
#[test]
fn a_label_across_two_folds_is_an_event_of_the_first() {
    let jumps = |minute: i64| [298, 304, 500].iter().filter(|&&jump| minute >= jump).count() as f64;
    let bar = |minute: i64| Bar { close: Bar::at(minute).close + 20.0 * jumps(minute), ..Bar::at(minute) };
    let label = |from: i64, to: i64| {
        format!("{},{},market,AAA,PRICE_SPIKE\n", START + from * MINUTE, START + to * MINUTE)
    };
    let labels = format!("start,end,family,subject,kind\n{}{}", label(297, 306), label(500, 501));
    let scratch =
        Scratch::new().with_file("market.csv", &market((0..600).map(bar))).with_file("labels.csv", &labels);
    let files = ["--market", "market.csv", "--labels", "labels.csv", "--out", "sweep.json"];
    let ran = sweep(&scratch, &[&files[..], &["--param", THRESHOLD, "--folds", "1"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    let fold = &json(&scratch, "sweep.json")["folds"][0];
    assert_eq!(fold["test_from"], "2024-01-01T05:00:00Z");
    for (part, ignored) in [("train", 0), ("test", 1)] {
        let counts = ["alerts_true", "alerts_false", "alerts_ignored", "labels_found", "labels_missed"];
        let counts = counts.map(|count| fold[part][count].as_u64().unwrap());
        assert_eq!(counts, [1, 0, ignored, 1, 0], "{part}");
    }
}

#[test]
fn two_settings_make_a_grid() {
    let second = "volume-surge.threshold=4..8/2";
    let (sweep, page) = swept(&["--param", THRESHOLD, "--param", second, "--folds", "2"]);
    let combinations = list(&sweep["combinations"]);
    assert_eq!(combinations.len(), 9);
    assert_eq!(combinations[0]["values"], Value::from(vec![5.0, 4.0]));
    assert_eq!(combinations[8]["values"], Value::from(vec![8.0, 8.0]));
    let (_, heat) = page.split_once("<table class=\"heat\">").unwrap();
    let (heat, _) = heat.split_once("</table>").unwrap();
    assert_eq!(heat.matches("<td").count(), 9, "{heat}");
    assert!(heat.contains("class=\"best\""));
}

#[test]
fn what_cannot_be_swept_is_refused_with_the_way_out() {
    let refused = |parameter: &str, code: i32, reason: &str| {
        let ran = sweep(&Scratch::new(), &["--days", "2", "--param", parameter]);
        assert_eq!(ran.code, code, "{}", ran.said());
        assert!(ran.err.contains(reason), "{}", ran.err);
    };
    for parameter in ["price-movement", "price-movement.threshold=5", "price-movement.threshold=a..b/c"] {
        refused(parameter, 2, "write it as NAME.KEY=FROM..TO/STEP");
    }
    refused("price-movement.threshold=8..5/1", 2, "needs FROM <= TO");
    refused("nobody.threshold=1..2/1", 1, "nobody: no such plugin; there are adx-trend, ");
    refused("price-movement.mood=1..2/1", 1, "mood");
}
