//! Subscribers.

use prometheus_client::{metrics::counter::Counter, registry::Registry};

use super::{gauge, number};
use crate::feed::FeedFigures;

pub(super) fn register(registry: &mut Registry, figures: &FeedFigures) {
    gauge(
        registry,
        "feed_subscribers",
        "Subscribers that are up to date",
        number(figures.subscribers as u64),
    );
    for (name, help, count) in [
        ("feed_delivered", "Events handed to subscribers", figures.delivered),
        ("feed_missed", "Events that subscribers with full queues missed", figures.missed),
        ("feed_lagged", "Subscribers whose queues were full", figures.lagged),
    ] {
        let counter: Counter = Counter::default();
        counter.inc_by(count);
        registry.register(name, help, counter);
    }
}
