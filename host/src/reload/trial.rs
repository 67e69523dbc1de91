//! New components are on trial for a while: if they trap too often, those before come back.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;

use super::{Code, Stage};
use crate::{
    config::CodeConfig,
    detectors::{folder::PluginSet, supervisor::Health},
    live::PluginFigures,
};

/// How often figures are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Between two tries to bring the old ones back.
const AGAIN: Duration = Duration::from_secs(2);

/// Watches the components that took over from `before`.
pub(super) async fn watch(code: &Code, stage: &Stage<'_>, before: Arc<PluginSet>, config: &CodeConfig) {
    let on_trial = code.live().plugins;
    let is_over = || !Arc::ptr_eq(&code.live().plugins, &on_trial);
    let baseline = stage.engine.plugins();
    let trial = Duration::from_secs(u64::from(config.trial_minutes) * 60);
    for _ in 0..trial.as_millis() / LOOK.as_millis() {
        sleep(LOOK).await;
        if is_over() {
            return;
        }
        let figures = stage.engine.plugins();
        let Some(reason) = failure(&figures, &baseline, &before, config.trial_traps.get()) else { continue };
        while let Err(error) = code.return_to(stage, Arc::clone(&before), &reason).await {
            tracing::error!("the components before cannot come back yet: {error}");
            sleep(AGAIN).await;
            if is_over() {
                return;
            }
        }
        return;
    }
}

/// Why the trial has failed, if it has; components that ran before are not on trial.
fn failure(
    figures: &[PluginFigures],
    baseline: &[PluginFigures],
    before: &PluginSet,
    most: u32,
) -> Option<String> {
    let is_new = |plugin: &&PluginFigures| !before.plugins.iter().any(|old| old.hash == plugin.hash);
    figures.iter().filter(is_new).find_map(|plugin| match &plugin.health {
        Health::Quarantined { reason, .. } => Some(format!("{} was quarantined: {reason}", plugin.name)),
        Health::Failed { reason } => Some(format!("{} failed: {reason}", plugin.name)),
        Health::Running => {
            let first = baseline.iter().find(|first| first.hash == plugin.hash);
            let traps = plugin.restarts.saturating_sub(first.map_or(0, |first| first.restarts));
            (traps > u64::from(most)).then(|| format!("{} trapped {traps} times", plugin.name))
        }
    })
}
