//! From blocks to what they are about: one query for each kind of record, however many blocks there are.

use std::{collections::HashMap, hash::Hash, ops::Range, sync::Arc};

use uuid::Uuid;

use super::{
    event::{Event, Record, Topic},
    hub::Happened,
};
use crate::{
    domain::vocabulary::{BlockType, NotificationStatus},
    service::views::{Action, Anomaly, Block, Decision, Notification},
    store::{
        Store, actions, anomalies, blocks, decisions,
        error::Result,
        feed::{self, Entry},
        notifications,
    },
};

/// What happened by the blocks of a range to records of some topics, in the order of the blocks. At most 1,000 blocks.
pub(super) async fn load(store: &Store, numbers: Range<u64>, topics: &[Topic]) -> Result<Vec<Happened>> {
    let kinds: Vec<BlockType> = topics.iter().flat_map(|topic| topic.kinds()).copied().collect();
    let entries = feed::entries(store, numbers.clone(), &kinds).await?;
    let happened: Vec<(Topic, Entry)> = topics
        .iter()
        .flat_map(|topic| {
            entries.iter().filter(|entry| is_about(entry, *topic)).map(|entry| (*topic, *entry))
        })
        .collect();
    let records = Records::load(store, numbers, &happened).await?;
    let mut happened: Vec<Happened> = happened
        .into_iter()
        .map(|(topic, entry)| Happened {
            block_number: entry.number,
            topic,
            event: records
                .find(topic, &entry)
                .map(|record| Arc::new(Event { block_number: entry.number, record })),
        })
        .collect();
    happened.sort_by_key(|one| one.block_number);
    Ok(happened)
}

/// Whether something of a topic happened by a block.
fn is_about(entry: &Entry, topic: Topic) -> bool {
    topic.kinds().contains(&entry.kind)
        && (topic != Topic::Notifications || entry.status == Some(NotificationStatus::Sent))
}

/// Records by their ids.
struct Records {
    anomalies: HashMap<Uuid, Arc<Anomaly>>,
    decisions: HashMap<Uuid, Arc<Decision>>,
    actions: HashMap<Uuid, Arc<Action>>,
    notifications: HashMap<Uuid, Arc<Notification>>,
    blocks: HashMap<u64, Arc<Block>>,
}

impl Records {
    async fn load(store: &Store, numbers: Range<u64>, happened: &[(Topic, Entry)]) -> Result<Self> {
        let ids = |topic: Topic, id: fn(&Entry) -> Option<Uuid>| -> Vec<Uuid> {
            happened.iter().filter(|one| one.0 == topic).filter_map(|one| id(&one.1)).collect()
        };
        let of_anomalies = ids(Topic::Anomalies, |entry| entry.anomaly);
        let of_decisions = ids(Topic::Decisions, |entry| entry.decision);
        let of_actions = ids(Topic::Actions, |entry| entry.action);
        let of_notifications = ids(Topic::Notifications, |entry| entry.notification);
        let mut records = Self {
            anomalies: HashMap::new(),
            decisions: HashMap::new(),
            actions: HashMap::new(),
            notifications: HashMap::new(),
            blocks: HashMap::new(),
        };
        if !of_anomalies.is_empty() {
            let found = anomalies::of_any_family(store, &of_anomalies).await?;
            records.anomalies = by(found, |it: &Anomaly| it.id);
        }
        if !of_decisions.is_empty() {
            records.decisions = by(decisions::of_ids(store, &of_decisions).await?, |it: &Decision| it.id);
        }
        if !of_actions.is_empty() {
            records.actions = by(actions::get(store, &of_actions).await?, |it: &Action| it.id);
        }
        if !of_notifications.is_empty() {
            let found = notifications::get(store, &of_notifications).await?;
            records.notifications = by(found, |it: &Notification| it.id);
        }
        if happened.iter().any(|one| one.0 == Topic::Blocks) {
            let many = i64::try_from(numbers.end - numbers.start).unwrap_or(i64::MAX);
            let found = blocks::in_range(store, numbers.start, many).await?;
            records.blocks = by(found, |it: &Block| it.number);
        }
        Ok(records)
    }

    fn find(&self, topic: Topic, entry: &Entry) -> Option<Record> {
        match topic {
            Topic::Anomalies => self.anomalies.get(&entry.anomaly?).cloned().map(Record::Anomaly),
            Topic::Decisions => self.decisions.get(&entry.decision?).cloned().map(Record::Decision),
            Topic::Actions => self.actions.get(&entry.action?).cloned().map(Record::Action),
            Topic::Notifications => {
                self.notifications.get(&entry.notification?).cloned().map(Record::Notification)
            }
            Topic::Blocks => self.blocks.get(&entry.number).cloned().map(Record::Block),
        }
    }
}

fn by<R, V: From<R>, K: Hash + Eq>(found: Vec<R>, key: fn(&V) -> K) -> HashMap<K, Arc<V>> {
    found.into_iter().map(|record| Arc::new(V::from(record))).map(|view| (key(&view), view)).collect()
}
