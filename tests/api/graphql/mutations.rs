//! What callers do, once however often they ask, and by whom.

use serde_json::{Value, json};

use super::Scene;

/// The first record of a list that a filter leaves.
async fn first(scene: &Scene, list: &str, input: &str, filter: Value, fields: &str) -> Value {
    let document = format!(
        "query First($filter: {input}) {{ {list}(first: 1000, filter: $filter) {{ nodes {{ {fields} }} }} }}"
    );
    scene.data(&document, json!({ "filter": filter })).await[list]["nodes"][0].take()
}

#[tokio::test]
async fn a_decision_is_overridden_once_and_only_if_it_was_seen() {
    let scene = Scene::new("graphql override").await;
    let filter = json!({ "decision": "FIX", "status": "DECIDED" });
    let before = first(&scene, "decisions", "DecisionFilter", filter, "id revision").await;
    let document = "mutation Override($id: UUID!, $input: OverrideDecisionInput!) {
        overrideDecision(id: $id, input: $input) {
            decision status decidedBy reviewedBy revision revisions { revision decision } } }";
    let input = json!({ "decision": "KEEP", "reason": "looked at it", "revision": before["revision"] });
    let asked = json!({ "id": before["id"], "input": input });
    let once = scene.data(document, asked.clone()).await;
    assert_eq!(once, scene.data(document, asked).await);
    let decision = &once["overrideDecision"];
    assert_eq!(decision["status"], "OVERRIDDEN");
    assert_eq!((&decision["decidedBy"], &decision["reviewedBy"]), (&json!("PERSON"), &json!("development")));
    assert_eq!(decision["revisions"].as_array().unwrap().len(), 1);

    let stale = json!({ "decision": "FIX", "reason": "saw an older one", "revision": before["revision"] });
    let (code, _) = scene.error(document, json!({ "id": before["id"], "input": stale })).await;
    assert_eq!(code, "CONFLICT");
}

#[tokio::test]
async fn what_is_kept_for_ever_names_no_trader() {
    let scene = Scene::new("graphql names").await;
    let filter = json!({ "family": "BEHAVIOR" });
    let fields = "userId decision { id actions { id status } }";
    let document = "query Of($filter: AnomalyFilter) { anomalies(first: 1000, filter: $filter) { nodes { "
        .to_owned()
        + fields
        + " } } }";
    let data = scene.data(&document, json!({ "filter": filter })).await;
    let nodes = data["anomalies"]["nodes"].as_array().unwrap();
    let decided = nodes.iter().find(|node| !node["decision"]["actions"][0].is_null()).unwrap();
    let reason = format!("{} is on leave", decided["userId"].as_str().unwrap());
    let (code, message) = scene
        .error(
            "mutation Override($id: UUID!, $input: OverrideDecisionInput!) {
                 overrideDecision(id: $id, input: $input) { id } }",
            json!({ "id": decided["decision"]["id"], "input": { "decision": "KEEP", "reason": reason } }),
        )
        .await;
    assert_eq!((code.as_str(), message.contains("reason: ")), ("INVALID", true), "{message}");
    let (code, message) = scene
        .error(
            "mutation Undo($id: UUID!, $reason: String!) { rollbackAction(id: $id, reason: $reason) { id } }",
            json!({ "id": decided["decision"]["actions"][0]["id"], "reason": reason }),
        )
        .await;
    assert_eq!((code.as_str(), message.contains("reason: ")), ("INVALID", true), "{message}");
}

