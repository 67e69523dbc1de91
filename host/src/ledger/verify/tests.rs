use serde_json::json;

use super::*;
use crate::ledger::{
    block::{Block, BlockKind, Draft},
    checkpoint::SignedCheckpoint,
    hash::Hash,
    keys::HostKey,
    seal::{Head, Sealed, rotate, seal},
    tree::Frontier,
    trust::{self, Possession, Trust, admit, revoke},
};

fn key(seed: u8) -> HostKey {
    HostKey::from_seed(&[seed; 32])
}

fn drafts(values: std::ops::Range<u64>) -> Vec<Draft> {
    values.map(|value| Draft::new("ANOMALY_DETECTED", &json!({ "value": value })).unwrap()).collect()
}

/// 20 blocks, and the heads when there were so many.
fn chain() -> (Vec<Block>, Head) {
    let Sealed { blocks, head } = seal(None, drafts(1..20), &key(1), 1000).unwrap();
    (blocks, head)
}

fn head_of(size: u64) -> SignedCheckpoint {
    seal(None, drafts(1..size), &key(1), 1000).unwrap().head.checkpoint
}

fn report(
    blocks: &[Block],
    head: &SignedCheckpoint,
    pinned: &[HostKey],
    outside: Vec<SignedCheckpoint>,
) -> Report {
    let outside = outside
        .into_iter()
        .map(|checkpoint| OutsideHead { source: "head.txt".to_owned(), checkpoint })
        .collect();
    let mut verifier = Verifier::new(pinned.iter().map(HostKey::public).collect(), outside);
    for chunk in blocks.chunks(7) {
        verifier.feed(chunk.iter().cloned().map(Entry::Block).collect());
    }
    verifier.finish(&LastHead::Read(head.clone()))
}

type Found = Vec<(FaultKind, Option<u64>, Option<u64>)>;

fn found(report: &Report) -> Found {
    report.faults.iter().map(|fault| (fault.kind, fault.first, fault.last)).collect()
}

fn faults(blocks: &[Block], head: &SignedCheckpoint) -> Found {
    found(&report(blocks, head, &[key(1)], vec![]))
}

fn at(kind: FaultKind, number: u64) -> (FaultKind, Option<u64>, Option<u64>) {
    (kind, Some(number), Some(number))
}

fn reseal(block: &mut Block, key: &HostKey) {
    block.hash = block.digest();
    block.sign(key);
}

#[test]
fn a_whole_chain_is_authentic_only_with_a_pinned_key() {
    let (blocks, head) = chain();
    let pinned =
        report(&blocks, &head.checkpoint, &[key(9), key(1)], vec![head_of(5), head.checkpoint.clone()]);
    assert_eq!(found(&pinned), []);
    assert!(pinned.is_authenticated);
    assert_eq!((pinned.blocks, pinned.checked), (20, 20));
    assert_eq!(pinned.root, Some(head.tree.root()));

    let alone = report(&blocks, &head.checkpoint, &[], vec![]);
    assert!(alone.is_whole() && !alone.is_authenticated);

    let stranger = report(&blocks, &head.checkpoint, &[key(9)], vec![]);
    assert_eq!(found(&stranger), [(FaultKind::NotPinned, None, None)]);
}

#[test]
fn a_long_chain_is_checked_with_prepared_keys() {
    let Sealed { mut blocks, head } = seal(None, drafts(1..700), &key(1), 1000).unwrap();
    assert_eq!(faults(&blocks, &head.checkpoint), []);
    blocks[600].signature[40] ^= 4;
    blocks[100].signature[40] ^= 4;
    assert_eq!(
        faults(&blocks, &head.checkpoint),
        [at(FaultKind::Signature, 100), at(FaultKind::Signature, 600)]
    );
}

#[test]
fn an_empty_ledger_is_whole() {
    let nothing = || Verifier::new(vec![], vec![]).finish(&LastHead::Missing);
    assert!(nothing().is_whole());
    let outside = OutsideHead { source: "head.txt".to_owned(), checkpoint: head_of(3) };
    let emptied = Verifier::new(vec![], vec![outside]).finish(&LastHead::Missing);
    assert!(!emptied.is_whole());
}

