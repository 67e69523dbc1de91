//! A Rust toolchain that builds for wasm.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::BuildError;

/// The target of every plugin.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler, cargo and sources of the standard library (rustc-web, cargo-web, rust-web-src).
const DEBIAN: [&str; 3] = ["/usr/bin/rustc", "/usr/bin/cargo", "/usr/lib/rustlib/src"];

/// Longest that rustup may look for the target; without a network it would hang.
const DOWNLOAD: Duration = Duration::from_secs(60);

/// Builds for wasm in one of two ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The toolchain in use has the target's standard library.
    Installed,
    /// Debian's compiler builds the standard library too.
    Debian {
        /// A linker for wasm.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Finds one; lets rustup fetch the target, for a limited time, only if nothing else works and the
    /// environment does not forbid it (`RUSTUP_AUTO_INSTALL=0`).
    ///
    /// # Errors
    /// If there is none; says what to install.
    pub fn find() -> Result<Self, BuildError> {
        if installed() {
            return Ok(Self::Installed);
        }
        if let Some(debian) = debian() {
            return Ok(debian);
        }
        if may_download() && fetched() && installed() {
            return Ok(Self::Installed);
        }
        Err(BuildError::NoToolchain)
    }

    /// A `cargo build` for the target, optimised for speed; panics abort.
    pub(super) fn cargo(&self) -> Command {
        let mut cargo = match self {
            Self::Installed => Command::new("cargo"),
            Self::Debian { linker } => {
                let [rustc, cargo, _] = DEBIAN;
                let mut cargo = Command::new(cargo);
                cargo.env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1");
                cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                cargo
            }
        };
        cargo.args(["build", "--release", "--target", TARGET]);
        if matches!(self, Self::Debian { .. }) {
            cargo.arg("-Zbuild-std=std,panic_abort");
        }
        for (key, value) in [
            ("OPT_LEVEL", "3"),
            ("LTO", "fat"),
            ("CODEGEN_UNITS", "1"),
            ("PANIC", "abort"),
            ("STRIP", "symbols"),
        ] {
            cargo.env(format!("CARGO_PROFILE_RELEASE_{key}"), value);
        }
        for inherited in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "RUSTC_WRAPPER"] {
            cargo.env_remove(inherited);
        }
        cargo
    }
}

fn installed() -> bool {
    output(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .is_some_and(|folder| Path::new(&folder).is_dir())
}

fn debian() -> Option<Toolchain> {
    let complete = DEBIAN.iter().all(|path| Path::new(path).exists());
    complete.then(linker).flatten().map(|linker| Toolchain::Debian { linker })
}

/// `rust-lld` of the toolchain in use, or an lld from the system.
fn linker() -> Option<PathBuf> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"])).map(PathBuf::from);
    let bundled = sysroot
        .map(|root| root.join(format!("lib/rustlib/{}-unknown-linux-gnu/bin/rust-lld", env::consts::ARCH)));
    let system = ["/usr/bin/rust-lld", "/usr/bin/wasm-ld"].map(PathBuf::from);
    bundled.into_iter().chain(system).find(|path| path.exists())
}

fn may_download() -> bool {
    env::var("RUSTUP_AUTO_INSTALL").map_or(true, |allowed| allowed != "0")
}

fn fetched() -> bool {
    let Ok(mut rustup) = Command::new("rustup").args(["target", "add", TARGET]).stdin(Stdio::null()).spawn()
    else {
        return false;
    };
    let began = Instant::now();
    while began.elapsed() < DOWNLOAD {
        match rustup.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(100)),
            Err(_) => break,
        }
    }
    let _ = rustup.kill();
    let _ = rustup.wait();
    false
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
