use std::{fs::File, path::PathBuf};

use jiff::tz::TimeZone;
use serde_json::Value;

use super::*;
use crate::{
    anomalies::group,
    domain::{
        family::Family,
        finding::sort,
        label::{Label, LabelKind},
        names::Names,
        rows::Bar,
        time::MINUTE,
    },
    ingest::{Calendars, Draft, Sources, finish, read},
};

fn fixture(case: &str, file: &str) -> PathBuf {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/scoring");
    PathBuf::from(root).join(case).join(file)
}

fn labels(case: &str) -> Vec<Label> {
    let sources = Sources { labels: vec![fixture(case, "labels.csv")], ..Sources::default() };
    read(&sources, &|_, _| {}).unwrap().labels
}

fn scored(case: &str, coverage: Option<&Coverage>, rows: &RowTimes) -> Accuracy {
    let mut file = findings_file::read(File::open(fixture(case, "findings.csv")).unwrap()).unwrap();
    sort(&mut file.findings, &file.symbols, &file.users);
    let anomalies = group(&file.findings, &vec![MINUTE; file.symbols.len()]);
    let evidence = Evidence {
        anomalies: &anomalies,
        findings: &file.findings,
        labels: &labels(case),
        symbols: &file.symbols,
        users: &file.users,
        rows,
        coverage,
    };
    score(&evidence).unwrap()
}

/// Every field that is expected is as expected.
fn assert_as_expected(score: &Score, expected: &Value) {
    let score = serde_json::to_value(score).unwrap();
    for (field, expected) in expected.as_object().unwrap() {
        assert_eq!(score[field].as_f64(), expected.as_f64(), "{field}");
    }
}

#[test]
fn hand_worked_cases_are_reproduced() {
    for family in Family::ALL {
        let case = family.name();
        let accuracy = scored(case, None, &RowTimes::default());
        let expected: Value =
            serde_json::from_reader(File::open(fixture(case, "expected.json")).unwrap()).unwrap();
        let [of_family] = accuracy.families.as_slice() else { panic!("{case} is one family") };
        assert_eq!(of_family.family, family);
        assert_as_expected(&of_family.score, &expected[case]);
        assert_as_expected(&accuracy.total, &expected[case]);
        for (kind, expected) in expected["by_kind"].as_object().into_iter().flatten() {
            let score = accuracy.kinds.iter().find(|it| it.kind == *kind).unwrap();
            assert_as_expected(&score.score, expected);
        }
    }
}

#[test]
fn delay_counts_from_the_start_to_the_first_finding_in_the_label() {
    let accuracy = scored("market", None, &RowTimes::default());
    let delay =
        |kind: &str| accuracy.kinds.iter().find(|it| it.kind == kind).unwrap().score.median_delay_seconds;
    assert_eq!(delay("VOLUME_SURGE"), Some(0.0));
    assert_eq!(delay("IV_SPIKE"), None);
    assert_eq!(scored("behavior", None, &RowTimes::default()).total.median_delay_seconds, Some(3600.0));
}

#[test]
fn a_detector_answers_for_the_kinds_it_emits() {
    let accuracy = scored("market", None, &RowTimes::default());
    let price = accuracy.detectors.iter().find(|it| it.detector == "price-movement").unwrap();
    assert_eq!((price.score.alerts_true, price.score.alerts_false), (1, 2));
    assert_eq!((price.score.labels_found, price.score.labels_missed), (1, 1));
    let curve = accuracy.curves.iter().find(|it| it.detector == "price-movement").unwrap();
    assert_eq!(curve.points, [Point { threshold: 0.9, precision: 1.0 / 3.0, recall: 0.5 }]);
}

#[test]
fn dissents_are_reported_and_not_scored() {
    let accuracy = scored("conflict", None, &RowTimes::default());
    assert_eq!(accuracy.dissents.len(), 13);
    let macd = accuracy.dissents.iter().find(|it| it.algorithm == "macd").unwrap();
    assert_eq!((macd.dissents, macd.right, macd.precision), (2, 1, Some(0.5)));
    assert_eq!(accuracy.dissents.iter().filter_map(|it| it.precision).count(), 1);
}

#[test]
fn a_family_without_labels_is_left_out() {
    let mut file = findings_file::read(File::open(fixture("market", "findings.csv")).unwrap()).unwrap();
    let of_market = file.findings.len();
    for case in ["conflict", "behavior"] {
        let other = findings_file::read(File::open(fixture(case, "findings.csv")).unwrap()).unwrap();
        file.findings.extend(other.findings);
    }
    sort(&mut file.findings, &file.symbols, &file.users);
    let anomalies = group(&file.findings, &[MINUTE]);
    let labels = labels("market");
    let evidence = Evidence {
        anomalies: &anomalies,
        findings: &file.findings,
        labels: &labels,
        symbols: &file.symbols,
        users: &file.users,
        rows: &RowTimes::default(),
        coverage: None,
    };
    assert!(file.findings.len() > of_market);
    assert_eq!(score(&evidence).unwrap(), scored("market", None, &RowTimes::default()));
    let judged = |family| {
        let truths = truths(&anomalies, &labels, &file.symbols, &file.users);
        anomalies.iter().zip(truths).filter(|(it, truth)| it.family == family && truth.is_some()).count()
    };
    assert_eq!(Family::ALL.map(judged), [7, 0, 0]);
}

