use reqwest::Method;
use serde_json::json;

use super::{Answer, id, seeded};

#[tokio::test]
async fn a_person_marks_decides_acts_and_undoes() {
    let rest = seeded("rest_writes").await;
    let decision = rest.first("/api/decisions?decision=FIX").await;
    let anomaly = format!("/api/anomalies/{}", decision["anomalyId"].as_str().unwrap());
    let steps = async || {
        let mut counts = Vec::new();
        for kind in ["ANOMALY_MARKED", "DECISION_REVISED", "ACTION_ROLLED_BACK"] {
            counts.push(rest.blocks(kind).await);
        }
        counts
    };
    let before = steps().await;
    let marked = rest.post(&format!("{anomaly}/mark"), &json!({ "isReal": false })).await.json();
    assert_eq!((&marked["isReal"], &marked["markedBy"]), (&json!(false), &json!("development")));

    let path = format!("/api/decisions/{}", id(&decision));
    let asked = json!({ "decision": "KEEP", "reason": "seen by eye", "revision": decision["revision"] });
    let decided = rest.post(&format!("{path}/override"), &asked).await.json();
    assert_eq!((&decided["decision"], &decided["status"]), (&json!("KEEP"), &json!("OVERRIDDEN")));
    let stale = json!({ "decision": "FIX", "reason": "too late", "revision": decision["revision"] });
    rest.post(&format!("{path}/override"), &stale).await.problem(409);
    let revisions = rest.get(&format!("{path}/revisions")).await.json();
    assert_eq!(revisions.as_array().unwrap().last().unwrap()["decision"], "FIX");

    let market = rest.first("/api/anomalies?family=MARKET").await;
    let found = rest.get("/api/decisions?first=1000").await.json();
    let about = found["items"].as_array().unwrap().iter().find(|one| one["anomalyId"] == market["id"]);
    let asked =
        json!({ "decisionId": about.unwrap()["id"], "type": "HALT_SYMBOL", "parameters": { "minutes": 15 } });
    let action = rest.post("/api/actions", &asked).await.json();
    assert_eq!(action["status"], "SUCCEEDED", "{action}");
    let symbol = market["symbol"].as_str().unwrap();
    let in_force = format!("/api/controls?subjectType=SYMBOL&subject={symbol}");
    let halts = async || {
        let controls = rest.get(&in_force).await.json();
        controls.as_array().unwrap().iter().filter(|control| control["actionId"] == action["id"]).count()
    };
    assert_eq!(halts().await, 1);
    let undo = format!("/api/actions/{}/rollback", id(&action));
    let undone = rest.post(&undo, &json!({ "reason": "a mistake" })).await.json();
    assert_eq!((&undone["status"], halts().await), (&json!("ROLLED_BACK"), 0));
    let after: Vec<_> = before.iter().map(|count| count + 1).collect();
    assert_eq!(steps().await, after, "a block for each step");
}

#[tokio::test]
async fn recipients_come_change_and_go() {
    let rest = seeded("rest_recipients").await;
    let asked = json!({ "name": "desk", "preferences": { "email": "desk@example.org", "channels": ["EMAIL", "LOG"] } });
    let created = rest.post("/api/notifications/recipients", &asked).await;
    assert_eq!(created.status, 201);
    let recipient = created.json();
    let path = format!("/api/notifications/recipients/{}", id(&recipient));
    let change = json!({ "minimumPriority": "URGENT", "quietFrom": "22:00", "quietUntil": "07:00" });
    let changed = Answer::of(rest.request(Method::PATCH, &path).json(&change)).await.json();
    assert_eq!(
        (&changed["minimumPriority"], &changed["email"]),
        (&json!("URGENT"), &json!("desk@example.org"))
    );
    let told = json!({ "priority": "URGENT", "title": "Look", "body": "at this" });
    let told = rest.post("/api/notifications", &told).await.json();
    assert!(!told.as_array().unwrap().is_empty());
    let gone = Answer::of(rest.request(Method::DELETE, &path)).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
}

#[tokio::test]
async fn automatic_actions_are_stopped_and_resumed() {
    let rest = seeded("rest_automation").await;
    let because = json!({ "reason": "maintenance" });
    let stopped = rest.post("/api/controls/automation/stop", &because).await.json();
    assert_eq!((&stopped["isStopped"], &stopped["stoppedBy"]), (&json!(true), &json!("development")));
    assert_eq!(rest.get("/api/health").await.json()["status"], "DEGRADED");
    let resumed = rest.post("/api/controls/automation/resume", &because).await.json();
    assert_eq!(resumed["isStopped"], false);
    rest.post("/api/controls/automation/stop", &json!({ "reason": " " })).await.problem(422);
}

#[tokio::test]
async fn edited_policies_are_tried_without_a_change() {
    let rest = seeded("rest_dry_run").await;
    let changes = rest.blocks("POLICY_CHANGED").await;
    let live = rest.get("/api/policies/live").await.json();
    let file = live["files"].as_array().unwrap().iter().find(|file| file["name"] == "default.rhai").unwrap();
    let strict = file["text"].as_str().unwrap().replace("const FIX_FROM = ", "const FIX_FROM = 0.999; // ");
    let tried = rest.post("/api/policies/dry-run", &json!({ "files": { "default.rhai": strict } })).await;
    if tried.status == 200 {
        let tried = tried.json();
        assert!(tried["decided"].as_u64().unwrap() > 0 && tried["hash"] != live["hash"], "{tried}");
    } else {
        // Cases of the edited set do not hold any more, which is said by file and line.
        assert!(tried.problem(422)["detail"].as_str().unwrap().contains("cases.toml"));
    }
    let broken = json!({ "files": { "default.rhai": "fn triage(" } });
    let problem = rest.post("/api/policies/dry-run", &broken).await.problem(422);
    assert!(problem["detail"].as_str().unwrap().contains("default.rhai"), "{problem}");
    assert_eq!(rest.blocks("POLICY_CHANGED").await, changes);
}
