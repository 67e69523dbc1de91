//! What is in the database.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{gauge, number};
use crate::{
    service::Platform,
    store::{backlog::Backlog, blocks, error::Result},
};

/// What waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    queue: &'static str,
}

/// Which decisions.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    decision: &'static str,
    decided_by: &'static str,
}

pub(super) async fn register(registry: &mut Registry, platform: &Platform) -> Result<()> {
    let head = blocks::head(platform.store()).await?;
    gauge(registry, "ledger_blocks", "Blocks of the ledger", number(head.map_or(0, |head| head.size())));
    queues(registry, &Backlog::of(platform.store()).await?);
    decisions(registry, platform);
    let pool = platform.store().pool();
    let idle = number(pool.num_idle() as u64);
    gauge(registry, "database_connections", "Open connections", i64::from(pool.size()));
    gauge(registry, "database_connections_idle", "Open connections that nobody uses", idle);
    let most = platform.config.database.max_connections.get();
    gauge(registry, "database_connections_most", "Most connections of this host", i64::from(most));
    Ok(())
}

fn queues(registry: &mut Registry, backlog: &Backlog) {
    let waiting = Family::<Queue, Gauge>::default();
    for (queue, count) in backlog.queues() {
        waiting.get_or_create(&Queue { queue }).set(count);
    }
    registry.register("backlog", "Work that waits in the database, over all hosts", waiting);
}

fn decisions(registry: &mut Registry, platform: &Platform) {
    let decided = Family::<Decided, Counter>::default();
    for ((decision, decided_by), count) in platform.journal.tally().counts() {
        let labels = Decided { decision: decision.name(), decided_by: decided_by.name() };
        decided.get_or_create(&labels).inc_by(count);
    }
    registry.register("decisions", "Decisions that this host made or recorded, overrides too", decided);
}
