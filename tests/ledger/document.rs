//! The example in the document is what the program makes.

use std::fs;

use host::ledger::{
    block::{Draft, signed_message},
    hash::Hash,
    seal::seal,
};
use serde_json::json;

use crate::chain::key;

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The document without what only arranges it.
fn figures(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn figures_in_the_document_are_those_of_the_program() {
    let document = fs::read_to_string(tests::repository().join("docs/LEDGER.md")).unwrap();
    let (_, example) = document.split_once("## An example").unwrap();
    let example = figures(example.split_once("## Attacks").unwrap().0);
    let draft = Draft::new("ANOMALY_DETECTED", &json!({ "symbol": "NIFTY", "score": 0.87 })).unwrap();
    let sealed = seal(None, vec![draft], &key(1), 1_767_584_700_000_000).unwrap();
    let [first, second] = sealed.blocks.as_slice() else { panic!("two blocks") };
    let leaf = |hash: &Hash| Hash::of(&[&[0], &hash.as_bytes()[..]].concat());
    let shown = [
        hex(key(1).public().as_bytes()),
        key(1).id().to_string(),
        first.hash.to_string(),
        second.hash.to_string(),
        String::from_utf8(second.payload.clone()).unwrap(),
        hex(&second.payload),
        hex(&second.time.to_be_bytes()),
        hex(&signed_message(&second.hash)),
        hex(&second.signature),
        leaf(&first.hash).to_string(),
        leaf(&second.hash).to_string(),
        sealed.head.tree.root().to_string(),
        sealed.head.checkpoint.text().to_owned(),
    ];
    for figure in shown {
        assert!(example.contains(&figures(&figure)), "the document does not show {figure}");
    }
}
