use std::{fmt, fs, hash, path::Path};

use curve25519_dalek::EdwardsPoint;
use ed25519_dalek::{
    Signature, VerifyingKey,
    pkcs8::{DecodePublicKey as _, EncodePublicKey as _, spki::der::pem::LineEnding},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::ledger::hash::{self as digest, Hash};

use super::KeyError;

/// Names a key: SHA-256 of its 32 public bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(pub Hash);

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeyId({self})")
    }
}

/// What signatures are checked with. Neither weak (of small order) nor spelled in a second way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// From the 32 bytes of RFC 8032.
    ///
    /// # Errors
    /// If they are no point of the curve, one of small order, or not its canonical encoding.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NotPublic).and_then(Self::strong)
    }

    /// From SPKI PEM.
    ///
    /// # Errors
    /// If it is something else, or as for [`PublicKey::from_bytes`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        VerifyingKey::from_public_key_pem(pem).map_err(|_| KeyError::NotPublic).and_then(Self::strong)
    }

    /// Reads an SPKI PEM file.
    ///
    /// # Errors
    /// If it cannot be read, or as for [`PublicKey::from_pem`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let pem = fs::read_to_string(path).map_err(|error| KeyError::File { path: path.into(), error })?;
        Self::from_pem(&pem)
    }

    /// As SPKI PEM.
    ///
    /// # Errors
    /// None in practice: 32 bytes always have an encoding.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::NotPublic)
    }

    /// The 32 bytes of RFC 8032.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        KeyId(Hash::of(self.as_bytes()))
    }

    /// Whether this key signed `message`, by the strict rules: no malleable, small or second spelling of a
    /// signature passes.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    pub(in crate::ledger) fn point(&self) -> EdwardsPoint {
        self.0.to_edwards()
    }

    pub(super) fn of(key: VerifyingKey) -> Self {
        Self(key)
    }

    fn strong(key: VerifyingKey) -> Result<Self, KeyError> {
        let canonical = key.to_edwards().compress().to_bytes() == key.to_bytes();
        if canonical && !key.is_weak() { Ok(Self(key)) } else { Err(KeyError::Weak) }
    }
}

impl hash::Hash for PublicKey {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({})", digest::encode(self.as_bytes()))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&digest::encode(self.as_bytes()))
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = digest::decode(&String::deserialize(deserializer)?).map_err(D::Error::custom)?;
        Self::from_bytes(&bytes).map_err(D::Error::custom)
    }
}