#[test]
fn each_changed_field_is_one_fault_in_its_block() {
    let (blocks, head) = chain();
    let changes: [fn(&mut Block); 6] = [
        |block| block.payload = br#"{"value":7000}"#.to_vec(),
        |block| block.payload = b"no json".to_vec(),
        |block| block.time += 1,
        |block| block.kind = BlockKind::try_from("ACTION_EXECUTED").unwrap(),
        |block| block.key = key(2).id(),
        |block| block.previous = Hash::of(b"other"),
    ];
    for number in [0, 7, 19] {
        for change in changes {
            let mut changed = blocks.clone();
            change(&mut changed[number]);
            let faults = faults(&changed, &head.checkpoint);
            assert_eq!(faults[0], at(FaultKind::Hash, number as u64));
            assert!(faults.len() == 1 || number == 0, "{faults:?}");
        }
    }
    let mut changed = blocks.clone();
    changed[7].signature[3] ^= 1;
    assert_eq!(faults(&changed, &head.checkpoint), [at(FaultKind::Signature, 7)]);
    let mut changed = blocks;
    changed[7].hash = Hash::of(b"other");
    assert_eq!(faults(&changed, &head.checkpoint), [at(FaultKind::Hash, 7), at(FaultKind::Signature, 7)]);
}

/// Even where no key was pinned, the first block's signature shows that its payload was edited.
#[test]
fn an_edited_first_block_is_one_fault() {
    let (mut blocks, head) = chain();
    let payload = String::from_utf8(blocks[0].payload.clone()).unwrap();
    blocks[0].payload = payload.replace("vyomo-ledger-v1", "vyomo-ledger-v2").into_bytes();
    assert_eq!(faults(&blocks, &head.checkpoint), [at(FaultKind::Hash, 0)]);
}

#[test]
fn an_edited_block_with_a_fitting_hash_is_named() {
    let (mut blocks, head) = chain();
    blocks[7].payload = br#"{"value":7000}"#.to_vec();
    blocks[7].hash = blocks[7].digest();
    assert_eq!(faults(&blocks, &head.checkpoint), [at(FaultKind::Signature, 7), at(FaultKind::Link, 8)]);
}

#[test]
fn several_faults_are_all_found() {
    let (mut blocks, head) = chain();
    blocks[3].payload = b"{}".to_vec();
    blocks[5].signature[0] ^= 1;
    blocks[11].time = 0;
    blocks.remove(15);
    let expected = [
        at(FaultKind::Hash, 3),
        at(FaultKind::Signature, 5),
        at(FaultKind::Hash, 11),
        at(FaultKind::Missing, 15),
    ];
    assert_eq!(faults(&blocks, &head.checkpoint), expected);
}

#[test]
fn missing_blocks_are_named() {
    let (blocks, head) = chain();
    let without = |from, to| {
        let mut blocks = blocks.clone();
        blocks.drain(from..to);
        blocks
    };
    assert_eq!(faults(&without(8, 9), &head.checkpoint), [at(FaultKind::Missing, 8)]);
    assert_eq!(faults(&without(8, 12), &head.checkpoint), [(FaultKind::Missing, Some(8), Some(11))]);
    assert_eq!(faults(&without(15, 20), &head.checkpoint), [(FaultKind::TailCut, Some(15), Some(19))]);
    let beheaded = faults(&without(0, 1), &head.checkpoint);
    assert_eq!(beheaded[0], at(FaultKind::Missing, 0));
}

#[test]
fn an_older_head_put_back_shows_only_beside_a_copy_kept_elsewhere() {
    let (blocks, head) = chain();
    let (cut, older) = (&blocks[..15], head_of(15));
    assert_eq!(faults(cut, &older), []);
    let beside = report(cut, &older, &[key(1)], vec![head.checkpoint.clone()]);
    assert_eq!(found(&beside), [(FaultKind::TailCut, Some(15), Some(19))]);
    let uncovered = faults(&blocks, &older);
    assert_eq!(uncovered, [(FaultKind::Uncovered, Some(15), Some(19))]);
}

#[test]
fn swapped_blocks_are_both_named() {
    let (mut blocks, head) = chain();
    blocks.swap(4, 5);
    let expected = [at(FaultKind::Misplaced, 4), at(FaultKind::Misplaced, 5)];
    assert_eq!(faults(&blocks, &head.checkpoint), expected);

    let (mut blocks, head) = chain();
    blocks.swap(4, 15);
    (blocks[4].number, blocks[15].number) = (4, 15);
    let expected = [at(FaultKind::Hash, 4), at(FaultKind::Hash, 15)];
    let found = faults(&blocks, &head.checkpoint);
    assert_eq!(found[..2], expected);
    assert_eq!(found.len(), 3, "and the head was signed over another order: {found:?}");
}

