//! Plugins and policies: what is loaded, what is refused and why.

use std::path::{Path, absolute};

use tokio::task::spawn_blocking;

use super::Finding;
use crate::{
    config::{CodeConfig, Config},
    detectors::{
        admission::Admission,
        engine,
        folder::{self, PluginSet, SettingsByName},
        limits::Limits,
        plugin::Loader,
    },
    policy::PolicySet,
};

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let code = config.code.clone();
    let looked = spawn_blocking(move || {
        let mut findings = plugins(&code);
        findings.push(policies(&code.policies));
        findings
    });
    looked.await.unwrap_or_default()
}

fn plugins(code: &CodeConfig) -> Vec<Finding> {
    let folder = &code.plugins;
    let shown = folder.display();
    let files = match folder::components(folder) {
        Ok(files) if files.is_empty() => {
            let found = format!("{shown} holds no component");
            return vec![Finding::warning("plugins", found, "`host plugin build` makes them from crates")];
        }
        Ok(files) => files,
        Err(reason) => {
            let shown = absolute(folder).unwrap_or_else(|_| folder.clone());
            let found = format!("{} cannot be read: {reason}", shown.display());
            let advice = "name the folder with code.plugins, or run this where the host runs";
            return vec![Finding::problem("plugins", found, advice)];
        }
    };
    let limits = Limits::default();
    match engine::start(&limits) {
        Ok(engine) => {
            let (loader, admission) = (Loader::new(engine, limits, None), Admission::of(code));
            set(folder, &folder::load_admitted(&loader, files, &SettingsByName::new(), &admission))
        }
        Err(error) => {
            let found = format!("WebAssembly cannot be run here: {error:#}");
            vec![Finding::problem("plugins", found, "use a machine that wasmtime knows")]
        }
    }
}

fn set(folder: &Path, set: &PluginSet) -> Vec<Finding> {
    let agent = if set.agent.is_some() { " and an agent" } else { "" };
    let loaded = format!("{} detectors{agent} of {}", set.plugins.len(), folder.display());
    let whole = Finding::ok("plugins", loaded);
    let refused = set.refused.iter().map(|refused| {
        let found = format!("{}: {}", refused.path.display(), refused.error);
        Finding::problem(
            "plugins",
            found,
            "mend it or take it away: one refused file holds back the whole set",
        )
    });
    [whole].into_iter().chain(refused).collect()
}

fn policies(folder: &Path) -> Finding {
    match PolicySet::read(folder) {
        Ok(set) => {
            let cases: usize = set.cases().values().sum();
            let found = format!("{} files, {cases} cases pass: {}", set.files().len(), set.hash());
            Finding::ok("policies", found)
        }
        Err(refused) => Finding::problem(
            "policies",
            refused.to_string(),
            "mend what is named, or name another folder with code.policies: no host starts with these",
        ),
    }
}
