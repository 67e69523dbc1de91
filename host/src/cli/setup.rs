//! What several subcommands set up alike: the engine, the component cache, the plugins of a folder.

use std::{
    fs,
    path::{Path, PathBuf, absolute},
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::detectors::{
    build,
    folder::{self, PluginSet, SettingsByName},
    limits::Limits,
    loader::loader,
    plugin::Loader,
};

/// Where plugins come from and what they may use.
#[derive(Args, Clone, Debug)]
pub(super) struct PluginSource {
    /// Folder of plugin crates and ready `*.wasm` components; crates whose sources changed are built first.
    #[arg(long, value_name = "DIR", default_value = "plugins")]
    pub(super) plugins: PathBuf,
    /// A setting of one plugin, for example price-movement.threshold=6; repeatable.
    #[arg(long = "settings", value_name = "NAME.KEY=VALUE")]
    pub(super) settings: Vec<String>,
    /// Run only this detector; repeatable.
    #[arg(long, value_name = "NAME")]
    pub(super) only: Vec<String>,
    /// Use ready components only, never run cargo.
    #[arg(long)]
    pub(super) no_build: bool,
    /// Longest one call into a plugin may take.
    #[arg(long, value_name = "MILLISECONDS", default_value = "10000", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) deadline: u64,
}

impl PluginSource {
    /// Makes the components of the folder's crates current, unless told not to.
    pub(super) fn build(&self) -> anyhow::Result<()> {
        if !self.plugins.is_dir() {
            let folder = absolute(&self.plugins)?;
            bail!("there is no folder of plugins {}; name one with --plugins", folder.display());
        }
        if !self.no_build {
            build::build(&self.plugins)?;
        }
        Ok(())
    }

    /// Loads the folder as a set.
    pub(super) fn load(&self) -> anyhow::Result<PluginSet> {
        let files = folder::components(&self.plugins)
            .with_context(|| format!("--plugins {} cannot be read", self.plugins.display()))?;
        let settings = parse_settings(&self.settings)?;
        let mut set = folder::load(&self.loader()?, files, &settings);
        self.select(&mut set, &settings)?;
        Ok(set)
    }

    fn loader(&self) -> anyhow::Result<Loader> {
        loader(Limits { deadline: Duration::from_millis(self.deadline), ..Limits::default() })
    }

    fn select(&self, set: &mut PluginSet, settings: &SettingsByName) -> anyhow::Result<()> {
        let mut names: Vec<String> = set.plugins.iter().map(|plugin| plugin.manifest.name.clone()).collect();
        let named = |names: &[String], name: &String, option: &str| {
            if names.contains(name) || set.refused.iter().any(|refused| refused.is_about(name)) {
                return Ok(());
            }
            bail!("{option} {name}: no such plugin; there are {}", names.join(", "))
        };
        self.only.iter().try_for_each(|name| named(&names, name, "--only"))?;
        names.extend(set.agent.iter().map(|agent| agent.manifest.name.clone()));
        settings.keys().try_for_each(|name| named(&names, name, "--settings"))?;
        if !self.only.is_empty() {
            set.plugins.retain(|plugin| self.only.contains(&plugin.manifest.name));
        }
        Ok(())
    }
}

/// `NAME.KEY=VALUE` with a JSON value, or else a plain text.
pub(super) fn parse_settings(given: &[String]) -> anyhow::Result<SettingsByName> {
    let mut settings = SettingsByName::new();
    for one in given {
        let parsed = one.split_once('=').and_then(|(path, value)| Some((path.split_once('.')?, value)));
        let Some(((name, key), value)) = parsed else {
            bail!("--settings {one}: write it as NAME.KEY=VALUE, for example price-movement.threshold=6");
        };
        let value = serde_json::from_str(value).unwrap_or_else(|_| serde_json::Value::String(value.into()));
        settings.entry(name.into()).or_default().insert(key.into(), value);
    }
    Ok(settings)
}

/// Component files named by a path: itself, or all of a folder after building its crates.
pub(super) fn component_files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let found = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if !found.is_dir() {
        return Ok(vec![path.into()]);
    }
    build::build(path)?;
    Ok(folder::components(path)?)
}
