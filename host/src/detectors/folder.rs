//! A plugin folder, read as a set.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use crate::ledger::hash::Hash;

use super::{
    admission::Admission,
    agent::AgentPlugin,
    artifact::{Artifact, World},
    build,
    error::LoadError,
    plugin::{Loader, Plugin},
};

/// Settings by plugin name, each a JSON object.
pub type SettingsByName = BTreeMap<String, serde_json::Map<String, serde_json::Value>>;

/// A file that was not loaded, and why.
#[derive(Debug)]
pub struct Refused {
    /// The file.
    pub path: PathBuf,
    /// The reason.
    pub error: LoadError,
}

/// What a folder holds.
#[derive(Default)]
pub struct PluginSet {
    /// Loaded detectors, by name.
    pub plugins: Vec<Arc<Plugin>>,
    /// The agent, if there is one.
    pub agent: Option<Arc<AgentPlugin>>,
    /// Files that were not loaded, by path.
    pub refused: Vec<Refused>,
}

/// The component files under a folder, by path; hidden, linked and build folders are left out.
///
/// # Errors
/// If a folder cannot be read.
pub fn components(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.extend(build::may_hold_plugins(&path).then_some(path));
            } else if path.extension().is_some_and(|extension| extension == "wasm") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Loads component files; a file that cannot be used is refused and leaves the others alone.
pub fn load(loader: &Loader, files: Vec<PathBuf>, settings: &SettingsByName) -> PluginSet {
    load_admitted(loader, files, settings, &Admission::default())
}

/// Loads component files that may run; others are refused before anything of them is compiled.
pub fn load_admitted(
    loader: &Loader,
    files: Vec<PathBuf>,
    settings: &SettingsByName,
    admission: &Admission,
) -> PluginSet {
    let load = |path: &Path| {
        let found = Artifact::read(path)?;
        admission.check_file(path, Hash::of(&found.bytes))?;
        read(loader, path.into(), &found, settings)
    };
    assemble(files.into_par_iter().map(|path| (path.clone(), load(&path))).collect())
}

/// Loads components that are kept, as if each were in its file.
pub fn load_kept(
    loader: &Loader,
    kept: Vec<(PathBuf, Result<Artifact, LoadError>)>,
    settings: &SettingsByName,
) -> PluginSet {
    let load = |path: &Path, found: Result<Artifact, LoadError>| read(loader, path.into(), &found?, settings);
    assemble(kept.into_par_iter().map(|(path, found)| (path.clone(), load(&path, found))).collect())
}

fn assemble(loaded: Vec<(PathBuf, Result<Loaded, LoadError>)>) -> PluginSet {
    let mut set = PluginSet::default();
    let mut by_name: BTreeMap<String, Vec<(PathBuf, Loaded)>> = BTreeMap::new();
    for (path, plugin) in loaded {
        match plugin {
            Ok(plugin) => by_name.entry(plugin.name().to_owned()).or_default().push((path, plugin)),
            Err(error) => set.refused.push(Refused { path, error }),
        }
    }
    let mut agents = Vec::new();
    for (name, plugins) in by_name {
        let alone =
            only(&mut set.refused, plugins, |other| LoadError::DuplicateName { name: name.clone(), other });
        match alone {
            Some((_, Loaded::Detector(plugin))) => set.plugins.push(Arc::new(plugin)),
            Some((path, Loaded::Agent(agent))) => agents.push((path, Arc::new(agent))),
            None => {}
        }
    }
    set.agent =
        only(&mut set.refused, agents, |other| LoadError::SecondAgent { other }).map(|(_, agent)| agent);
    set.refused.sort_by(|a, b| a.path.cmp(&b.path));
    set
}

/// The only one there is; where there are more, none is taken, and each is refused because of another.
fn only<T>(
    refused: &mut Vec<Refused>,
    mut found: Vec<(PathBuf, T)>,
    error: impl Fn(PathBuf) -> LoadError,
) -> Option<(PathBuf, T)> {
    if found.len() < 2 {
        return found.pop();
    }
    let paths: Vec<PathBuf> = found.into_iter().map(|(path, _)| path).collect();
    for path in &paths {
        let other = paths.iter().find(|other| *other != path).cloned().unwrap_or_default();
        refused.push(Refused { path: path.clone(), error: error(other) });
    }
    None
}

/// A component of either world.
enum Loaded {
    Detector(Plugin),
    Agent(AgentPlugin),
}

impl Loaded {
    fn name(&self) -> &str {
        match self {
            Self::Detector(plugin) => &plugin.manifest.name,
            Self::Agent(agent) => &agent.manifest.name,
        }
    }
}

/// A component with its settings.
fn read(
    loader: &Loader,
    path: PathBuf,
    artifact: &Artifact,
    settings: &SettingsByName,
) -> Result<Loaded, LoadError> {
    let own = |name: &str| settings.get(name).map(|own| serde_json::Value::Object(own.clone()).to_string());
    if artifact.world == World::Agent {
        let agent = AgentPlugin::load(loader, path, artifact)?;
        return Ok(Loaded::Agent(match own(&agent.manifest.name) {
            Some(settings) => agent.configured(settings)?,
            None => agent,
        }));
    }
    let plugin = loader.load(path, artifact)?;
    Ok(Loaded::Detector(match own(&plugin.manifest.name) {
        Some(settings) => plugin.configured(settings)?,
        None => plugin,
    }))
}

impl Refused {
    /// Whether the file seems to hold the plugin of that name.
    pub fn is_about(&self, name: &str) -> bool {
        self.path.file_stem().is_some_and(|stem| stem == name)
    }
}
