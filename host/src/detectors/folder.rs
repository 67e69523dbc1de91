//! A plugin folder, read as a set.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    artifact::Artifact,
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
    /// Loaded plugins, by name.
    pub plugins: Vec<Arc<Plugin>>,
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
    let loaded: Vec<(PathBuf, Result<Plugin, LoadError>)> = files
        .into_par_iter()
        .map(|path| (path.clone(), Artifact::read(&path).and_then(|artifact| loader.load(path, &artifact))))
        .map(|(path, plugin)| (path, plugin.and_then(|plugin| configure(plugin, settings))))
        .collect();
    let mut set = PluginSet::default();
    let mut by_name: BTreeMap<String, Vec<Plugin>> = BTreeMap::new();
    for (path, plugin) in loaded {
        match plugin {
            Ok(plugin) => by_name.entry(plugin.manifest.name.clone()).or_default().push(plugin),
            Err(error) => set.refused.push(Refused { path, error }),
        }
    }
    for (name, mut plugins) in by_name {
        if let [_] = plugins.as_slice() {
            set.plugins.extend(plugins.drain(..).map(Arc::new));
            continue;
        }
        let paths: Vec<PathBuf> = plugins.into_iter().map(|plugin| plugin.path).collect();
        for path in &paths {
            let other = paths.iter().find(|other| *other != path).cloned().unwrap_or_default();
            let error = LoadError::DuplicateName { name: name.clone(), other };
            set.refused.push(Refused { path: path.clone(), error });
        }
    }
    set.refused.sort_by(|a, b| a.path.cmp(&b.path));
    set
}

fn configure(plugin: Plugin, settings: &SettingsByName) -> Result<Plugin, LoadError> {
    match settings.get(&plugin.manifest.name) {
        Some(own) => plugin.configured(serde_json::Value::Object(own.clone()).to_string()),
        None => Ok(plugin),
    }
}

impl Refused {
    /// Whether the file seems to hold the plugin of that name.
    pub fn is_about(&self, name: &str) -> bool {
        self.path.file_stem().is_some_and(|stem| stem == name)
    }
}
