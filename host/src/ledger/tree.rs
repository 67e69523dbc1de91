use tlog_tiles::tlog;

use super::hash::Hash;

/// The right edge of a Merkle tree (RFC 6962, section 2.1): enough to append leaves and to know the root, in at
/// most 64 hashes, whatever the size. A leaf's data are the 32 bytes of a block's hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Roots of the complete subtrees, the largest first: one for each 1 in `size`.
    peaks: Vec<Hash>,
}

/// Bytes that no frontier has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not the right edge of a tree; `host ledger verify` tells what else is wrong")]
pub struct FrontierError;

impl Frontier {
    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends the leaf of a block.
    pub fn append(&mut self, block: Hash) {
        let mut node = leaf(block);
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = join(left, node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The hash of the whole tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        match peaks.next() {
            Some(smallest) => peaks.fold(smallest, |right, left| join(left, right)),
            None => tlog::EMPTY_HASH.0.into(),
        }
    }

    /// Eight bytes of size, big-endian, then the peaks.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        self.peaks.iter().for_each(|peak| bytes.extend(peak.as_bytes()));
        bytes
    }

    /// What [`Frontier::encode`] wrote.
    ///
    /// # Errors
    /// If nothing encodes to these bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrontierError> {
        let (size, peaks) = bytes.split_first_chunk::<8>().ok_or(FrontierError)?;
        let size = u64::from_be_bytes(*size);
        let (peaks, rest) = peaks.as_chunks::<32>();
        let countable = i64::try_from(size).is_ok();
        if !countable || !rest.is_empty() || peaks.len() != size.count_ones() as usize {
            return Err(FrontierError);
        }
        Ok(Self { size, peaks: peaks.iter().map(|peak| Hash::from(*peak)).collect() })
    }
}

/// The hash of a leaf.
pub(super) fn leaf(block: Hash) -> Hash {
    tlog::record_hash(block.as_bytes()).0.into()
}

fn join(left: Hash, right: Hash) -> Hash {
    tlog::node_hash(tlog::Hash(*left.as_bytes()), tlog::Hash(*right.as_bytes())).0.into()
}

#[cfg(test)]
mod tests;
