//! Plugins: what runs, how it does, and other sets of them.

use std::sync::Arc;

use super::{
    Platform, Result, ServiceError,
    views::{Plugin, PluginSet, PluginState, PluginVersion, Reloaded},
};
use crate::{
    access::{Caller, Scope},
    detectors::{agent::AgentPlugin, supervisor::Health},
    ledger::hash::Hash,
    live::PluginFigures,
    reload::{self, By, ReloadError, Swapped},
    store::versions::{self, Kept},
};

/// The set that runs, with its figures.
///
/// # Errors
///
/// If the caller may not see it.
pub fn list(platform: &Platform, caller: &Caller) -> Result<PluginSet> {
    caller.check(Scope::Viewer)?;
    Ok(set(platform))
}

/// Plugins that are kept since they ran, newest first, at most 100.
///
/// # Errors
///
/// If the caller may not see them, or the database fails.
pub async fn kept(platform: &Platform, caller: &Caller) -> Result<Vec<PluginVersion>> {
    caller.check(Scope::Viewer)?;
    let running = set(platform).plugins;
    let kept = versions::components(platform.store()).await?;
    let version = |Kept { hash, name, version, first_seen }: Kept| {
        let hash = hash.to_string();
        let is_running = running.iter().any(|plugin| plugin.hash.as_ref() == Some(&hash));
        PluginVersion { name, version, hash, first_seen, is_running }
    };
    Ok(kept.into_iter().map(version).collect())
}

/// Reads the folder of plugins anew and lets that set run from here on, or refuses it whole.
///
/// # Errors
///
/// If the caller may not, or the set is refused.
pub async fn reload(platform: &Arc<Platform>, caller: &Caller) -> Result<Reloaded> {
    caller.check(Scope::Admin)?;
    let swapped = reload::reload_plugins(platform, By::Caller(caller.name.clone())).await?;
    Ok(reloaded(platform, swapped))
}

/// Brings the kept version of this hash back in the place of the plugin of its name.
///
/// # Errors
///
/// If the caller may not, no version of this hash is kept, or the set is refused.
pub async fn roll_back(platform: &Arc<Platform>, caller: &Caller, hash: Hash) -> Result<Reloaded> {
    caller.check(Scope::Admin)?;
    let swapped = reload::roll_back_plugin(platform, hash, &caller.name).await?;
    Ok(reloaded(platform, swapped))
}

fn reloaded(platform: &Platform, swapped: Swapped) -> Reloaded {
    let Swapped { before, positions, compared, block } = swapped;
    Reloaded {
        is_new: before.is_some(),
        block,
        rows_compared: compared.rows,
        findings_same: compared.same,
        findings_gone: compared.only_before,
        findings_new: compared.only_after,
        samples: compared.samples,
        positions,
        set: set(platform),
    }
}

fn set(platform: &Platform) -> PluginSet {
    let live = platform.code.live();
    let mut plugins: Vec<Plugin> = platform.engine.plugins().iter().map(detector).collect();
    plugins.extend(live.plugins.agent.as_deref().map(agent));
    plugins.sort_by(|a, b| a.name.cmp(&b.name));
    let names: Vec<String> =
        plugins.iter().map(|it| format!("{} {}", it.name, it.hash.as_deref().unwrap_or_default())).collect();
    PluginSet {
        digest: Hash::of(names.join("\n").as_bytes()).to_string(),
        since: live.plugins_since,
        plugins,
        refused: platform.code.refused().plugins,
    }
}

fn detector(figures: &PluginFigures) -> Plugin {
    let (state, reason) = match &figures.health {
        Health::Running => (PluginState::Running, None),
        Health::Quarantined { reason, .. } => (PluginState::Quarantined, Some(reason.clone())),
        Health::Failed { reason } => (PluginState::Failed, Some(reason.clone())),
    };
    Plugin {
        name: figures.name.clone(),
        version: Some(figures.version.clone()),
        hash: Some(figures.hash.clone()),
        family: Some(figures.family.name().to_uppercase()),
        state,
        reason,
        calls: figures.calls,
        rows: figures.rows,
        findings: figures.findings,
        busy_seconds: figures.busy.as_secs_f64(),
        memory_bytes: figures.memory,
        traps: figures.restarts,
        restarts: figures.restarts,
    }
}

fn agent(agent: &AgentPlugin) -> Plugin {
    Plugin {
        name: agent.manifest.name.clone(),
        version: Some(agent.manifest.version.clone()),
        hash: Some(agent.hash.clone()),
        family: Some("AGENT".to_owned()),
        state: PluginState::Running,
        reason: None,
        calls: 0,
        rows: 0,
        findings: 0,
        busy_seconds: 0.0,
        memory_bytes: 0,
        traps: 0,
        restarts: 0,
    }
}

impl From<ReloadError> for ServiceError {
    fn from(error: ReloadError) -> Self {
        let reason = error.to_string();
        match error {
            ReloadError::Unknown { hash } => Self::not_found("kept version with the hash", hash),
            ReloadError::Interrupted => {
                Self::Unavailable { reason, retry_after: std::time::Duration::from_secs(2) }
            }
            ReloadError::Ingest(error) => error.into(),
            ReloadError::Store(error) => error.into(),
            _ => Self::Conflict { reason },
        }
    }
}