#[test]
fn a_replayed_block_is_named() {
    let (mut blocks, head) = chain();
    blocks.insert(9, blocks[5].clone());
    assert_eq!(faults(&blocks, &head.checkpoint), [at(FaultKind::Repeated, 5)]);

    let (mut blocks, head) = chain();
    blocks.push(Block { number: 20, ..blocks[5].clone() });
    let expected = [at(FaultKind::Hash, 20), at(FaultKind::Uncovered, 20)];
    assert_eq!(faults(&blocks, &head.checkpoint), expected);
}

#[test]
fn blocks_signed_again_by_a_stranger_are_named() {
    let (blocks, head) = chain();
    let mut forged = blocks.clone();
    for number in 12..20 {
        forged[number].payload = br#"{"value":0}"#.to_vec();
        forged[number].key = key(2).id();
        forged[number].previous = forged[number - 1].hash;
        reseal(&mut forged[number], &key(2));
    }
    assert_eq!(faults(&forged, &head.checkpoint), [(FaultKind::Untrusted, Some(12), Some(19))]);

    let Sealed { blocks: anew, head: other } = seal(None, drafts(1..20), &key(2), 1000).unwrap();
    assert_eq!(faults(&anew, &other.checkpoint), [(FaultKind::NotPinned, None, None)]);
    let beside = report(&anew, &other.checkpoint, &[], vec![head.checkpoint.clone()]);
    assert_eq!(found(&beside), [(FaultKind::Head, None, None)]);
    let foreign_head = faults(&blocks, &other.checkpoint);
    assert_eq!(foreign_head, [(FaultKind::Head, None, None)]);
}

#[test]
fn a_head_signed_by_nobody_trusted_is_named() {
    let (blocks, head) = chain();
    let forged = head.checkpoint.checkpoint().sign(&key(2)).unwrap();
    assert_eq!(faults(&blocks, &forged), [(FaultKind::HeadSignature, None, None)]);
    let mut other_root = head.checkpoint.checkpoint().clone();
    other_root.root = Hash::ZERO;
    assert_eq!(faults(&blocks, &other_root.sign(&key(1)).unwrap()), [(FaultKind::Head, None, None)]);
    let mut verifier = Verifier::new(vec![], vec![]);
    verifier.feed(blocks.into_iter().map(Entry::Block).collect());
    assert_eq!(found(&verifier.finish(&LastHead::Missing)), [(FaultKind::Head, None, None)]);
}

#[test]
fn a_changed_row_beside_a_good_head_is_named() {
    let (blocks, head) = chain();
    let check = |head: Head| {
        let mut verifier = Verifier::new(vec![], vec![]);
        verifier.feed(blocks.iter().cloned().map(Entry::Block).collect());
        found(&verifier.finish(&LastHead::Kept(head)))
    };
    assert_eq!(check(head.clone()), []);
    let changed = [
        Head { tree: Frontier::default(), ..head.clone() },
        Head { trust: Trust::default(), ..head.clone() },
        Head { hash: Hash::ZERO, ..head },
    ];
    for changed in changed {
        assert_eq!(check(changed), [(FaultKind::Head, None, None)]);
    }
}

/// What the key's own holder did wrong, so that hashes and signatures fit.
#[test]
fn broken_rules_under_a_good_signature_are_found() {
    let (mut blocks, _) = chain();
    blocks[19].time = 5;
    reseal(&mut blocks[19], &key(1));
    assert_eq!(faults(&blocks, &head_of(19))[0], at(FaultKind::Time, 19));

    let (mut blocks, _) = chain();
    blocks[19].payload = br#"{ "value": 19 }"#.to_vec();
    reseal(&mut blocks[19], &key(1));
    assert_eq!(faults(&blocks, &head_of(19))[0], at(FaultKind::Payload, 19));

    let (mut blocks, _) = chain();
    blocks[19].previous = blocks[17].hash;
    reseal(&mut blocks[19], &key(1));
    assert_eq!(faults(&blocks, &head_of(19))[0], at(FaultKind::Link, 19));
}

fn more(mut blocks: Vec<Block>, sealed: Sealed) -> (Vec<Block>, Head) {
    blocks.extend(sealed.blocks);
    (blocks, sealed.head)
}

