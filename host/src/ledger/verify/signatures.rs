//! Many signatures of few keys. `R = sB - kA` is what strict verification computes and compares; here both terms
//! come from tables of multiples, of the base point and of each key, and the points are compressed together. The
//! comparison is that of the single check, byte for byte, so what is accepted is the same: unlike a batch with
//! random weights, which sometimes accepts what differs by a point of small order.

use curve25519_dalek::{
    edwards::{CompressedEdwardsY, EdwardsBasepointTable, EdwardsPoint},
    scalar::Scalar,
    traits::BasepointTable as _,
};
use sha2::{Digest as _, Sha512};

use crate::ledger::{block::signed_message, hash::Hash, keys::PublicKey};

/// A key, prepared for as many checks as are expected.
pub(super) struct Checker {
    key: PublicKey,
    /// Multiples of -A: 30 KB, and the time of some 200 checks.
    table: Option<EdwardsBasepointTable>,
}

/// One signature of a block's hash.
pub(super) struct Signed<'a> {
    pub(super) checker: &'a Checker,
    pub(super) hash: Hash,
    pub(super) signature: [u8; 64],
}

impl Checker {
    pub(super) fn for_few(key: &PublicKey) -> Self {
        Self { key: *key, table: None }
    }

    pub(super) fn for_many(key: &PublicKey) -> Self {
        Self { key: *key, table: Some(EdwardsBasepointTable::create(&-key.point())) }
    }

    /// `sB - kA`.
    fn combine(&self, s: &Scalar, k: &Scalar) -> EdwardsPoint {
        match &self.table {
            Some(table) => EdwardsPoint::mul_base(s) + table.mul_base(k),
            None => EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &-self.key.point(), s),
        }
    }
}

/// Which of these hold, exactly as [`PublicKey::verify`] would say one by one.
pub(super) fn valid(batch: &[Signed<'_>]) -> Vec<bool> {
    // A signature without a point holds for nothing: no encoding of a point equals that of none.
    let points: Vec<Option<EdwardsPoint>> = batch.iter().map(Signed::point).collect();
    let plain: Vec<EdwardsPoint> = points.iter().map(|point| point.unwrap_or_default()).collect();
    let compressed = EdwardsPoint::compress_batch_alloc(&plain);
    let holds =
        |((signed, point), compressed): ((&Signed<'_>, &Option<EdwardsPoint>), &CompressedEdwardsY)| {
            point.is_some_and(|point| compressed.as_bytes() == signed.r() && !point.is_small_order())
        };
    batch.iter().zip(&points).zip(&compressed).map(holds).collect()
}

impl Signed<'_> {
    fn r(&self) -> &[u8] {
        &self.signature[..32]
    }

    /// The point that R must be; none if s is not reduced.
    fn point(&self) -> Option<EdwardsPoint> {
        let (_, s) = self.signature.split_last_chunk::<32>()?;
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(*s))?;
        let digest = Sha512::new()
            .chain_update(self.r())
            .chain_update(self.checker.key.as_bytes())
            .chain_update(signed_message(&self.hash));
        let k = Scalar::from_bytes_mod_order_wide(&digest.finalize().into());
        Some(self.checker.combine(&s, &k))
    }
}

#[cfg(test)]
mod tests;
