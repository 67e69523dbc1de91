use serde_json::json;

use super::*;

fn key(seed: u8) -> HostKey {
    HostKey::from_seed(&[seed; 32])
}

fn draft(value: u32) -> Draft {
    Draft::new("ANOMALY_DETECTED", &json!({ "value": value })).unwrap()
}

#[test]
fn a_chain_begins_with_its_own_block() {
    let Sealed { blocks, head } = seal(None, vec![draft(1), draft(2)], &key(1), 100).unwrap();
    assert_eq!(blocks.iter().map(|block| block.number).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(blocks[0].kind.as_str(), trust::GENESIS);
    assert_eq!(blocks[0].previous, Hash::ZERO);
    assert_eq!(head.origin(), checkpoint::origin(&blocks[0].hash));
    assert_eq!(head.hash, blocks[2].hash);
    assert_eq!(head.size(), 3);
    head.check().unwrap();
}

#[test]
fn blocks_are_linked_and_signed_and_time_never_goes_back() {
    let first = seal(None, vec![draft(1)], &key(1), 100).unwrap();
    let second = seal(Some(&first.head), vec![draft(2), draft(3)], &key(1), 50).unwrap();
    let third = seal(Some(&second.head), vec![draft(4)], &key(1), 200).unwrap();
    let blocks = [first.blocks, second.blocks, third.blocks].concat();
    assert_eq!(blocks.iter().map(|block| block.time).collect::<Vec<_>>(), [100, 100, 100, 100, 200]);
    for (before, after) in blocks.iter().zip(&blocks[1..]) {
        assert_eq!(after.previous, before.hash);
        assert_eq!(after.number, before.number + 1);
    }
    assert!(blocks.iter().all(|block| block.is_signed_by(&key(1).public()) && block.digest() == block.hash));
}

#[test]
fn only_trusted_keys_append() {
    let head = seal(None, vec![], &key(1), 0).unwrap().head;
    let stranger = seal(Some(&head), vec![draft(1)], &key(2), 0);
    assert!(matches!(stranger, Err(SealError::Trust { number: 1, error: TrustError::Untrusted(_) })));

    let request = Possession::prove(&key(2), head.origin());
    let admitted = seal(Some(&head), vec![trust::admit(&request).unwrap()], &key(1), 0).unwrap().head;
    let head = seal(Some(&admitted), vec![draft(1)], &key(2), 0).unwrap().head;
    let revoked =
        seal(Some(&head), vec![trust::revoke(key(2).id(), "lost").unwrap()], &key(1), 0).unwrap().head;
    assert!(seal(Some(&revoked), vec![draft(1)], &key(2), 0).is_err());
    seal(Some(&revoked), vec![draft(1)], &key(1), 0).unwrap();
}

#[test]
fn a_rotated_key_is_gone_at_once() {
    let head = seal(None, vec![], &key(1), 0).unwrap().head;
    let Sealed { blocks, head } = rotate(&head, &key(1), &key(2), 0).unwrap();
    assert!(blocks[0].is_signed_by(&key(1).public()));
    assert!(head.checkpoint.is_signed_by(&key(2).public()));
    head.check().unwrap();
    assert!(seal(Some(&head), vec![draft(1)], &key(1), 0).is_err());
    seal(Some(&head), vec![draft(1)], &key(2), 0).unwrap();
}

#[test]
fn a_changed_head_is_not_built_on() {
    let Sealed { head, .. } = seal(None, vec![draft(1), draft(2)], &key(1), 0).unwrap();
    let older = seal(None, vec![draft(1)], &key(1), 0).unwrap().head;
    let forged = Checkpoint { origin: head.origin().to_owned(), size: 3, root: head.tree.root() };
    let changed = [
        Head { tree: older.tree, ..head.clone() },
        Head { checkpoint: older.checkpoint, ..head.clone() },
        Head { trust: Trust::default(), ..head.clone() },
        Head { checkpoint: forged.sign(&key(9)).unwrap(), ..head.clone() },
    ];
    for changed in changed {
        assert_eq!(changed.check(), Err(HeadError));
    }
    head.check().unwrap();
}
