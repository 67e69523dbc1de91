//! Reloads that somebody asks for. Each runs to its end, whether or not who asked for it waits.

use std::sync::Arc;

use super::{By, ReloadError, Swapped, trial};
use crate::{ledger::hash::Hash, service::Platform};

/// Reads the folder of components anew, and lets that set take over, on trial; `by` is who asked for it.
///
/// # Errors
///
/// [`ReloadError`] says what is wrong with the new set; the old one runs on then.
pub async fn reload_plugins(platform: &Arc<Platform>, by: By) -> Result<Swapped, ReloadError> {
    let platform = Arc::clone(platform);
    to_its_end(async move {
        let swapped = platform.code.reload_plugins(&platform.stage(), &by).await?;
        put_on_trial(&platform, &swapped);
        Ok(swapped)
    })
    .await
}

/// Brings a component back that ran before, in its folder as in the running host.
///
/// # Errors
///
/// [`ReloadError`] if nothing of this hash is kept, or the set with it cannot be used.
pub async fn roll_back_plugin(
    platform: &Arc<Platform>,
    hash: Hash,
    by: &str,
) -> Result<Swapped, ReloadError> {
    let (platform, by) = (Arc::clone(platform), by.to_owned());
    to_its_end(async move {
        let swapped = platform.code.roll_back_plugin(&platform.stage(), hash, &by).await?;
        put_on_trial(&platform, &swapped);
        Ok(swapped)
    })
    .await
}

/// Reads the folder of policies anew, and lets that set decide; `by` is who asked for it. Gives its hash, and whether it is another one.
///
/// # Errors
///
/// [`ReloadError`] says what is wrong with the new set; the old one decides on then.
pub async fn reload_policies(platform: &Arc<Platform>, by: &str) -> Result<(Hash, bool), ReloadError> {
    let (platform, by) = (Arc::clone(platform), by.to_owned());
    to_its_end(async move { platform.code.reload_policies(&platform.stage(), &by).await }).await
}

/// Brings a set of policies back that decided before, in the folder as in the running host.
///
/// # Errors
///
/// [`ReloadError`] if nothing of this hash is kept, or it cannot be used any more.
pub async fn roll_back_policies(
    platform: &Arc<Platform>,
    hash: Hash,
    by: &str,
) -> Result<(Hash, bool), ReloadError> {
    let (platform, by) = (Arc::clone(platform), by.to_owned());
    to_its_end(async move { platform.code.roll_back_policies(&platform.stage(), hash, &by).await }).await
}

async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ReloadError>> + Send + 'static,
) -> Result<T, ReloadError> {
    tokio::spawn(work).await.unwrap_or(Err(ReloadError::Interrupted))
}

/// Brings the components before back if the new ones do badly.
fn put_on_trial(platform: &Arc<Platform>, swapped: &Swapped) {
    let Some(before) = swapped.before.clone() else { return };
    let platform = Arc::clone(platform);
    tokio::spawn(async move {
        trial::watch(&platform.code, &platform.stage(), before, &platform.config.code).await;
    });
}
