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
    /// Cargo failed; what it printed says where.
    #[error("cargo could not build the plugins: {reason}. Its messages are above")]
    Cargo {
        /// How it ended.
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
