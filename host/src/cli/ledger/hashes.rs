//! All hashes of a chain, for proofs.

use crate::{
    cli::progress::Progress,
    ledger::hash::Hash,
    store::{blocks::Snapshot, error::StoreError},
};

/// Gives the stored hashes of the first `size` blocks to `take`, in order.
pub(super) async fn each(
    snapshot: &mut Snapshot,
    size: u64,
    mut take: impl FnMut(Hash),
) -> anyhow::Result<()> {
    let progress = Progress::of("reading", size);
    // No block is wanted whole, since none has this number.
    let none = u64::MAX..=u64::MAX;
    let each = snapshot.entries(none, async |entries| {
        progress.add(entries.len() as u64);
        for entry in entries.into_iter().filter(|entry| entry.number() < size) {
            take(
                entry
                    .hash()
                    .ok_or_else(|| StoreError::Damaged(format!("block {} has no hash", entry.number())))?,
            );
        }
        Ok(())
    });
    Ok(each.await?)
}
