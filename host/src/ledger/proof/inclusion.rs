use base64::{Engine as _, prelude::BASE64_STANDARD};
use tlog_tiles::tlog;

use crate::ledger::{block::Block, checkpoint::SignedCheckpoint, export, hash::Hash, keys::PublicKey, tree};

use super::{ProofError, path::Path, tlog as as_tlog};

/// The first line of the format (c2sp.org/tlog-proof).
const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// That a block is in a ledger: the block, the way from it to the root, and the signed root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    pub(super) block: Block,
    pub(super) path: Vec<Hash>,
    pub(super) head: SignedCheckpoint,
}

/// Makes an [`Inclusion`] out of the hashes of all blocks.
#[derive(Debug)]
pub struct InclusionProver {
    block: Block,
    path: Path,
    head: SignedCheckpoint,
}

impl InclusionProver {
    /// For a block among those that `head` covers.
    ///
    /// # Errors
    /// If the head does not cover it.
    pub fn new(block: Block, head: SignedCheckpoint) -> Result<Self, ProofError> {
        let (number, size) = (block.number, head.checkpoint().size);
        if number >= size {
            return Err(ProofError::NoBlock { number, size });
        }
        Ok(Self { block, path: Path::inclusion(number, size), head })
    }

    /// Takes the hash of the next block, from 0 on.
    pub fn feed(&mut self, hash: Hash) {
        self.path.feed(hash);
    }

    /// The proof, after all blocks that the head covers.
    ///
    /// # Errors
    /// If blocks and head do not fit each other.
    pub fn finish(self) -> Result<Inclusion, ProofError> {
        let (_, path) = self.path.finish();
        let proof = Inclusion { block: self.block, path, head: self.head };
        proof.leads_to_head().map_err(|_| ProofError::Damaged)?;
        Ok(proof)
    }
}

impl Inclusion {
    /// The block.
    pub fn block(&self) -> &Block {
        &self.block
    }

    /// The head that covers it.
    pub fn head(&self) -> &SignedCheckpoint {
        &self.head
    }

    /// Whether the block is in the ledger whose head `key` signed. If the block names that key too, it must have
    /// signed it; other signers of blocks are vouched for by the head alone.
    ///
    /// # Errors
    /// If it is not, with the reason.
    pub fn check(&self, key: &PublicKey) -> Result<(), ProofError> {
        if !self.head.is_signed_by(key) {
            return Err(ProofError::NotSigned);
        }
        if self.block.key == key.id() && !self.block.is_signed_by(key) {
            return Err(ProofError::Changed);
        }
        self.leads_to_head()
    }

    fn leads_to_head(&self) -> Result<(), ProofError> {
        if self.block.digest() != self.block.hash {
            return Err(ProofError::Changed);
        }
        let path = self.path.iter().map(as_tlog).collect();
        let checkpoint = self.head.checkpoint();
        let leaf = as_tlog(&tree::leaf(self.block.hash));
        tlog::check_record(&path, checkpoint.size, as_tlog(&checkpoint.root), self.block.number, leaf)
            .map_err(|_| ProofError::NotIncluded)
    }

    /// The text of a `.tlog-proof` file; the block is its extra data, as a line of an export.
    ///
    /// # Errors
    /// If the block's payload is no text.
    pub fn encode(&self) -> Result<String, ProofError> {
        let line = export::encode_block(&self.block).ok_or(ProofError::Changed)?;
        let extra = BASE64_STANDARD.encode(line);
        let path: String =
            self.path.iter().flat_map(|hash| [as_tlog(hash).to_string(), "\n".to_owned()]).collect();
        let (number, head) = (self.block.number, self.head.text());
        Ok(format!("{FORMAT}\nextra {extra}\nindex {number}\n{path}\n{head}"))
    }

    /// What [`Inclusion::encode`] wrote.
    ///
    /// # Errors
    /// If it is something else. What it proves is not looked at.
    pub fn decode(text: &str) -> Result<Self, ProofError> {
        let (proof, head) = text.split_once("\n\n").ok_or(ProofError::Malformed("it has no head"))?;
        let mut lines = proof.lines();
        if lines.next() != Some(FORMAT) {
            return Err(ProofError::Malformed("it does not begin with c2sp.org/tlog-proof@v1"));
        }
        let block = lines
            .next()
            .and_then(|line| line.strip_prefix("extra "))
            .and_then(|extra| BASE64_STANDARD.decode(extra).ok())
            .and_then(|line| export::decode_block(&line))
            .ok_or(ProofError::Malformed("it does not carry a block"))?;
        if lines.next() != Some(format!("index {}", block.number).as_str()) {
            return Err(ProofError::Malformed("its index is not the block's number"));
        }
        let path = lines
            .map(|line| tlog::Hash::parse_hash(line).map(|hash| hash.0.into()))
            .collect::<Result<_, _>>()
            .map_err(|_| ProofError::Malformed("a line is no hash"))?;
        Ok(Self { block, path, head: SignedCheckpoint::parse(head)? })
    }

    /// Whether a text claims to be such a proof.
    pub fn is_claimed_by(text: &str) -> bool {
        text.starts_with(FORMAT)
    }
}
