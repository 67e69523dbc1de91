use crate::store::error::StoreError;

use std::{io, net::SocketAddr, path::PathBuf};

/// Why a host does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Development mode on an address that others reach.
    #[error(
        "server.development answers anybody, and {listen} may be reached from other machines: listen to 127.0.0.1, or \
         turn development off and make keys with `host key create`"
    )]
    OpenDoor {
        /// The address.
        listen: SocketAddr,
    },
    /// The address cannot be listened to.
    #[error("{listen} cannot be listened to: {reason}; name another one with --listen or server.listen")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the machine has no randomness: {0}")]
    NoRandomness(String),
    /// No TLS can be spoken to the issuer of tokens.
    #[error("the machine's certificates cannot be read: {0}; without server.tokens they are not needed")]
    Roots(#[from] reqwest::Error),
    /// TLS is asked for and cannot be spoken.
    #[error("{file} cannot be used for TLS: {reason}; server.tls names the PEM files of certificate and key")]
    Certificate {
        /// File of the certificate or the key.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A thread panicked that the host cannot do without.
    #[error(
        "the thread {thread} panicked, as its message in the log says, so the host stopped; what it had acknowledged is \
         kept: start it again, and report the message"
    )]
    Fallen {
        /// Its name.
        thread: String,
    },
    /// The ledger cannot be followed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
