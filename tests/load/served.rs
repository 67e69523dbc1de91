//! A host in a folder of its own, with all components and the default policies.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use tests::{binary, repository};

/// A running host; it ends with this.
pub(crate) struct Host {
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
    child: Child,
    folder: TempDir,
}

impl Host {
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        copy_components(&repository().join("plugins"), &folder.path().join("plugins"));
        let command = |arguments: &[&str]| {
            let mut command = Command::new(binary());
            command
                .args(arguments)
                .current_dir(repository())
                .env("VYOMO_DATA_DIR", folder.path().join("data"))
                .env("VYOMO_CODE__PLUGINS", folder.path().join("plugins"))
                .env("VYOMO_CODE__WATCH", "false")
                .env("VYOMO_CODE__POLICIES", repository().join("policies"))
                .env("VYOMO_ACTIONS__MOST_PER_INTERVAL", "100000000")
                .env("VYOMO_SERVER__DEVELOPMENT", "true")
                .env("VYOMO_SERVER__REQUESTS_PER_SECOND", "100000")
                .env("VYOMO_SERVER__BURST", "100000")
                .env("VYOMO_SERVER__MAX_CONNECTIONS", "4000")
                .env("VYOMO_SUBSCRIPTIONS__CONNECTIONS_PER_KEY", "2000");
            command
        };
        assert!(command(&["ledger", "keygen"]).status().unwrap().success());
        let mut child =
            command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap().to_owned();
        Self {
            url,
            client: ::host::http::client(std::time::Duration::from_secs(60), |client| client).unwrap(),
            child,
            folder,
        }
    }

    /// Where a component is.
    pub(crate) fn component(&self, name: &str) -> PathBuf {
        self.folder.path().join("plugins").join(name)
    }

    /// Largest resident memory of host and Postgres so far.
    pub(crate) fn report_memory(&self) {
        println!("memory: host {} MB at most", peak(self.child.id()));
        let postmaster = fs::read_to_string(find(self.folder.path(), "postmaster.pid").unwrap()).unwrap();
        let number: u32 = postmaster.lines().next().unwrap().parse().unwrap();
        println!("memory: Postgres' first process {} MB at most", peak(number));
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        if asked.is_ok_and(|asked| asked.success()) {
            let _ = self.child.wait();
        }
    }
}

/// Copies the built components of each family into one folder.
fn copy_components(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for family in ["agent", "behavior", "conflict", "market"] {
        for entry in fs::read_dir(from.join(family)).unwrap() {
            let crate_folder = entry.unwrap().path();
            let name = crate_folder.file_name().unwrap().to_str().unwrap().to_owned() + ".wasm";
            fs::copy(crate_folder.join(&name), to.join(&name)).unwrap();
        }
    }
}

/// Megabytes (Linux, `VmHWM`).
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1_024
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    for entry in fs::read_dir(folder).ok()?.flatten() {
        let path = entry.path();
        if entry.file_name() == name {
            return Some(path);
        }
        if path.is_dir()
            && let Some(found) = find(&path, name)
        {
            return Some(found);
        }
    }
    None
}
