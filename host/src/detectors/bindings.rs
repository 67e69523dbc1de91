//! The WIT contract on the host's side.
#![allow(missing_docs, clippy::all, clippy::pedantic, unreachable_pub, reason = "generated bindings")]

/// World `market-detector`.
pub mod market {
    wasmtime::component::bindgen!({
        path: "../plugin-sdk/wit/v0.1",
        world: "market-detector",
        ownership: Borrowing { duplicate_if_necessary: true },
    });
}

/// World `algorithm`.
pub mod algorithm {
    wasmtime::component::bindgen!({
        path: "../plugin-sdk/wit/v0.1",
        world: "algorithm",
        ownership: Borrowing { duplicate_if_necessary: true },
        with: {
            "vyomo:plugin/types": super::market::vyomo::plugin::types,
            "vyomo:plugin/market-data": super::market::vyomo::plugin::market_data,
        },
    });
}

/// World `behavior-detector`.
pub mod behavior {
    wasmtime::component::bindgen!({
        path: "../plugin-sdk/wit/v0.1",
        world: "behavior-detector",
        ownership: Borrowing { duplicate_if_necessary: true },
        with: { "vyomo:plugin/types": super::market::vyomo::plugin::types },
    });
}

/// World `decision-agent`.
pub mod agent {
    wasmtime::component::bindgen!({
        path: "../plugin-sdk/wit/v0.1",
        world: "decision-agent",
    });
}