#[test]
fn what_nothing_could_find_is_listed_and_not_missed() {
    let emitter = |detector: &str, kind: &str, silent: Option<&str>| Emitter {
        family: Family::Market,
        detector: detector.into(),
        kind: kind.into(),
        silent: silent.map(str::to_owned),
    };
    let coverage = Coverage {
        emitters: vec![
            emitter("price-movement", "PRICE_SPIKE", None),
            emitter("price-movement", "PRICE_DROP", None),
            emitter("iv-spike", "IV_SPIKE", Some("no column implied_volatility")),
        ],
        subjects: [(Family::Market, "AAA".to_owned())].into(),
    };
    let accuracy = scored("market", Some(&coverage), &RowTimes::default());
    let gaps: Vec<_> =
        accuracy.not_scored.iter().map(|it| (it.kind.as_str(), it.labels, it.reason.as_str())).collect();
    assert_eq!(
        gaps,
        [
            ("IV_SPIKE", 1, "iv-spike: no column implied_volatility"),
            ("VOLUME_SURGE", 1, "no component of this run looks for it")
        ]
    );
    assert_eq!((accuracy.total.labels_found, accuracy.total.labels_missed), (1, 1));
}

#[test]
fn without_labels_no_accuracy_is_claimed() {
    let evidence = Evidence {
        anomalies: &[],
        findings: &[],
        labels: &[],
        symbols: &Names::default(),
        users: &Names::default(),
        rows: &RowTimes::default(),
        coverage: None,
    };
    assert_eq!(score(&evidence), None);
}

#[test]
fn rows_are_counted_beside_events() {
    let mut draft = Draft::default();
    let symbol = draft.symbols.intern("AAA");
    let nine = 1_736_154_000_000_000;
    draft.bars.extend((0..240).map(|minute| Bar::unknown(symbol, nine + minute * MINUTE)));
    let input = finish(draft, &Calendars::default(), &TimeZone::UTC);
    let accuracy = scored("market", None, &RowTimes::of(&input));
    let rows = &accuracy.families[0].rows;
    // 13 of 240 rows are ignored. 4 + 18 + 1 + 1 rows lie in anomalies that count, of these 2 + 3 + 1 in labels,
    // which hold 2 + 3 + 2 + 2 rows.
    assert_eq!((rows.rows, rows.true_negatives, rows.right), (227, 227 - 24 - 3, 227 - 24 - 3 + 6));
    assert_eq!(rows.anomalies_per_1000_rows, Some(1000.0 * 6.0 / 227.0));
}

#[test]
fn a_label_outside_the_rows_is_not_missed() {
    let mut draft = Draft::default();
    let symbol = draft.symbols.intern("AAA");
    let nine = 1_736_154_000_000_000;
    draft.bars.extend((0..180).map(|minute| Bar::unknown(symbol, nine + minute * MINUTE)));
    let input = finish(draft, &Calendars::default(), &TimeZone::UTC);
    let accuracy = scored("market", None, &RowTimes::of(&input));
    let [gap] = accuracy.not_scored.as_slice() else { panic!("the label at 12:00 is after the last row") };
    assert_eq!(
        (gap.kind.as_str(), gap.reason.as_str()),
        ("IV_SPIKE", "before the first row or after the last")
    );
    assert_eq!((accuracy.total.labels_found, accuracy.total.labels_missed), (2, 1));
}

#[test]
fn findings_are_read_back_as_they_were_written() {
    let mut file = findings_file::read(File::open(fixture("behavior", "findings.csv")).unwrap()).unwrap();
    file.findings[0].score = 0.1 + 0.2;
    file.findings[0].observed = f64::NAN;
    file.findings[0].expected = -1.5e-7;
    file.findings[0].message = "quotes \", commas, and\nlines".into();
    let mut bytes = Vec::new();
    findings_file::write(&mut bytes, &file.findings, &file.symbols, &file.users).unwrap();
    let again = findings_file::read(bytes.as_slice()).unwrap();
    let mut copy = Vec::new();
    findings_file::write(&mut copy, &again.findings, &again.symbols, &again.users).unwrap();
    assert_eq!(String::from_utf8(copy), String::from_utf8(bytes));
    assert!(again.findings[0].observed.is_nan());
    assert_eq!(again.findings[0].expected.to_bits(), (-1.5e-7_f64).to_bits());
    assert_eq!(again.findings[1..], file.findings[1..]);
}

#[test]
fn a_broken_findings_file_is_refused_by_line() {
    let text = "timestamp,family,subject,detector,kind,severity,score,observed,expected,message\n\
                2025-01-06T09:00:00Z,market,A,d,K,LOW,0.5,,,m\n\
                2025-01-06T09:00:00Z,market,A,d,K,LOUD,0.5,,,m\n";
    let error = findings_file::read(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(error, "line 3: severity `LOUD` is not LOW, MEDIUM, HIGH or CRITICAL");
}

#[test]
fn kinds_of_labels_are_read_as_written() {
    let kinds = ["PRICE_SPIKE", "*", "ignore", "ignore:PRICE_SPIKE", "ignored"].map(LabelKind::parse);
    assert_eq!(kinds.clone().map(|kind| kind.covers("PRICE_SPIKE")), [true, true, true, true, false]);
    assert_eq!(kinds.map(|kind| kind.is_ignore()), [false, false, true, true, false]);
}
