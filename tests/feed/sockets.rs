//! Subscriptions of a running host.

use host::{
    domain::vocabulary::DecisionType,
    ledger::keys::HostKey,
    store::{Store, notifications::Telling},
};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use tests::{
    database::{self, Database},
    serving::{Serving, Site},
};

use crate::{
    client::{BEFORE, Client, Said, TODAY},
    scene::{Writer, minute},
};

/// A host that serves, and somebody who writes with its key.
pub(crate) struct Running {
    host: Serving,
    pub(crate) writer: Writer,
    site: Site,
    _database: Database,
}

impl Running {
    pub(crate) async fn new(name: &str, settings: &[(&str, &str)]) -> Self {
        let database = database::fresh(name).await;
        let mut site = Site::new(&database);
        for (variable, value) in settings {
            site = site.with(variable, value);
        }
        let key = HostKey::load(&site.path("data/ledger/key.pem")).unwrap();
        let writer = Writer::new(Store::new(database.pool.clone()), key).await;
        Self { host: site.serve(), writer, site, _database: database }
    }

    pub(crate) fn host(&self) -> &Serving {
        &self.host
    }

    pub(crate) fn site(&self) -> &Site {
        &self.site
    }

    pub(crate) async fn open(&self, protocol: &'static str) -> Client {
        Client::open(&self.host, protocol, &json!({})).await
    }
}

pub(crate) const ANOMALIES: &str =
    "subscription { anomalyDetected { blockNumber anomaly { symbol score } } }";

#[tokio::test]
async fn both_protocols_bring_what_happens() {
    let running = Running::new("ws_protocols", &[]).await;
    for (protocol, number) in [(TODAY, 1), (BEFORE, 2)] {
        let mut client = running.open(protocol).await;
        client.subscribe("a", ANOMALIES).await;
        let one = "subscription { anomalyDetected(filter: {symbol: \"S7\"}) { anomaly { symbol } } }";
        client.subscribe("b", one).await;
        settle(&mut client).await;
        let block = running.writer.anomalies([number]).await;
        let item = json!({"blockNumber": block, "anomaly": {"symbol": format!("S{number}"), "score": 0.75}});
        assert_eq!(client.item("a").await, json!({"data": {"anomalyDetected": item}}));
        client.unsubscribe("a").await;
        assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "a"})));
        running.writer.anomalies([number + 10, number * 100 + 7]).await;
        let seven = json!({"data": {"anomalyDetected": {"anomaly": {"symbol": "S7"}}}});
        assert_eq!(client.item("b").await, seven);
    }
}

/// Waits until the host has taken what was said before.
pub(crate) async fn settle(client: &mut Client) {
    client.subscribe("settled", "{ __typename }").await;
    client.item("settled").await;
    let complete = client.next().await;
    assert_eq!(complete, Said::Message(json!({"type": "complete", "id": "settled"})));
}

