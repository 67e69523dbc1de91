//! Helpers of the integration tests: a scratch folder with plugins and data, and the `host` command in it.
#![expect(clippy::missing_panics_doc, reason = "a test that cannot be set up fails")]

pub mod agent;
pub mod database;
pub mod feed;
pub mod serving;
pub mod tape;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A component that does the same and is another one: a custom section more (WebAssembly core specification, 5.5.3).
/// `stamp` has at most 126 bytes.
#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
pub fn stamped(component: &Path, stamp: &str) -> Vec<u8> {
    let mut bytes = fs::read(component).unwrap_or_else(|_| missing_component(component));
    let length = u8::try_from(stamp.len()).expect("a short stamp");
    bytes.extend([0, length + 1, length]);
    bytes.extend(stamp.as_bytes());
    bytes
}

/// A folder that is gone after the test.
pub struct Scratch {
    folder: TempDir,
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
impl Scratch {
    /// An empty folder with an empty `plugins` in it.
    pub fn new() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        fs::create_dir(folder.path().join("plugins")).expect("a folder in it");
        Self { folder }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Copies a built component of this repository into `plugins`, as `name`.
    #[must_use]
    pub fn with_component(self, component: &str, name: &str) -> Self {
        let from = repository().join(component);
        let bytes = fs::read(&from).unwrap_or_else(|_| missing_component(&from));
        self.with_bytes(name, &bytes)
    }

    /// Writes a file into `plugins`.
    #[must_use]
    pub fn with_bytes(self, name: &str, bytes: &[u8]) -> Self {
        fs::write(self.path("plugins").join(name), bytes).expect("a file in the folder");
        self
    }

    /// Writes a file into the folder.
    #[must_use]
    pub fn with_file(self, name: &str, text: &str) -> Self {
        fs::write(self.path(name), text).expect("a file in the folder");
        self
    }

    /// A file that a command wrote.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the command wrote it")
    }

    /// Runs `host` in the folder.
    pub fn host(&self, arguments: &[&str]) -> Ran {
        self.host_with(&[], arguments)
    }

    /// Runs `host` in the folder with environment variables.
    pub fn host_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let binary = binary();
        let output = Command::new(&binary)
            .args(arguments)
            .envs(variables.iter().copied())
            .current_dir(self.folder.path())
            .env("VYOMO_CACHE_DIR", repository().join("target/test-cache"))
            .output()
            .unwrap_or_else(|_| missing_binary(&binary));
        Ran::from(output)
    }
}

/// How a command ended and what it said.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Everything that was said, each sentence on one line again.
    pub fn said(&self) -> String {
        format!("{}{}", self.out, self.err).replace("\n    ", " ")
    }
}

/// The `host` binary beside the test binaries.
#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
pub fn binary() -> PathBuf {
    let test = env::current_exe().expect("the test's own path");
    test.ancestors().nth(2).expect("a target folder").join("host")
}

#[expect(clippy::panic, reason = "a test that cannot be set up fails")]
fn missing_component(path: &Path) -> ! {
    panic!("{} is not built; `make test` builds it", path.display())
}

#[expect(clippy::panic, reason = "a test that cannot be set up fails")]
fn missing_binary(path: &Path) -> ! {
    panic!("{} is not built; `make test` builds it", path.display())
}
