//! Anomalies of all families.

use std::collections::HashMap;

use uuid::Uuid;

use super::{
    Platform, Result, ServiceError,
    page::Listed,
    views::{Anomaly, AnomalyFamily, Block},
};
use crate::{
    access::{Caller, Scope},
    domain::{finding::Severity, vocabulary::AnomalyType},
    store::{
        anomalies::{self, AnomalyRef, AnyAnomaly, BehaviorFilter, ConflictFilter, MarketFilter},
        blocks, decisions,
        page::{Cursor, Page, Period, Window},
    },
};

/// Which anomalies to find; all where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct AnomalyFilter {
    /// Of this family.
    pub family: Option<AnomalyFamily>,
    /// About this symbol.
    pub symbol: Option<String>,
    /// About this trader.
    pub user_id: Option<String>,
    /// Of this type.
    pub anomaly_type: Option<AnomalyType>,
    /// Of this severity.
    pub severity: Option<Severity>,
    /// Opened in this stretch of time.
    pub opened: Period,
    /// About which a person said that they are real, or not.
    pub is_real: Option<bool>,
}

/// Anomalies, newest first.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn list(
    platform: &Platform,
    caller: &Caller,
    filter: &AnomalyFilter,
    window: Window,
) -> Result<Listed<Anomaly>> {
    caller.check(Scope::Viewer)?;
    let mut pages: Vec<Page<AnyAnomaly>> = Vec::new();
    if filter.admits(AnomalyFamily::Market) && filter.user_id.is_none() {
        let found = anomalies::find_market(platform.store(), &filter.market(), window).await?;
        pages.push(found.map(AnyAnomaly::from));
    }
    if filter.admits(AnomalyFamily::Conflict) && filter.is_about_conflicts() {
        let found = anomalies::find_conflicts(platform.store(), &filter.conflicts(), window).await?;
        pages.push(found.map(AnyAnomaly::from));
    }
    if filter.admits(AnomalyFamily::Behavior) && filter.symbol.is_none() {
        let found = anomalies::find_behavior(platform.store(), &filter.behavior(), window).await?;
        pages.push(found.map(AnyAnomaly::from));
    }
    Ok(Listed::of(Page::merged(pages, window, cursor), cursor))
}

/// Where an anomaly stands in a list.
fn cursor(anomaly: &AnyAnomaly) -> Cursor {
    Cursor { at: anomaly.opened_at(), id: anomaly.reference().id() }
}

impl AnomalyFilter {
    fn admits(&self, family: AnomalyFamily) -> bool {
        self.family.is_none_or(|only| only == family)
    }

    /// Conflicts have a single type.
    fn is_about_conflicts(&self) -> bool {
        self.anomaly_type.is_none_or(|only| only == AnomalyType::AlgorithmConflict)
    }

    fn market(&self) -> MarketFilter {
        MarketFilter {
            symbol: self.symbol.clone(),
            anomaly_type: self.anomaly_type,
            severity: self.severity,
            opened: self.opened,
            is_real: self.is_real,
        }
    }

    fn conflicts(&self) -> ConflictFilter {
        ConflictFilter {
            symbol: self.symbol.clone(),
            user_id: self.user_id.clone(),
            severity: self.severity,
            opened: self.opened,
            is_real: self.is_real,
        }
    }

    fn behavior(&self) -> BehaviorFilter {
        BehaviorFilter {
            user_id: self.user_id.clone(),
            anomaly_type: self.anomaly_type,
            severity: self.severity,
            opened: self.opened,
            is_real: self.is_real,
        }
    }
}

/// One anomaly.
///
/// # Errors
///
/// If there is none of this id, the caller may not see it, or the database fails.
pub async fn get(platform: &Platform, caller: &Caller, id: Uuid) -> Result<Anomaly> {
    caller.check(Scope::Viewer)?;
    let found = anomalies::of_any_family(platform.store(), &[id]).await?.pop();
    found.map(Anomaly::from).ok_or_else(|| ServiceError::not_found("anomaly", id))
}

/// Those of some anomalies that there are, by id.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn of_ids(platform: &Platform, caller: &Caller, ids: &[Uuid]) -> Result<HashMap<Uuid, Anomaly>> {
    caller.check(Scope::Viewer)?;
    let found = anomalies::of_any_family(platform.store(), ids).await?;
    Ok(found.into_iter().map(|anomaly| (anomaly.reference().id(), anomaly.into())).collect())
}

/// Blocks about one anomaly that are shown with it.
const BLOCKS: usize = 100;

/// Blocks about some anomalies, their decisions and actions, oldest first, at most 100 each, by anomaly.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn blocks(
    platform: &Platform,
    caller: &Caller,
    anomalies: &[AnomalyRef],
) -> Result<HashMap<AnomalyRef, Vec<Block>>> {
    caller.check(Scope::Viewer)?;
    let store = platform.store();
    let decided = decisions::for_anomalies(store, anomalies).await?;
    let of_decision: HashMap<Uuid, AnomalyRef> =
        decided.into_iter().map(|decision| (decision.id, decision.anomaly)).collect();
    let by_id: HashMap<Uuid, AnomalyRef> = anomalies.iter().map(|anomaly| (anomaly.id(), *anomaly)).collect();
    let mut blocks: HashMap<AnomalyRef, Vec<Block>> = HashMap::new();
    for block in blocks::by_anomalies(store, anomalies, BLOCKS as i64).await?.into_iter().map(Block::from) {
        let direct = block.anomaly_id.and_then(|id| by_id.get(&id));
        let about = direct.or_else(|| block.decision_id.and_then(|id| of_decision.get(&id)));
        if let Some(about) = about {
            blocks.entry(*about).or_default().push(block);
        }
    }
    for blocks in blocks.values_mut() {
        blocks.truncate(BLOCKS);
    }
    Ok(blocks)
}

/// Takes down that a person says an anomaly is real, or is not; what was said before gives way.
///
/// # Errors
///
/// If there is no such anomaly, the caller may not say so, or the database fails.
pub async fn mark(platform: &Platform, caller: &Caller, id: Uuid, is_real: bool) -> Result<Anomaly> {
    caller.check(Scope::Operator)?;
    let missing = || ServiceError::not_found("anomaly", id);
    let found = anomalies::of_any_family(platform.store(), &[id]).await?.pop().ok_or_else(missing)?;
    let said = Anomaly::from(found.clone());
    if said.is_real == Some(is_real) && said.marked_by.as_ref() == Some(&caller.name) {
        return Ok(said);
    }
    let mut change = platform.journal.begin(platform.now()).await?;
    let marked = anomalies::mark(&mut change, found.reference(), is_real, &caller.name).await?;
    change.commit().await?;
    if marked { get(platform, caller, id).await } else { Err(missing()) }
}