#[tokio::test]
async fn every_subscription_brings_its_record() {
    let running = Running::new("ws_all", &[]).await;
    let mut client = running.open(TODAY).await;
    let asked = [
        ("decision", "decisionMade { blockNumber decision { decision anomaly { symbol } } }"),
        ("told", "notificationSent { blockNumber notification { status } }"),
        ("block", "blockAdded(filter: {type: DECISION_MADE}) { blockNumber block { number type } }"),
        ("dashboard", "dashboardUpdated { blockNumber dashboard { at } }"),
        ("action", "actionExecuted { blockNumber action { type } }"),
    ];
    running.writer.anomalies([1]).await;
    let decided = running.writer.decide(1, DecisionType::Keep).await;
    let sent = running.writer.tell(2, Telling::Sent).await;
    let mut expect = vec![
        (
            "decision",
            json!({"decisionMade": {"blockNumber": decided, "decision": {"decision": "KEEP", "anomaly": {"symbol": "S1"}}}}),
        ),
        ("told", json!({"notificationSent": {"blockNumber": sent, "notification": {"status": "SENT"}}})),
        (
            "block",
            json!({"blockAdded": {"blockNumber": decided, "block": {"number": decided, "type": "DECISION_MADE"}}}),
        ),
    ];
    for (id, field) in asked {
        let resuming = match id {
            "dashboard" => field.to_owned(),
            _ if field.contains("(filter") => field.replace("filter:", "startAfter: 0, filter:"),
            _ => field.replacen(" {", "(startAfter: 0) {", 1),
        };
        client.subscribe(id, &format!("subscription {{ {resuming} }}")).await;
    }
    let mut dashboards = 0;
    while !expect.is_empty() || dashboards < 2 {
        let Said::Message(message) = client.next().await else { panic!("closed") };
        let (id, data) = (message["id"].as_str().unwrap().to_owned(), &message["payload"]["data"]);
        if id == "dashboard" {
            assert!(data["dashboardUpdated"]["blockNumber"].as_u64().unwrap() >= sent, "{message}");
            dashboards += 1;
        } else {
            let place = expect.iter().position(|(expected, _)| *expected == id).unwrap();
            assert_eq!(*data, expect.remove(place).1);
        }
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_told_and_resumes_without_a_gap() {
    let running = Running::new("ws_lagged", &[("VYOMO_SUBSCRIPTIONS__QUEUE", "5")]).await;
    let mut client = running.open(TODAY).await;
    // A message of an item is some kilobytes, so that few fit into the socket's buffers.
    let many: Vec<String> = (0..60)
        .map(|number| format!("x{number}: anomaly {{ id evidence openedAt lastAt recordedAt }}"))
        .collect();
    let many = many.join(" ");
    let query = |after: u64| {
        format!("subscription {{ anomalyDetected(startAfter: {after}) {{ blockNumber {many} }} }}")
    };
    let mut last = running.writer.anomalies([0]).await;
    client.subscribe("a", &query(last)).await;
    settle(&mut client).await;
    for change in 0..15u32 {
        running.writer.anomalies(1 + change * 100..1 + change * 100 + 100).await;
    }
    let mut heard = 0;
    let mut lags = 0;
    while heard < 1_500 {
        let payload = client.item("a").await;
        if let Some(number) = payload["data"]["anomalyDetected"]["blockNumber"].as_u64() {
            assert_eq!(number, last + 1);
            (last, heard) = (number, heard + 1);
            continue;
        }
        let told = &payload["errors"][0]["extensions"];
        assert_eq!((&told["code"], &told["resumeAfter"]), (&json!("LAGGED"), &json!(last)), "{payload}");
        assert!(told["missed"].as_u64().unwrap() >= 1, "{payload}");
        assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "a"})));
        lags += 1;
        client.subscribe("a", &query(last)).await;
    }
    assert!(lags >= 1);
}

#[tokio::test]
async fn resuming_before_what_is_kept_is_refused() {
    let running = Running::new("ws_expired", &[]).await;
    running.writer.anomalies(0..10).await;
    running.writer.clean_up(minute(5)).await;
    let mut client = running.open(TODAY).await;
    client.subscribe("a", "subscription { anomalyDetected(startAfter: 0) { blockNumber } }").await;
    assert_eq!(client.item("a").await["errors"][0]["extensions"]["code"], "EXPIRED");
    assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "a"})));
    client.subscribe("b", "subscription { anomalyDetected(startAfter: 900) { blockNumber } }").await;
    assert_eq!(client.item("b").await["errors"][0]["extensions"]["code"], "INVALID");
}

