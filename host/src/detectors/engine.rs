//! The wasmtime engine that all components share.

use std::{thread, time::Duration};

use wasmtime::{Config, Engine};

use super::limits::Limits;

/// How often the epoch advances; deadlines are kept to this precision.
const TICK: Duration = Duration::from_millis(10);

/// An engine whose components are deterministic and can be stopped.
///
/// # Errors
/// If the host's processor or operating system is not supported, or no thread can be started.
pub fn start(limits: &Limits) -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .cranelift_nan_canonicalization(true)
        .relaxed_simd_deterministic(true)
        .max_wasm_stack(limits.stack);
    let engine = Engine::new(&config)?;
    tick(&engine)?;
    Ok(engine)
}

/// Ticks until the engine is gone.
fn tick(engine: &Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new().name("epoch".into()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    })?;
    Ok(())
}

/// A time limit in ticks, rounded up.
pub fn ticks(limit: Duration) -> u64 {
    u64::try_from(limit.as_nanos().div_ceil(TICK.as_nanos())).unwrap_or(u64::MAX).max(1) + 1
}
