//! An independent verifier, written from the document alone, agrees.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use host::ledger::{keys::HostKey, seal::seal};
use tempfile::TempDir;
use tests::repository;

use crate::chain::{chain, draft, exported, key};

/// The only thing that the verifier needs beside Python.
const LIBRARY: &str = "cryptography==48.0.0";

/// Whether a Python has it, recent enough to know raw keys.
fn is_equipped(python: &Path) -> bool {
    let import = "from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey as K; K.public_bytes_raw";
    Command::new(python).args(["-c", import]).output().is_ok_and(|output| output.status.success())
}

/// The system's Python if it has the library, or else one of our own under `target`.
fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let folder = repository().join("target/python");
        let own = folder.join("bin/python");
        if let Some(python) =
            [PathBuf::from("python3"), own.clone()].into_iter().find(|python| is_equipped(python))
        {
            return python;
        }
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder));
        run(Command::new(&own).args(["-m", "pip", "install", "--quiet", LIBRARY]));
        own
    })
}

fn run(command: &mut Command) {
    let output =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; install python3 with venv"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Whether the verifier finds the export whole, and what it says.
fn verify(export: &str, pinned: &HostKey) -> (bool, String) {
    let folder = TempDir::new().unwrap();
    let (file, public) = (folder.path().join("ledger.ndjson"), folder.path().join("key.pub.pem"));
    fs::write(&file, export).unwrap();
    fs::write(&public, pinned.public().to_pem().unwrap()).unwrap();
    let script = repository().join("tests/ledger/verify.py");
    let output = Command::new(python()).arg(script).args([file, public]).output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

fn refuse(export: &str, says: &str) {
    let (whole, said) = verify(export, &key(1));
    assert!(!whole && said.contains(says), "not `{says}` but: {said}");
}

#[test]
fn an_export_is_whole_to_others_too() {
    let (blocks, head) = chain();
    let export = exported(&blocks, &head);
    for pinned in [key(1), key(3)] {
        assert_eq!(verify(&export, &pinned), (true, "whole and authentic\n".to_owned()));
    }
    let (whole, said) = verify(&export, &key(9));
    assert!(!whole && said.contains("given key"), "{said}");
    let one = seal(None, vec![], &key(1), 5).unwrap();
    assert!(verify(&exported(&one.blocks, &one.head), &key(1)).0);
}

#[test]
fn others_find_what_was_tampered_with() {
    let (blocks, head) = chain();
    let export = exported(&blocks, &head);
    let lines: Vec<&str> = export.split_inclusive('\n').collect();
    let without = |number: usize| [&lines[..number], &lines[number + 1..]].concat().concat();
    refuse(&export.replacen("\\\"n\\\":2", "\\\"n\\\":3", 1), "block 3: changed");
    refuse(&without(4), "block 3: changed");
    refuse(&without(lines.len() - 2), "the head is not that of these blocks");
    let mut swapped = lines.clone();
    swapped.swap(3, 4);
    refuse(&swapped.concat(), "block 2: changed");
    refuse(&export.replacen(r#"{"hash""#, r#"{ "hash""#, 1), "spelled");
    refuse(&without(lines.len() - 1), "KeyError");
    refuse(&export[..export.len() - 1], "");

    let forged = seal(None, (0..4).map(draft).collect(), &key(9), 1_000_000).unwrap();
    refuse(&exported(&forged.blocks, &forged.head), "given key");
    let revoked_goes_on = {
        let mut blocks = blocks.clone();
        let last = blocks.last_mut().unwrap();
        last.key = key(2).id();
        last.hash = last.digest();
        last.signature = key(2).sign(&host::ledger::block::signed_message(&last.hash));
        exported(&blocks, &head)
    };
    refuse(&revoked_goes_on, "not signed by a trusted key");
}
