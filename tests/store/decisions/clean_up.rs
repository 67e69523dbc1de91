use host::{
    domain::vocabulary::{BlockType, DecisionType},
    store::{
        change::About,
        decisions::{self, CleanedUp, Override},
    },
};

use crate::scene::{NONE, Scene, decision, id, minute, pending};

/// Removes what was decided before a minute; it is minute 0.
async fn clean_up(scene: &Scene, before: i64) -> CleanedUp {
    scene.change(async |change| decisions::delete_older_than(change, minute(before)).await).await.unwrap()
}

#[tokio::test]
async fn old_decisions_go_with_revisions_and_actions_and_anomalies_and_blocks_stay() {
    let scene = Scene::new("decisions_clean_up").await;
    let fix = DecisionType::Fix;
    scene.decide(&[decision(1, fix), decision(2, fix), decision(9, fix)]).await;
    let kept = Override {
        revision: 0,
        decision: DecisionType::Keep,
        reason: "expiry day".into(),
        by: "mira".into(),
    };
    scene.change(async |change| decisions::overrule(change, id(1), &kept).await).await.unwrap();
    scene.control(id(2), Some(minute(-1))).await;
    let removed = clean_up(&scene, 9).await;
    let expected = CleanedUp { decided_before: minute(9), decisions: vec![id(1), id(2)], actions: 1 };
    assert_eq!(removed, expected);
    for table in ["decision_revisions", "action_executions", "active_controls"] {
        assert_eq!(scene.count(table).await, 0, "{table}");
    }
    assert_eq!(scene.count("anomaly_detections").await, 3);
    let blocks = scene.blocks(BlockType::DecisionMade).await;
    let about: Vec<_> = blocks.iter().map(|stored| stored.about).collect();
    assert_eq!(about[..2], [About::market(id(1)), About::market(id(2))]);
    let payloads = scene.payloads(BlockType::CleanedUp).await;
    assert_eq!(payloads, [serde_json::json!({ "cleaned_up": removed })]);
    assert_eq!(clean_up(&scene, 9).await.decisions, NONE);
    assert_eq!(scene.blocks(BlockType::CleanedUp).await.len(), 1);
}

#[tokio::test]
async fn questions_and_controls_in_force_keep_their_decisions() {
    let scene = Scene::new("decisions_clean_up_held").await;
    let fix = DecisionType::Fix;
    scene.decide(&[decision(1, fix), decision(2, fix), decision(3, fix), pending(4)]).await;
    scene.control(id(1), None).await;
    scene.control(id(2), Some(minute(1))).await;
    scene.control(id(3), Some(minute(0))).await;
    assert_eq!(clean_up(&scene, 9).await.decisions, [id(3)]);
    assert_eq!(scene.count("anomaly_decisions").await, 3);
    assert_eq!(scene.count("active_controls").await, 2);
}
