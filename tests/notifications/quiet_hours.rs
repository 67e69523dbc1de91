//! Nights in which nobody is disturbed, and after which nothing is missing.

use host::{
    config::Config,
    domain::{time::Timestamp, vocabulary::NotificationPriority},
    store::notifications::{Preferences, QuietHours},
};

use crate::{
    mail_server::MailServer,
    support::{Base, config, moment, preferences},
};

async fn berlin(from: &str, until: &str) -> Base {
    let base = Base::new("quiet", 0..0).await;
    let quiet = QuietHours { from: from.parse().unwrap(), until: until.parse().unwrap() };
    let time_zone = "Europe/Berlin".into();
    base.welcome(1, Preferences { quiet_hours: Some(quiet), time_zone, ..preferences() }).await;
    base
}

/// How many are delivered at each of some moments.
async fn delivered(base: &Base, config: &Config, moments: &[&str]) -> Vec<usize> {
    let mut delivered = Vec::new();
    for at in moments {
        delivered.push(base.deliver(config, moment(at)).await.delivered);
    }
    delivered
}

async fn alert(base: &Base, number: u128, at: &str) {
    base.alert(moment(at), number, NotificationPriority::High).await;
}

#[tokio::test]
async fn what_comes_at_night_is_told_in_the_morning() {
    let (base, server) = (berlin("22:00", "07:00").await, MailServer::start().await);
    alert(&base, 1, "2026-01-15T20:59:59Z").await;
    alert(&base, 2, "2026-01-15T21:00:00Z").await;
    alert(&base, 3, "2026-01-16T03:00:00Z").await;
    let moments =
        ["2026-01-15T20:59:59Z", "2026-01-15T21:00:00Z", "2026-01-16T05:59:59Z", "2026-01-16T06:00:00Z"];
    // The second one is made at a moment of the future, by the clock of the first round: it is not due there.
    assert_eq!(delivered(&base, &config(&server), &moments).await, [1, 0, 0, 2]);
}

#[tokio::test]
async fn the_night_that_an_hour_is_missing_from_ends_by_the_clock() {
    let (base, server) = (berlin("22:00", "07:00").await, MailServer::start().await);
    alert(&base, 1, "2026-03-28T22:00:00Z").await;
    let moments =
        ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z", "2026-03-29T04:59:59Z", "2026-03-29T05:00:00Z"];
    assert_eq!(delivered(&base, &config(&server), &moments).await, [0, 0, 0, 1]);
}

#[tokio::test]
async fn the_night_that_has_an_hour_twice_ends_by_the_clock() {
    let (base, server) = (berlin("22:00", "07:00").await, MailServer::start().await);
    alert(&base, 1, "2026-10-24T21:00:00Z").await;
    let moments =
        ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T05:59:59Z", "2026-10-25T06:00:00Z"];
    assert_eq!(delivered(&base, &config(&server), &moments).await, [0, 0, 0, 1]);
}

/// 02:30 does not come in spring: quiet hours that end then end at 03:00. In autumn it comes twice, and they with it.
#[tokio::test]
async fn hours_that_end_within_a_switch_end_all_the_same() {
    let (base, server) = (berlin("01:00", "02:30").await, MailServer::start().await);
    alert(&base, 1, "2026-03-29T00:00:00Z").await;
    let spring = ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"];
    assert_eq!(delivered(&base, &config(&server), &spring).await, [0, 1]);
    alert(&base, 2, "2026-10-24T23:00:00Z").await;
    let autumn = ["2026-10-24T23:00:00Z", "2026-10-25T00:29:59Z", "2026-10-25T00:30:00Z"];
    assert_eq!(delivered(&base, &config(&server), &autumn).await, [0, 0, 1]);
    alert(&base, 3, "2026-10-25T01:00:00Z").await;
    let again = ["2026-10-25T01:29:59Z", "2026-10-25T01:30:00Z"];
    assert_eq!(delivered(&base, &config(&server), &again).await, [0, 1]);
}

#[tokio::test]
async fn what_is_urgent_is_told_at_night_and_alone() {
    let (base, server) = (berlin("22:00", "07:00").await, MailServer::start().await);
    alert(&base, 1, "2026-01-15T23:00:00Z").await;
    base.alert(moment("2026-01-15T23:00:00Z"), 2, NotificationPriority::Urgent).await;
    assert_eq!(delivered(&base, &config(&server), &["2026-01-15T23:00:00Z"]).await, [1]);
    assert_eq!(server.mails()[0].header("Subject").unwrap(), "[URGENT] Alert 2");
}

#[tokio::test]
async fn what_failed_in_the_evening_is_tried_again_in_the_morning() {
    let (base, server) = (berlin("22:00", "07:00").await, MailServer::start().await);
    let late: Timestamp = moment("2026-01-15T20:59:50Z");
    base.alert(late, 1, NotificationPriority::High).await;
    server.answer([(451, "later")]);
    assert_eq!(base.deliver(&config(&server), late).await.again, 1);
    let moments = ["2026-01-15T21:10:00Z", "2026-01-16T06:00:00Z"];
    assert_eq!(delivered(&base, &config(&server), &moments).await, [0, 1]);
}
