use serde_json::json;

use super::*;

fn block() -> Block {
    let key = HostKey::from_seed(&[1; 32]);
    let draft = Draft::new("ANOMALY_DETECTED", &json!({ "symbol": "NIFTY", "score": 0.87 })).unwrap();
    let mut block = Block::unsigned(5, 1_767_584_700_000_000, key.id(), Hash::of(b"before"), draft);
    block.sign(&key);
    block
}

#[test]
fn the_hash_covers_every_field() {
    let block = block();
    assert_eq!(block.digest(), block.hash);
    let changed = [
        Block { number: 6, ..block.clone() },
        Block { time: block.time + 1, ..block.clone() },
        Block { kind: BlockKind::try_from("ANOMALY_DETECTEC").unwrap(), ..block.clone() },
        Block { key: HostKey::from_seed(&[2; 32]).id(), ..block.clone() },
        Block { previous: Hash::ZERO, ..block.clone() },
        Block { payload: br#"{"score":0.88,"symbol":"NIFTY"}"#.to_vec(), ..block.clone() },
    ];
    for changed in changed {
        assert_ne!(changed.digest(), block.hash, "{changed:?}");
    }
}

#[test]
fn the_signature_covers_the_hash_in_its_own_domain() {
    let key = HostKey::from_seed(&[1; 32]);
    let block = block();
    assert!(block.is_signed_by(&key.public()));
    assert!(!block.is_signed_by(&HostKey::from_seed(&[2; 32]).public()));
    assert!(!Block { hash: Hash::ZERO, ..block.clone() }.is_signed_by(&key.public()));
    let bare = Block { signature: key.sign(block.hash.as_bytes()), ..block };
    assert!(!bare.is_signed_by(&key.public()));
}

#[test]
fn drafts_are_canonical_and_of_a_proper_kind() {
    assert_eq!(block().payload, br#"{"score":0.87,"symbol":"NIFTY"}"#);
    for kind in ["", "anomaly", "1A", "_A", "A B", "Ä", &"A".repeat(65)] {
        assert!(matches!(Draft::new(kind, &1), Err(DraftError::Kind(_))), "{kind}");
    }
    for kind in ["GENESIS", "KEY_ADMITTED", "KEY_ROTATED", "KEY_REVOKED"] {
        assert!(matches!(Draft::new(kind, &1), Err(DraftError::Reserved(_))), "{kind}");
    }
    assert!(matches!(Draft::new("A", &f64::NAN), Err(DraftError::Payload { .. })));
}
