//! Plugin crates become components: `<crate>/<name>.wasm` beside the crate's `Cargo.toml`.
//!
//! One cargo call builds all crates of a workspace whose sources changed since their component was made; the
//! component carries the hash of its sources in a custom section, so nothing else has to be remembered.

mod cargo;
mod error;
mod sources;
mod toolchain;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use wasmparser::{Parser, Payload};

pub use error::BuildError;
use sources::Crate;
pub use sources::may_hold_plugins;
pub use toolchain::Toolchain;

/// Name of the custom section that holds the hash of the sources.
const STAMP: &str = "vyomo:sources";

/// What a build did.
#[derive(Debug, Default)]
pub struct Built {
    /// Components that are up to date now, by path.
    pub components: Vec<PathBuf>,
    /// How many of them were compiled for that.
    pub compiled: usize,
}

/// Makes the components of all plugin crates under a folder current.
///
/// # Errors
/// If a crate cannot be read, no toolchain can build components, or cargo fails.
pub fn build(folder: &Path) -> Result<Built, BuildError> {
    let crates = sources::crates(folder)?;
    let components: Vec<PathBuf> = crates.iter().map(Crate::component).collect();
    let stale: Vec<&Crate> =
        crates.iter().filter(|one| stamp(&one.component()).as_ref() != Some(&one.hash)).collect();
    if !stale.is_empty() {
        let toolchain = Toolchain::find()?;
        for (workspace, members) in sources::by_workspace(&stale) {
            compile(&toolchain, workspace, &members)?;
        }
    }
    Ok(Built { components, compiled: stale.len() })
}

fn compile(toolchain: &Toolchain, workspace: &Path, crates: &[&Crate]) -> Result<(), BuildError> {
    let target = workspace.join("target").join("components");
    let mut command = toolchain.cargo();
    command.arg("--target-dir").arg(&target);
    for one in crates {
        command.args(["-p", &one.name]);
    }
    let name = |library: &str| {
        let found = crates.iter().find(|one| one.library == library);
        found.map_or_else(|| library.to_owned(), |one| one.name.clone())
    };
    cargo::run(command, workspace, name)?;
    let modules = target.join(toolchain::TARGET).join("release");
    crates.par_iter().try_for_each(|one| componentize(one, &modules))
}

fn componentize(one: &Crate, modules: &Path) -> Result<(), BuildError> {
    let failed = |reason: String| BuildError::Component { name: one.name.clone(), reason };
    let module = modules.join(format!("{}.wasm", one.library));
    let module = fs::read(&module).map_err(|reason| failed(format!("{}: {reason}", module.display())))?;
    let mut component = wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(wit_component::ComponentEncoder::encode)
        .map_err(|reason| failed(format!("{reason:#}")))?;
    append_section(&mut component, one.hash.as_bytes());
    let half = one.component().with_extension("wasm.part");
    fs::write(&half, component)
        .and_then(|()| fs::rename(&half, one.component()))
        .map_err(|reason| failed(format!("{}: {reason}", one.component().display())))
}

/// Appends the stamp as a custom section (WebAssembly core specification 5.5.3).
fn append_section(component: &mut Vec<u8>, stamp: &[u8]) {
    let mut body = Vec::new();
    leb128(&mut body, STAMP.len());
    body.extend_from_slice(STAMP.as_bytes());
    body.extend_from_slice(stamp);
    component.push(0);
    leb128(component, body.len());
    component.append(&mut body);
}

fn leb128(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The source hash that a component carries.
fn stamp(component: &Path) -> Option<String> {
    let bytes = fs::read(component).ok()?;
    Parser::new(0).parse_all(&bytes).flatten().find_map(|payload| match payload {
        Payload::CustomSection(section) if section.name() == STAMP => {
            String::from_utf8(section.data().to_vec()).ok()
        }
        _ => None,
    })
}
