use base64::{Engine as _, prelude::BASE64_STANDARD};
use signed_note::{StandardVerifier, VerifierList};

use super::*;

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: origin(&Hash::of(b"genesis")), size: 42, root: Hash::of(b"root") }
}

#[test]
fn a_checkpoint_is_a_signed_note_of_four_lines() {
    let key = HostKey::from_seed(&[1; 32]);
    let signed = checkpoint().sign(&key).unwrap();
    let lines: Vec<_> = signed.text().lines().collect();
    assert_eq!(lines[0], format!("vyomo/{}", Hash::of(b"genesis")));
    assert_eq!(lines[1], "42");
    assert_eq!(lines[3], "");
    assert!(lines[4].starts_with("\u{2014} vyomo/"));
    assert_eq!(lines.len(), 5);

    let read = SignedCheckpoint::parse(signed.text()).unwrap();
    assert_eq!(read, signed);
    assert_eq!(read.checkpoint(), &checkpoint());
    assert!(read.is_signed_by(&key.public()));
    assert!(!read.is_signed_by(&HostKey::from_seed(&[2; 32]).public()));
}

/// Other implementations of the note format accept it.
#[test]
fn a_standard_verifier_accepts_it() {
    let key = HostKey::from_seed(&[1; 32]);
    let signed = checkpoint().sign(&key).unwrap();
    let origin = checkpoint().origin;
    let id = note_key(&origin, &key.public());
    let bytes = BASE64_STANDARD.encode([&[1], &key.public().as_bytes()[..]].concat());
    let verifier = StandardVerifier::new(&format!("{origin}+{id:08x}+{bytes}")).unwrap();
    let note = Note::from_bytes(signed.text().as_bytes()).unwrap();
    let (verified, others) = note.verify(&VerifierList::new(vec![Box::new(verifier)])).unwrap();
    assert_eq!((verified.len(), others.len()), (1, 0));
}

#[test]
fn any_changed_bit_is_noticed() {
    let key = HostKey::from_seed(&[1; 32]);
    let signed = checkpoint().sign(&key).unwrap();
    for bit in 0..8 * signed.text().len() {
        let mut bytes = signed.text().as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let changed = String::from_utf8(bytes).ok();
        let read = changed.and_then(|text| SignedCheckpoint::parse(&text).ok());
        assert!(!read.is_some_and(|read| read.is_signed_by(&key.public())), "bit {bit}");
    }
}

#[test]
fn other_notes_are_refused() {
    let key = HostKey::from_seed(&[1; 32]);
    let good = checkpoint().sign(&key).unwrap();
    let text = good.text();
    for broken in [
        String::new(),
        "no note".to_owned(),
        text.replacen("\n42\n", "\n042\n", 1),
        text.replacen("\n42\n", "\n+42\n", 1),
        text.replacen("\n\n", "\nextension\n\n", 1),
        text.replacen("vyomo/", "vyomo /", 1),
        text.trim_end().to_owned(),
        text.repeat(100),
    ] {
        assert!(SignedCheckpoint::parse(&broken).is_err(), "{broken}");
    }
}

/// A second signature by somebody else, as a witness adds it, does no harm.
#[test]
fn witnesses_may_sign_too() {
    let key = HostKey::from_seed(&[1; 32]);
    let text = checkpoint().sign(&key).unwrap().text().to_owned();
    let with_witness = format!("{text}\u{2014} witness.example/w BAQEBAQEBAQ=\n");
    assert!(SignedCheckpoint::parse(&with_witness).unwrap().is_signed_by(&key.public()));
}