#[tokio::test]
async fn an_action_is_done_by_hand_once_and_undone_once() {
    let scene = Scene::new("graphql actions").await;
    let filter = json!({ "family": "MARKET" });
    let document = "query Of($filter: AnomalyFilter) {
        anomalies(first: 1000, filter: $filter) { nodes { symbol decision { id } } } }";
    let data = scene.data(document, json!({ "filter": filter })).await;
    let nodes = data["anomalies"]["nodes"].as_array().unwrap();
    let decided = nodes.iter().find(|node| !node["decision"].is_null()).unwrap();
    let act = "mutation Act($input: ExecuteActionInput!) {
        executeAction(input: $input) { id type status subjectType subject canRollBack } }";
    let asked = |parameters: Value| {
        let decision = &decided["decision"]["id"];
        json!({ "input": { "decisionId": decision, "type": "WIDEN_LIMITS", "parameters": parameters } })
    };
    let (code, message) = scene.error(act, asked(json!({ "nosuch": 1 }))).await;
    assert_eq!((code.as_str(), message.contains("nosuch")), ("INVALID", true), "{message}");
    let parameters = json!({ "factor": 2.0, "minutes": 30 });
    let once = scene.data(act, asked(parameters.clone())).await;
    assert_eq!(once, scene.data(act, asked(parameters)).await);
    let action = &once["executeAction"];
    assert_eq!((&action["status"], &action["subject"]), (&json!("SUCCEEDED"), &decided["symbol"]));

    let controls = "query On($subject: String!) {
        controls(subjectType: SYMBOL, subject: $subject) { actionId type } }";
    let subject = json!({ "subject": action["subject"] });
    let in_force = scene.data(controls, subject.clone()).await;
    assert!(in_force["controls"].as_array().unwrap().iter().any(|one| one["actionId"] == action["id"]));

    let undo = "mutation Undo($id: UUID!) {
        rollbackAction(id: $id, reason: \"a false alarm\") { status rolledBackBy rollbackReason } }";
    let undone = scene.data(undo, json!({ "id": action["id"] })).await;
    assert_eq!(undone["rollbackAction"]["status"], "ROLLED_BACK");
    assert_eq!(undone["rollbackAction"]["rolledBackBy"], "development");
    assert_eq!(undone, scene.data(undo, json!({ "id": action["id"] })).await);
    let in_force = scene.data(controls, subject).await;
    assert!(in_force["controls"].as_array().unwrap().iter().all(|one| one["actionId"] != action["id"]));
}

#[tokio::test]
async fn recipients_are_told_once() {
    let scene = Scene::new("graphql recipients").await;
    let register = "mutation Add($input: RegisterRecipientInput!) {
        registerRecipient(input: $input) { id name channels quietFrom minimumPriority isActive } }";
    for (preferences, field) in [
        (json!({ "channels": ["EMAIL"] }), "email: "),
        (json!({ "channels": ["WEBHOOK"], "webhookUrl": "nowhere" }), "webhookUrl: "),
        (json!({ "timeZone": "Mars/Olympus" }), "timeZone: "),
        (json!({ "quietFrom": "25:00", "quietUntil": "07:00" }), "quietFrom: "),
        (json!({ "quietFrom": "22:00" }), "quietUntil: "),
    ] {
        let input = json!({ "name": "Desk", "preferences": preferences });
        let (code, message) = scene.error(register, json!({ "input": input })).await;
        assert_eq!((code.as_str(), message.starts_with(field)), ("INVALID", true), "{message}");
    }
    let input = json!({ "name": "Desk", "preferences": { "quietFrom": "22:00", "quietUntil": "07:00" } });
    let added = scene.data(register, json!({ "input": input })).await["registerRecipient"].take();
    assert_eq!((&added["channels"], &added["quietFrom"]), (&json!(["LOG"]), &json!("22:00")));
    let update = "mutation Change($id: UUID!, $input: RecipientPreferencesInput!) {
        updateRecipientPreferences(id: $id, input: $input) { quietFrom minimumPriority channels } }";
    let input = json!({ "minimumPriority": "URGENT" });
    let changed = scene.data(update, json!({ "id": added["id"], "input": input })).await;
    let changed = &changed["updateRecipientPreferences"];
    assert_eq!((&changed["minimumPriority"], &changed["quietFrom"]), (&json!("URGENT"), &json!("22:00")));

    let send =
        "mutation Tell($input: SendNotificationInput!) { sendNotification(input: $input) { id title } }";
    let input = json!({
        "id": "019a0000-0000-7000-8000-00000000000a", "priority": "URGENT", "title": "Look",
        "body": "There is something to see.",
    });
    let told = scene.data(send, json!({ "input": input })).await["sendNotification"].take();
    assert!(told.as_array().unwrap().len() > 1);
    let again = scene.data(send, json!({ "input": input })).await;
    assert_eq!(again["sendNotification"], json!([]));
    let noted: i64 = sqlx::query_scalar("SELECT count(*) FROM requests WHERE caller = 'development'")
        .fetch_one(&scene.database.pool)
        .await
        .unwrap();
    assert_eq!(noted, 2 + told.as_array().unwrap().len() as i64);
}

