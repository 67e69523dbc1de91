//! A data folder of one test, and hosts on it.

use std::{
    fs::{self, Permissions},
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{fs::PermissionsExt as _, net::UnixStream},
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;
use tests::{Ran, binary};

pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        // Postgres' account must pass.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn cluster(&self) -> PathBuf {
        self.path("data/postgres")
    }

    /// The `host` command, with nothing configured but the data folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.folder.path()).env("VYOMO_DATA_DIR", self.data_dir());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn host(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Runs a command that must go well.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ran = self.host(arguments);
        assert_eq!(ran.code, 0, "{}", ran.said());
        ran.said()
    }

    /// Runs a command that reads a line.
    pub(crate) fn told(&self, arguments: &[&str], line: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut host = command.spawn().unwrap();
        writeln!(host.stdin.take().unwrap(), "{line}").unwrap();
        Ran::from(host.wait_with_output().unwrap())
    }

    pub(crate) fn running(&self) -> Running {
        Running::of(self.command(&["db", "run", "--until-stdin-closes"]))
    }

    /// Whether the server takes connections.
    pub(crate) fn serves(&self) -> bool {
        UnixStream::connect(self.cluster().join("socket/.s.PGSQL.5432")).is_ok()
    }

    /// Process number of the server.
    pub(crate) fn server(&self) -> i32 {
        let file = fs::read_to_string(self.cluster().join("data/postmaster.pid")).unwrap();
        file.lines().next().unwrap().parse().unwrap()
    }
}

/// A host that keeps the database running. It ends, at the latest, when this is dropped.
pub(crate) struct Running {
    pub(crate) url: String,
    host: Child,
    stdin: Option<ChildStdin>,
    _said: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn of(mut command: Command) -> Self {
        let mut host = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(host.stdout.take().unwrap());
        let mut url = String::new();
        said.read_line(&mut url).unwrap();
        let stdin = host.stdin.take();
        Self { url: url.trim().to_owned(), host, stdin, _said: said }
    }

    /// Ends it by a signal; returns its exit code.
    pub(crate) fn end_by(mut self, signal: Signal) -> Option<i32> {
        kill(Pid::from_raw(self.host.id().cast_signed()), signal).unwrap();
        self.host.wait().unwrap().code()
    }

    /// Ends it by closing its standard input; returns its exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        self.stdin = None;
        self.host.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.host.wait();
    }
}
