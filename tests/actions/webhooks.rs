//! Messages on their way to other systems.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use host::{
    actions::webhook::{Delivered, Endpoints, deliver_due},
    domain::{
        time::{HOUR, MINUTE, SECOND, Timestamp},
        vocabulary::{ActionStatus, BlockType},
    },
    outbound::Outbound,
    store::{actions, actions::Action, outbox},
};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::{
    receiver::{Answer, Got, Receiver, SECRET, endpoints, sender},
    support::{Base, minute, request, webhook},
};

/// A database with a message for each of so many decisions.
async fn told(name: &str, messages: u32) -> Base {
    let base = Base::new(name, 1..messages + 1).await;
    let requests: Vec<_> = (1..=messages).map(|number| request(number, 0, webhook())).collect();
    base.act(minute(0), &requests).await;
    base
}

async fn round(base: &Base, endpoints: &Endpoints, at: Timestamp) -> Delivered {
    deliver_due(base, endpoints, &sender(), || at, 7).await.unwrap()
}

/// Rounds, each at the moment when the message is due, until it is over. Answers the moments.
async fn until_over(base: &Base, endpoints: &Endpoints) -> Vec<Timestamp> {
    let mut moments = Vec::new();
    while let Some(at) = next(base).await {
        moments.push(at);
        assert_ne!(round(base, endpoints, at).await, Delivered::default());
    }
    moments
}

/// When the message is due; `None` once it is over.
async fn next(base: &Base) -> Option<Timestamp> {
    sqlx::query_scalar("SELECT next_attempt_at FROM outbox WHERE delivered_at IS NULL AND dead_at IS NULL")
        .fetch_optional(base.store().pool())
        .await
        .unwrap()
}

async fn action(base: &Base) -> Action {
    actions::recent(base.store(), host::store::page::Window::first(1)).await.unwrap().items.remove(0)
}

/// Reads the headers as the specification says, with nothing of the sender's.
fn verify(got: &Got, secret: &str) {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    for part in [got.header("webhook-id"), ".", got.header("webhook-timestamp"), "."] {
        mac.update(part.as_bytes());
    }
    mac.update(&got.body);
    let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    assert!(got.header("webhook-signature").split(' ').any(|given| given == signature));
}

const ONE: Delivered = Delivered { delivered: 1, again: 0, dead: 0 };
const LATER: Delivered = Delivered { delivered: 0, again: 1, dead: 0 };
const NEVER: Delivered = Delivered { delivered: 0, again: 0, dead: 1 };

#[tokio::test]
async fn a_message_arrives_signed_and_its_action_succeeds() {
    let (base, receiver) = (told("arrives", 1).await, Receiver::start([]).await);
    assert_eq!(round(&base, &receiver.endpoints(), minute(1)).await, ONE);
    assert_eq!(round(&base, &receiver.endpoints(), minute(2)).await, Delivered::default());
    let got = receiver.got();
    assert_eq!(got.len(), 1);
    verify(&got[0], SECRET);
    let done = action(&base).await;
    assert_eq!(got[0].header("webhook-id"), done.id.to_string());
    assert_eq!(got[0].header("webhook-timestamp"), (minute(1).0 / SECOND).to_string());
    assert_eq!(got[0].header("content-type"), "application/json");
    let body: Value = serde_json::from_slice(&got[0].body).unwrap();
    assert_eq!((&body["type"], &body["timestamp"]), (&json!("anomaly.decided"), &json!(minute(0))));
    assert_eq!(body["data"]["decision"], json!("FIX"));
    assert_eq!(body["data"]["anomaly"]["subject"], json!("NIFTY"));
    assert_eq!((done.status, done.attempts), (ActionStatus::Succeeded, 1));
    assert_eq!(done.result, Some(json!({ "status": 204 })));
    let blocks = base.blocks(BlockType::ActionExecuted).await;
    assert_eq!(blocks[0]["action"]["status"], json!("SUCCEEDED"));
}

#[tokio::test]
async fn both_secrets_sign_while_one_is_changed() {
    let (base, receiver) = (told("rotation", 1).await, Receiver::start([]).await);
    let new = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    assert_eq!(round(&base, &endpoints(&receiver.url(), &[SECRET, new]), minute(1)).await, ONE);
    verify(&receiver.got()[0], SECRET);
    verify(&receiver.got()[0], new);
}

