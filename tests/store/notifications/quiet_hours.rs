use host::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority},
    },
    store::{
        journal::Journal,
        notifications::{self, Address, NewNotification, NewRecipient, Preferences, QuietHours},
    },
};

use super::{create, mail, notification, preferences, somebody, welcome};
use crate::support::{id, journal, second};

fn moment(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn quiet(number: u32, from: &str, until: &str, time_zone: &str) -> NewRecipient {
    let hours = QuietHours { from: from.parse().unwrap(), until: until.parse().unwrap() };
    let preferences = Preferences { quiet_hours: Some(hours), time_zone: time_zone.into(), ..preferences() };
    NewRecipient { preferences, ..somebody(number) }
}

/// Whether that notification is taken at that moment; what is taken is due again at once.
async fn told(journal: &Journal, number: u128, at: &str) -> bool {
    let mut change = journal.begin(moment(at)).await.unwrap();
    let taken = notifications::due_deliveries(&mut change, &[id(number)], second(0), 10).await.unwrap();
    change.commit().await.unwrap();
    taken.iter().any(|delivery| delivery.notification_id == id(number))
}

async fn tell(journal: &Journal, number: u32, recipient: u32, priority: NotificationPriority) {
    let log = Address { channel: NotificationChannel::Log, ..mail(recipient) };
    create(journal, 0, &[NewNotification { priority, addresses: vec![log], ..notification(number) }]).await;
}

#[tokio::test]
async fn quiet_hours_span_midnight_by_the_clock_of_summer_and_winter() {
    let journal = journal("recipients").await;
    welcome(&journal, 0, &[quiet(1, "22:00", "07:00", "Europe/Berlin")]).await;
    tell(&journal, 1, 1, NotificationPriority::High).await;
    // Winter is UTC+1, summer UTC+2.
    let cases = [
        ("2026-01-15T20:59:59Z", true),
        ("2026-01-15T21:00:00Z", false),
        ("2026-01-15T23:00:00Z", false),
        ("2026-01-16T05:59:59Z", false),
        ("2026-01-16T06:00:00Z", true),
        ("2026-07-15T19:59:59Z", true),
        ("2026-07-15T20:00:00Z", false),
        ("2026-07-16T04:59:59Z", false),
        ("2026-07-16T05:00:00Z", true),
        // The night in which clocks go from 02:00 to 03:00, and the one in which 02:00 to 03:00 comes twice.
        ("2026-03-29T00:59:59Z", false),
        ("2026-03-29T01:00:00Z", false),
        ("2026-03-29T05:00:00Z", true),
        ("2026-10-25T00:30:00Z", false),
        ("2026-10-25T01:30:00Z", false),
        ("2026-10-25T05:59:59Z", false),
        ("2026-10-25T06:00:00Z", true),
    ];
    for (at, expected) in cases {
        assert_eq!(told(&journal, 1, at).await, expected, "{at}");
    }
}

#[tokio::test]
async fn urgent_news_break_quiet_hours_and_empty_ones_are_none() {
    let journal = journal("recipients").await;
    let new = [quiet(1, "00:00", "23:59", "Asia/Kolkata"), quiet(2, "09:00", "09:00", "Asia/Kolkata")];
    welcome(&journal, 0, &new).await;
    tell(&journal, 1, 1, NotificationPriority::High).await;
    tell(&journal, 2, 1, NotificationPriority::Urgent).await;
    tell(&journal, 3, 2, NotificationPriority::Low).await;
    // 09:00 in Kolkata, then 23:59.
    for (at, high) in [("2026-01-15T03:30:00Z", false), ("2026-01-15T18:29:00Z", true)] {
        assert_eq!(told(&journal, 1, at).await, high, "{at}");
        assert!(told(&journal, 2, at).await && told(&journal, 3, at).await, "{at}");
    }
}
