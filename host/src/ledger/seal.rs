use super::{
    block::{Block, Draft, DraftError},
    checkpoint::{self, Checkpoint, CheckpointError, SignedCheckpoint},
    hash::Hash,
    keys::HostKey,
    tree::Frontier,
    trust::{self, Possession, Trust, TrustError},
};

/// All that must be known of a chain to append to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last block's time, microseconds since 1970 UTC.
    pub time: i64,
    /// The last block's hash.
    pub hash: Hash,
    /// The tree over all blocks.
    pub tree: Frontier,
    /// Who may sign the next block.
    pub trust: Trust,
    /// The tree's root, signed.
    pub checkpoint: SignedCheckpoint,
}

impl Head {
    /// Number of blocks; the next one has this number.
    pub fn size(&self) -> u64 {
        self.tree.size()
    }

    /// Whether the parts belong together, as they do unless somebody changed them where they are kept.
    ///
    /// # Errors
    /// If tree and checkpoint differ, or no trusted key signed it.
    pub fn check(&self) -> Result<(), HeadError> {
        let Checkpoint { size, root, .. } = self.checkpoint.checkpoint();
        let signed = self.trust.trusted_keys().any(|key| self.checkpoint.is_signed_by(key));
        if *size == self.tree.size() && *root == self.tree.root() && signed { Ok(()) } else { Err(HeadError) }
    }

    /// Which ledger this is, see [`checkpoint::origin`].
    pub fn origin(&self) -> &str {
        &self.checkpoint.checkpoint().origin
    }
}

/// A head that nobody signed as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its head is not as it was signed")]
pub struct HeadError;

/// New blocks and the head after them, to be stored together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// In the order of their numbers.
    pub blocks: Vec<Block>,
    /// After the last of them.
    pub head: Head,
}

/// Why nothing can be appended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key may not sign, or a block would change keys in a way that is not allowed.
    #[error("block {number} cannot be appended: {error}")]
    Trust {
        /// The number it would have.
        number: u64,
        /// Why.
        error: TrustError,
    },
    /// A block about keys that cannot be written down.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The head cannot be written down.
    #[error("the head cannot be signed: {0}")]
    Checkpoint(#[from] CheckpointError),
}

/// Appends blocks to the chain that ends in `head`, signed by `key`; without a head a chain begins, with a first
/// block of its own. `now` is in microseconds since 1970 UTC; a clock that went back is held at the last block's
/// time.
///
/// # Errors
/// See [`SealError`]; then nothing may be stored.
pub fn seal(head: Option<&Head>, drafts: Vec<Draft>, key: &HostKey, now: i64) -> Result<Sealed, SealError> {
    append(head, drafts, key, key, now)
}

/// Puts `new` in the place of `old`, which signs the block that says so; the head is signed by `new` already.
///
/// # Errors
/// See [`SealError`]; then nothing may be stored.
pub fn rotate(head: &Head, old: &HostKey, new: &HostKey, now: i64) -> Result<Sealed, SealError> {
    let draft = trust::rotate(&Possession::prove(new, head.origin()))?;
    append(Some(head), vec![draft], old, new, now)
}

fn append(
    head: Option<&Head>,
    drafts: Vec<Draft>,
    key: &HostKey,
    head_key: &HostKey,
    now: i64,
) -> Result<Sealed, SealError> {
    let mut tip = head.map_or_else(|| Tip::first(now), |head| Tip::after(head, now));
    let genesis = if head.is_none() { Some(trust::genesis(&key.public())?) } else { None };
    let mut blocks = Vec::with_capacity(drafts.len() + 1);
    for draft in genesis.into_iter().chain(drafts) {
        blocks.push(tip.push(draft, key)?);
    }
    for block in &mut blocks {
        block.sign(key);
    }
    Ok(Sealed { blocks, head: tip.head(head_key)? })
}

/// The growing end of a chain.
struct Tip {
    time: i64,
    hash: Hash,
    tree: Frontier,
    trust: Trust,
    origin: String,
}

impl Tip {
    fn first(now: i64) -> Self {
        let (tree, trust) = (Frontier::default(), Trust::default());
        Self { time: now, hash: Hash::ZERO, tree, trust, origin: String::new() }
    }

    fn after(head: &Head, now: i64) -> Self {
        Self {
            time: now.max(head.time),
            hash: head.hash,
            tree: head.tree.clone(),
            trust: head.trust.clone(),
            origin: head.origin().to_owned(),
        }
    }

    fn push(&mut self, draft: Draft, key: &HostKey) -> Result<Block, SealError> {
        let number = self.tree.size();
        let block = Block::unsigned(number, self.time, key.id(), self.hash, draft);
        self.trust.apply(&block, &self.origin).map_err(|error| SealError::Trust { number, error })?;
        if number == 0 {
            self.origin = checkpoint::origin(&block.hash);
        }
        self.hash = block.hash;
        self.tree.append(block.hash);
        Ok(block)
    }

    fn head(self, key: &HostKey) -> Result<Head, SealError> {
        let Self { time, hash, tree, trust, origin } = self;
        if trust.trusted(&key.id()).is_none() {
            return Err(SealError::Trust { number: tree.size(), error: TrustError::Untrusted(key.id()) });
        }
        let checkpoint = Checkpoint { origin, size: tree.size(), root: tree.root() }.sign(key)?;
        Ok(Head { time, hash, tree, trust, checkpoint })
    }
}

#[cfg(test)]
mod tests;
