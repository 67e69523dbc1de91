//! A database, somebody who writes, and somebody who listens.

use std::{num::NonZeroU32, pin::Pin, time::Duration};

use futures::{Stream, StreamExt as _};
use host::{
    config::SubscriptionsConfig,
    domain::{
        finding::Severity,
        time::{MINUTE, Timestamp},
        vocabulary::{AnomalyType, DecidedBy, DecisionStatus, DecisionType, NotificationPriority},
    },
    feed::{AnomalyInterest, Delivery, Feed, Interest, Record, Subscription},
    ledger::keys::HostKey,
    service::ServiceError,
    store::{
        Store,
        anomalies::{self, AnomalyRef, MarketAnomaly},
        change::Change,
        decisions::{self, Answer, NewDecision},
        error::Result,
        journal::Journal,
        notifications::{self, NewNotification, StatusUpdate, Telling},
    },
};
use serde_json::json;
use tempfile::TempDir;
use tests::database::{self, Database};
use uuid::Uuid;

/// Nothing that is waited for takes as long on any machine.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// 2026-01-05T03:45:00Z, and so many minutes.
pub(crate) fn minute(minute: i64) -> Timestamp {
    Timestamp(1_767_584_700_000_000 + minute * MINUTE)
}

/// Whoever writes, with a host's key.
pub(crate) struct Writer {
    pub(crate) journal: Journal,
    _folder: TempDir,
}

impl Writer {
    pub(crate) async fn new(store: Store, key: HostKey) -> Self {
        let folder = TempDir::new().unwrap();
        let journal = Journal::open(store, key, &folder.path().join("head")).await.unwrap();
        Self { journal, _folder: folder }
    }

    /// Does something in a change of its own, and gives the number of its first block.
    pub(crate) async fn change(
        &self,
        work: impl for<'c> AsyncFnOnce(&'c mut Change<'_>) -> Result<()>,
    ) -> u64 {
        let mut change = self.journal.begin(minute(0)).await.unwrap();
        work(&mut change).await.unwrap();
        change.commit().await.unwrap().start
    }

    /// Records anomalies of these numbers, in one change.
    pub(crate) async fn anomalies(&self, numbers: impl IntoIterator<Item = u32>) -> u64 {
        let anomalies: Vec<_> = numbers.into_iter().map(anomaly).collect();
        self.change(async |change| anomalies::create_market(change, &anomalies).await.map(drop)).await
    }

    /// Decides about the anomaly of a number.
    pub(crate) async fn decide(&self, number: u32, what: DecisionType) -> u64 {
        let new = [(AnomalyRef::Market(id(number)), decision(number, what))];
        self.change(async |change| decisions::create_for_any(change, &new).await.map(drop)).await
    }

    /// Makes a notification, and settles it.
    pub(crate) async fn tell(&self, number: u32, telling: Telling) -> u64 {
        let new = [NewNotification {
            id: id(number),
            anomaly: None,
            action_id: None,
            kind: "TEST".into(),
            priority: NotificationPriority::High,
            title: "a test".into(),
            body: "it is one".into(),
            addresses: Vec::new(),
        }];
        self.change(async |change| notifications::create(change, &new).await.map(drop)).await;
        let updates = [StatusUpdate { id: id(number), telling }];
        self.change(async |change| notifications::update_status(change, &updates).await.map(drop)).await
    }

    /// Removes all anomalies that were opened before a moment.
    pub(crate) async fn clean_up(&self, before: Timestamp) {
        self.change(async |change| anomalies::delete_older_than(change, before).await.map(drop)).await;
    }
}

pub(crate) fn id(number: u32) -> Uuid {
    Uuid::from_u128(number.into())
}

/// A spike of the symbol `S0` to `S9` that ends its number, opened in the minute of its number.
fn anomaly(number: u32) -> MarketAnomaly {
    let at = minute(number.into());
    MarketAnomaly {
        id: id(number),
        anomaly_type: AnomalyType::PriceSpike,
        kind: "PRICE_SPIKE".into(),
        detector: "price-movement".into(),
        plugin_hash: None,
        plugin_version: None,
        symbol: format!("S{}", number % 10),
        severity: if number.is_multiple_of(2) { Severity::Medium } else { Severity::High },
        score: 0.75,
        observed: Some(1.5),
        expected: None,
        message: "up".into(),
        evidence: json!({"z": 9.5}),
        findings: 1,
        opened_at: at,
        last_at: at,
        recorded_at: at,
        is_real: None,
        marked_by: None,
        marked_at: None,
    }
}

