//! Reloads by themselves: when a folder changes, and when the host is told to look.

use std::{path::Path, sync::Arc};

use tokio::{select, sync::mpsc};

use super::{Code, Stage, trial, watch::Watch};
use crate::{config::Config, detectors::folder::PluginSet, service::Platform};

/// What changes a set of components.
fn is_component(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wasm")
}

/// What changes a set of components that are built of sources.
fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wasm" || extension == "rs" || extension == "toml")
}

/// What changes a set of policies.
fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rhai" || extension == "toml")
}

impl Code {
    /// Reloads what changes, for as long as the host runs; `told` says that somebody wants both looked at.
    pub async fn follow(platform: Arc<Platform>, mut told: mpsc::Receiver<()>) {
        let (code, config) = (&platform.code, &platform.config);
        let (plugins, policies) = code.folders();
        let of_plugins = if code.builds() { is_source } else { is_component };
        let mut plugins = Watch::begin(plugins, of_plugins).await;
        let mut policies = Watch::begin(policies, is_policy).await;
        loop {
            let (of_plugins, of_policies) = select! {
                () = plugins.changed(), if config.code.watch => (true, false),
                () = policies.changed(), if config.code.watch => (false, true),
                asked = told.recv() => match asked {
                    Some(()) => (true, true),
                    None => return,
                },
            };
            if of_plugins {
                reload_plugins(&platform).await;
            }
            if of_policies {
                // What is wrong is in the log by now.
                drop(code.reload_policies(&platform.stage()).await);
            }
        }
    }
}

async fn reload_plugins(platform: &Arc<Platform>) {
    let before = platform.code.live().plugins;
    if let Ok(swapped) = platform.code.reload_plugins(&platform.stage(), "host").await
        && !swapped.positions.is_empty()
    {
        put_on_trial(platform, before);
    }
}

/// Brings the components before back if the new ones do badly.
pub fn put_on_trial(platform: &Arc<Platform>, before: Arc<PluginSet>) {
    let platform = Arc::clone(platform);
    tokio::spawn(async move {
        let config: &Config = &platform.config;
        trial::watch(&platform.code, &platform.stage(), before, &config.code).await;
    });
}

impl Platform {
    /// Where other code is put in place.
    pub fn stage(&self) -> Stage<'_> {
        Stage { engine: &self.engine, desk: &self.desk, journal: &self.journal }
    }
}
