use std::{collections::HashMap, mem, sync::Arc};

use rayon::prelude::*;

use crate::ledger::{
    block::Block,
    hash::Hash,
    keys::{KeyId, PublicKey},
};

use super::signatures::{self, Checker, Signed};

/// Signatures that one thread checks together.
const BATCH: usize = 64;

/// From so many signatures of a key on, preparing it pays.
const MANY: u64 = 256;

/// Signatures that wait to be checked, and the keys they are checked with.
#[derive(Default)]
pub(super) struct Signers {
    keys: HashMap<KeyId, Signer>,
    jobs: Vec<Job>,
}

struct Signer {
    checker: Arc<Checker>,
    signatures: u64,
}

struct Job {
    number: u64,
    checker: Arc<Checker>,
    hash: Hash,
    signature: [u8; 64],
}

impl Signers {
    /// Notes that `key`, which the block names, must have signed it.
    pub(super) fn later(&mut self, block: &Block, key: &PublicKey) {
        let signer = self
            .keys
            .entry(block.key)
            .or_insert_with(|| Signer { checker: Arc::new(Checker::for_few(key)), signatures: 0 });
        signer.signatures += 1;
        if signer.signatures == MANY {
            signer.checker = Arc::new(Checker::for_many(key));
        }
        let Block { number, hash, signature, .. } = *block;
        self.jobs.push(Job { number, checker: Arc::clone(&signer.checker), hash, signature });
    }

    /// Checks what was noted; gives the numbers of the blocks whose signatures do not hold.
    pub(super) fn check(&mut self) -> Vec<u64> {
        mem::take(&mut self.jobs).par_chunks(BATCH).flat_map_iter(refused).collect()
    }
}

fn refused(jobs: &[Job]) -> Vec<u64> {
    let batch: Vec<Signed<'_>> = jobs
        .iter()
        .map(|job| Signed { checker: &job.checker, hash: job.hash, signature: job.signature })
        .collect();
    let valid = signatures::valid(&batch);
    jobs.iter().zip(valid).filter(|(_, valid)| !valid).map(|(job, _)| job.number).collect()
}
