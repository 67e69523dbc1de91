use super::*;
use crate::domain::finding::Severity;

fn finding(at: i64, family: Family, detector: &str, score: f64) -> Finding {
    Finding {
        at: at * MINUTE,
        family,
        subject: 0,
        detector: detector.into(),
        kind: "KIND".into(),
        severity: if score > 0.8 { Severity::High } else { Severity::Low },
        score,
        observed: score * 10.0,
        expected: 0.0,
        message: format!("score {score}"),
        evidence: Vec::new(),
        dispute: None,
    }
}

#[test]
fn the_cool_down_counts_from_the_first_finding_and_includes_its_end() {
    let findings: Vec<_> = [0, 3, 5, 6, 11, 12].map(|at| finding(at, Family::Market, "spikes", 0.6)).into();
    let opened = |intervals: &[i64]| -> Vec<i64> {
        group(&findings, intervals).iter().map(|anomaly| anomaly.opened_at / MINUTE).collect()
    };
    assert_eq!(opened(&[MINUTE]), [0, 6, 12]);
    assert_eq!(opened(&[2 * MINUTE]), [0, 11]);
}

#[test]
fn behavior_cools_down_for_an_hour_whatever_the_bars() {
    let findings: Vec<_> = [0, 60, 61].map(|at| finding(at, Family::Behavior, "revenge", 0.6)).into();
    let anomalies = group(&findings, &[MINUTE]);
    assert_eq!(anomalies.iter().map(|anomaly| anomaly.finding_times.len()).collect::<Vec<_>>(), [2, 1]);
}

#[test]
fn an_anomaly_speaks_with_its_strongest_finding() {
    let findings: Vec<_> = [(0, 0.6), (1, 0.9), (2, 0.9), (3, 0.7)]
        .map(|(at, score)| finding(at, Family::Market, "spikes", score))
        .into();
    let [anomaly] = group(&findings, &[MINUTE]).try_into().unwrap();
    assert_eq!((anomaly.score, anomaly.severity), (0.9, Severity::High));
    assert_eq!((anomaly.observed, anomaly.message.as_str()), (9.0, "score 0.9"));
}

#[test]
fn detectors_kinds_and_subjects_do_not_mix_and_dissents_open_nothing() {
    let mut other_kind = finding(1, Family::Market, "spikes", 0.6);
    other_kind.kind = "OTHER".into();
    let mut other_subject = finding(1, Family::Market, "spikes", 0.6);
    other_subject.subject = 1;
    let findings = [
        finding(0, Family::Market, "spikes", 0.6),
        other_kind,
        other_subject,
        finding(1, Family::Market, "surges", 0.6),
        finding(1, Family::Conflict, "macd", 0.6),
        finding(1, Family::Conflict, "conflict-panel", 0.6),
        finding(2, Family::Conflict, "conflict-panel", 0.6),
    ];
    assert_eq!(group(&findings, &[MINUTE, MINUTE]).len(), 5);
    let mut openings = Openings::new(vec![MINUTE]);
    let places: Vec<_> = findings[4..].iter().map(|finding| openings.take(finding, || 0)).collect();
    assert_eq!(places, [Place::Nowhere, Place::Opens(0), Place::Joins(0)]);
}
