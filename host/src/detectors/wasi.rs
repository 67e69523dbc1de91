//! An empty WASI context: no files, no sockets, no environment; clock and randomness stand still.

use std::time::Duration;

use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxBuilder, random::Deterministic};

/// A clock that never moves.
struct Stopped;

impl HostWallClock for Stopped {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

impl HostMonotonicClock for Stopped {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        0
    }
}

/// A context that gives nothing.
pub(super) fn empty() -> WasiCtx {
    WasiCtxBuilder::new()
        .wall_clock(Stopped)
        .monotonic_clock(Stopped)
        .secure_random(Deterministic::new(vec![0x5e]))
        .insecure_random(Deterministic::new(vec![0x5e]))
        .insecure_random_seed(0)
        .build()
}
