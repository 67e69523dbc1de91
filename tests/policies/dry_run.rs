//! What an edit would change, before it does.

use host::{
    domain::{
        finding::Severity,
        vocabulary::{AnomalyType, DecidedBy, DecisionType},
    },
    policy::PolicySet,
    store::policies,
};

use crate::{
    desk::{Desk, anomaly, answer, put, time},
    support::shipped,
};

/// Spikes that the shipped policies fix, keep and had the scorecard review; a drop of which nobody knows why it was
/// kept; the edit asks for more certainty before it fixes, and keeps less.
async fn scene(name: &str) -> Desk {
    let desk = Desk::new(name).await;
    let set = PolicySet::of(shipped()).unwrap();
    desk.change(async |change| policies::keep(change, set.hash(), set.files()).await).await.unwrap();
    let policy = |decision| answer(decision, DecidedBy::Policy, Some(set.hash()));
    let scorecard = answer(DecisionType::Review, DecidedBy::Scorecard, Some(set.hash()));
    let spike = |severity, score| anomaly(AnomalyType::PriceSpike, severity, score);
    desk.decided(0, spike(Severity::High, 0.96), policy(DecisionType::Fix)).await;
    desk.decided(100, spike(Severity::High, 0.99), policy(DecisionType::Fix)).await;
    desk.decided(200, spike(Severity::Low, 0.7), policy(DecisionType::Keep)).await;
    desk.decided(300, spike(Severity::Medium, 0.85), scorecard).await;
    let drop = anomaly(AnomalyType::PriceDrop, Severity::High, 0.99);
    desk.decided(400, drop, answer(DecisionType::Keep, DecidedBy::Policy, None)).await;
    for (file, text) in shipped() {
        let text =
            if file == "default.rhai" { text.replace("FIX_FROM = 0.95", "FIX_FROM = 0.98") } else { text };
        // Of the cases, those that expect a FIX.
        let text = text.replace("score = 0.97", "score = 0.985");
        put(&desk, &file, &text);
    }
    desk
}

fn run(desk: &Desk, arguments: &[&str]) -> String {
    let output = desk.host(&[&["dry-run", "--policies", "edited"], arguments].concat());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[tokio::test]
async fn it_shows_what_flips_by_kind_and_decision_with_samples() {
    let desk = scene("policies_dry_run").await;
    let said = run(&desk, &[]);
    let expected = format!(
        "\
2 of 5 decisions would be others.
1 are compared with the decision on record: the policies that made it are not kept.

KIND         NOW   THEN  ANOMALIES
PRICE_DROP   KEEP  FIX   1
PRICE_SPIKE  FIX   ASK   1

OPENED                KIND         SEVERITY  SCORE  CHANGE       BECAUSE
{}  PRICE_DROP   HIGH      0.990  KEEP -> FIX  99 % likely to be true, HIGH
{}  PRICE_SPIKE  HIGH      0.960  FIX -> ASK   the agent is asked
",
        time(400),
        time(0)
    );
    assert_eq!(said, expected);
}

#[tokio::test]
async fn since_and_samples_narrow_it() {
    let desk = scene("policies_dry_run_since").await;
    let said = run(&desk, &["--since", &time(100), "--samples", "0"]);
    assert!(said.starts_with("1 of 4 decisions would be others.\n"), "{said}");
    assert!(said.ends_with("PRICE_DROP  KEEP  FIX   1\n"), "{said}");
}

#[tokio::test]
async fn it_touches_nothing() {
    let desk = scene("policies_dry_run_touch").await;
    let before = desk.contents().await;
    run(&desk, &[]);
    assert_eq!(desk.contents().await, before);
}

#[tokio::test]
async fn a_set_that_is_refused_is_not_run() {
    let desk = scene("policies_dry_run_refused").await;
    put(&desk, "market.rhai", "fn remedy(");
    let output = desk.host(&["dry-run", "--policies", "edited"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("the policies are refused"));
}
