//! A new cluster, whole or not there at all.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use super::{
    account::{Account, command},
    binaries::Binaries,
    error::ClusterError,
    folders::{Folders, own, unusable},
    locks,
    settings::{ROLE, SUPERUSER},
};

/// `C.UTF-8` orders text alike on all machines; macOS has it under no name.
const LOCALE: &str = if cfg!(target_os = "macos") { "C" } else { "C.UTF-8" };

/// Major version of the data, if there are any.
pub(super) fn version(folders: &Folders) -> Result<Option<String>, ClusterError> {
    let data = folders.data();
    match fs::read_to_string(data.join("PG_VERSION")) {
        Ok(version) => Ok(Some(version.trim().to_owned())),
        Err(_) if data.exists() => Err(ClusterError::NotACluster { path: data }),
        Err(_) => Ok(None),
    }
}

/// Makes the cluster beside its place and then puts it there, so a half-made one is never taken for whole.
pub(super) fn create(
    folders: &Folders,
    binaries: &Binaries,
    account: Option<&Account>,
) -> Result<(), ClusterError> {
    let unfinished = folders.unfinished();
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(unusable(&unfinished))?;
    }
    own(&unfinished, account)?;
    // Held by the programs, too: should this host be killed, the next one waits for what it left running.
    let lock = locks::for_server(&folders.server())?.ok_or(ClusterError::Interrupted)?;
    let run = |program: &'static str| -> Result<Command, ClusterError> {
        let mut command = command(&binaries.program(program)?, account, &folders.home);
        command.stdout(lock.try_clone().map_err(unusable(&folders.server()))?);
        Ok(command)
    };
    let mut initdb = run("initdb")?;
    initdb
        .args(["--username", SUPERUSER, "--auth", "peer", "--encoding", "UTF8", "--locale", LOCALE])
        .args(["--data-checksums", "--no-sync", "--no-instructions", "--pgdata"])
        .arg(&unfinished);
    finish(initdb, "", folders)?;
    let mut single = run("postgres")?;
    single.args(["--single", "-F", "-D"]).arg(&unfinished).arg("postgres");
    let owner = format!("CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {ROLE} OWNER {ROLE}\n");
    finish(single, &owner, folders)?;
    let mut sync = run("initdb")?;
    sync.args(["--sync-only", "--pgdata"]).arg(&unfinished);
    finish(sync, "", folders)?;
    fs::rename(&unfinished, folders.data()).map_err(unusable(&folders.data()))?;
    synchronise(&folders.home)
}

fn finish(mut command: Command, input: &str, folders: &Folders) -> Result<(), ClusterError> {
    let program = Path::new(command.get_program()).to_owned();
    let output = converse(&mut command, input).map_err(|reason| ClusterError::Spawn { program, reason })?;
    // A single-user Postgres goes on after a statement that failed, and ends well.
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && !errors.contains("ERROR:") {
        return Ok(());
    }
    let said = format!("{}, {}", output.status, errors.trim());
    Err(ClusterError::Initialise { folder: folders.data(), said })
}

fn converse(command: &mut Command, input: &str) -> std::io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who ends early says why on standard error.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}

fn synchronise(folder: &Path) -> Result<(), ClusterError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(unusable(folder))
}
