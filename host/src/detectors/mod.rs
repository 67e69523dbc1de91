//! Rows become findings, in sandboxed components.
//!
//! [`folder`] reads a plugin folder as a set, [`artifact`] checks the bytes, [`compiled`] keeps them compiled,
//! [`plugin`] instantiates and describes them, [`instance`] makes one call, [`supervisor`] survives what a
//! call can do, with the rows that [`history`] kept. [`agent`] is the one component that does not find but decides.

pub mod admission;
pub mod agent;
pub mod artifact;
pub mod bindings;
mod bounds;
pub mod build;
pub mod columns;
pub mod compiled;
pub mod contract;
pub mod engine;
pub mod error;
pub mod folder;
pub mod history;
pub mod instance;
pub mod limits;
pub mod loader;
pub mod manifest;
pub mod plugin;
pub mod supervisor;
mod wasi;