/// Keys 1, then 1 and 2, then 3 in the place of 1, then 3 alone.
fn chain_of_keys() -> (Vec<Block>, Head) {
    let (blocks, head) = chain();
    let admitted = admit(&Possession::prove(&key(2), head.origin())).unwrap();
    let (blocks, head) = more(blocks, seal(Some(&head), vec![admitted], &key(1), 0).unwrap());
    let (blocks, head) = more(blocks, seal(Some(&head), drafts(20..22), &key(2), 0).unwrap());
    let (blocks, head) = more(blocks, rotate(&head, &key(1), &key(3), 0).unwrap());
    let (blocks, head) = more(blocks, seal(Some(&head), drafts(22..24), &key(3), 0).unwrap());
    let revoked = revoke(key(2).id(), "stolen").unwrap();
    let (blocks, head) = more(blocks, seal(Some(&head), vec![revoked], &key(3), 0).unwrap());
    more(blocks, seal(Some(&head), drafts(24..26), &key(3), 0).unwrap())
}

#[test]
fn keys_come_and_go_with_blocks() {
    let (blocks, head) = chain_of_keys();
    assert_eq!(faults(&blocks, &head.checkpoint), []);
    for pinned in [key(1), key(3)] {
        assert!(report(&blocks, &head.checkpoint, &[pinned], vec![]).is_authenticated);
    }
    let gone = report(&blocks, &head.checkpoint, &[key(2)], vec![]);
    assert_eq!(found(&gone), [(FaultKind::NotPinned, None, None)]);
}

#[test]
fn a_key_signs_only_while_it_is_trusted() {
    let (mut blocks, head) = chain_of_keys();
    let last = blocks.len() - 1;
    for gone in [1, 2] {
        blocks[last].key = key(gone).id();
        reseal(&mut blocks[last], &key(gone));
        let found = faults(&blocks, &head.checkpoint);
        assert_eq!(found, [at(FaultKind::Untrusted, last as u64)]);
    }
    let (mut blocks, head) = chain_of_keys();
    blocks[20].payload = blocks[20].payload.to_ascii_uppercase();
    let found = faults(&blocks, &head.checkpoint);
    assert!(found.contains(&at(FaultKind::Hash, 20)), "{found:?}");
    assert!(found.contains(&(FaultKind::Untrusted, Some(21), Some(22))), "{found:?}");
}

#[test]
fn part_of_a_chain_is_checked_under_the_head_of_all() {
    let (blocks, head) = chain_of_keys();
    let check = |blocks: &[Block]| {
        let mut verifier = Verifier::new(vec![key(1).public()], vec![]);
        let entry = |block: &Block| {
            let is_wanted = (5..10).contains(&block.number) || trust::is_about_keys(&block.kind);
            if is_wanted {
                Entry::Block(block.clone())
            } else {
                Entry::Hash { number: block.number, hash: block.hash }
            }
        };
        verifier.feed(blocks.iter().map(entry).collect());
        verifier.finish(&LastHead::Read(head.checkpoint.clone()))
    };
    let whole = check(&blocks);
    assert_eq!((found(&whole), whole.checked, whole.blocks), (vec![], 9, 29));
    let mut changed = blocks.clone();
    changed[12].payload = b"{}".to_vec();
    assert!(check(&changed).is_whole(), "nobody asked for block 12");
    changed[6].payload = b"{}".to_vec();
    assert_eq!(found(&check(&changed)), [at(FaultKind::Hash, 6)]);
    changed = blocks;
    changed[12].hash = Hash::ZERO;
    assert_eq!(found(&check(&changed)), [(FaultKind::Head, None, None)]);
}

#[test]
fn unreadable_blocks_are_named_and_many_faults_are_counted() {
    let (blocks, head) = chain();
    let entries = blocks.iter().map(|block| match block.number {
        6 => Entry::Unreadable { number: 6, reason: "its kind is unknown".to_owned() },
        _ => Entry::Block(block.clone()),
    });
    let mut verifier = Verifier::new(vec![], vec![]);
    verifier.feed(entries.collect());
    assert_eq!(found(&verifier.finish(&LastHead::Read(head.checkpoint))), [at(FaultKind::Unreadable, 6)]);

    let mut verifier = Verifier::new(vec![], vec![]);
    let damaged = (0..1500).map(|number| Entry::Unreadable { number, reason: String::new() });
    verifier.feed(damaged.collect());
    let report = verifier.finish(&LastHead::Missing);
    assert_eq!((report.faults.len(), report.faults_omitted), (MAX_FAULTS, 501));
}
