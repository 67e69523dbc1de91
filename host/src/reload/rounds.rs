//! Reloads by themselves: when a folder changes, and when the host is told to look.

use std::{path::Path, sync::Arc, time::Duration};

use tokio::{select, sync::mpsc, time::sleep};

use super::{
    By, Stage,
    asked::{reload_plugins, reload_policies},
    watch::Watch,
};
use crate::{config::CodeConfig, service::Platform};

/// After which a reload is tried again that failed for a reason that passes.
const AGAIN: Duration = Duration::from_secs(2);

/// What changes a set of components: themselves, and what their publishers say.
fn is_component(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wasm" || extension == "sig")
}

/// What changes a set of components that are built of sources.
fn is_source(path: &Path) -> bool {
    is_component(path) || path.extension().is_some_and(|extension| extension == "rs" || extension == "toml")
}

/// What changes a set of policies.
fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "rhai" || extension == "toml")
}

/// Both folders as they were when their code was read.
pub struct Watches {
    plugins: Watch,
    policies: Watch,
}

impl Watches {
    /// Looks at the folders. With `builds`, sources of components count too.
    pub async fn begin(config: &CodeConfig, builds: bool) -> Self {
        Self {
            plugins: Watch::begin(&config.plugins, if builds { is_source } else { is_component }).await,
            policies: Watch::begin(&config.policies, is_policy).await,
        }
    }
}

/// Which folders are to be read anew.
#[derive(Clone, Copy, Default)]
struct Due {
    plugins: bool,
    policies: bool,
}

/// Reloads what changes, for as long as the host runs; `told` says that somebody wants both looked at.
pub async fn follow(platform: Arc<Platform>, watches: Watches, mut told: mpsc::Receiver<()>) {
    let Watches { mut plugins, mut policies } = watches;
    let is_watched = platform.config.code.watch;
    let mut due = Due::default();
    loop {
        select! {
            () = plugins.changed(), if is_watched => due.plugins = true,
            () = policies.changed(), if is_watched => due.policies = true,
            () = sleep(AGAIN), if due.plugins || due.policies => {}
            asked = told.recv() => match asked {
                Some(()) => due = Due { plugins: true, policies: true },
                None => return,
            },
        }
        // What is wrong is in the log by now; what passes is tried again.
        if due.plugins {
            let reloaded = reload_plugins(&platform, By::Host).await;
            due.plugins = reloaded.is_err_and(|error| error.is_passing());
        }
        if due.policies {
            let reloaded = reload_policies(&platform, "host").await;
            due.policies = reloaded.is_err_and(|error| error.is_passing());
        }
    }
}

impl Platform {
    /// Where other code is put in place.
    pub fn stage(&self) -> Stage<'_> {
        Stage { engine: &self.engine, desk: &self.desk, journal: &self.journal }
    }
}
