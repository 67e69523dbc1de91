//! Rows that come in, and the components that look at them.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{gauge, number};
use crate::{
    detectors::supervisor::Health,
    live::{Engine, PluginFigures},
};

/// Which component.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Plugin {
    plugin: String,
}

/// What it is and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
#[expect(clippy::struct_field_names, reason = "the labels that are shown")]
struct Version {
    plugin: String,
    version: String,
    hash: String,
    family: &'static str,
}

/// How it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    plugin: String,
    state: &'static str,
}

pub(super) fn register(registry: &mut Registry, engine: &Engine) {
    rows(registry, engine);
    plugins(registry, &engine.plugins());
    gauge(registry, "subjects", "Symbols and traders that are watched", engine.subjects() as i64);
}

fn rows(registry: &mut Registry, engine: &Engine) {
    let counted = engine.metrics().clone();
    let ingest = registry.sub_registry_with_prefix("ingest");
    ingest.register("rows_accepted", "Rows that were new", counted.accepted);
    ingest.register("rows_duplicate", "Rows that had been handed in before", counted.duplicates);
    ingest.register("rows_late", "Rows older than the newest of their subject", counted.late);
    ingest.register("rows_rejected", "Rows that were not kept, late ones too", counted.rejected);
    ingest.register("rows_waiting", "Rows that wait for a batch", counted.waiting);
    ingest.register("requests_refused", "Requests that found too many rows waiting", counted.refused);
    ingest.register("batches_failed", "Batches that were given up", counted.failed_batches);
    ingest.register("batch_rows", "Rows of a batch", counted.batch_rows);
    ingest.register("detect_seconds", "Time of detectors for a batch", counted.detect_seconds);
    ingest.register("commit_seconds", "Time to write a batch", counted.commit_seconds);
}

fn plugins(registry: &mut Registry, all: &[PluginFigures]) {
    let counter = |read: fn(&PluginFigures) -> u64| {
        let family = Family::<Plugin, Counter>::default();
        for plugin in all {
            family.get_or_create(&Plugin { plugin: plugin.name.clone() }).inc_by(read(plugin));
        }
        family
    };
    let busy = Family::<Plugin, Counter<f64, std::sync::atomic::AtomicU64>>::default();
    let memory = Family::<Plugin, Gauge>::default();
    let states = Family::<State, Gauge>::default();
    let versions = Family::<Version, Gauge>::default();
    for figures in all {
        let plugin = || figures.name.clone();
        busy.get_or_create(&Plugin { plugin: plugin() }).inc_by(figures.busy.as_secs_f64());
        memory.get_or_create(&Plugin { plugin: plugin() }).set(number(figures.memory));
        states.get_or_create(&State { plugin: plugin(), state: state(&figures.health) }).set(1);
        let (version, hash, family) = (figures.version.clone(), figures.hash.clone(), figures.family.name());
        versions.get_or_create(&Version { plugin: plugin(), version, hash, family }).set(1);
    }
    let plugin = registry.sub_registry_with_prefix("plugin");
    plugin.register("calls", "Calls since the set runs", counter(|figures| figures.calls));
    plugin.register("rows", "Rows that it was shown", counter(|figures| figures.rows));
    plugin.register("findings", "Findings, or dissents of an algorithm", counter(|figures| figures.findings));
    plugin.register("restarts", "Instances that replaced a trapped one", counter(|figures| figures.restarts));
    plugin.register("busy_seconds", "Time spent in calls", busy);
    plugin.register("memory_bytes", "Linear memory of all instances", memory);
    plugin.register("state", "1: RUNNING, QUARANTINED or FAILED", states);
    plugin.register("version", "1: what runs", versions);
}

const fn state(health: &Health) -> &'static str {
    match health {
        Health::Running => "RUNNING",
        Health::Quarantined { .. } => "QUARANTINED",
        Health::Failed { .. } => "FAILED",
    }
}
