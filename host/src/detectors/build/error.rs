//! What can go wrong while components are built.

use std::path::PathBuf;

/// Why components could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file of a plugin crate cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system or the parser said.
        reason: String,
    },
    /// Nothing on this machine compiles for wasm32-unknown-unknown.
    #[error(
        "no Rust toolchain here builds for wasm32-unknown-unknown. With rustup: `rustup target add \
         wasm32-unknown-unknown`; on Debian: `apt-get install rustc-web cargo-web rust-web-src`"
    )]
    NoToolchain,
    /// A crate does not compile.
    #[error(
        "{name} does not compile: {error}. Mend it, and `host plugin build` shows all that the compiler says"
    )]
    Source {
        /// The crate.
        name: String,
        /// The first error, with its place.
        error: String,
    },
    /// Cargo failed before any crate was at fault.
    #[error(
        "cargo could not build the plugins of {workspace}: {reason}. `host plugin build` shows all that it says"
    )]
    Cargo {
        /// The folder that it ran in.
        workspace: PathBuf,
        /// What it said, or how it ended.
        reason: String,
    },
    /// A compiled module is no plugin.
    #[error("{name} compiles, but makes no component: {reason}. Does it end in `plugin_sdk::export!(..)`?")]
    Component {
        /// The crate.
        name: String,
        /// What the encoder said.
        reason: String,
    },
}
