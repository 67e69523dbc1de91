//! The process itself.

use std::fs;

use prometheus_client::{
    metrics::{gauge::Gauge, info::Info},
    registry::Registry,
};

use crate::domain::time::{SECOND, Timestamp};

pub(super) fn register(registry: &mut Registry, started_at: Timestamp) {
    registry.register("build", "This host", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
    let started: Gauge = Gauge::default();
    started.set(started_at.0 / SECOND);
    registry.register("started_timestamp_seconds", "When the host started, since 1970 UTC", started);
    if let Some(bytes) = resident() {
        let memory: Gauge = Gauge::default();
        memory.set(bytes);
        registry.register("process_resident_memory_bytes", "Memory in use", memory);
    }
}

/// Bytes in memory, as Linux counts them (proc(5), `VmRSS`).
fn resident() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<i64>().ok()?.checked_mul(1_024)
}
