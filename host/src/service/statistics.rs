//! Figures of anomalies.

use super::{
    Platform, Result,
    views::{AnomalyCount, BehaviorStats, ConflictStats},
};
use crate::{
    access::{Caller, Scope},
    store::{anomalies, page::Period},
};

/// How many anomalies were opened in a period, by family, type and severity.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn anomaly_counts(
    platform: &Platform,
    caller: &Caller,
    opened: Period,
) -> Result<Vec<AnomalyCount>> {
    caller.check(Scope::Viewer)?;
    let counts = anomalies::statistics(platform.store(), opened, None).await?;
    Ok(counts.into_iter().map(AnomalyCount::from).collect())
}

/// How the algorithms that work for a user contradicted each other in a period; `None` where they did not.
///
/// # Errors
///
/// If the caller may not see it, or the database fails.
pub async fn conflict_stats(
    platform: &Platform,
    caller: &Caller,
    user_id: &str,
    opened: Period,
) -> Result<Option<ConflictStats>> {
    caller.check(Scope::Viewer)?;
    let figures = anomalies::user_conflict_statistics(platform.store(), user_id, opened).await?;
    Ok(figures.map(|figures| ConflictStats::of(user_id, figures)))
}

/// What was out of the ordinary in how a trader traded in a period; `None` where nothing was.
///
/// # Errors
///
/// If the caller may not see it, or the database fails.
pub async fn behavior_stats(
    platform: &Platform,
    caller: &Caller,
    user_id: &str,
    opened: Period,
) -> Result<Option<BehaviorStats>> {
    caller.check(Scope::Viewer)?;
    let figures = anomalies::user_behavior_statistics(platform.store(), user_id, opened).await?;
    Ok(figures.map(|figures| BehaviorStats::of(user_id, figures)))
}
