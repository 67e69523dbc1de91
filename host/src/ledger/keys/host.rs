use std::{fmt, path::Path};

use ed25519_dalek::{
    Signer as _, SigningKey,
    pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, KeypairBytes, spki::der::pem::LineEnding},
};
use zeroize::{Zeroize as _, Zeroizing};

use super::{KeyError, KeyId, PublicKey, file};

/// The secret key of one host. It is wiped from memory when dropped, and never shown.
pub struct HostKey {
    secret: SigningKey,
    id: KeyId,
}

impl HostKey {
    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// If there is none.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(KeyError::NoRandomness)?;
        Ok(Self::from_seed(&seed))
    }

    /// The key that 32 secret bytes stand for (RFC 8032, section 5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self::of(SigningKey::from_bytes(seed))
    }

    /// From PKCS#8 PEM.
    ///
    /// # Errors
    /// If it is something else; the text is not repeated.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem.trim()).map(Self::of).map_err(|_| KeyError::NotSecret)
    }

    /// Reads a file that [`HostKey::save`] wrote.
    ///
    /// # Errors
    /// If it is missing, is no key, or others than its owner, who must be the caller, can reach it.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::from_pem(&file::read(path)?)
    }

    /// Writes a new PKCS#8 PEM file that only its owner can read.
    ///
    /// # Errors
    /// If the file exists, whatever it is, or cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        // Without the public half, which makes it version 2 of the format: OpenSSL before 3.5 reads version 1 only.
        let mut pair = KeypairBytes { secret_key: self.secret.to_bytes(), public_key: None };
        let pem = pair.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::NotSecret);
        pair.secret_key.zeroize();
        file::create(path, &pem?)
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// What others check signatures of this key with.
    pub fn public(&self) -> PublicKey {
        PublicKey::of(self.secret.verifying_key())
    }

    /// The Ed25519 signature of `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.secret.sign(message).to_bytes()
    }

    fn of(secret: SigningKey) -> Self {
        let id = PublicKey::of(secret.verifying_key()).id();
        Self { secret, id }
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HostKey({})", self.id)
    }
}
