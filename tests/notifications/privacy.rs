//! What never enters the ledger.

use host::{
    domain::vocabulary::{NotificationChannel, NotificationPriority},
    store::notifications::{Contact, Preferences},
};

use crate::{
    mail_server::MailServer,
    receiver::Receiver,
    support::{Base, config, minute, preferences},
};

#[tokio::test]
async fn neither_addresses_nor_users_nor_words_are_in_blocks() {
    let base = Base::new("privacy", 0..0).await;
    let (server, receiver) = (MailServer::start().await, Receiver::start([(410, None)]).await);
    let all = Preferences {
        webhook_url: Some(Contact::new(receiver.url())),
        channels: NotificationChannel::ALL.to_vec(),
        ..preferences()
    };
    base.welcome(1, all).await;
    server.answer_recipients([(550, "asha@desk.example is unknown")]);
    for number in 1..=12 {
        base.alert(minute(0), number, NotificationPriority::High).await;
    }
    let mut few = config(&server);
    few.notifications.most_per_interval = 3.try_into().unwrap();
    base.deliver(&few, minute(1)).await;
    let payloads: Vec<Vec<u8>> = sqlx::query_scalar("SELECT payload FROM blockchain_blocks")
        .fetch_all(base.store().pool())
        .await
        .unwrap();
    let ledger: String = payloads.iter().map(|payload| String::from_utf8_lossy(payload)).collect();
    // Twelve alerts, a recipient, a digest and what became of them.
    assert!(payloads.len() > 25 && ledger.contains("DIGEST"));
    for word in ["desk.example", "path-secret", "trader-1", "Asha", "Alert 1", "What alert", "unknown"] {
        assert!(!ledger.contains(word), "{word}");
    }
    let errors: Vec<String> =
        sqlx::query_scalar("SELECT error FROM notification_deliveries WHERE error IS NOT NULL")
            .fetch_all(base.store().pool())
            .await
            .unwrap();
    assert!(
        !errors.is_empty()
            && errors.iter().all(|error| !error.contains("asha") && !error.contains("path-secret"))
    );
}
