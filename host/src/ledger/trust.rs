//! Which keys may sign. The first block, `GENESIS`, carries the first key; later ones admit, rotate and revoke
//! keys and are signed by a key trusted until then. A key that comes in proves that somebody holds its secret
//! half, and that it was meant for this ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    block::{Block, BlockKind, Draft, DraftError, framed},
    hash,
    keys::{HostKey, KeyId, PublicKey},
};

/// The first block.
pub const GENESIS: &str = "GENESIS";
/// One more key may sign.
pub const KEY_ADMITTED: &str = "KEY_ADMITTED";
/// Another key takes the place of the one that signs this block.
pub const KEY_ROTATED: &str = "KEY_ROTATED";
/// A key may no longer sign.
pub const KEY_REVOKED: &str = "KEY_REVOKED";

/// Keys of one ledger over all its time, at most.
pub const MAX_KEYS: usize = 1024;

/// The format that this code writes and reads, named in the first block.
const FORMAT: &str = "vyomo-ledger-v1";

/// Separates proofs of possession from all other signatures.
const POSSESSION_DOMAIN: &[u8] = b"vyomo-ledger-possession-v1";

/// Whether blocks of this kind change who may sign.
pub fn is_about_keys(kind: &BlockKind) -> bool {
    matches!(kind.as_str(), GENESIS | KEY_ADMITTED | KEY_ROTATED | KEY_REVOKED)
}

/// A key and the proof that it is meant to sign this ledger: what a host sends to be admitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Possession {
    /// The new key.
    pub public_key: PublicKey,
    /// Its signature of a statement that names the key and the ledger, 128 hexadecimal digits.
    pub possession: String,
}

impl Possession {
    /// The proof for the ledger of this origin.
    pub fn prove(key: &HostKey, origin: &str) -> Self {
        let public_key = key.public();
        let possession = hash::encode(&key.sign(&statement(origin, &public_key)));
        Self { public_key, possession }
    }

    /// Whether the proof holds for the ledger of this origin.
    pub fn holds(&self, origin: &str) -> bool {
        hash::decode(&self.possession)
            .is_ok_and(|signature| self.public_key.verify(&statement(origin, &self.public_key), &signature))
    }
}

fn statement(origin: &str, key: &PublicKey) -> Vec<u8> {
    framed(&[POSSESSION_DOMAIN, origin.as_bytes(), key.as_bytes()])
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Genesis {
    format: String,
    public_key: PublicKey,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoked {
    key: KeyId,
    reason: String,
}

/// The first block's draft.
pub(super) fn genesis(key: &PublicKey) -> Result<Draft, DraftError> {
    Draft::of_any_kind(GENESIS, &Genesis { format: FORMAT.to_owned(), public_key: *key })
}

/// A draft that admits one more key.
///
/// # Errors
/// None in practice.
pub fn admit(key: &Possession) -> Result<Draft, DraftError> {
    Draft::of_any_kind(KEY_ADMITTED, key)
}

/// A draft that puts another key in the place of the one that will sign it.
pub(super) fn rotate(key: &Possession) -> Result<Draft, DraftError> {
    Draft::of_any_kind(KEY_ROTATED, key)
}

/// A draft that takes a key's right to sign; `reason` is for people.
///
/// # Errors
/// If the reason is too long.
pub fn revoke(key: KeyId, reason: &str) -> Result<Draft, DraftError> {
    Draft::of_any_kind(KEY_REVOKED, &Revoked { key, reason: reason.to_owned() })
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// It may sign.
    Trusted,
    /// The block of this number put another in its place.
    Rotated(u64),
    /// The block of this number revoked it.
    Revoked(u64),
}

/// A key that was ever trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The key.
    pub public_key: PublicKey,
    /// Number of the block that brought it.
    pub since: u64,
    /// Whether it may still sign.
    pub standing: Standing,
}

/// A block that changes keys in a way that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The payload is not what such a block carries.
    #[error("its payload is not that of a {0} block")]
    Payload(BlockKind),
    /// A first block that is none, or a second one.
    #[error("the first block, and no other, must be of kind GENESIS and name this format")]
    Genesis,
    /// The first block is signed by another key than it carries.
    #[error("it is not signed by the key that it carries")]
    NotSelfSigned,
    /// The key may not sign.
    #[error("key {0} may not sign; a trusted host admits it with `host ledger key admit`")]
    Untrusted(KeyId),
    /// The new key's holder did not sign for it.
    #[error(
        "the proof that somebody holds key {0} for this ledger does not hold; make it anew with `host ledger key request`"
    )]
    Possession(KeyId),
    /// A key comes once.
    #[error("key {0} was there before, and a key never comes back; make a new one with `host ledger keygen`")]
    Known(KeyId),
    /// A key that is not trusted cannot be revoked.
    #[error("key {0} is not trusted, so there is nothing to revoke; `host ledger key list` shows who is")]
    NotTrusted(KeyId),
    /// A host does not revoke itself.
    #[error("key {0} cannot revoke itself; let another trusted host do it, or rotate it")]
    Itself(KeyId),
    /// Too many keys.
    #[error("a ledger has at most {MAX_KEYS} keys")]
    TooMany,
}

