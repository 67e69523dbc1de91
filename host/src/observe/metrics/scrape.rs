//! What other parts of the host say when they are asked.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use crate::{
    service::Platform,
    store::{backlog::Backlog, blocks, error::Result},
};

/// What waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    queue: &'static str,
}

pub(super) async fn register(registry: &mut Registry, platform: &Platform) -> Result<()> {
    let head = blocks::head(platform.store()).await?;
    gauge(registry, "ledger_blocks", "Blocks of the ledger", head.map_or(0, |head| head.size() as i64));
    queues(registry, &Backlog::of(platform.store()).await?);
    let pool = platform.store().pool();
    let idle = pool.num_idle() as i64;
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

fn gauge(registry: &mut Registry, name: &str, help: &str, value: i64) {
    let gauge: Gauge = Gauge::default();
    gauge.set(value);
    registry.register(name, help, gauge);
}
