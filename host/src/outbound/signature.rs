use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::config::Secret;

/// Begins every secret.
const PREFIX: &str = "whsec_";

/// A secret that messages are signed with.
#[derive(Clone)]
pub struct SigningKey(Zeroizing<[u8; BLOCK]>);

/// A block of SHA-256, bytes. RFC 2104 pads shorter keys with zeros.
const BLOCK: usize = 64;

/// Fewest bytes of a secret.
const FEWEST: usize = 24;

/// Why a secret cannot sign. It does not show the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a secret is `whsec_` and {FEWEST} to {BLOCK} bytes in Base64; make one by: echo whsec_$(openssl rand -base64 32)"
)]
pub struct KeyError;

impl SigningKey {
    /// The key of a secret: `whsec_` and 24 to 64 bytes in Base64.
    ///
    /// # Errors
    ///
    /// If the text is something else.
    pub fn parse(secret: &Secret) -> Result<Self, KeyError> {
        let text = secret.expose().strip_prefix(PREFIX).ok_or(KeyError)?;
        let bytes = Zeroizing::new(STANDARD.decode(text).map_err(|_| KeyError)?);
        if !(FEWEST..=BLOCK).contains(&bytes.len()) {
            return Err(KeyError);
        }
        let mut key = Zeroizing::new([0; BLOCK]);
        key[..bytes.len()].copy_from_slice(&bytes);
        Ok(Self(key))
    }

    fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new((&*self.0).into());
        mac.update(format!("{id}.{seconds}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SigningKey(***)")
    }
}

/// The header `webhook-signature`: one signature for each key, so that receivers may know the old one or the new one
/// while a secret is changed. `seconds` are those since 1970 UTC in `webhook-timestamp`.
pub fn sign(keys: &[SigningKey], id: &str, seconds: i64, body: &[u8]) -> String {
    let signatures: Vec<String> = keys.iter().map(|key| key.sign(id, seconds, body)).collect();
    signatures.join(" ")
}
