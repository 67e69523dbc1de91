use serde::{Deserialize, Serialize};
use tlog_tiles::tlog;

use crate::ledger::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    hash::Hash,
    keys::PublicKey,
};

use super::{ProofError, path::Path, tlog as as_tlog};

const FORMAT: &str = "vyomo-ledger-consistency-v1";

/// That one head of a ledger grew out of another: nothing that the old one covered was changed or left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consistency {
    pub(super) old: SignedCheckpoint,
    pub(super) new: SignedCheckpoint,
    pub(super) path: Vec<Hash>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    format: String,
    hashes: Vec<Hash>,
    new: String,
    old: String,
}

/// Makes a [`Consistency`] out of the hashes of all blocks.
#[derive(Debug)]
pub struct ConsistencyProver {
    old: SignedCheckpoint,
    new: SignedCheckpoint,
    path: Path,
}

impl ConsistencyProver {
    /// For two heads of one ledger, the older first.
    ///
    /// # Errors
    /// If they are not.
    pub fn new(old: SignedCheckpoint, new: SignedCheckpoint) -> Result<Self, ProofError> {
        comparable(old.checkpoint(), new.checkpoint())?;
        let path = Path::consistency(old.checkpoint().size, new.checkpoint().size);
        Ok(Self { old, new, path })
    }

    /// Takes the hash of the next block, from 0 on.
    pub fn feed(&mut self, hash: Hash) {
        self.path.feed(hash);
    }

    /// The proof, after all blocks that the new head covers.
    ///
    /// # Errors
    /// If the old head does not fit the blocks, or the blocks do not fit the new one.
    pub fn finish(self) -> Result<Consistency, ProofError> {
        let (whole, path) = self.path.finish();
        let Checkpoint { size, root, .. } = *self.new.checkpoint();
        if whole.size() != size || whole.root() != root {
            return Err(ProofError::Damaged);
        }
        let proof = Consistency { old: self.old, new: self.new, path };
        proof.leads_on()?;
        Ok(proof)
    }
}

impl Consistency {
    /// The older head.
    pub fn old(&self) -> &SignedCheckpoint {
        &self.old
    }

    /// The newer head.
    pub fn new_head(&self) -> &SignedCheckpoint {
        &self.new
    }

    /// Whether the new head, signed by `key`, continues the old one.
    ///
    /// # Errors
    /// If it does not, with the reason.
    pub fn check(&self, key: &PublicKey) -> Result<(), ProofError> {
        if !self.new.is_signed_by(key) {
            return Err(ProofError::NotSigned);
        }
        self.leads_on()
    }

    fn leads_on(&self) -> Result<(), ProofError> {
        let (old, new) = (self.old.checkpoint(), self.new.checkpoint());
        comparable(old, new)?;
        let path = self.path.iter().map(as_tlog).collect();
        tlog::check_tree(&path, new.size, as_tlog(&new.root), old.size, as_tlog(&old.root))
            .map_err(|_| ProofError::NotConsistent)
    }

    /// The text of a proof file, canonical JSON.
    ///
    /// # Errors
    /// None in practice: hashes and texts can always be written.
    pub fn encode(&self) -> Result<String, ProofError> {
        let text = Text {
            format: FORMAT.to_owned(),
            hashes: self.path.clone(),
            new: self.new.text().to_owned(),
            old: self.old.text().to_owned(),
        };
        let json = serde_json::to_string(&text).map_err(|_| ProofError::Malformed("it cannot be written"))?;
        Ok(json + "\n")
    }

    /// What [`Consistency::encode`] wrote.
    ///
    /// # Errors
    /// If it is something else. What it proves is not looked at.
    pub fn decode(text: &str) -> Result<Self, ProofError> {
        let read: Text =
            serde_json::from_str(text).map_err(|_| ProofError::Malformed("it is not the JSON of a proof"))?;
        if read.format != FORMAT {
            return Err(ProofError::Malformed("it is of another format"));
        }
        let (old, new) = (SignedCheckpoint::parse(&read.old)?, SignedCheckpoint::parse(&read.new)?);
        Ok(Self { old, new, path: read.hashes })
    }
}

fn comparable(old: &Checkpoint, new: &Checkpoint) -> Result<(), ProofError> {
    let ordered = 0 < old.size && old.size <= new.size;
    if old.origin == new.origin && ordered { Ok(()) } else { Err(ProofError::NotComparable) }
}
