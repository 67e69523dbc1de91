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

/// Watches the components that took over from `before`.
pub(super) async fn watch(code: &Code, stage: &Stage<'_>, before: Arc<PluginSet>, config: &CodeConfig) {
    let trial = Duration::from_secs(u64::from(config.trial_minutes) * 60);
    let looks = trial.as_millis() / LOOK.as_millis();
    let on_trial = code.live().plugins;
    for _ in 0..looks {
        sleep(LOOK).await;
        if !Arc::ptr_eq(&code.live().plugins, &on_trial) {
            return;
        }
        if let Some(reason) = failure(&stage.engine.plugins(), config.trial_traps.get()) {
            if let Err(error) = code.return_to(stage, before, &reason).await {
                tracing::error!("the components before cannot come back: {error}");
            }
            return;
        }
    }
}

/// Why the trial has failed, if it has.
fn failure(figures: &[PluginFigures], most: u32) -> Option<String> {
    figures.iter().find_map(|plugin| match &plugin.health {
        Health::Quarantined { reason, .. } => Some(format!("{} was quarantined: {reason}", plugin.name)),
        Health::Failed { reason } => Some(format!("{} failed: {reason}", plugin.name)),
        Health::Running if plugin.restarts > u64::from(most) => {
            Some(format!("{} trapped {} times", plugin.name, plugin.restarts))
        }
        Health::Running => None,
    })
}
