//! Plugin crates and what their components are made from.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use toml::{Table, Value};

use super::BuildError;
use crate::detectors::artifact::hex;

/// A crate that compiles to a plugin.
#[derive(Clone, Debug)]
pub(super) struct Crate {
    pub(super) name: String,
    /// File stem of the compiled module.
    pub(super) library: String,
    pub(super) folder: PathBuf,
    pub(super) workspace: PathBuf,
    /// SHA-256 over everything its component is made from.
    pub(super) hash: String,
}

impl Crate {
    pub(super) fn component(&self) -> PathBuf {
        self.folder.join(format!("{}.wasm", self.name))
    }
}

/// The plugin crates (libraries of type `cdylib`) under a folder, by path.
pub(super) fn crates(folder: &Path) -> Result<Vec<Crate>, BuildError> {
    let folder = folder.canonicalize().map_err(|reason| unreadable(folder, reason))?;
    let mut found = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        match plugin_crate(&folder)? {
            Some(one) => found.push(one),
            None => folders.extend(subfolders(&folder)?),
        }
    }
    found.sort_by(|a, b| a.folder.cmp(&b.folder));
    Ok(found)
}

/// Crates by the workspace that builds them.
pub(super) fn by_workspace<'a>(crates: &[&'a Crate]) -> BTreeMap<&'a Path, Vec<&'a Crate>> {
    let mut workspaces: BTreeMap<&Path, Vec<&Crate>> = BTreeMap::new();
    for &one in crates {
        workspaces.entry(&one.workspace).or_default().push(one);
    }
    workspaces
}

fn plugin_crate(folder: &Path) -> Result<Option<Crate>, BuildError> {
    let path = folder.join("Cargo.toml");
    if !path.exists() {
        return Ok(None);
    }
    let manifest = table(&path)?;
    let types = manifest.get("lib").and_then(|lib| lib.get("crate-type")).and_then(Value::as_array);
    if !types.is_some_and(|types| types.iter().any(|one| one.as_str() == Some("cdylib"))) {
        return Ok(None);
    }
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(Value::as_str)
        .ok_or_else(|| unreadable(&path, "[package] has no name"))?
        .to_owned();
    let library = manifest.get("lib").and_then(|lib| lib.get("name")).and_then(Value::as_str);
    let workspace = workspace(folder)?;
    Ok(Some(Crate {
        library: library.unwrap_or(&name).replace('-', "_"),
        hash: source_hash(folder, &workspace)?,
        name,
        folder: folder.into(),
        workspace,
    }))
}

/// The nearest folder above whose manifest is a workspace, or the crate itself.
fn workspace(folder: &Path) -> Result<PathBuf, BuildError> {
    for above in folder.ancestors() {
        let path = above.join("Cargo.toml");
        if path.exists() && table(&path)?.contains_key("workspace") {
            return Ok(above.into());
        }
    }
    Ok(folder.into())
}

/// Hash over the crate, the local crates it depends on, and the workspace's manifest and lock file.
fn source_hash(folder: &Path, workspace: &Path) -> Result<String, BuildError> {
    let root = table(&workspace.join("Cargo.toml"))?;
    let mut folders = BTreeSet::new();
    let mut pending = vec![folder.to_path_buf()];
    while let Some(next) = pending.pop() {
        if folders.insert(next.clone()) {
            pending.extend(local_dependencies(&next, workspace, &root)?);
        }
    }
    let mut hasher = Sha256::new();
    for name in ["Cargo.toml", "Cargo.lock"] {
        add_file(&mut hasher, workspace, &workspace.join(name))?;
    }
    for folder in folders {
        add_folder(&mut hasher, workspace, &folder)?;
    }
    Ok(hex(&hasher.finalize()))
}

/// Folders of path dependencies, named by the crate itself or through the workspace.
fn local_dependencies(folder: &Path, workspace: &Path, root: &Table) -> Result<Vec<PathBuf>, BuildError> {
    let manifest = table(&folder.join("Cargo.toml"))?;
    let Some(dependencies) = manifest.get("dependencies").and_then(Value::as_table) else {
        return Ok(Vec::new());
    };
    let shared = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    let path = |(name, one): (&String, &Value)| {
        let own = one.get("path").and_then(Value::as_str).map(|path| folder.join(path));
        let inherited = || shared?.get(name)?.get("path")?.as_str().map(|path| workspace.join(path));
        own.or_else(inherited)
    };
    dependencies
        .iter()
        .filter_map(path)
        .map(|path| path.canonicalize().map_err(|reason| unreadable(&path, reason)))
        .collect()
}

/// Adds every file of a crate but components and what is tested or measured with it.
fn add_folder(hasher: &mut Sha256, workspace: &Path, folder: &Path) -> Result<(), BuildError> {
    let beside = ["tests", "benches"].map(|name| folder.join(name));
    let mut pending = vec![folder.to_path_buf()];
    while let Some(next) = pending.pop() {
        pending.extend(subfolders(&next)?.into_iter().filter(|path| !beside.contains(path)));
        for file in entries(&next)?.into_iter().filter(|path| path.is_file()) {
            if file.extension().is_none_or(|extension| extension != "wasm" && extension != "part") {
                add_file(hasher, workspace, &file)?;
            }
        }
    }
    Ok(())
}

/// Adds name and contents, each with its length; a file that is not there adds nothing.
fn add_file(hasher: &mut Sha256, workspace: &Path, path: &Path) -> Result<(), BuildError> {
    if !path.exists() {
        return Ok(());
    }
    let name = path.strip_prefix(workspace).unwrap_or(path).to_string_lossy();
    let bytes = fs::read(path).map_err(|reason| unreadable(path, reason))?;
    for part in [name.as_bytes(), &bytes] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    Ok(())
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let real = |path: &PathBuf| path.is_dir() && !path.is_symlink() && may_hold_plugins(path);
    Ok(entries(folder)?.into_iter().filter(real).collect())
}

/// Whether a folder is neither hidden nor full of what builds leave behind.
pub fn may_hold_plugins(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && name != "target" && name != "node_modules"
}

/// What lies in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, BuildError> {
    let failed = |reason| unreadable(folder, reason);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn table(path: &Path) -> Result<Table, BuildError> {
    let text = fs::read_to_string(path).map_err(|reason| unreadable(path, reason))?;
    text.parse().map_err(|reason| unreadable(path, reason))
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn unreadable(path: &Path, reason: impl ToString) -> BuildError {
    BuildError::Unreadable { path: path.into(), reason: reason.to_string() }
}
