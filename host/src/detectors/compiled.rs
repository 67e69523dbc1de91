//! Components compiled once and kept, in a folder that only its owner can write.

use std::{
    fs,
    hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher},
    io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process,
};

use wasmtime::{Engine, component::Component};

use super::artifact::Artifact;

/// A folder of compiled components, keyed by component hash and engine settings.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Opens or makes a cache folder; `None` where that cannot be, since a cache costs time, not correctness.
    ///
    /// # Errors
    /// If the folder belongs to somebody else or others can use it: what lies in it is run.
    pub fn open(folder: &Path) -> io::Result<Option<Self>> {
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        let probe = folder.join(format!(".owner-{}", process::id()));
        let (Ok(()), Ok(probed)) = (made, fs::File::create(&probe)) else { return Ok(None) };
        // Of the open file: another thread may have removed the name.
        let us = probed.metadata()?.uid();
        let _ = fs::remove_file(&probe);
        let found = fs::metadata(folder)?;
        if found.uid() != us || found.permissions().mode() & 0o077 != 0 {
            return Err(io::Error::other(format!(
                "others can use the cache folder {}, and what lies in it is run: chmod 700 it, or name another one \
                 in VYOMO_CACHE_DIR",
                folder.display()
            )));
        }
        Ok(Some(Self { folder: folder.into() }))
    }

    /// The compiled component, from the cache or else compiled and kept.
    ///
    /// # Errors
    /// If it does not compile.
    pub fn component(&self, engine: &Engine, artifact: &Artifact) -> wasmtime::Result<Component> {
        let file = self.folder.join(format!("{}-{:016x}.cwasm", artifact.hash, settings_hash(engine)));
        if file.exists()
            && let Some(component) = stored(engine, &file)
        {
            return Ok(component);
        }
        let component = Component::new(engine, &artifact.bytes)?;
        // A cache that cannot be written costs time, not correctness.
        let _ = keep(&component, &file);
        Ok(component)
    }
}

/// Loads a file of the cache; one that the engine refuses is compiled anew.
#[expect(
    unsafe_code,
    reason = "deserialising trusts the bytes; `Cache::open` made sure that only we wrote them"
)]
fn stored(engine: &Engine, file: &Path) -> Option<Component> {
    // SAFETY: the folder is ours and nobody else can write to it, files are renamed into it when complete,
    // and the name holds the component's hash and the engine's settings.
    unsafe { Component::deserialize_file(engine, file) }.ok()
}

fn keep(component: &Component, file: &Path) -> wasmtime::Result<()> {
    let half = file.with_extension(format!("{}.part", process::id()));
    fs::write(&half, component.serialize()?)?;
    fs::rename(&half, file)?;
    Ok(())
}

fn settings_hash(engine: &Engine) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(engine.precompile_compatibility_hash())
}
