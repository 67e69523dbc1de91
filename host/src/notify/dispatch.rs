//! One round of telling: what is due is taken, sent, and what came of it is recorded.
//!
//! Between sending and recording the host may end. What it had sent is then sent again, so that a message arrives at
//! least once; it carries the same id each time, by which a receiver can tell.

use std::time::Duration;

use futures::{StreamExt as _, stream};
use uuid::Uuid;

use super::{
    arrange::arrange,
    attempt::attempt,
    channels::{Channels, Failure},
    message::{self, Message},
};
use crate::{
    config::NotificationsConfig,
    domain::{random::Random, time::Timestamp},
    store::{
        change::Change,
        error::Result,
        journal::Journal,
        notifications::{
            self, Address, Attempt, Delivery, DeliveryUpdate, Notification, Progress, StatusUpdate, Telling,
        },
    },
};

/// Most deliveries of one round.
const ROUND: usize = 64;

/// Most that are under way at once.
const AT_ONCE: usize = 8;

/// Added to the longest time that a round can take, before others may take what it took: for slow databases and clocks
/// that differ.
const MARGIN: Duration = Duration::from_secs(60);

/// What came of a round.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delivered {
    /// Deliveries that arrived.
    pub delivered: usize,
    /// Deliveries that are to be tried again.
    pub again: usize,
    /// Deliveries that were given up.
    pub failed: usize,
    /// Notifications that are over, told or not, in the order of their ids.
    pub settled: Vec<Notification>,
}

impl Delivered {
    /// How many deliveries were tried.
    pub const fn tried(&self) -> usize {
        self.delivered + self.again + self.failed
    }

    /// Whether nothing was due.
    pub const fn is_idle(&self) -> bool {
        self.tried() == 0 && self.settled.is_empty()
    }
}

/// Tells what is due, in at most 64 deliveries: those that `Delivered` says nothing of can wait for the next round.
/// Any number of hosts may do this at the same time.
///
/// # Errors
///
/// If the database fails. What was sent until then is sent again when its time is over.
pub async fn deliver_due(
    journal: &Journal,
    channels: &Channels,
    settings: &NotificationsConfig,
    clock: impl Fn() -> Timestamp,
    random: &mut Random,
) -> Result<Delivered> {
    let begins = clock();
    let (taken, over) = take(journal, channels, settings, begins).await?;
    let mut sending = Vec::with_capacity(taken.len());
    for (delivery, message) in &taken {
        sending.push(send(channels, settings, delivery, message, begins));
    }
    let outcomes: Vec<_> = stream::iter(sending).buffered(AT_ONCE).collect().await;
    let now = clock();
    let updates: Vec<_> = taken
        .iter()
        .zip(outcomes)
        .map(|((delivery, _), outcome)| {
            update(delivery, attempt(delivery.attempts, outcome, settings, now, random))
        })
        .collect();
    let mut settled = record(journal, &updates, now).await?;
    settled.extend(over);
    settled.sort_unstable_by_key(|notification| notification.id);
    let mut round = Delivered { settled, ..Delivered::default() };
    for update in &updates {
        match update.attempt {
            Attempt::Delivered => round.delivered += 1,
            Attempt::Again { .. } => round.again += 1,
            Attempt::Failed { .. } => round.failed += 1,
        }
    }
    Ok(round)
}

/// Arranges what waits and takes what is due. Notifications that have nothing to deliver are settled on the way.
async fn take(
    journal: &Journal,
    channels: &Channels,
    settings: &NotificationsConfig,
    now: Timestamp,
) -> Result<(Vec<(Delivery, Message)>, Vec<Notification>)> {
    let longest = channels.timeout() * ROUND.div_ceil(AT_ONCE) as u32 + MARGIN;
    let until = Timestamp(now.0.saturating_add(longest.as_micros() as i64));
    let mut change = journal.begin(now).await?;
    let released = arrange(&mut change, settings).await?;
    let due = notifications::due_deliveries(&mut change, &released, until, ROUND as i64).await?;
    let mut ids: Vec<Uuid> = due.iter().map(|delivery| delivery.notification_id).collect();
    ids.dedup();
    let members = notifications::first_members(&mut change, &ids, message::NAMED).await?;
    let over = notifications::over(&mut change).await?;
    let over = settle(&mut change, &over).await?;
    change.commit().await?;
    let members = message::by_group(members);
    let with_message = |delivery: Delivery| {
        let members = members.get(&delivery.notification_id).map_or(&[][..], Vec::as_slice);
        let message = Message::of(&delivery, members);
        (delivery, message)
    };
    Ok((due.into_iter().map(with_message).collect(), over))
}

async fn send(
    channels: &Channels,
    settings: &NotificationsConfig,
    delivery: &Delivery,
    message: &Message,
    now: Timestamp,
) -> std::result::Result<(), Failure> {
    // Attempts that ended their host are counted, and never came to an end of their own.
    if delivery.attempts.unsigned_abs() > settings.attempts.get() {
        return Err(Failure::Never { reason: "hosts ended while they tried".into() });
    }
    channels.send(delivery, message, now).await
}

const fn update(delivery: &Delivery, attempt: Attempt) -> DeliveryUpdate {
    let address = Address { recipient_id: delivery.recipient_id, channel: delivery.channel };
    DeliveryUpdate {
        notification_id: delivery.notification_id,
        address,
        attempts: delivery.attempts,
        attempt,
    }
}

async fn record(journal: &Journal, updates: &[DeliveryUpdate], now: Timestamp) -> Result<Vec<Notification>> {
    if updates.is_empty() {
        return Ok(Vec::new());
    }
    let mut change = journal.begin(now).await?;
    let progress = notifications::update_delivery_status(&mut change, updates).await?;
    let settled = settle(&mut change, &progress).await?;
    change.commit().await?;
    Ok(settled)
}

/// A notification is told if one of its deliveries arrived.
async fn settle(change: &mut Change<'_>, progress: &[Progress]) -> Result<Vec<Notification>> {
    let over = progress.iter().filter(|progress| progress.pending == 0);
    let updates: Vec<_> =
        over.map(|over| StatusUpdate { id: over.notification_id, telling: telling(over) }).collect();
    if updates.is_empty() {
        return Ok(Vec::new());
    }
    notifications::update_status(change, &updates).await
}

fn telling(over: &Progress) -> Telling {
    let failed = |error: &str| Telling::Failed { error: error.to_owned() };
    match (over.delivered, over.failed) {
        (0, 0) => failed("there is nobody to tell"),
        (0, _) => failed("every delivery was given up"),
        _ => Telling::Sent,
    }
}
