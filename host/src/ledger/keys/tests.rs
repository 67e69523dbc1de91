use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt as _, symlink},
};

use super::*;

fn key() -> HostKey {
    HostKey::from_seed(&[7; 32])
}

#[test]
fn a_saved_key_is_the_same_key_and_only_its_owner_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("host.pem");
    let generated = HostKey::generate().unwrap();
    generated.save(&path).unwrap();
    assert_eq!(HostKey::load(&path).unwrap().id(), generated.id());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);

    let pem = fs::read_to_string(&path).unwrap();
    assert!(pem.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert_eq!(HostKey::from_pem(&pem).unwrap().id(), generated.id());
    assert!(matches!(key().save(&path), Err(KeyError::Exists(_))));
    assert_eq!(fs::read_to_string(&path).unwrap(), pem, "the first key is still there");
}

#[test]
fn a_key_that_others_could_reach_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("host.pem");
    assert!(matches!(HostKey::load(&path), Err(KeyError::Missing(_))));
    key().save(&path).unwrap();
    for mode in [0o640, 0o604, 0o660, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        let error = HostKey::load(&path).unwrap_err();
        assert!(error.to_string().contains("chmod 600"), "{error}");
    }
    fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
    HostKey::load(&path).unwrap();

    let link = folder.path().join("link.pem");
    symlink(&path, &link).unwrap();
    assert!(matches!(HostKey::load(&link), Err(KeyError::Exposed { .. })));
    assert!(matches!(key().save(&link), Err(KeyError::Exists(_))));
    assert!(matches!(HostKey::load(folder.path()), Err(KeyError::Exposed { .. })));
}

#[test]
fn secrets_are_not_shown() {
    let pem = {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("host.pem");
        key().save(&path).unwrap();
        fs::read_to_string(path).unwrap()
    };
    assert_eq!(format!("{:?}", key()), format!("HostKey({})", key().id()));
    let broken = pem.replace("MC4C", "MC4D");
    let error = HostKey::from_pem(&broken).unwrap_err();
    let secret = pem.lines().nth(1).unwrap();
    assert!(!format!("{error} {error:?}").contains(&secret[20..]));
}

#[test]
fn public_keys_travel_as_pem() {
    let public = key().public();
    assert_eq!(PublicKey::from_pem(&public.to_pem().unwrap()).unwrap(), public);
    let json = serde_json::to_string(&public).unwrap();
    assert_eq!(serde_json::from_str::<PublicKey>(&json).unwrap(), public);
    assert!(serde_json::from_str::<PublicKey>(&json.to_uppercase()).is_err());
    assert!(matches!(PublicKey::from_pem("no"), Err(KeyError::NotPublic)));
}

/// The eight points whose order divides 8, and second spellings of points.
#[test]
fn weak_keys_are_refused() {
    let weak = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    for hex in weak {
        let bytes = crate::ledger::hash::decode(hex).unwrap();
        assert!(PublicKey::from_bytes(&bytes).is_err(), "{hex}");
    }
}
