//! Sets of components and policies as folders hold them, and as they are kept.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf, absolute},
    time::Duration,
};

use crate::{
    config::Config,
    detectors::{
        admission::{Admission, Signature},
        artifact::Artifact,
        build,
        error::LoadError,
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

/// Makes sure that there is a folder of plugins; with `builds`, crates in it whose sources changed are built.
pub(super) fn make_current(folder: &Path, builds: bool) -> Result<(), ReloadError> {
    if !folder.is_dir() {
        return Err(ReloadError::NoPlugins { path: absolute(folder).unwrap_or_else(|_| folder.into()) });
    }
    if builds {
        build::build(folder)?;
    }
    Ok(())
}

/// A folder's components, all of them or none.
pub(super) fn components(loader: &Loader, folder: &Path, config: &Config) -> Result<PluginSet, ReloadError> {
    let unreadable = |reason| ReloadError::Folder { path: folder.into(), reason };
    let files = folder::components(folder).map_err(unreadable)?;
    whole(folder::load_admitted(loader, files, &settings(config), &Admission::of(&config.code)))
}

/// Components that are kept, all of them or none, each with the file that it would have.
pub(super) fn kept(
    loader: &Loader,
    kept: Vec<(PathBuf, ComponentVersion)>,
    config: &Config,
) -> Result<PluginSet, ReloadError> {
    let admission = Admission::of(&config.code);
    let admitted = |(path, version): (PathBuf, ComponentVersion)| {
        let artifact = admit(&admission, &path, &version).and_then(|()| Artifact::from_bytes(version.bytes));
        (path, artifact)
    };
    whole(folder::load_kept(loader, kept.into_iter().map(admitted).collect(), &settings(config)))
}

/// Whether a kept component may run.
pub(super) fn admit(admission: &Admission, path: &Path, version: &ComponentVersion) -> Result<(), LoadError> {
    let signature = version.signature.as_deref().and_then(|bytes| bytes.try_into().ok());
    admission.check(path, version.hash, signature.map(Signature::from_bytes))
}

fn settings(config: &Config) -> SettingsByName {
    let set = config.plugins.iter().filter(|(_, plugin)| !plugin.settings.is_empty());
    set.map(|(name, plugin)| (name.clone(), plugin.settings.clone())).collect()
}

fn whole(set: PluginSet) -> Result<PluginSet, ReloadError> {
    if set.refused.is_empty() {
        return Ok(set);
    }
    let refused = set.refused.into_iter().map(|refused| (refused.path, refused.error)).collect();
    Err(ReloadError::Refused { refused })
}

/// What a component of a set is.
struct Part<'a> {
    path: &'a PathBuf,
    hash: &'a String,
    name: &'a String,
    version: &'a String,
    settings: &'a String,
}

fn parts(set: &PluginSet) -> impl Iterator<Item = Part<'_>> {
    let detectors = set.plugins.iter().map(|it| Part {
        path: &it.path,
        hash: &it.hash,
        name: &it.manifest.name,
        version: &it.manifest.version,
        settings: &it.settings,
    });
    let agent = set.agent.iter().map(|it| Part {
        path: &it.path,
        hash: &it.hash,
        name: &it.manifest.name,
        version: &it.manifest.version,
        settings: &it.settings,
    });
    detectors.chain(agent)
}

/// Tells sets apart that do not do the same: other components, or others settings of these.
pub(super) fn identity(set: &PluginSet) -> Hash {
    let lines =
        parts(set).map(|Part { hash, settings, .. }| format!("{hash} {}\n", Hash::of(settings.as_bytes())));
    Hash::of(lines.collect::<String>().as_bytes())
}

/// The file of the component of a name: where it is, or else where it would be.
pub(super) fn file_of(set: &PluginSet, name: &str, folder: &Path) -> PathBuf {
    let found = parts(set).find(|part| part.name == name).map(|part| part.path.clone());
    found.unwrap_or_else(|| folder.join(format!("{name}.wasm")))
}

/// The components of a set, as blocks name them.
pub(super) fn running(set: &PluginSet) -> RunningSet {
    let named = |Part { name, version, hash, .. }: Part<'_>| {
        (name.clone(), Running { version: version.clone(), hash: hash.clone() })
    };
    parts(set).map(named).collect()
}

/// How one set differs from another, for people: names, and hashes as far as they tell them apart.
pub(super) fn changes(before: &PluginSet, after: &PluginSet) -> String {
    let short = |running: &Running| running.hash.chars().take(12).collect::<String>();
    let (before, after) = (running(before), running(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| match (before.get(name), after.get(name)) {
        (Some(old), Some(new)) if old.hash == new.hash => None,
        (Some(old), Some(new)) => Some(format!("{name} {} -> {}", short(old), short(new))),
        (None, Some(new)) => Some(format!("{name} {} is new", short(new))),
        (Some(old), None) => Some(format!("{name} {} is gone", short(old))),
        (None, None) => None,
    };
    let changes: Vec<String> = names.into_iter().filter_map(change).collect();
    if changes.is_empty() {
        "the same ones with other settings, or started again".into()
    } else {
        changes.join(", ")
    }
}

/// Hashes of the components of a set.
pub(super) fn hashes(set: &PluginSet) -> Vec<Hash> {
    parts(set).filter_map(|part| part.hash.parse().ok()).collect()
}

/// The components of a set with their bytes, for the record, save those that are `kept`. A file that was replaced since it was loaded is not what
/// was loaded.
pub(super) fn versions(set: &PluginSet, kept: &[Hash]) -> Result<Vec<ComponentVersion>, ReloadError> {
    let mut versions = Vec::new();
    let is_kept = |hash: &str| hash.parse().is_ok_and(|hash: Hash| kept.contains(&hash));
    for Part { path, hash, name, version, .. } in parts(set).filter(|part| !is_kept(part.hash)) {
        let unreadable = |reason| ReloadError::Folder { path: path.clone(), reason };
        let bytes = fs::read(path).map_err(unreadable)?;
        let found = Hash::of(&bytes);
        if found.to_string() != *hash {
            return Err(unreadable(std::io::Error::other(
                "it was replaced while it was being loaded; try again",
            )));
        }
        versions.push(ComponentVersion {
            hash: found,
            name: name.clone(),
            version: version.clone(),
            bytes,
            signature: Signature::beside(path).ok().flatten().map(|signature| signature.as_bytes().to_vec()),
        });
    }
    Ok(versions)
}
