//! Who is told, and of what.

use host::{
    domain::vocabulary::{DeliveryStatus, NotificationChannel, NotificationPriority, NotificationStatus},
    store::notifications::{self, Notification, Preferences},
};

use crate::{
    mail_server::MailServer,
    receiver::Receiver,
    support::{Base, announcement, config, id, minute, preferences, recipient_id},
};

/// The recipients of the notifications.
async fn recipients(base: &Base, notifications: &[Notification]) -> Vec<u128> {
    let mut recipients: Vec<u128> = sqlx::query_scalar::<_, uuid::Uuid>(
        "SELECT recipient_id FROM notification_deliveries WHERE notification_id = ANY($1)",
    )
    .bind(notifications.iter().map(|one| one.id).collect::<Vec<_>>())
    .fetch_all(base.store().pool())
    .await
    .unwrap()
    .into_iter()
    .map(|id| id.as_u128() - recipient_id(0).as_u128())
    .collect();
    recipients.sort_unstable();
    recipients
}

#[tokio::test]
async fn everybody_is_told_what_they_want_and_nothing_else() {
    let base = Base::new("preferences", 1..2).await;
    let high = Preferences { minimum_priority: NotificationPriority::High, ..preferences() };
    base.welcome(2, high).await;
    base.welcome(3, Preferences { kinds: vec!["IV_SPIKE".into(), "PRICE_DROP".into()], ..preferences() })
        .await;
    base.welcome(4, Preferences { channels: vec![], ..preferences() }).await;
    base.welcome(5, preferences()).await;
    let mut change = base.begin(minute(0)).await.unwrap();
    notifications::deactivate_recipient(&mut change, recipient_id(5)).await.unwrap();
    change.commit().await.unwrap();
    let cases = [
        ("PRICE_SPIKE", NotificationPriority::Low, vec![1]),
        ("PRICE_SPIKE", NotificationPriority::High, vec![1, 2]),
        ("IV_SPIKE", NotificationPriority::Normal, vec![1, 3]),
        ("IV_SPIKE", NotificationPriority::Urgent, vec![1, 2, 3]),
    ];
    for (number, (kind, priority, expected)) in (1..).zip(cases) {
        let anomaly = base.anomaly(number, "NIFTY").await;
        let mut news = announcement(number, anomaly, priority);
        news.kind = kind.into();
        let told = base.announce(minute(1), &[news]).await;
        assert_eq!(recipients(&base, &told).await, expected, "{kind} {}", priority.name());
    }
}

#[tokio::test]
async fn what_nobody_wants_is_recorded_and_given_up() {
    let (base, server) = (Base::new("preferences", 0..0).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::Urgent).await;
    assert_eq!((alert, base.status(alert).await), (id(1), NotificationStatus::Pending));
    let round = base.deliver(&config(&server), minute(1)).await;
    assert_eq!((round.tried(), round.settled.len()), (0, 1));
    let given_up = base.notification(alert).await;
    assert_eq!(given_up.status, NotificationStatus::Failed);
    assert_eq!(given_up.error.unwrap(), "there is nobody to tell");
}

#[tokio::test]
async fn one_way_that_works_is_enough() {
    let base = Base::new("preferences", 0..0).await;
    let (server, receiver) = (MailServer::start().await, Receiver::start([(410, None)]).await);
    let both = Preferences {
        webhook_url: Some(notifications::Contact::new(receiver.url())),
        channels: NotificationChannel::ALL.to_vec(),
        ..preferences()
    };
    base.welcome(1, both).await;
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    let round = base.deliver(&config(&server), minute(1)).await;
    assert_eq!((round.delivered, round.failed), (2, 1));
    let statuses: Vec<_> = base.deliveries(alert).await.into_iter().map(|(status, ..)| status).collect();
    assert_eq!(statuses, [DeliveryStatus::Delivered, DeliveryStatus::Failed, DeliveryStatus::Delivered]);
    assert_eq!(base.status(alert).await, NotificationStatus::Sent);
}

/// One notification may be for several people, too: whoever makes it says for whom.
#[tokio::test]
async fn what_is_for_several_people_reaches_each_of_them() {
    let (base, server) = (Base::new("preferences", 1..3).await, MailServer::start().await);
    let channel = NotificationChannel::Email;
    let both = notifications::NewNotification {
        id: id(1),
        anomaly: None,
        action_id: None,
        kind: "MAINTENANCE".into(),
        priority: NotificationPriority::Normal,
        title: "The feed pauses at noon".into(),
        body: String::new(),
        addresses: [1, 2]
            .map(|number| notifications::Address { recipient_id: recipient_id(number), channel })
            .into(),
    };
    let mut change = base.begin(minute(0)).await.unwrap();
    notifications::create(&mut change, &[both]).await.unwrap();
    change.commit().await.unwrap();
    server.answer([(554, "not this one")]);
    let round = base.deliver(&config(&server), minute(1)).await;
    assert_eq!((round.delivered, round.failed, round.settled.len()), (1, 1, 1));
    assert_eq!(base.status(id(1)).await, NotificationStatus::Sent);
}

#[tokio::test]
async fn who_leaves_is_told_nothing_any_more() {
    let (base, server) = (Base::new("preferences", 1..2).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    let mut change = base.begin(minute(1)).await.unwrap();
    notifications::deactivate_recipient(&mut change, recipient_id(1)).await.unwrap();
    change.commit().await.unwrap();
    assert_eq!(base.deliver(&config(&server), minute(2)).await.tried(), 0);
    assert_eq!(base.status(alert).await, NotificationStatus::Failed);
    assert_eq!(server.mails().len(), 0);
}
