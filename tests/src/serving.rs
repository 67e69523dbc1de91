//! A running `host serve`, as its users have it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

use crate::{Ran, binary, database::Database, missing_binary, repository};

/// A folder with a key, settings and a copy of the repository's policies, in which a host may be started and killed
/// any number of times.
pub struct Site {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

#[expect(clippy::expect_used, clippy::panic, reason = "a test that cannot be set up fails")]
impl Site {
    /// A site over a database, in development mode.
    pub fn new(database: &Database) -> Self {
        let site = Self { folder: TempDir::new().expect("a temporary folder"), settings: Vec::new() }
            .with("VYOMO_DATABASE__URL", database.url.expose())
            .with("VYOMO_SERVER__DEVELOPMENT", "true")
            .with("VYOMO_SERVER__LISTEN", "127.0.0.1:0");
        let made = site.host(&["ledger", "keygen"]);
        assert_eq!(made.code, 0, "{made:?}");
        copy(&repository().join("policies"), &site.path("policies"));
        fs::create_dir(site.path("plugins")).expect("a folder");
        site
    }

    /// The same with a setting, by the name of its variable.
    #[must_use]
    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.settings.retain(|(name, _)| name != variable);
        self.settings.push((variable.to_owned(), value.to_owned()));
        self
    }

    /// The same with components of the repository, by their paths.
    #[must_use]
    pub fn with_components(self, components: &[&str]) -> Self {
        for component in components {
            let from = repository().join(component);
            let name = from.file_name().expect("a file");
            fs::copy(&from, self.path("plugins").join(name))
                .expect("a built component; `make test` builds them");
        }
        self
    }

    /// A path in the site's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs a command of the host here.
    pub fn host(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap_or_else(|_| missing_binary(&binary())))
    }

    /// Starts `host serve`.
    pub fn serve(&self) -> Serving {
        self.serve_with(&[])
    }

    /// Starts `host serve` with arguments.
    pub fn serve_with(&self, arguments: &[&str]) -> Serving {
        let mut command = self.command(&["serve"]);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|_| missing_binary(&binary()));
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut err = child.stderr.take().expect("its errors");
        out.read_line(&mut line).expect("a line");
        let log = thread::spawn(move || {
            let mut said = String::new();
            let _ = err.read_to_string(&mut said);
            said
        });
        let url =
            line.split_whitespace().find(|word| word.starts_with("http")).unwrap_or_default().to_owned();
        if url.is_empty() {
            let _ = child.wait();
            let said = log.join().expect("the log");
            panic!("the host did not start: {line}{said}");
        }
        let rest = thread::spawn(move || {
            let mut said = String::new();
            let _ = out.read_to_string(&mut said);
        });
        Serving { child, url, log: Some(log), _out: rest }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VYOMO_CACHE_DIR", repository().join("target/test-cache"))
            .env("VYOMO_DATA_DIR", self.path("data"))
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A host that listens; killed when dropped.
pub struct Serving {
    child: Child,
    /// Where, as `http://127.0.0.1:PORT`.
    pub url: String,
    log: Option<thread::JoinHandle<String>>,
    _out: thread::JoinHandle<()>,
}

#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
impl Serving {
    /// Number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Most memory that it ever had, bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux says it");
        peak.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).expect("it runs");
    }

    /// Asks it to end, waits until it has, and gives exit code and log.
    pub fn stop(mut self) -> (i32, String) {
        self.signal(Signal::SIGTERM);
        let code = self.child.wait().expect("it ends").code().unwrap_or(-1);
        (code, self.log.take().map(|log| log.join().expect("the log")).unwrap_or_default())
    }

    /// Ends it as a crash would.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Copies a folder.
#[expect(clippy::expect_used, reason = "a test that cannot be set up fails")]
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}
