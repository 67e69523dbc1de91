//! Sets of components and policies as folders hold them.

use std::{fs, path::Path, time::Duration};

use crate::{
    config::Config,
    detectors::{
        folder::{self, PluginSet, SettingsByName},
        limits::Limits,
        plugin::Loader,
    },
    ledger::hash::Hash,
    store::versions::{ComponentVersion, Running, RunningSet},
};

use super::ReloadError;

/// Bounds of components that run live.
pub(super) fn limits(config: &Config) -> Limits {
    let deadline = Duration::from_millis(u64::from(config.code.deadline_milliseconds.get()));
    Limits { deadline, ..Limits::default() }
}

/// A folder's components, all of them or none.
pub(super) fn components(loader: &Loader, folder: &Path, config: &Config) -> Result<PluginSet, ReloadError> {
    let unreadable = |reason| ReloadError::Folder { path: folder.into(), reason };
    let files = folder::components(folder).map_err(unreadable)?;
    let settings: SettingsByName = config
        .plugins
        .iter()
        .filter(|(_, plugin)| !plugin.settings.is_empty())
        .map(|(name, plugin)| (name.clone(), plugin.settings.clone()))
        .collect();
    let set = folder::load(loader, files, &settings);
    if !set.refused.is_empty() {
        let refused = set.refused.into_iter().map(|refused| (refused.path, refused.error)).collect();
        return Err(ReloadError::Refused { refused });
    }
    let hashes = set.plugins.iter().map(|plugin| (&plugin.manifest.name, &plugin.hash));
    let agent = set.agent.iter().map(|agent| (&agent.manifest.name, &agent.hash));
    for (name, hash) in hashes.chain(agent) {
        if !config.code.allow.is_empty()
            && !config.code.allow.iter().any(|allowed| allowed.eq_ignore_ascii_case(hash))
        {
            return Err(ReloadError::NotAllowed { name: name.clone(), hash: hash.clone() });
        }
    }
    Ok(set)
}

/// The components of a set, as blocks name them.
pub(super) fn running(set: &PluginSet) -> RunningSet {
    let detectors = set.plugins.iter().map(|it| (&it.manifest.name, &it.manifest.version, &it.hash));
    let agent = set.agent.iter().map(|it| (&it.manifest.name, &it.manifest.version, &it.hash));
    let named = |(name, version, hash): (&String, &String, &String)| {
        (name.clone(), Running { version: version.clone(), hash: hash.clone() })
    };
    detectors.chain(agent).map(named).collect()
}

/// The components of a set with their bytes, for the record. A file that was replaced since it was loaded is not what
/// was loaded.
pub(super) fn versions(set: &PluginSet) -> Result<Vec<ComponentVersion>, ReloadError> {
    let detectors =
        set.plugins.iter().map(|it| (&it.path, &it.hash, &it.manifest.name, &it.manifest.version));
    let agent = set.agent.iter().map(|it| (&it.path, &it.hash, &it.manifest.name, &it.manifest.version));
    let mut versions = Vec::new();
    for (path, hash, name, version) in detectors.chain(agent) {
        let bytes = fs::read(path).map_err(|reason| ReloadError::Folder { path: path.clone(), reason })?;
        let found = Hash::of(&bytes);
        if found.to_string() != *hash {
            let reason = std::io::Error::other("it was replaced while it was being loaded; try again");
            return Err(ReloadError::Folder { path: path.clone(), reason });
        }
        versions.push(ComponentVersion { hash: found, name: name.clone(), version: version.clone(), bytes });
    }
    Ok(versions)
}
