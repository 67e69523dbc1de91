//! Several hosts, and hosts that end on the way.

use std::{collections::BTreeSet, time::Duration};

use host::{
    domain::vocabulary::{NotificationPriority, NotificationStatus},
    store::notifications,
};

use crate::{
    mail_server::MailServer,
    support::{Base, announcement, config, deliver, minute},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hosts_at_once_send_each_mail_once() {
    let base = Base::new("hosts", 1..2).await;
    let server = MailServer::at(0, Duration::from_millis(1)).await;
    let new: Vec<(u128, String)> = (1..=150).map(|number| (number, format!("SYMBOL{number}"))).collect();
    let anomalies = base.anomalies(&new).await;
    let alert = |(number, anomaly)| announcement(number, anomaly, NotificationPriority::Normal);
    let news: Vec<_> = (1..).zip(anomalies).map(alert).collect();
    base.announce(minute(0), &news).await;
    let (other, config) = (base.other_host().await, config(&server));
    let (first, second) = tokio::join!(base.deliver(&config, minute(1)), deliver(&other, &config, minute(1)));
    assert_eq!(first.delivered + second.delivered, 150);
    assert!(first.delivered > 0 && second.delivered > 0);
    let ids: BTreeSet<_> = server.mails().iter().map(|mail| mail.header("Message-ID").unwrap()).collect();
    assert_eq!((ids.len(), server.mails().len()), (150, 150));
    assert!(base.all().await.iter().all(|one| one.status == NotificationStatus::Sent));
}

#[tokio::test]
async fn what_a_host_took_with_it_is_sent_by_another_one() {
    let (base, server) = (Base::new("hosts", 1..2).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    // A host takes the delivery, and ends before it records what came of it.
    let mut change = base.begin(minute(1)).await.unwrap();
    let taken = notifications::due_deliveries(&mut change, &[alert], minute(6), 10).await.unwrap();
    assert_eq!(taken.len(), 1);
    change.commit().await.unwrap();
    assert_eq!(base.deliver(&config(&server), minute(5)).await.tried(), 0);
    assert_eq!(base.deliver(&config(&server), minute(6)).await.delivered, 1);
    assert_eq!(base.deliveries(alert).await[0].1, 2);
}

#[tokio::test]
async fn a_delivery_that_ends_every_host_is_given_up() {
    let (base, server) = (Base::new("hosts", 1..2).await, MailServer::start().await);
    let alert = base.alert(minute(0), 1, NotificationPriority::Normal).await;
    for attempt in 0..10 {
        let mut change = base.begin(minute(10 * attempt)).await.unwrap();
        notifications::due_deliveries(&mut change, &[alert], minute(10 * attempt + 5), 10).await.unwrap();
        change.commit().await.unwrap();
    }
    assert_eq!(base.deliver(&config(&server), minute(200)).await.failed, 1);
    assert_eq!((server.mails().len(), base.status(alert).await), (0, NotificationStatus::Failed));
}
