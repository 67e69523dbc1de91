//! An empty WASI context: no files, no sockets, no environment; clock and randomness stand still.

use std::time::Duration;

use wasmtime::component::Linker;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxBuilder, random::Deterministic};

use super::plugin::State;

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

/// Functions of `wasi:io/poll` that wait.
const WAITING: [&str; 2] = ["poll", "[method]pollable.block"];

/// Gives a component WASI. Waiting is refused: a call's deadline stops code of the component, not a host
/// function that it sleeps in.
pub(super) fn link<P: Send + 'static>(linker: &mut Linker<State<P>>) -> wasmtime::Result<()> {
    wasmtime_wasi::p2::add_to_linker_sync(linker)?;
    linker.allow_shadowing(true);
    // The version is that of wasmtime-wasi's own interfaces.
    let mut poll = linker.instance("wasi:io/poll@0.2.12")?;
    for function in WAITING {
        poll.func_new(function, |_, _, _, _| wasmtime::bail!("a plugin cannot wait"))?;
    }
    linker.allow_shadowing(false);
    Ok(())
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