fn decision(number: u32, decision: DecisionType) -> NewDecision {
    NewDecision {
        id: id(number),
        anomaly: id(number),
        status: DecisionStatus::Decided,
        answer: Answer {
            decision,
            decided_by: DecidedBy::Policy,
            confidence: Some(0.5),
            reason: "a rule".into(),
            provider: None,
            model: None,
            prompt_hash: None,
            input_tokens: None,
            output_tokens: None,
            cost: None,
            policy_hash: None,
            plugin_hash: None,
            plugin_version: None,
            inputs_digest: None,
            latency: 1,
            decided_at: minute(number.into()),
        },
    }
}

/// A feed over a database of its own.
pub(crate) struct Scene {
    pub(crate) database: Database,
    pub(crate) writer: Writer,
    pub(crate) feed: Feed,
}

impl Scene {
    pub(crate) async fn new(name: &str) -> Self {
        Self::with_queue(name, 1_000).await
    }

    /// With queues of so many events.
    pub(crate) async fn with_queue(name: &str, queue: u32) -> Self {
        let database = database::fresh(name).await;
        let store = Store::new(database.pool.clone());
        let writer = Writer::new(store.clone(), HostKey::from_seed(&[7; 32])).await;
        let feed = Feed::start(&store, &queue_of(queue)).await.unwrap();
        Self { database, writer, feed }
    }

    pub(crate) async fn subscribe(&self, interest: Interest, start_after: Option<u64>) -> Heard {
        Heard::of(self.feed.subscribe(interest, start_after).await.unwrap())
    }
}

pub(crate) fn queue_of(queue: u32) -> SubscriptionsConfig {
    SubscriptionsConfig { queue: NonZeroU32::new(queue).unwrap(), ..SubscriptionsConfig::default() }
}

pub(crate) fn all_anomalies() -> Interest {
    Interest::Anomalies(AnomalyInterest::default())
}

pub(crate) fn of_symbol(symbol: &str) -> Interest {
    Interest::Anomalies(AnomalyInterest { symbol: Some(symbol.to_owned()), ..AnomalyInterest::default() })
}

/// What a subscriber hears.
pub(crate) struct Heard(Pin<Box<dyn Stream<Item = std::result::Result<Delivery, ServiceError>> + Send>>);

impl Heard {
    pub(crate) async fn next(&mut self) -> Option<std::result::Result<Delivery, ServiceError>> {
        tokio::time::timeout(LONG, self.0.next()).await.unwrap()
    }

    pub(crate) fn of(subscription: Subscription) -> Self {
        Self(Box::pin(subscription.into_stream()))
    }

    /// The next event: its block and its record's number.
    pub(crate) async fn event(&mut self) -> (u64, u32) {
        self.event_or_lag().await.unwrap()
    }

    /// The same, or `None` where the subscriber was too slow.
    pub(crate) async fn event_or_lag(&mut self) -> Option<(u64, u32)> {
        let event = match self.next().await {
            Some(Ok(Delivery::Item(event))) => event,
            Some(Ok(Delivery::Lagged { .. })) => return None,
            other => panic!("{other:?}"),
        };
        let id = match &event.record {
            Record::Anomaly(anomaly) => anomaly.id,
            Record::Decision(decision) => decision.id,
            Record::Action(action) => action.id,
            Record::Notification(notification) => notification.id,
            Record::Block(block) => Uuid::from_u128(block.number.into()),
        };
        Some((event.block_number, u32::try_from(id.as_u128()).unwrap()))
    }

    /// The numbers of the next events' records; their blocks must be in order.
    pub(crate) async fn numbers(&mut self, count: usize) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut last = None;
        while numbers.len() < count {
            let (block, number) = self.event().await;
            assert!(last < Some(block), "block {block} after {last:?}");
            last = Some(block);
            numbers.push(number);
        }
        numbers
    }
}
