//! A loader as hosts and commands have it: with the user's cache of compiled components.

use std::{env, path::PathBuf};

use anyhow::Context as _;

use super::{compiled::Cache, engine, limits::Limits, plugin::Loader};

/// An engine within the limits, with the component cache.
///
/// # Errors
///
/// If WebAssembly cannot be run here, or the cache's folder cannot be used.
pub fn loader(limits: Limits) -> anyhow::Result<Loader> {
    let engine = engine::start(&limits)
        .map_err(|error| anyhow::anyhow!("{error:#}"))
        .context("WebAssembly cannot be run on this machine")?;
    let cache = cache_folder().map(|folder| Cache::open(&folder)).transpose()?.flatten();
    Ok(Loader::new(engine, limits, cache))
}

/// `$VYOMO_CACHE_DIR`, or `vyomo/components` in the user's cache folder; none for a user without a home.
fn cache_folder() -> Option<PathBuf> {
    let named = |variable: &str| env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
    let users = || named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache")));
    named("VYOMO_CACHE_DIR").or_else(|| users().map(|folder| folder.join("vyomo/components")))
}
