use super::{
    AnomalyRef, BehaviorAnomaly, Conflict, MarketAnomaly,
    record::{Record, revise},
};
use crate::{
    domain::vocabulary::BlockType,
    store::{change::Change, error::Result},
};

/// Takes down that a person says an anomaly is real, or is not; what was said before gives way. False where there
/// is no such anomaly.
///
/// # Errors
///
/// If the database fails.
pub async fn mark(change: &mut Change<'_>, anomaly: AnomalyRef, is_real: bool, by: &str) -> Result<bool> {
    match anomaly {
        AnomalyRef::Market(_) => put::<MarketAnomaly>(change, anomaly, is_real, by).await,
        AnomalyRef::Conflict(_) => put::<Conflict>(change, anomaly, is_real, by).await,
        AnomalyRef::Behavior(_) => put::<BehaviorAnomaly>(change, anomaly, is_real, by).await,
    }
}

async fn put<R: Record>(
    change: &mut Change<'_>,
    anomaly: AnomalyRef,
    is_real: bool,
    by: &str,
) -> Result<bool> {
    let at = change.now();
    let mark = |record: &mut R| {
        record.mark(is_real, by, at);
        true
    };
    let marked = revise(change, BlockType::AnomalyMarked, &[anomaly.id()], mark).await?;
    Ok(!marked.is_empty())
}