/// All keys of a ledger up to some block.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Member>", into = "Vec<Member>")]
pub struct Trust {
    members: BTreeMap<KeyId, Member>,
}

impl From<Vec<Member>> for Trust {
    fn from(members: Vec<Member>) -> Self {
        Self { members: members.into_iter().map(|member| (member.public_key.id(), member)).collect() }
    }
}

impl From<Trust> for Vec<Member> {
    fn from(trust: Trust) -> Self {
        trust.members.into_values().collect()
    }
}

impl Trust {
    /// With the key of a first block alone.
    pub(super) fn of(key: PublicKey) -> Self {
        vec![Member { public_key: key, since: 0, standing: Standing::Trusted }].into()
    }

    /// The key, if it may sign.
    pub fn trusted(&self, id: &KeyId) -> Option<&PublicKey> {
        self.members
            .get(id)
            .filter(|member| member.standing == Standing::Trusted)
            .map(|member| &member.public_key)
    }

    /// All keys that may sign.
    pub fn trusted_keys(&self) -> impl Iterator<Item = &PublicKey> {
        self.members
            .values()
            .filter(|member| member.standing == Standing::Trusted)
            .map(|member| &member.public_key)
    }

    /// The key, if it ever could sign.
    pub fn known(&self, id: &KeyId) -> Option<&PublicKey> {
        self.members.get(id).map(|member| &member.public_key)
    }

    /// All keys that ever could sign, by name.
    pub fn members(&self) -> impl Iterator<Item = (&KeyId, &Member)> {
        self.members.iter()
    }

    /// Takes the next block: its signer must be trusted, and if it is about keys, they change.
    /// Whether hash and signature are right is not looked at.
    ///
    /// # Errors
    /// See [`TrustError`]; nothing changes then. `origin` is the ledger's, see [`super::checkpoint::origin`].
    pub fn apply(&mut self, block: &Block, origin: &str) -> Result<(), TrustError> {
        let kind = block.kind.as_str();
        if (block.number == 0) != (kind == GENESIS) {
            return Err(TrustError::Genesis);
        }
        if kind != GENESIS && self.trusted(&block.key).is_none() {
            return Err(TrustError::Untrusted(block.key));
        }
        match kind {
            GENESIS => {
                *self = Self::of(first_key(block)?);
                Ok(())
            }
            KEY_ADMITTED => self.bring(block, &payload(block)?, origin),
            KEY_ROTATED => {
                self.bring(block, &payload(block)?, origin)?;
                self.retire(block.key, Standing::Rotated(block.number))
            }
            KEY_REVOKED => {
                let Revoked { key, .. } = payload(block)?;
                if key == block.key {
                    return Err(TrustError::Itself(key));
                }
                self.retire(key, Standing::Revoked(block.number))
            }
            _ => Ok(()),
        }
    }

    fn bring(&mut self, block: &Block, new: &Possession, origin: &str) -> Result<(), TrustError> {
        if new.holds(origin) {
            self.insert(new.public_key, block.number)
        } else {
            Err(TrustError::Possession(new.public_key.id()))
        }
    }

    fn insert(&mut self, public_key: PublicKey, since: u64) -> Result<(), TrustError> {
        let id = public_key.id();
        if self.members.contains_key(&id) {
            return Err(TrustError::Known(id));
        }
        if self.members.len() >= MAX_KEYS {
            return Err(TrustError::TooMany);
        }
        self.members.insert(id, Member { public_key, since, standing: Standing::Trusted });
        Ok(())
    }

    fn retire(&mut self, id: KeyId, standing: Standing) -> Result<(), TrustError> {
        match self.members.get_mut(&id).filter(|member| member.standing == Standing::Trusted) {
            Some(member) => {
                member.standing = standing;
                Ok(())
            }
            None => Err(TrustError::NotTrusted(id)),
        }
    }
}

/// The key that a first block carries and is signed by; whether hash and signature are right is not looked at.
///
/// # Errors
/// If it is no first block, or of another format, or names another key.
pub(super) fn first_key(block: &Block) -> Result<PublicKey, TrustError> {
    if block.number != 0 || block.kind.as_str() != GENESIS {
        return Err(TrustError::Genesis);
    }
    let Genesis { format, public_key } = payload(block)?;
    if format != FORMAT {
        return Err(TrustError::Genesis);
    }
    if public_key.id() == block.key { Ok(public_key) } else { Err(TrustError::NotSelfSigned) }
}

fn payload<T: DeserializeOwned>(block: &Block) -> Result<T, TrustError> {
    serde_json::from_slice(&block.payload).map_err(|_| TrustError::Payload(block.kind.clone()))
}

#[cfg(test)]
mod tests;
