//! The head of the tree, signed, as text: a checkpoint (c2sp.org/tlog-checkpoint) in a signed note
//! (c2sp.org/signed-note), which tools of other transparency logs read.

use signed_note::{Note, Signature};
use tlog_tiles::{checkpoint::Checkpoint as Body, tlog};

use super::{
    hash::Hash,
    keys::{HostKey, PublicKey},
};

/// Ed25519, as signed notes number kinds of signatures.
const ED25519: u8 = 1;

/// Longer texts are not read, bytes.
pub const MAX_BYTES: usize = 16 << 10;

/// Text that is no checkpoint of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note.
    #[error("this is not a signed note (c2sp.org/signed-note), as `host ledger checkpoint` writes it")]
    NotNote,
    /// A signed note about something else.
    #[error("this note is not the checkpoint of a ledger (c2sp.org/tlog-checkpoint)")]
    NotCheckpoint,
}

/// How a ledger is named in its checkpoints: `vyomo/` and the hash of its first block.
pub fn origin(genesis: &Hash) -> String {
    format!("vyomo/{genesis}")
}

/// How many blocks there are, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger, see [`origin`].
    pub origin: String,
    /// Number of blocks.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Signs it.
    ///
    /// # Errors
    /// If the origin is not one line of text without spaces.
    pub fn sign(&self, key: &HostKey) -> Result<SignedCheckpoint, CheckpointError> {
        let text = Body::new(&self.origin, self.size, tlog::Hash(*self.root.as_bytes()), "")
            .map_err(|_| CheckpointError::NotCheckpoint)?
            .to_bytes();
        let signature = key.sign(&text);
        let line =
            Signature::new(self.origin.clone(), note_key(&self.origin, &key.public()), signature.into());
        let note = line.and_then(|line| Note::new(&text, &[line])).map_err(|_| CheckpointError::NotNote)?;
        let text = String::from_utf8(note.to_bytes()).map_err(|_| CheckpointError::NotNote)?;
        Ok(SignedCheckpoint { checkpoint: self.clone(), text })
    }
}

/// A checkpoint as it is stored and passed on. That it was read does not mean that anyone trusted signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    text: String,
}

impl SignedCheckpoint {
    /// Reads the text.
    ///
    /// # Errors
    /// If it is not the checkpoint of a ledger.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        if text.len() > MAX_BYTES {
            return Err(CheckpointError::NotNote);
        }
        let note = Note::from_bytes(text.as_bytes()).map_err(|_| CheckpointError::NotNote)?;
        let body = Body::from_bytes(note.text()).map_err(|_| CheckpointError::NotCheckpoint)?;
        if !body.extension().is_empty() || body.origin().contains(|c: char| c.is_whitespace() || c == '+') {
            return Err(CheckpointError::NotCheckpoint);
        }
        let checkpoint =
            Checkpoint { origin: body.origin().to_owned(), size: body.size(), root: body.hash().0.into() };
        Ok(Self { checkpoint, text: text.to_owned() })
    }

    /// What was signed.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The signed note.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether `key` signed it.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let id = note_key(&self.checkpoint.origin, key);
        let signed = |(body, signatures): (&str, &str)| {
            signatures
                .lines()
                .filter_map(|line| Signature::from_bytes(line.as_bytes()).ok())
                .filter(|signature| signature.name() == self.checkpoint.origin && signature.id() == id)
                .any(|signature| {
                    let bytes = signature.signature().try_into();
                    bytes.is_ok_and(|bytes| key.verify(format!("{body}\n").as_bytes(), bytes))
                })
        };
        self.text.rsplit_once("\n\n").is_some_and(signed)
    }
}

/// How signed notes name a key: four bytes of a hash.
fn note_key(origin: &str, key: &PublicKey) -> u32 {
    signed_note::key_id(origin, &[&[ED25519], &key.as_bytes()[..]].concat())
}

#[cfg(test)]
mod tests;
