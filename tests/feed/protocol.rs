//! What the protocols say about order, ids and ends.

use serde_json::json;

use crate::{
    client::{BEFORE, Client, Said, TODAY},
    sockets::{ANOMALIES, Running, settle},
};

const SEVENTH: &str = "subscription { anomalyDetected(filter: {symbol: \"S7\"}) { anomaly { symbol } } }";

#[tokio::test]
async fn an_id_means_one_operation_at_a_time() {
    let running = Running::new("ws_ids", &[]).await;
    let mut client = running.open(TODAY).await;
    for _ in 0..2 {
        client.subscribe("a", ANOMALIES).await;
        settle(&mut client).await;
        client.unsubscribe("a").await;
        assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "a"})));
    }
    client.subscribe("a", ANOMALIES).await;
    client.subscribe("b", ANOMALIES).await;
    client.subscribe("a", SEVENTH).await;
    assert_eq!(client.next().await, Said::Closed(4409, "Subscriber for a already exists".into()));
}

#[tokio::test]
async fn in_the_protocol_before_the_later_operation_takes_the_place_of_the_earlier() {
    let running = Running::new("ws_replaced", &[]).await;
    let mut client = running.open(BEFORE).await;
    client.subscribe("a", ANOMALIES).await;
    client.subscribe("a", SEVENTH).await;
    settle(&mut client).await;
    running.writer.anomalies([1, 7]).await;
    assert_eq!(client.item("a").await, json!({"data": {"anomalyDetected": {"anomaly": {"symbol": "S7"}}}}));
    client.unsubscribe("a").await;
    assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "a"})));
}

#[tokio::test]
async fn what_is_none_of_the_protocol_ends_the_connection() {
    let running = Running::new("ws_codes", &[]).await;
    for wrong in [
        json!("hello"),
        json!({"type": "nonsense"}),
        json!({"id": "a"}),
        json!({"type": "subscribe", "id": "a"}),
        json!({"type": "subscribe", "payload": {"query": ANOMALIES}}),
        json!({"type": "subscribe", "id": "a", "payload": {"query": 1}}),
    ] {
        let mut client = running.open(TODAY).await;
        client.say(&wrong).await;
        assert!(matches!(client.next().await, Said::Closed(4400, _)), "{wrong}");
    }
    let mut hasty = Client::connect(running.host(), TODAY).await;
    hasty.subscribe("a", ANOMALIES).await;
    assert!(matches!(hasty.next().await, Said::Closed(4401, _)));
    let mut twice = running.open(TODAY).await;
    twice.say(&json!({"type": "connection_init"})).await;
    assert!(matches!(twice.next().await, Said::Closed(4429, _)));
    let mut twice = running.open(BEFORE).await;
    twice.say(&json!({"type": "connection_init"})).await;
    let said = twice.next().await;
    assert!(matches!(&said, Said::Message(message) if message["type"] == "connection_error"), "{said:?}");
}

#[tokio::test]
async fn who_asks_faster_than_answers_are_taken_waits() {
    let running = Running::new("ws_waits", &[("VYOMO_SUBSCRIPTIONS__PER_CONNECTION", "1")]).await;
    let mut client = running.open(TODAY).await;
    for number in 0..200 {
        client.subscribe(&number.to_string(), "{ __typename }").await;
    }
    client.say(&json!({"type": "ping"})).await;
    let (mut answered, mut done) = (0, 0);
    loop {
        let Said::Message(message) = client.next().await else { panic!("closed") };
        match message["type"].as_str() {
            Some("next") => {
                assert_eq!(message["payload"], json!({"data": {"__typename": "Query"}}));
                answered += 1;
            }
            Some("complete") => done += 1,
            Some("pong") => break,
            _ => panic!("{message}"),
        }
    }
    // One place is the subscription's, and one was free to hear of the ping.
    assert!(done >= 200 - 32 && answered >= done, "{done} of {answered}");
}
