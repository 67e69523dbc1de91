use std::io::BufReader;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::ledger::{
    block::Draft,
    canonical,
    keys::{HostKey, PublicKey},
    seal::{Head, seal},
    verify::Report,
};

fn key() -> HostKey {
    HostKey::from_seed(&[1; 32])
}

/// A chain sealed in several steps.
fn chain(steps: &[(i64, Vec<Draft>)]) -> (Vec<Block>, Head) {
    let mut blocks = Vec::new();
    let mut head: Option<Head> = None;
    for (now, drafts) in steps {
        let sealed = seal(head.as_ref(), drafts.clone(), &key(), *now).unwrap();
        blocks.extend(sealed.blocks);
        head = Some(sealed.head);
    }
    (blocks, head.unwrap())
}

fn exported(blocks: &[Block], head: &Head) -> Vec<u8> {
    let mut exporter = Exporter::begin(Vec::new(), &head.checkpoint).unwrap();
    for block in blocks {
        exporter.block(block).unwrap();
    }
    exporter.finish(&head.checkpoint).unwrap()
}

fn check(bytes: &[u8], pinned: Vec<PublicKey>) -> Report {
    verify(BufReader::new(bytes), pinned, vec![], |_| {}).unwrap()
}

fn some_chain() -> Vec<u8> {
    let draft =
        |value: u32| Draft::new("ANOMALY_DETECTED", &json!({ "value": value, "€": "\u{1}\n\"" })).unwrap();
    let (blocks, head) = chain(&[(5, vec![draft(1)]), (3, vec![draft(2)])]);
    exported(&blocks, &head)
}

#[test]
fn a_chain_has_one_export() {
    let bytes = some_chain();
    let report = check(&bytes, vec![key().public()]);
    assert_eq!((report.faults.clone(), report.blocks, report.checked), (vec![], 3, 3));
    assert!(report.is_authenticated);
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        canonical::check(&line[..line.len() - 1]).unwrap();
        assert_eq!(Line::decode(line).unwrap().encode().unwrap(), line);
    }
    assert!(!check(&bytes, vec![HostKey::from_seed(&[2; 32]).public()]).is_whole());
}

/// Every single one, without a pinned key: each lies in something hashed, signed or spelled in one way only.
#[test]
fn every_flipped_bit_is_found() {
    let bytes = some_chain();
    for bit in 0..8 * bytes.len() {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!check(&changed, vec![]).is_whole(), "bit {bit}: {}", String::from_utf8_lossy(&changed));
    }
}

#[test]
fn files_cut_and_mended_are_found() {
    let bytes = some_chain();
    for length in 0..bytes.len() {
        assert!(!check(&bytes[..length], vec![]).is_whole(), "the first {length} bytes");
    }
    for more in ["\n", " ", "{}\n", "\0"] {
        assert!(!check(&[&bytes, more.as_bytes()].concat(), vec![]).is_whole(), "{more:?} after the end");
    }
    let twice = [bytes.clone(), bytes.clone()].concat();
    assert!(!check(&twice, vec![]).is_whole());
    let without_line_feed = String::from_utf8(bytes).unwrap().replace('\n', "\r\n");
    assert!(!check(without_line_feed.as_bytes(), vec![]).is_whole());
}

#[test]
fn lines_in_another_order_are_found() {
    let bytes = some_chain();
    let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    for first in 0..lines.len() {
        for second in 0..lines.len() {
            let mut changed = lines.clone();
            if first == second {
                changed.remove(first);
            } else {
                changed.swap(first, second);
            }
            assert!(!check(&changed.concat(), vec![]).is_whole(), "lines {first} and {second}");
        }
    }
}

#[test]
fn an_endless_line_is_not_read_into_memory() {
    let endless = vec![b'x'; 20 << 20];
    let report = check(&endless, vec![]);
    assert!(!report.is_whole());
}

fn any_payload() -> impl Strategy<Value = serde_json::Value> {
    let number = any::<f64>().prop_filter("finite", |number| number.is_finite());
    (any::<String>(), number, prop::option::of(any::<bool>()))
        .prop_map(|(text, number, flag)| json!({ "text": text, "number": number, "flag": flag }))
}

fn any_chain() -> impl Strategy<Value = (Vec<Block>, Head)> {
    let draft = ("[A-Z][A-Z0-9_]{0,8}", any_payload())
        .prop_map(|(kind, payload)| Draft::new(&format!("X{kind}"), &payload).unwrap());
    prop::collection::vec((any::<i64>(), prop::collection::vec(draft, 0..6)), 1..6)
        .prop_map(|steps| chain(&steps))
}

proptest! {
    #[test]
    fn any_sequence_of_appends_verifies((blocks, head) in any_chain()) {
        let bytes = exported(&blocks, &head);
        let report = check(&bytes, vec![key().public()]);
        prop_assert_eq!(&report.faults, &vec![]);
        prop_assert_eq!(report.checked, blocks.len() as u64);
        for (line, block) in bytes.split_inclusive(|byte| *byte == b'\n').skip(1).zip(&blocks) {
            prop_assert_eq!(&decode_block(line).unwrap(), block);
        }
    }

    #[test]
    fn any_flipped_bit_of_any_chain_is_found(
        (blocks, head) in any_chain(),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0..8_u8), 1..40),
    ) {
        let bytes = exported(&blocks, &head);
        for (place, bit) in places {
            let mut changed = bytes.clone();
            changed[place.index(bytes.len())] ^= 1_u8 << bit;
            prop_assert!(!check(&changed, vec![]).is_whole());
        }
    }
}
