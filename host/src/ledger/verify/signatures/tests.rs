use curve25519_dalek::{
    constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION},
    traits::Identity as _,
};
use proptest::prelude::*;

use super::*;
use crate::ledger::keys::HostKey;

fn agree(key: &PublicKey, cases: &[(Hash, [u8; 64])]) -> usize {
    let alone: Vec<bool> =
        cases.iter().map(|(hash, signature)| key.verify(&signed_message(hash), signature)).collect();
    for prepare in [Checker::for_few, Checker::for_many] {
        let checker = prepare(key);
        let signed = |(hash, signature): &(Hash, [u8; 64])| Signed {
            checker: &checker,
            hash: *hash,
            signature: *signature,
        };
        let batch: Vec<_> = cases.iter().map(signed).collect();
        assert_eq!(valid(&batch), alone);
    }
    alone.into_iter().filter(|valid| *valid).count()
}

fn challenge(r: &[u8], key: &[u8; 32], hash: &Hash) -> Scalar {
    let digest = Sha512::new().chain_update(r).chain_update(key).chain_update(signed_message(hash));
    Scalar::from_bytes_mod_order_wide(&digest.finalize().into())
}

fn signature(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r);
    signature[32..].copy_from_slice(s);
    signature
}

/// Signatures with R and A moved by points of small order, as the holder of the secret scalar `a` can make them.
/// Without the cofactor such an equation holds if the torsion cancels; a batch with weights may take others too.
#[test]
fn torsion_is_judged_as_by_a_single_check() {
    let (a, r) = (Scalar::from(123_456_789_u64), Scalar::from(987_654_321_u64));
    let mut accepted = 0;
    for key_torsion in EIGHT_TORSION {
        let point = ED25519_BASEPOINT_POINT * a + key_torsion;
        let key = PublicKey::from_bytes(point.compress().as_bytes()).unwrap();
        let mut cases = Vec::new();
        for r_torsion in EIGHT_TORSION {
            for number in 0..16_u8 {
                let hash = Hash::of(&[number]);
                let encoded = (ED25519_BASEPOINT_POINT * r + r_torsion).compress();
                let k = challenge(encoded.as_bytes(), key.as_bytes(), &hash);
                cases.push((hash, signature(encoded.as_bytes(), (r + k * a).as_bytes())));
            }
        }
        accepted += agree(&key, &cases);
    }
    assert!(accepted > 64 && accepted < 4 * 64, "both kinds occur: {accepted}");
}

#[test]
fn a_small_r_is_refused() {
    let a = Scalar::from(5_u64);
    let key = PublicKey::from_bytes((ED25519_BASEPOINT_POINT * a).compress().as_bytes()).unwrap();
    let hash = Hash::of(b"block");
    let small: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().to_bytes()).collect();
    let mut second_spellings = small.clone();
    for bytes in &mut second_spellings {
        bytes[31] ^= 0x80;
    }
    let cases: Vec<_> = small
        .iter()
        .chain(&second_spellings)
        .map(|r| (hash, signature(r, (challenge(r, key.as_bytes(), &hash) * a).as_bytes())))
        .collect();
    assert_eq!(agree(&key, &cases), 0);
    assert!(EdwardsPoint::identity().is_small_order());
}

/// s + L is the same number to the curve, and a second spelling of the signature.
#[test]
fn s_must_be_reduced() {
    const L: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let host = HostKey::from_seed(&[3; 32]);
    let hash = Hash::of(b"block");
    let good = host.sign(&signed_message(&hash));
    let mut more = good;
    let mut carry = 0;
    for (byte, add) in more[32..].iter_mut().zip(L) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(agree(&host.public(), &[(hash, good), (hash, more), (hash, [0xff; 64]), (hash, [0; 64])]), 1);
}

#[test]
fn an_empty_batch_is_fine() {
    assert_eq!(valid(&[]), Vec::<bool>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_batch_is_judged_one_by_one(
        seed: [u8; 32],
        flips in prop::collection::vec(prop::option::of(0..512_usize), 1..80),
    ) {
        let host = HostKey::from_seed(&seed);
        let cases: Vec<_> = flips.iter().enumerate().map(|(number, flip)| {
            let hash = Hash::of(&number.to_be_bytes());
            let mut signature = host.sign(&signed_message(&hash));
            if let Some(bit) = flip {
                signature[bit / 8] ^= 1 << (bit % 8);
            }
            (hash, signature)
        }).collect();
        let honest = flips.iter().filter(|flip| flip.is_none()).count();
        prop_assert_eq!(agree(&host.public(), &cases), honest);
    }
}
