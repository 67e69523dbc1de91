//! Ed25519 keys (RFC 8032). A host signs with a secret [`HostKey`], kept in a file that only its owner can read;
//! everyone else needs the [`PublicKey`] alone. A [`KeyId`] names a key without showing it.

mod file;
mod host;
mod public;

use std::{io, path::PathBuf};

pub use host::HostKey;
pub use public::{KeyId, PublicKey};

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such file.
    #[error("there is no key in {}; `host ledger keygen` makes one", .0.display())]
    Missing(PathBuf),
    /// Nothing is ever written over a key.
    #[error("{} exists and is left as it is; name another file, or move it away", .0.display())]
    Exists(PathBuf),
    /// The file cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Others could have read or replaced the secret key.
    #[error("{}: {reason}", path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what would help.
        reason: String,
    },
    /// Not the secret key of a host.
    #[error("this is not an Ed25519 private key in PKCS#8 PEM, as `host ledger keygen` writes it")]
    NotSecret,
    /// Not a public key.
    #[error("this is not an Ed25519 public key in SPKI PEM, as `host ledger keygen` writes it")]
    NotPublic,
    /// A point that accepts signatures nobody made, or a second spelling of another key.
    #[error("this public key is weak or not canonical; no honest key looks like that")]
    Weak,
    /// The machine gives no random numbers.
    #[error("the operating system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
}

#[cfg(test)]
mod tests;
