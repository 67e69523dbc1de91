//! Chains that the tests share.

use host::ledger::{
    block::{Block, Draft},
    export::Exporter,
    keys::HostKey,
    seal::{Head, rotate, seal},
    trust::{self, Possession},
};
use serde_json::json;

/// Key number so and so.
pub(crate) fn key(seed: u8) -> HostKey {
    HostKey::from_seed(&[seed; 32])
}

/// A finding.
pub(crate) fn draft(value: u32) -> Draft {
    let payload = json!({ "anomaly": { "score": f64::from(value) / 7.0, "text": "naïve \u{1f4c8} \"\u{1}\"", "n": value } });
    Draft::new("ANOMALY_DETECTED", &payload).unwrap()
}

/// Findings between all that keys can do: one admitted, one rotated, one revoked.
pub(crate) fn chain() -> (Vec<Block>, Head) {
    let mut sealed = seal(None, (0..4).map(draft).collect(), &key(1), 1_000_000).unwrap();
    let mut blocks = sealed.blocks;
    let admitted = trust::admit(&Possession::prove(&key(2), sealed.head.origin())).unwrap();
    sealed = seal(Some(&sealed.head), vec![admitted, draft(4)], &key(1), 2_000_000).unwrap();
    blocks.extend(sealed.blocks);
    sealed = seal(Some(&sealed.head), vec![draft(5)], &key(2), 3_000_000).unwrap();
    blocks.extend(sealed.blocks);
    sealed = rotate(&sealed.head, &key(1), &key(3), 3_000_000).unwrap();
    blocks.extend(sealed.blocks);
    let revoked = trust::revoke(key(2).id(), "left").unwrap();
    sealed = seal(Some(&sealed.head), vec![revoked, draft(6), draft(7)], &key(3), 4_000_000).unwrap();
    blocks.extend(sealed.blocks);
    (blocks, sealed.head)
}

/// The text of its export.
pub(crate) fn exported(blocks: &[Block], head: &Head) -> String {
    let mut exporter = Exporter::begin(Vec::new(), &head.checkpoint).unwrap();
    for block in blocks {
        exporter.block(block).unwrap();
    }
    String::from_utf8(exporter.finish(&head.checkpoint).unwrap()).unwrap()
}
