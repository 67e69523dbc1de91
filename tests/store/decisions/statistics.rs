use host::{
    domain::vocabulary::{DecidedBy, DecisionType},
    store::{
        decisions::{self, DecisionStatistics, ModelPerformance, NewDecision, Override},
        page::Period,
    },
};

use crate::scene::{Scene, decision, id, minute, pending};

const ALWAYS: Period = Period { from: None, until: None };

fn by_policy(number: i64) -> NewDecision {
    let mut new = decision(number, DecisionType::Keep);
    let answer = &mut new.answer;
    answer.decided_by = DecidedBy::Policy;
    (answer.provider, answer.model, answer.cost, answer.confidence) = (None, None, None, None);
    (answer.input_tokens, answer.output_tokens) = (None, None);
    new
}

fn with_latency(number: i64, latency: i64) -> NewDecision {
    let mut new = decision(number, DecisionType::Fix);
    new.answer.latency = latency;
    new
}

#[tokio::test]
async fn decisions_are_summed_up_together_and_by_what_they_are() {
    let scene = Scene::new("decisions_statistics").await;
    let mut decided: Vec<_> = (1..=99).map(|number| with_latency(number, number * 1_000)).collect();
    decided.extend([by_policy(100), pending(101)]);
    scene.decide(&decided).await;
    let statistics = decisions::statistics(scene.store(), ALWAYS).await.unwrap();
    let groups: Vec<_> = statistics
        .iter()
        .map(|group| (group.decision, group.decided_by, group.provider.as_deref(), group.count))
        .collect();
    let expected = [
        (None, None, None, 100),
        (None, None, Some("anthropic"), 99),
        (None, Some(DecidedBy::Policy), None, 1),
        (None, Some(DecidedBy::Model), None, 99),
        (Some(DecisionType::Keep), None, None, 1),
        (Some(DecisionType::Fix), None, None, 99),
    ];
    assert_eq!(groups, expected);
    let provider = DecisionStatistics {
        decision: None,
        decided_by: None,
        provider: Some("anthropic".into()),
        count: 99,
        confidence: Some(0.5),
        mean_latency: 50_000.0,
        p50_latency: 50_000.0,
        p95_latency: 94_100.0,
        p99_latency: 98_020.0,
        cost: "0.4158".parse().unwrap(),
    };
    assert_eq!(statistics[1], provider);
    assert_eq!((statistics[2].confidence, statistics[2].cost), (None, 0.into()));
    let some = Period { from: Some(minute(1)), until: Some(minute(3)) };
    assert_eq!(decisions::statistics(scene.store(), some).await.unwrap()[0].mean_latency, 1_500.0);
}

#[tokio::test]
async fn of_no_decisions_there_are_no_statistics() {
    let scene = Scene::new("decisions_no_statistics").await;
    scene.decide(&[pending(1)]).await;
    assert_eq!(decisions::statistics(scene.store(), ALWAYS).await.unwrap(), []);
    assert_eq!(decisions::model_performance(scene.store(), ALWAYS).await.unwrap(), []);
}

#[tokio::test]
async fn models_are_judged_by_what_they_said_before_persons_replaced_it() {
    let scene = Scene::new("decisions_models").await;
    let mut sure = with_latency(2, 3_000_000);
    sure.answer.confidence = Some(1.0);
    let mut local = with_latency(3, 10);
    (local.answer.provider, local.answer.model) = (Some("ollama".into()), None);
    scene.decide(&[with_latency(1, 1_000_000), sure, local, by_policy(4), pending(5)]).await;
    for revision in 0..2 {
        let kept = Override {
            revision,
            decision: DecisionType::Keep,
            reason: "expiry day".into(),
            by: "mira".into(),
        };
        scene.change(async |change| decisions::overrule(change, id(2), &kept).await).await.unwrap();
    }
    let performance = decisions::model_performance(scene.store(), ALWAYS).await.unwrap();
    assert_eq!(performance.len(), 2);
    let claude = ModelPerformance {
        provider: "anthropic".into(),
        model: Some("claude".into()),
        count: 2,
        overridden: 0.5,
        confidence: Some(0.75),
        p50_latency: 2_000_000.0,
        p95_latency: 2_900_000.0,
        p99_latency: 2_980_000.0,
        input_tokens: 1_800,
        output_tokens: 200,
        cost: "0.0084".parse().unwrap(),
    };
    assert_eq!(performance[0], claude);
    assert_eq!((performance[1].provider.as_str(), &performance[1].model), ("ollama", &None));
    let early = Period { from: None, until: Some(minute(1)) };
    assert_eq!(decisions::model_performance(scene.store(), early).await.unwrap()[0].count, 1);
}