#[tokio::test]
async fn a_mark_says_by_whom() {
    let scene = Scene::new("graphql marks").await;
    let anomaly = first(&scene, "anomalies", "AnomalyFilter", json!({ "symbol": "NIFTY" }), "id").await;
    let mark = "mutation Mark($id: UUID!, $isReal: Boolean!) {
        markAnomalyAsReal(id: $id, isReal: $isReal) { isReal markedBy blocks { type } } }";
    for is_real in [true, true, false] {
        let marked = scene.data(mark, json!({ "id": anomaly["id"], "isReal": is_real })).await;
        let marked = &marked["markAnomalyAsReal"];
        assert_eq!((&marked["isReal"], &marked["markedBy"]), (&json!(is_real), &json!("development")));
    }
    let document = "query Of($id: UUID!) { anomaly(id: $id) { blocks { type } } }";
    let data = scene.data(document, json!({ "id": anomaly["id"] })).await;
    let blocks = data["anomaly"]["blocks"].as_array().unwrap();
    assert_eq!(blocks.iter().filter(|block| block["type"] == "ANOMALY_MARKED").count(), 2);
}

/// How many decisions the host counts, by what was decided and by whom.
async fn counted(scene: &Scene) -> Vec<String> {
    let text = scene.get("/metrics").await;
    text.lines().filter_map(|line| line.strip_prefix("vyomo_decisions_total")).map(str::to_owned).collect()
}

#[tokio::test]
async fn what_nobody_decided_about_is_decided_once() {
    let scene = Scene::new("graphql decide").await;
    let data = scene.data("{ anomalies(first: 1000) { nodes { id decision { id } } } }", Value::Null).await;
    let nodes = data["anomalies"]["nodes"].as_array().unwrap();
    let undecided = nodes.iter().find(|node| node["decision"].is_null()).unwrap()["id"].clone();
    assert_eq!(counted(&scene).await, [""; 0], "what is in the database was decided by others");

    let document = "mutation Decide($id: UUID!) {
        makeDecision(anomalyId: $id) { id decision status decidedBy revision anomaly { id blocks { type } } } }";
    let once = scene.data(document, json!({ "id": undecided })).await["makeDecision"].take();
    assert_eq!((&once["status"], &once["revision"]), (&json!("DECIDED"), &json!(0)), "{once}");
    assert_eq!(once["anomaly"]["id"], undecided);
    let blocks = once["anomaly"]["blocks"].as_array().unwrap();
    assert_eq!(blocks.iter().filter(|block| block["type"] == "DECISION_MADE").count(), 1, "{once}");
    let text = |field: &str| once[field].as_str().unwrap();
    let figure = format!("{{decision=\"{}\",decided_by=\"{}\"}} 1", text("decision"), text("decidedBy"));
    assert_eq!(counted(&scene).await, std::slice::from_ref(&figure));

    assert_eq!(scene.data(document, json!({ "id": undecided })).await["makeDecision"], once);
    assert_eq!(counted(&scene).await, [figure]);
}
