//! Related alerts become one message, and a flood becomes a few.

use std::collections::BTreeSet;

use host::{
    config::{Config, NotificationsConfig},
    domain::{
        time::Timestamp,
        vocabulary::{DeliveryStatus, NotificationPriority, NotificationStatus},
    },
};
use uuid::Uuid;

use crate::{
    mail_server::MailServer,
    support::{Base, announcement, config, minute, second},
};

/// The usual settings: half a minute for related alerts, five messages in ten minutes.
fn usual(server: &MailServer) -> Config {
    let usual = NotificationsConfig::default();
    Config { notifications: usual, ..config(server) }
}

/// Announces alerts about symbols, all at once.
async fn announce(
    base: &Base,
    at: Timestamp,
    symbols: impl IntoIterator<Item = (u128, String)>,
    priority: NotificationPriority,
) -> Vec<Uuid> {
    let new: Vec<(u128, String)> = symbols.into_iter().collect();
    let anomalies = base.anomalies(&new).await;
    let news: Vec<_> = new
        .iter()
        .zip(anomalies)
        .map(|((number, _), anomaly)| announcement(*number, anomaly, priority))
        .collect();
    base.announce(at, &news).await.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn alerts_about_one_symbol_come_as_one_mail() {
    let (base, server) = (Base::new("group", 1..2).await, MailServer::start().await);
    let normal = NotificationPriority::Normal;
    let first = announce(&base, second(0), [(1, "NIFTY".into())], normal).await[0];
    let config = usual(&server);
    assert_eq!(base.deliver(&config, second(0)).await.tried(), 0);
    let high = announce(&base, second(20), [(2, "NIFTY".into())], NotificationPriority::High).await[0];
    let other = announce(&base, second(20), [(3, "SENSEX".into())], normal).await[0];
    assert_eq!(base.deliver(&config, second(29)).await.tried(), 0);
    assert_eq!(base.deliver(&config, second(30)).await.delivered, 1);
    let mail = server.mails().remove(0);
    assert_eq!(mail.header("Subject").unwrap(), "[HIGH] Alert 2 (and 1 more)");
    assert!(mail.body().contains("What alert 2 is about"), "{}", mail.body());
    assert!(
        mail.body().contains("Told within this message: 1\r\n- NORMAL PRICE_SPIKE: Alert 1"),
        "{}",
        mail.body()
    );
    let member = base.notification(first).await;
    assert_eq!((member.status, member.group_id), (NotificationStatus::Grouped, Some(high)));
    assert_eq!(base.deliveries(first).await, [(DeliveryStatus::Delivered, 0, None)]);
    assert_eq!(base.status(high).await, NotificationStatus::Sent);
    // What is about another symbol waits for its own.
    assert_eq!(base.status(other).await, NotificationStatus::Pending);
    assert_eq!(base.deliver(&config, second(50)).await.delivered, 1);
}

#[tokio::test]
async fn a_message_takes_in_nothing_once_it_is_on_its_way() {
    let (base, server) = (Base::new("group", 1..2).await, MailServer::start().await);
    let first = announce(&base, second(0), [(1, "NIFTY".into())], NotificationPriority::Normal).await[0];
    server.answer([(451, "later")]);
    assert_eq!(base.deliver(&usual(&server), second(30)).await.again, 1);
    let second_one =
        announce(&base, second(31), [(2, "NIFTY".into())], NotificationPriority::Normal).await[0];
    assert_eq!(base.deliver(&usual(&server), second(90)).await.delivered, 2);
    for id in [first, second_one] {
        assert_eq!(base.status(id).await, NotificationStatus::Sent);
    }
}

#[tokio::test]
async fn a_flood_becomes_a_few_messages_and_nothing_is_lost() {
    let (base, server) = (Base::new("flood", 1..3).await, MailServer::start().await);
    let symbols = (1..=1_000).map(|number| (number, format!("SYMBOL{number}")));
    let flood = announce(&base, minute(0), symbols, NotificationPriority::High).await;
    assert_eq!(flood.len(), 2_000);
    let round = base.deliver(&usual(&server), minute(1)).await;
    // Four alerts and a digest, for each of the two.
    assert_eq!((round.delivered, server.mails().len()), (10, 10));
    let digests: Vec<_> = base.all().await.into_iter().filter(|one| one.kind == "DIGEST").collect();
    assert_eq!(digests.len(), 2);
    let mut told: BTreeSet<Uuid> = BTreeSet::new();
    for digest in &digests {
        assert_eq!(digest.status, NotificationStatus::Sent);
        let members = base.members(digest.id).await;
        assert_eq!(members.len(), 996);
        assert!(members.iter().all(|one| one.status == NotificationStatus::Grouped));
        told.extend(members.iter().map(|one| one.id));
    }
    let alone = base.all().await.into_iter().filter(|one| one.status == NotificationStatus::Sent);
    told.extend(alone.map(|one| one.id));
    assert!(flood.iter().all(|id| told.contains(id)));
    let digest =
        server.mails().into_iter().find(|mail| mail.header("Subject").unwrap().contains("996 alerts"));
    let body = digest.unwrap().body().to_owned();
    assert!(body.contains("More than 5 messages in 10 minutes"), "{body}");
    assert_eq!(body.lines().filter(|line| line.starts_with("- HIGH PRICE_SPIKE: Alert ")).count(), 20);
    assert!(body.contains("and 976 more"), "{body}");
}

#[tokio::test]
async fn what_is_more_than_one_look_takes_in_waits_for_the_next_interval() {
    let (base, server) = (Base::new("flood", 1..2).await, MailServer::start().await);
    let symbols = (1..=2_100).map(|number| (number, format!("SYMBOL{number}")));
    let flood = announce(&base, minute(0), symbols, NotificationPriority::High).await;
    let config = usual(&server);
    // Four alerts and a digest each time.
    assert_eq!(base.deliver(&config, minute(1)).await.delivered, 5);
    assert_eq!(base.deliver(&config, minute(11)).await.delivered, 5);
    assert_eq!(server.mails().len(), 10);
    let (digests, mut told): (Vec<_>, Vec<_>) = base
        .all()
        .await
        .into_iter()
        .filter(|one| one.status == NotificationStatus::Sent)
        .map(|one| (one.kind == "DIGEST", one.id))
        .partition(|(is_digest, _)| *is_digest);
    let mut sizes = Vec::new();
    for (_, digest) in digests {
        let members = base.members(digest).await;
        sizes.push(members.len());
        told.extend(members.iter().map(|one| (false, one.id)));
    }
    assert_eq!(sizes, [96, 1_996]);
    assert_eq!(told.len(), 2_100);
    let told: BTreeSet<Uuid> = told.into_iter().map(|(_, id)| id).collect();
    assert_eq!(told, flood.into_iter().collect());
}

#[tokio::test]
async fn after_a_flood_there_is_room_when_the_interval_is_over() {
    let (base, server) = (Base::new("flood", 1..2).await, MailServer::start().await);
    let symbols = |from: u128| (from..from + 20).map(|number| (number, format!("SYMBOL{number}")));
    announce(&base, minute(0), symbols(1), NotificationPriority::High).await;
    let config = usual(&server);
    assert_eq!(base.deliver(&config, minute(1)).await.delivered, 5);
    announce(&base, minute(2), symbols(101), NotificationPriority::High).await;
    assert_eq!(base.deliver(&config, minute(10)).await.delivered, 0);
    // Another flood does not hold back what is urgent.
    let urgent = announce(&base, minute(10), [(200, "NIFTY".into())], NotificationPriority::Urgent).await;
    assert_eq!(base.deliver(&config, minute(10)).await.delivered, 1);
    assert_eq!(base.status(urgent[0]).await, NotificationStatus::Sent);
    assert_eq!(base.deliver(&config, minute(11)).await.delivered, 5);
    let left = base.all().await.into_iter().filter(|one| one.status == NotificationStatus::Pending).count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_flood_of_urgent_alerts_is_a_few_messages_too() {
    let (base, server) = (Base::new("flood", 1..2).await, MailServer::start().await);
    let symbols = (1..=50).map(|number| (number, format!("SYMBOL{number}")));
    announce(&base, minute(0), symbols, NotificationPriority::Urgent).await;
    assert_eq!(base.deliver(&usual(&server), minute(0)).await.delivered, 5);
    let subjects: Vec<_> = server.mails().iter().map(|mail| mail.header("Subject").unwrap()).collect();
    assert!(subjects.contains(&"[URGENT] 46 alerts".to_owned()), "{subjects:?}");
}
