use super::*;
use crate::{
    backtest::result::Status,
    domain::{family::Family, time::MINUTE},
    report::sample,
    scoring::Truth,
};

const FIRST: i64 = 1_767_584_700_000_000;

fn nifty() -> Names {
    let mut names = Names::default();
    names.intern("NIFTY");
    names
}

/// A price that goes up and down, in minutes.
fn bars(count: usize) -> Vec<Bar> {
    let close = |minute: usize| 24_000.0 + ((minute % 700) as f64 - 350.0).abs();
    (0..count)
        .map(|minute| Bar { close: close(minute), ..Bar::unknown(0, FIRST + minute as i64 * MINUTE) })
        .collect()
}

fn page_of(result: &BacktestResult, bars: &[Bar], heat_map: Option<&HeatMap>) -> String {
    page(result, &ReportData { symbols: Some(&nifty()), bars, heat_map }).unwrap()
}

#[test]
fn the_page_needs_nothing_but_itself() {
    let page = page_of(&sample::result(), &bars(100), None);
    for outside in ["http:", "https:", "src=", "@import", "url(", "<link"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn its_security_policy_names_its_own_script() {
    let page = page_of(&sample::result(), &[], None);
    let script = page.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    assert!(page.contains(&format!("script-src 'sha256-{}'", base64(&Sha256::digest(script)))));
}

#[test]
fn base64_is_that_of_the_standard() {
    let known = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
    for (text, encoded) in known {
        assert_eq!(base64(text.as_bytes()), encoded);
    }
}

#[test]
fn nothing_from_outside_becomes_markup() {
    let attack = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";
    let mut result = sample::result();
    for anomaly in &mut result.anomalies {
        anomaly.subject = attack.into();
        anomaly.message = attack.into();
        anomaly.kind = attack.into();
    }
    result.summary.kinds[0].kind = attack.into();
    result.components[0].status = Status::Failed(attack.into());
    result.components[1].version = attack.into();
    result.notes.push(attack.into());
    result.provenance.time_zone = attack.into();
    if let Some(accuracy) = &mut result.accuracy {
        accuracy.curves[0].detector = attack.into();
        accuracy.kinds[0].kind = attack.into();
    }
    let mut names = Names::default();
    names.intern(attack);
    let page = page(&result, &ReportData { symbols: Some(&names), bars: &bars(50), heat_map: None }).unwrap();
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<img"));
    assert!(page.matches("&lt;script&gt;").count() > 8);
}

#[test]
fn anomalies_are_marked_where_they_are_and_lead_to_their_rows() {
    let page = page_of(&sample::result(), &bars(100), None);
    for row in 0..3 {
        assert!(
            page.contains(&format!("<a href=\"#a{row}\">")) && page.contains(&format!("<tr id=\"a{row}\""))
        );
    }
    assert_eq!(page.matches("class=\"mark hollow").count(), 1, "one is false");
}

#[test]
fn three_years_of_minutes_and_many_anomalies_stay_small() {
    let mut result = sample::result();
    result.anomalies = (0..5_000)
        .map(|number| sample::anomaly(number * 60, Family::Market, "PRICE_SPIKE", Some(Truth::True)))
        .collect();
    let page = page_of(&result, &bars(345_000), None);
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert!(page.contains("The 1,000 surest of 5,000"));
}

#[test]
fn what_is_not_known_is_not_drawn() {
    let mut result = sample::result();
    result.anomalies.push(sample::anomaly(5, Family::Market, "IV_SPIKE", None));
    result.accuracy = None;
    for count in [0, 1, 60] {
        let page = page_of(&result, &bars(count), None);
        assert!(!page.contains("NaN") && !page.contains("inf"), "{count} bars");
    }
}

#[test]
fn a_sweep_is_a_map_with_its_best_cell_framed() {
    let map = HeatMap {
        value: "F1".into(),
        x: "price-movement.threshold".into(),
        x_values: vec![4.0, 5.0],
        y: "volume-surge.threshold".into(),
        y_values: vec![2.0],
        cells: vec![vec![Some(0.81), None]],
    };
    let page = page_of(&sample::result(), &[], Some(&map));
    assert!(page.contains("<td class=\"best\" style=\"--warmth:90%\">0.810</td><td>-</td>"));
}

#[test]
fn decisions_stand_beside_their_anomalies_with_their_reasons() {
    let page = page_of(&sample::result(), &[], None);
    assert!(page.contains("<td class=\"FIX\" title=\"it is &lt;plain&gt;\">FIX</td>"), "{page}");
    assert!(page.contains("True that end in FIX or REVIEW</th><td>100.0%</td><td>2</td>"), "{page}");
}
