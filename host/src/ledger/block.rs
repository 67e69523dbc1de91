use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    canonical::{self, CanonicalError},
    hash::Hash,
    keys::{HostKey, KeyId, PublicKey},
};

/// Separates block hashes from all other hashes, and names the version of the layout.
const HASH_DOMAIN: &[u8] = b"vyomo-ledger-block-v1";

/// Separates signatures of blocks from all other signatures.
const SIGNATURE_DOMAIN: &[u8] = b"vyomo-ledger-signature-v1";

/// What a block is about, as in `ANOMALY_DETECTED`: up to 64 capital letters, digits and underscores, the first
/// of them a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlockKind(String);

/// A kind of block that breaks the rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of block: write up to 64 capital letters, digits and underscores")]
pub struct KindError(String);

impl BlockKind {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BlockKind {
    type Error = KindError;

    fn try_from(text: String) -> Result<Self, KindError> {
        let first = text.as_bytes().first().is_some_and(u8::is_ascii_uppercase);
        let rest = text.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
        if first && rest && text.len() <= 64 { Ok(Self(text)) } else { Err(KindError(text)) }
    }
}

impl TryFrom<&str> for BlockKind {
    type Error = KindError;

    fn try_from(text: &str) -> Result<Self, KindError> {
        text.to_owned().try_into()
    }
}

impl From<BlockKind> for String {
    fn from(kind: BlockKind) -> Self {
        kind.0
    }
}

impl fmt::Display for BlockKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What will be a block once it is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub(super) kind: BlockKind,
    pub(super) payload: Vec<u8>,
}

/// What cannot become a block.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The kind breaks its rule.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// Kinds that change who may sign have drafts of their own, in [`super::trust`].
    #[error("blocks of kind {0} change which keys may sign; `host ledger key` makes them")]
    Reserved(BlockKind),
    /// The payload has no canonical form.
    #[error("the payload of {kind} cannot be written down: {error}")]
    Payload {
        /// Of the block.
        kind: BlockKind,
        /// Why.
        error: CanonicalError,
    },
}

impl Draft {
    /// A block of this kind with the canonical JSON of `payload`.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn new(kind: &str, payload: &impl Serialize) -> Result<Self, DraftError> {
        let draft = Self::of_any_kind(kind, payload)?;
        if super::trust::is_about_keys(&draft.kind) {
            Err(DraftError::Reserved(draft.kind))
        } else {
            Ok(draft)
        }
    }

    pub(super) fn of_any_kind(kind: &str, payload: &impl Serialize) -> Result<Self, DraftError> {
        let kind = BlockKind::try_from(kind)?;
        match canonical::bytes(payload) {
            Ok(payload) => Ok(Self { kind, payload }),
            Err(error) => Err(DraftError::Payload { kind, error }),
        }
    }

    /// What the block will be about.
    pub fn kind(&self) -> &BlockKind {
        &self.kind
    }

    /// Canonical JSON.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }
}

/// One link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Position in the chain; the first block is 0.
    pub number: u64,
    /// When it was sealed, microseconds since 1970 UTC; never before its predecessor.
    pub time: i64,
    /// What it is about.
    pub kind: BlockKind,
    /// Who signed it.
    pub key: KeyId,
    /// The hash of its predecessor, [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// Canonical JSON.
    pub payload: Vec<u8>,
    /// Of everything above, as [`Block::digest`] computes it.
    pub hash: Hash,
    /// Ed25519, of [`signed_message`].
    pub signature: [u8; 64],
}

impl Block {
    /// A block whose hash is right, not signed yet.
    pub(super) fn unsigned(number: u64, time: i64, key: KeyId, previous: Hash, draft: Draft) -> Self {
        let Draft { kind, payload } = draft;
        let mut block =
            Self { number, time, kind, key, previous, payload, hash: Hash::ZERO, signature: [0; 64] };
        block.hash = block.digest();
        block
    }

    /// What [`Block::hash`] must be: SHA-256 over the layout that docs/LEDGER.md writes down.
    pub fn digest(&self) -> Hash {
        let mut hasher = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hasher.update((bytes.len() as u32).to_be_bytes());
            hasher.update(bytes);
        };
        field(HASH_DOMAIN);
        field(&self.number.to_be_bytes());
        field(&self.time.to_be_bytes());
        field(self.kind.as_str().as_bytes());
        field(self.key.0.as_bytes());
        field(self.previous.as_bytes());
        field(&self.payload);
        <[u8; 32]>::from(hasher.finalize()).into()
    }

    /// Whether `key` signed the stored hash; whether that is the right one is another question.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify(&signed_message(&self.hash), &self.signature)
    }

    pub(super) fn sign(&mut self, key: &HostKey) {
        self.signature = key.sign(&signed_message(&self.hash));
    }
}

/// What is signed: a domain, so that no signature made for something else fits, and the block's hash.
pub fn signed_message(hash: &Hash) -> Vec<u8> {
    framed(&[SIGNATURE_DOMAIN, hash.as_bytes()])
}

/// Each part after its length, four bytes, big-endian.
pub(super) fn framed(parts: &[&[u8]]) -> Vec<u8> {
    parts.iter().flat_map(|part| [&(part.len() as u32).to_be_bytes()[..], part].concat()).collect()
}

#[cfg(test)]
mod tests;
