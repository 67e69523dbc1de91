use host::{
    domain::{time::Timestamp, vocabulary::NotificationPriority},
    store::{
        journal::Journal,
        notifications::{self, NewRecipient, Preferences, QuietHours},
        page::Window,
    },
};

use super::{preferences, somebody, welcome};
use crate::support::{assert_none, journal};

fn moment(text: &str) -> Timestamp {
    Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

async fn told(journal: &Journal, priority: NotificationPriority, kind: &str, at: &str) -> Vec<u128> {
    let (now, window) = (moment(at), Window::first(10));
    let told = notifications::recipients_for(journal.store(), priority, kind, now, window).await.unwrap();
    assert_eq!(told.next, None);
    told.items.iter().map(|recipient| recipient.id.as_u128() - 0xB000).collect()
}

fn quiet(number: u32, from: &str, until: &str, time_zone: &str) -> NewRecipient {
    let hours = QuietHours { from: from.parse().unwrap(), until: until.parse().unwrap() };
    let preferences = Preferences { quiet_hours: Some(hours), time_zone: time_zone.into(), ..preferences() };
    NewRecipient { preferences, ..somebody(number) }
}

#[tokio::test]
async fn nobody_is_told_of_nothing() {
    let journal = journal("recipients").await;
    assert_none(&told(&journal, NotificationPriority::Urgent, "IV_SPIKE", "2026-01-01T00:00:00Z").await);
}

#[tokio::test]
async fn recipients_are_told_what_they_want() {
    let journal = journal("recipients").await;
    let high = Preferences { minimum_priority: NotificationPriority::High, ..preferences() };
    let one_kind = Preferences { kinds: vec!["IV_SPIKE".into()], ..preferences() };
    let new = [
        somebody(1),
        NewRecipient { preferences: high, ..somebody(2) },
        NewRecipient { preferences: one_kind, ..somebody(3) },
    ];
    welcome(&journal, 0, &new).await;
    let at = "2026-01-01T00:00:00Z";
    assert_eq!(told(&journal, NotificationPriority::Normal, "IV_SPIKE", at).await, [3, 1]);
    assert_eq!(told(&journal, NotificationPriority::High, "PRICE_SPIKE", at).await, [2, 1]);
}

#[tokio::test]
async fn quiet_hours_span_midnight_by_the_clock_of_summer_and_winter() {
    let journal = journal("recipients").await;
    welcome(&journal, 0, &[quiet(1, "22:00", "07:00", "Europe/Berlin")]).await;
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
        let told = told(&journal, NotificationPriority::High, "IV_SPIKE", at).await;
        assert_eq!(!told.is_empty(), expected, "{at}");
    }
}

#[tokio::test]
async fn urgent_news_break_quiet_hours_and_empty_ones_are_none() {
    let journal = journal("recipients").await;
    let new = [quiet(1, "00:00", "23:59", "Asia/Kolkata"), quiet(2, "09:00", "09:00", "Asia/Kolkata")];
    welcome(&journal, 0, &new).await;
    // 09:00 in Kolkata.
    let at = "2026-01-15T03:30:00Z";
    assert_eq!(told(&journal, NotificationPriority::High, "IV_SPIKE", at).await, [2]);
    assert_eq!(told(&journal, NotificationPriority::Urgent, "IV_SPIKE", at).await, [2, 1]);
    // 23:59.
    assert_eq!(told(&journal, NotificationPriority::High, "IV_SPIKE", "2026-01-15T18:29:00Z").await, [2, 1]);
}

#[tokio::test]
async fn those_to_be_told_come_by_pages() {
    let journal = journal("recipients").await;
    welcome(&journal, 0, &[1, 2, 3, 4].map(somebody)).await;
    let page = async |window| {
        let (priority, now) = (NotificationPriority::Low, moment("2026-01-01T00:00:00Z"));
        notifications::recipients_for(journal.store(), priority, "IV_SPIKE", now, window).await.unwrap()
    };
    let first = page(Window::first(2)).await;
    let last = page(Window::first(2).after(first.next.unwrap())).await;
    assert_eq!((last.items.len(), last.next), (2, None));
}
