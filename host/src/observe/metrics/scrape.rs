//! What is in the database.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{gauge, number};
use crate::{
    domain::time::{HOUR, Timestamp},
    service::Platform,
    store::{
        backlog::{self, Backlog},
        blocks,
        error::Result,
    },
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
    decisions(registry, platform).await?;
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

async fn decisions(registry: &mut Registry, platform: &Platform) -> Result<()> {
    let since = Timestamp(platform.now().0 - HOUR);
    let decided = Family::<Decided, Gauge>::default();
    for counted in backlog::decided_since(platform.store(), since).await? {
        let labels = Decided { decision: counted.decision.name(), decided_by: counted.decided_by.name() };
        decided.get_or_create(&labels).set(counted.count);
    }
    registry.register("decisions_last_hour", "Decisions of the last hour, over all hosts", decided);
    Ok(())
}
