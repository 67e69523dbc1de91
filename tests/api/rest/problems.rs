use reqwest::Method;
use serde_json::json;

use super::{Answer, seeded};

#[tokio::test]
async fn whatever_fails_is_a_problem_with_the_id_of_its_request() {
    let rest = seeded("rest_problems").await;
    let nobody = "0190a5b0-0000-7000-8000-000000000000";
    for (path, status) in [
        (format!("/api/anomalies/{nobody}"), 404),
        ("/api/anomalies/not-an-id".to_owned(), 400),
        ("/api/blockchain/9999999".to_owned(), 404),
        ("/api/blockchain/x".to_owned(), 422),
        ("/api/anomalies?symbl=NIFTY".to_owned(), 400),
        ("/api/anomalies?severity=AWFUL".to_owned(), 400),
        ("/api/anomalies?startDate=yesterday".to_owned(), 400),
        ("/api/anomalies?symbol=%00".to_owned(), 422),
        ("/api/nothing".to_owned(), 404),
        ("/api/controls?subject=NIFTY".to_owned(), 422),
    ] {
        let answer = rest.get(&path).await;
        let problem = answer.problem(status);
        assert_eq!(problem["instance"], format!("urn:vyomo:request:{}", answer.header("x-request-id")));
        let code = problem["code"].as_str().unwrap().to_lowercase().replace('_', "-");
        assert_eq!(problem["type"], format!("urn:vyomo:problem:{code}"), "{path}");
        assert!(!problem["detail"].as_str().unwrap().is_empty());
    }
    let answer = Answer::of(rest.request(Method::DELETE, "/api/anomalies")).await;
    answer.problem(405);
    assert!(answer.header("allow").contains("GET"));
}

#[tokio::test]
async fn what_does_not_fit_is_named_by_its_place() {
    let rest = seeded("rest_places").await;
    let decision = rest.first("/api/decisions").await;
    let path = format!("/api/decisions/{}/override", super::id(&decision));
    for (body, pointer) in [
        (json!({ "decision": "PERHAPS", "reason": "because" }), "#/decision"),
        (json!({ "decision": "KEEP", "reason": "" }), "#/reason"),
        (json!({ "decision": "KEEP", "reason": "because", "revision": "two" }), "#/revision"),
    ] {
        let problem = rest.post(&path, &body).await.problem(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    for query in ["severity=HGH", "startDate=2026-01-05T00:00:00Z&severity=HGH"] {
        let problem = rest.get(&format!("/api/anomalies?{query}")).await.problem(400);
        let said = problem["detail"].as_str().unwrap();
        assert!(
            ["severity: ", "`HGH`", "`LOW`", "`CRITICAL`"].iter().all(|part| said.contains(part)),
            "{said}"
        );
    }
    let broken = rest.request(Method::POST, &path).header("content-type", "application/json").body("{");
    Answer::of(broken).await.problem(400);
    let text = rest.request(Method::POST, &path).header("content-type", "text/plain").body("{}");
    Answer::of(text).await.problem(415);
    let preferences = json!({ "name": "desk", "preferences": { "email": 7 } });
    let problem = rest.post("/api/notifications/recipients", &preferences).await.problem(422);
    assert_eq!(problem["errors"][0]["pointer"], "#/preferences/email");
}
