//! Recipients' webhooks, on real sockets.

use host::{
    domain::vocabulary::{DeliveryStatus, NotificationChannel, NotificationPriority, NotificationStatus},
    outbound::{SigningKey, sign},
    store::notifications::{Contact, Preferences},
};
use serde_json::{Value, json};

use crate::{
    receiver::{Receiver, SECRET},
    support::{Base, config_of_port, minute, preferences},
};

async fn reachable_at(url: &str) -> Base {
    let base = Base::new("webhook", 0..0).await;
    let webhook = Preferences {
        webhook_url: Some(Contact::new(url)),
        channels: vec![NotificationChannel::Webhook],
        ..preferences()
    };
    base.welcome(1, webhook).await;
    base
}

#[tokio::test]
async fn a_signed_message_arrives() {
    let receiver = Receiver::start([]).await;
    let base = reachable_at(&receiver.url()).await;
    let alert = base.alert(minute(0), 1, NotificationPriority::High).await;
    assert_eq!(base.deliver(&config_of_port(25), minute(1)).await.delivered, 1);
    let got = receiver.got().remove(0);
    let seconds = minute(1).0 / 1_000_000;
    assert_eq!(got.header("webhook-id"), alert.to_string());
    assert_eq!(got.header("webhook-timestamp"), seconds.to_string());
    let key = SigningKey::parse(&SECRET.to_owned().into()).unwrap();
    assert_eq!(got.header("webhook-signature"), sign(&[key], &alert.to_string(), seconds, &got.body));
    let body: Value = serde_json::from_slice(&got.body).unwrap();
    let expected = json!({
        "type": "notification",
        "timestamp": "2026-01-05T03:45:00Z",
        "data": {
            "id": alert, "kind": "PRICE_SPIKE", "priority": "HIGH", "title": "Alert 1",
            "body": "What alert 1 is about", "members": [], "member_count": 0,
        },
    });
    assert_eq!(body, expected);
    assert_eq!(base.status(alert).await, NotificationStatus::Sent);
}

#[tokio::test]
async fn a_receiver_that_fails_gets_the_message_again_when_it_likes() {
    let receiver = Receiver::start([(500, None), (503, Some("1800"))]).await;
    let base = reachable_at(&receiver.url()).await;
    let alert = base.alert(minute(0), 1, NotificationPriority::High).await;
    let config = config_of_port(25);
    let mut tried = Vec::new();
    for at in [1, 2, 30, 32] {
        tried.push(base.deliver(&config, minute(at)).await.tried());
    }
    assert_eq!(tried, [1, 1, 0, 1]);
    let ids: Vec<_> = receiver.got().iter().map(|got| got.header("webhook-id").to_owned()).collect();
    assert_eq!(ids, [alert.to_string(), alert.to_string(), alert.to_string()]);
    assert_eq!(base.status(alert).await, NotificationStatus::Sent);
}

#[tokio::test]
async fn a_receiver_that_is_gone_gets_nothing_more() {
    let receiver = Receiver::start([(410, None)]).await;
    let base = reachable_at(&receiver.url()).await;
    let alert = base.alert(minute(0), 1, NotificationPriority::High).await;
    assert_eq!(base.deliver(&config_of_port(25), minute(1)).await.failed, 1);
    assert_eq!(base.status(alert).await, NotificationStatus::Failed);
}

#[tokio::test]
async fn private_addresses_are_called_only_where_that_is_allowed() {
    let receiver = Receiver::start([]).await;
    for url in [receiver.url(), format!("https://localhost:{}/path-secret", receiver.port)] {
        let base = reachable_at(&url).await;
        let alert = base.alert(minute(0), 1, NotificationPriority::High).await;
        let mut config = config_of_port(25);
        config.notifications.allow_private = false;
        assert_eq!(base.deliver(&config, minute(1)).await.again, 1);
        let (status, _, error) = base.deliveries(alert).await.remove(0);
        let error = error.unwrap();
        assert!(status == DeliveryStatus::Pending && !error.contains("path-secret"), "{error}");
        assert!(error.contains("allow_private"), "{error}");
    }
    assert_eq!(receiver.got().len(), 0);
}

#[tokio::test]
async fn nothing_is_posted_unsigned() {
    let receiver = Receiver::start([]).await;
    let base = reachable_at(&receiver.url()).await;
    base.alert(minute(0), 1, NotificationPriority::High).await;
    let mut config = config_of_port(25);
    config.notifications.webhook_secrets.clear();
    assert_eq!(base.deliver(&config, minute(1)).await.again, 1);
    assert_eq!(receiver.got().len(), 0);
}