#[tokio::test]
async fn who_says_nothing_or_too_much_is_sent_away() {
    let settings =
        [("VYOMO_SUBSCRIPTIONS__PER_CONNECTION", "2"), ("VYOMO_SUBSCRIPTIONS__INIT_TIMEOUT_SECONDS", "1")];
    let running = Running::new("ws_bounds", &settings).await;
    let mut silent = Client::connect(&running.host, TODAY).await;
    assert_eq!(silent.next().await, Said::Closed(4408, "Connection initialisation timeout".into()));

    let mut client = running.open(TODAY).await;
    for id in ["a", "b"] {
        client.subscribe(id, ANOMALIES).await;
    }
    settle(&mut client).await;
    client.subscribe("c", ANOMALIES).await;
    assert_eq!(client.item("c").await["errors"][0]["extensions"]["code"], "CONFLICT");
    assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "c"})));
    client.unsubscribe("a").await;
    assert_eq!(client.next().await, Said::Message(json!({"type": "complete", "id": "a"})));
    client.subscribe("c", ANOMALIES).await;
    settle(&mut client).await;
    running.writer.anomalies([1]).await;
    let both: Vec<Said> = vec![client.next().await, client.next().await];
    assert!(both.iter().all(|said| matches!(said, Said::Message(message) if message["type"] == "next")));
}

#[tokio::test]
async fn keys_are_asked_for_and_end_their_connections() {
    let settings =
        [("VYOMO_SERVER__DEVELOPMENT", "false"), ("VYOMO_SUBSCRIPTIONS__CONNECTIONS_PER_KEY", "1")];
    let running = Running::new("ws_keys", &settings).await;
    let key = |name: &str, scope: &str| {
        let made = running.site.host(&["key", "create", name, "--scope", scope]);
        assert_eq!(made.code, 0, "{made:?}");
        made.out.trim().to_owned()
    };
    let (viewer, ingest) = (key("screen", "viewer"), key("feed", "ingest"));
    for payload in [json!({}), json!({"apiKey": "vyk_wrong"}), json!(null)] {
        let mut client = Client::connect(&running.host, TODAY).await;
        client.say(&json!({"type": "connection_init", "payload": payload})).await;
        assert!(matches!(client.next().await, Said::Closed(4403, _)), "{payload}");
        let mut client = Client::connect(&running.host, BEFORE).await;
        client.say(&json!({"type": "connection_init", "payload": payload})).await;
        let said = client.next().await;
        assert!(matches!(&said, Said::Message(message) if message["type"] == "connection_error"), "{said:?}");
    }

    let mut client = Client::open(&running.host, TODAY, &json!({"apiKey": ingest})).await;
    client.subscribe("a", ANOMALIES).await;
    assert_eq!(client.item("a").await["errors"][0]["extensions"]["code"], "FORBIDDEN");

    let bearer = json!({"Authorization": format!("Bearer {viewer}")});
    let mut client = Client::open(&running.host, TODAY, &bearer).await;
    client.subscribe("a", ANOMALIES).await;
    settle(&mut client).await;
    let mut second = Client::connect(&running.host, TODAY).await;
    second.say(&json!({"type": "connection_init", "payload": bearer})).await;
    assert!(matches!(second.next().await, Said::Closed(4403, _)));
    running.writer.anomalies([1]).await;
    assert_eq!(client.item("a").await["data"]["anomalyDetected"]["anomaly"]["symbol"], "S1");
    let revoked = running.site.host(&["key", "revoke", "screen"]);
    assert_eq!(revoked.code, 0, "{revoked:?}");
    assert!(matches!(client.next().await, Said::Closed(4403, _)));
}

#[tokio::test]
async fn a_host_that_stops_says_so() {
    let running = Running::new("ws_stop", &[]).await;
    let mut client = running.open(TODAY).await;
    client.subscribe("a", ANOMALIES).await;
    settle(&mut client).await;
    running.host.signal(Signal::SIGTERM);
    let said = loop {
        match client.next().await {
            Said::Message(message) => assert_eq!(message["type"], Value::from("complete")),
            other => break other,
        }
    };
    assert!(matches!(said, Said::Closed(1001, _)), "{said:?}");
}