#[tokio::test]
async fn a_message_that_failed_is_sent_again_under_the_same_id() {
    let (base, receiver) = (told("again", 1).await, Receiver::start([Answer::Status(500)]).await);
    assert_eq!(round(&base, &receiver.endpoints(), minute(1)).await, LATER);
    assert_eq!(
        (action(&base).await.status, base.blocks(BlockType::ActionExecuted).await.len()),
        (ActionStatus::Pending, 0)
    );
    assert_eq!(round(&base, &receiver.endpoints(), minute(1)).await, Delivered::default());
    let due = next(&base).await.unwrap();
    assert!((minute(1).0 + 5 * SECOND..=minute(1).0 + 6 * SECOND).contains(&due.0));
    assert_eq!(round(&base, &receiver.endpoints(), due).await, ONE);
    let got = receiver.got();
    assert_eq!(got[0].header("webhook-id"), got[1].header("webhook-id"));
    assert_eq!(got[0].body, got[1].body);
    for got in &got {
        verify(got, SECRET);
    }
    assert_eq!(action(&base).await.attempts, 2);
}

#[tokio::test]
async fn receivers_say_when_they_want_it_again() {
    let date = "Mon, 05 Jan 2026 06:00:00 GMT";
    let script = [Answer::Header(429, "retry-after", "3600"), Answer::Header(503, "retry-after", date)];
    let (base, receiver) = (told("retry_after", 1).await, Receiver::start(script).await);
    let moments = until_over(&base, &receiver.endpoints()).await;
    assert_eq!(moments[1], Timestamp(minute(0).0 + HOUR));
    assert_eq!(moments[2].to_string(), "2026-01-05T06:00:00Z");
    assert_eq!(moments.len(), 3);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_not_asked_again() {
    let (base, receiver) = (told("gone", 1).await, Receiver::start([Answer::Status(410)]).await);
    assert_eq!(round(&base, &receiver.endpoints(), minute(1)).await, NEVER);
    let failed = action(&base).await;
    assert_eq!(
        (failed.status, failed.error.as_deref()),
        (ActionStatus::Failed, Some("the receiver answered 410"))
    );
    assert_eq!(next(&base).await, None);
    assert_eq!(base.blocks(BlockType::ActionExecuted).await[0]["action"]["status"], json!("FAILED"));
}

#[tokio::test]
async fn what_never_arrives_is_given_up_after_a_day_and_can_be_sent_by_hand() {
    let script = vec![Answer::Status(400); 8];
    let (base, receiver) = (told("dead", 1).await, Receiver::start(script).await);
    let moments = until_over(&base, &receiver.endpoints()).await;
    assert_eq!(moments.len(), 8);
    assert!(moments[7].0 - moments[0].0 > 27 * HOUR);
    let letter = outbox::dead(base.store(), 10).await.unwrap().remove(0);
    assert_eq!((letter.attempts, letter.error.as_deref()), (8, Some("the receiver answered 400")));
    let failed = action(&base).await;
    assert_eq!((failed.status, failed.attempts), (ActionStatus::Failed, 8));
    let mut change = base.begin(minute(3_000)).await.unwrap();
    assert_eq!(outbox::retry(&mut change, &[letter.id, 999]).await.unwrap(), 1);
    change.commit().await.unwrap();
    assert_eq!(round(&base, &receiver.endpoints(), minute(3_000)).await, ONE);
    assert_eq!(outbox::dead(base.store(), 10).await.unwrap(), []);
    // What is recorded, and in the ledger, stays.
    assert_eq!(action(&base).await, failed);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Receiver::start([]).await;
    let location = elsewhere.url().leak();
    let script = [Answer::Header(302, "location", location), Answer::Header(307, "location", location)];
    let (base, receiver) = (told("redirect", 1).await, Receiver::start(script).await);
    assert_eq!(round(&base, &receiver.endpoints(), minute(1)).await, LATER);
    let at = next(&base).await.unwrap();
    assert_eq!(round(&base, &receiver.endpoints(), at).await, LATER);
    assert_eq!((receiver.got().len(), elsewhere.got().len()), (2, 0));
    assert!(base.dump("outbox").await.contains("answered 307, and redirects are not followed"));
}

#[tokio::test]
async fn receivers_that_are_late_cut_off_or_away_are_asked_again() {
    let base = told("away", 1).await;
    let late = Receiver::start([Answer::Late]).await;
    let hasty = Outbound::new(Duration::from_millis(300)).unwrap();
    let tried = deliver_due(&base, &late.endpoints(), &hasty, || minute(1), 7).await.unwrap();
    assert_eq!(tried, LATER);
    assert!(base.dump("outbox").await.contains("the receiver did not answer in time"));
    let cutter = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = cutter.local_addr().unwrap().port();
    let cutting = tokio::spawn(async move {
        let (socket, _) = cutter.accept().await.unwrap();
        socket.readable().await.unwrap();
    });
    let cut = endpoints(&format!("http://127.0.0.1:{port}/path-secret"), &[SECRET]);
    assert_eq!(round(&base, &cut, next(&base).await.unwrap()).await, LATER);
    cutting.await.unwrap();
    // Nobody listens there any more.
    assert_eq!(round(&base, &cut, next(&base).await.unwrap()).await, LATER);
    assert!(base.dump("outbox").await.contains("the receiver could not be reached"));
    assert_eq!(round(&base, &late.endpoints(), next(&base).await.unwrap()).await, ONE);
}

#[tokio::test]
async fn a_message_to_nobody_waits_for_the_configuration() {
    let (base, receiver) = (told("nobody", 1).await, Receiver::start([]).await);
    let none = Endpoints::default();
    assert_eq!(round(&base, &none, minute(1)).await, LATER);
    assert!(base.dump("outbox").await.contains("no endpoint is configured as webhooks.default"));
    assert_eq!(round(&base, &receiver.endpoints(), next(&base).await.unwrap()).await, ONE);
}

#[tokio::test]
async fn a_host_that_dies_on_the_way_leaves_the_message_to_others() {
    let (base, receiver) = (told("dies", 1).await, Receiver::start([]).await);
    let mut change = base.begin(minute(1)).await.unwrap();
    let taken = outbox::take(&mut change, minute(3), 10).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(taken.len(), 1);
    assert_eq!(round(&base, &receiver.endpoints(), minute(2)).await, Delivered::default());
    assert_eq!(round(&base, &receiver.endpoints(), minute(3)).await, ONE);
    assert_eq!(action(&base).await.attempts, 2);
    // What the dead host would have said comes too late.
    let late = outbox::Settled {
        id: taken[0].id,
        attempts: 1,
        fate: outbox::Fate::Dead { error: "too late".into() },
    };
    let mut change = base.begin(minute(4)).await.unwrap();
    assert_eq!(outbox::settle(&mut change, &[late]).await.unwrap(), Vec::<Uuid>::new());
    change.commit().await.unwrap();
    assert_eq!(outbox::dead(base.store(), 10).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_send_at_once_send_each_message_once() {
    let (base, receiver) = (told("at_once", 40).await, Receiver::start([]).await);
    let other = base.other_host().await;
    let (endpoints, sender) = (receiver.endpoints(), sender());
    let all = async |journal| {
        let mut all = Delivered::default();
        loop {
            let round = deliver_due(journal, &endpoints, &sender, || minute(1), 7).await.unwrap();
            if round == Delivered::default() {
                return all;
            }
            all += round;
        }
    };
    let (mut one, two) = tokio::join!(all(&base), all(&other));
    one += two;
    assert_eq!(one, Delivered { delivered: 40, again: 0, dead: 0 });
    let mut ids: Vec<String> = receiver.got().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), receiver.got().len()), (40, 40));
}

#[tokio::test]
async fn secrets_are_nowhere() {
    let (base, receiver) =
        (told("secrets", 2).await, Receiver::start([Answer::Status(500), Answer::Status(410)]).await);
    round(&base, &receiver.endpoints(), minute(1)).await;
    round(&base, &endpoints("http://127.0.0.1:1/path-secret", &[SECRET]), Timestamp(minute(2).0 + MINUTE))
        .await;
    for table in ["outbox", "action_executions", "active_controls"] {
        let rows = base.dump(table).await;
        assert!(!rows.contains("path-secret") && !rows.contains(&SECRET[6..]), "{rows}");
    }
    let blocks = base.blocks(BlockType::ActionExecuted).await;
    assert_eq!(blocks.len(), 1);
    let blocks = format!("{blocks:?}");
    assert!(!blocks.contains("path-secret") && !blocks.contains(&SECRET[6..]), "{blocks}");
}
