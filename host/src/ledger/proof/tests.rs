use serde_json::json;

use super::*;
use crate::ledger::{
    block::{Block, Draft},
    checkpoint::SignedCheckpoint,
    keys::HostKey,
    seal::seal,
};

fn key(seed: u8) -> HostKey {
    HostKey::from_seed(&[seed; 32])
}

fn chain(size: u64) -> (Vec<Block>, SignedCheckpoint) {
    let draft = |value| Draft::new("BACKTEST_RECORDED", &json!({ "value": value })).unwrap();
    let sealed = seal(None, (1..size).map(draft).collect(), &key(1), 0).unwrap();
    (sealed.blocks, sealed.head.checkpoint)
}

fn prove(number: usize, size: u64) -> Inclusion {
    let (blocks, head) = chain(size);
    let mut prover = InclusionProver::new(blocks[number].clone(), head).unwrap();
    for block in &blocks {
        prover.feed(block.hash);
    }
    prover.finish().unwrap()
}

fn continues(old: u64, new: u64) -> Result<Consistency, ProofError> {
    let (blocks, head) = chain(new);
    let mut prover = ConsistencyProver::new(chain(old).1, head)?;
    for block in &blocks {
        prover.feed(block.hash);
    }
    prover.finish()
}

#[test]
fn every_block_of_every_small_ledger_can_be_proven() {
    for size in 1..20 {
        for number in 0..size as usize {
            let proof = prove(number, size);
            assert_eq!(proof.check(&key(1).public()), Ok(()));
            let text = proof.encode().unwrap();
            assert_eq!(Inclusion::decode(&text).unwrap(), proof);
        }
    }
}

#[test]
fn the_file_is_a_tlog_proof() {
    let text = prove(4, 11).encode().unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "c2sp.org/tlog-proof@v1");
    assert!(lines[1].starts_with("extra "));
    assert_eq!(lines[2], "index 4");
    assert_eq!(lines[7], "", "four hashes: {text}");
    assert!(lines[8].starts_with("vyomo/"));
    assert!(Inclusion::is_claimed_by(&text));
}

#[test]
fn any_changed_bit_of_a_proof_is_noticed() {
    let proof = prove(4, 11);
    let text = proof.encode().unwrap();
    for bit in 0..8 * text.len() {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let changed = String::from_utf8(bytes).ok().and_then(|text| Inclusion::decode(&text).ok());
        assert!(changed.is_none_or(|changed| changed.check(&key(1).public()).is_err()), "bit {bit}");
    }
    assert_eq!(proof.check(&key(2).public()), Err(ProofError::NotSigned));
}

#[test]
fn another_block_or_another_ledger_does_not_fit() {
    let proof = prove(4, 11);
    let swapped = Inclusion { block: prove(5, 11).block, ..proof.clone() };
    assert_eq!(swapped.check(&key(1).public()), Err(ProofError::NotIncluded));
    let mut edited = proof.clone();
    edited.block.payload = b"{}".to_vec();
    assert_eq!(edited.check(&key(1).public()), Err(ProofError::Changed));
    let other_head = Inclusion { head: chain(12).1, ..proof };
    assert_eq!(other_head.check(&key(1).public()), Err(ProofError::NotIncluded));
}

#[test]
fn a_damaged_ledger_gives_no_proof() {
    let (blocks, head) = chain(11);
    let feed = |skip: Option<usize>| {
        let mut prover = InclusionProver::new(blocks[4].clone(), head.clone()).unwrap();
        for (number, block) in blocks.iter().enumerate() {
            prover.feed(if skip == Some(number) { Hash::ZERO } else { block.hash });
        }
        prover.finish()
    };
    assert!(feed(None).is_ok());
    assert_eq!(feed(Some(9)), Err(ProofError::Damaged));
    let beyond = InclusionProver::new(blocks[4].clone(), chain(4).1);
    assert_eq!(beyond.unwrap_err(), ProofError::NoBlock { number: 4, size: 4 });
}

#[test]
fn every_older_head_is_continued() {
    for new in 1..20 {
        for old in 1..=new {
            let proof = continues(old, new).unwrap();
            assert_eq!(proof.check(&key(1).public()), Ok(()));
            assert_eq!(Consistency::decode(&proof.encode().unwrap()).unwrap(), proof);
        }
    }
    assert_eq!(continues(7, 5), Err(ProofError::NotComparable));
}

#[test]
fn a_head_over_other_blocks_is_not_continued() {
    let (blocks, head) = chain(11);
    let mut other = chain(7).1.checkpoint().clone();
    other.root = Hash::ZERO;
    let mut prover = ConsistencyProver::new(other.sign(&key(1)).unwrap(), head.clone()).unwrap();
    for block in &blocks {
        prover.feed(block.hash);
    }
    assert_eq!(prover.finish(), Err(ProofError::NotConsistent));

    let mut prover = ConsistencyProver::new(chain(7).1, head).unwrap();
    for block in &blocks {
        prover.feed(Hash::of(block.hash.as_bytes()));
    }
    assert_eq!(prover.finish(), Err(ProofError::Damaged));

    let proof = continues(7, 11).unwrap();
    let mut shorter = proof.clone();
    shorter.path.pop();
    assert_eq!(shorter.check(&key(1).public()), Err(ProofError::NotConsistent));
    assert_eq!(proof.check(&key(2).public()), Err(ProofError::NotSigned));
}
