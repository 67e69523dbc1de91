//! A plugin file, checked without running or compiling anything of it.

use std::{fmt::Write as _, fs, path::Path};

use sha2::{Digest, Sha256};
use wasmparser::{Encoding, Parser, Payload};

use crate::domain::family::Family;

use super::error::{LoadError, one_line};

/// Version of the plugin contract that this host speaks.
pub const CONTRACT: &str = "0.1.0";

/// Largest file that is read at all; a Python detector takes 18 MB.
const LARGEST: u64 = 128 << 20;

/// What a component is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum World {
    /// It finds.
    Detector(Family),
    /// It decides about what others find.
    Agent,
}

impl World {
    /// For people: the family of a detector, or `agent`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Detector(family) => family.name(),
            Self::Agent => "agent",
        }
    }
}

/// Interfaces by which a component shows its world.
const WORLDS: [(&str, &str, World); 4] = [
    ("market-detection", "market-detector", World::Detector(Family::Market)),
    ("algorithm-signals", "algorithm", World::Detector(Family::Conflict)),
    ("behavior-detection", "behavior-detector", World::Detector(Family::Behavior)),
    ("decision", "decision-agent", World::Agent),
];

/// What an agent may import beyond what every plugin may.
const LANGUAGE_MODEL: &str = "vyomo:plugin/language-model@";

/// Bytes that are a component of a known world and version.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// The component.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, lower-case hex.
    pub hash: String,
    /// What it is for.
    pub world: World,
    /// Whether it imports WASI.
    pub wants_wasi: bool,
    /// Whether it imports a language model.
    pub wants_model: bool,
}

impl Artifact {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// If it cannot be read or is no component of a known world and version.
    pub fn read(path: &Path) -> Result<Self, LoadError> {
        let unreadable = |reason| LoadError::Unreadable { path: path.into(), reason };
        let length = fs::metadata(path).map_err(unreadable)?.len();
        if length > LARGEST {
            let reason = format!("it has {length} bytes, and {LARGEST} are the most that is read");
            return Err(LoadError::NotAComponent { reason });
        }
        Self::from_bytes(fs::read(path).map_err(unreadable)?)
    }

    /// Checks bytes.
    ///
    /// # Errors
    /// If they are no component of a known world and version.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, LoadError> {
        let Surface { imports, exports } = surface(&bytes)?;
        let world = world(&exports)?;
        let wants = |prefix: &str| imports.iter().any(|import| import.starts_with(prefix));
        let (wants_wasi, wants_model) = (wants("wasi:"), wants(LANGUAGE_MODEL));
        if let Some(import) = imports.into_iter().find(|import| !is_given(import, world)) {
            return Err(LoadError::UndeclaredImport { import, family: world.name() });
        }
        Ok(Self { hash: hex(&Sha256::digest(&bytes)), bytes, world, wants_wasi, wants_model })
    }
}

/// Why a module is none.
const CORE_MODULE: &str = "it is a core module, of which a component is yet to be made";

/// Names at the outer border of a component.
#[derive(Default)]
struct Surface {
    imports: Vec<String>,
    exports: Vec<String>,
}

/// First bytes of every WebAssembly file (core specification 5.5.16).
const MAGIC: &[u8] = b"\0asm";

/// Bytes of the magic and of the version after it.
const PREAMBLE: usize = 8;

/// Refuses bytes that are not even the beginning of a WebAssembly file.
fn check_preamble(bytes: &[u8]) -> Result<(), LoadError> {
    let reason = match bytes {
        [] => "it is empty".to_owned(),
        _ if !bytes.starts_with(&MAGIC[..MAGIC.len().min(bytes.len())]) => {
            let start = &bytes[..MAGIC.len().min(bytes.len())];
            format!("it begins with `{}`, not with `{}`", start.escape_ascii(), MAGIC.escape_ascii())
        }
        _ if bytes.len() < PREAMBLE => format!("it is cut off after {} bytes", bytes.len()),
        _ => return Ok(()),
    };
    Err(LoadError::NotAComponent { reason })
}

fn surface(bytes: &[u8]) -> Result<Surface, LoadError> {
    check_preamble(bytes)?;
    let broken = |error: wasmparser::BinaryReaderError| LoadError::NotAComponent {
        reason: format!("it is broken or cut off at byte {}: {}", error.offset(), one_line(error.message())),
    };
    let mut surface = Surface::default();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(broken)? {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(LoadError::NotAComponent { reason: CORE_MODULE.into() });
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    surface.imports.push(import.map_err(broken)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    surface.exports.push(export.map_err(broken)?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(surface)
}

fn world(exports: &[String]) -> Result<World, LoadError> {
    let ours = exports.iter().filter_map(|export| export.strip_prefix("vyomo:plugin/"));
    for (interface, version) in ours.filter_map(|export| export.split_once('@')) {
        let Some((_, _, world)) = WORLDS.iter().find(|(name, _, _)| *name == interface) else { continue };
        if version != CONTRACT {
            return Err(LoadError::WrongVersion { found: version.into(), supported: CONTRACT });
        }
        return Ok(*world);
    }
    let found = if exports.is_empty() { "nothing".into() } else { exports.join(", ") };
    Err(LoadError::WrongWorld { found, worlds: WORLDS.map(|(_, world, _)| world).join(", ") })
}

/// Interfaces of types alone, WASI with an empty context, and for an agent the model, which may be refused later.
fn is_given(import: &str, world: World) -> bool {
    (world == World::Agent && import.starts_with(LANGUAGE_MODEL))
        || import.starts_with("vyomo:plugin/types@")
        || import.starts_with("vyomo:plugin/market-data@")
        || import.starts_with("wasi:")
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
