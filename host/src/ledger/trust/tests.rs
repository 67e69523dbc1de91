use super::*;
use crate::ledger::seal::{Head, SealError, Sealed, seal};

fn key(seed: u8) -> HostKey {
    HostKey::from_seed(&[seed; 32])
}

fn ledger() -> Head {
    seal(None, vec![], &key(1), 0).unwrap().head
}

fn append(head: &Head, draft: Draft, signer: u8) -> Result<Head, TrustError> {
    match seal(Some(head), vec![draft], &key(signer), 0) {
        Ok(Sealed { head, .. }) => Ok(head),
        Err(SealError::Trust { error, .. }) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

fn request(seed: u8, origin: &str) -> Draft {
    admit(&Possession::prove(&key(seed), origin)).unwrap()
}

#[test]
fn keys_come_with_a_proof_for_this_ledger() {
    let head = ledger();
    let elsewhere = Possession::prove(&key(2), "vyomo/other");
    assert!(!elsewhere.holds(head.origin()));
    assert_eq!(
        append(&head, admit(&elsewhere).unwrap(), 1).unwrap_err(),
        TrustError::Possession(key(2).id())
    );
    let of_another = Possession { public_key: key(3).public(), ..Possession::prove(&key(2), head.origin()) };
    assert_eq!(
        append(&head, admit(&of_another).unwrap(), 1).unwrap_err(),
        TrustError::Possession(key(3).id())
    );
    let head = append(&head, request(2, head.origin()), 1).unwrap();
    assert_eq!(head.trust.trusted(&key(2).id()), Some(&key(2).public()));
}

#[test]
fn keys_never_come_back() {
    let head = ledger();
    assert_eq!(append(&head, request(1, head.origin()), 1).unwrap_err(), TrustError::Known(key(1).id()));
    let with = append(&head, request(2, head.origin()), 1).unwrap();
    let without = append(&with, revoke(key(2).id(), "").unwrap(), 1).unwrap();
    assert_eq!(without.trust.known(&key(2).id()), Some(&key(2).public()));
    assert_eq!(append(&without, request(2, head.origin()), 1).unwrap_err(), TrustError::Known(key(2).id()));
    let again = append(&without, revoke(key(2).id(), "").unwrap(), 1);
    assert_eq!(again.unwrap_err(), TrustError::NotTrusted(key(2).id()));
}

#[test]
fn no_key_revokes_itself_so_one_is_always_left() {
    let head = ledger();
    let itself = append(&head, revoke(key(1).id(), "").unwrap(), 1);
    assert_eq!(itself.unwrap_err(), TrustError::Itself(key(1).id()));
    let stranger = append(&head, request(2, head.origin()), 2);
    assert_eq!(stranger.unwrap_err(), TrustError::Untrusted(key(2).id()));
}

#[test]
fn a_ledger_begins_once() {
    let head = ledger();
    let second = append(&head, genesis(&key(1).public()).unwrap(), 1);
    assert_eq!(second.unwrap_err(), TrustError::Genesis);
    let sealed = seal(None, vec![], &key(1), 0).unwrap().blocks.remove(0);
    let mut trust = Trust::default();
    let other_key = Block { key: key(2).id(), ..sealed.clone() };
    assert_eq!(trust.apply(&other_key, ""), Err(TrustError::NotSelfSigned));
    let other_kind = Block { kind: BlockKind::try_from("ACTION_EXECUTED").unwrap(), ..sealed };
    assert_eq!(trust.apply(&other_kind, ""), Err(TrustError::Genesis));
}

#[test]
fn who_is_trusted_is_kept_as_a_list() {
    let head = ledger();
    let head = append(&head, request(2, head.origin()), 1).unwrap();
    let head = append(&head, revoke(key(1).id(), "old").unwrap(), 2).unwrap();
    let json = serde_json::to_value(&head.trust).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(serde_json::from_value::<Trust>(json).unwrap(), head.trust);
}
