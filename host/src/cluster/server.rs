//! The server process: whether it is there, starting it, stopping it.

use std::{
    fs::{self, File},
    os::unix::{net::UnixStream, process::CommandExt as _},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use super::{
    account::{Account, command},
    binaries::Binaries,
    error::ClusterError,
    folders::{Folders, unusable},
    locks::{self, PAUSE},
};

/// Longest wait for a fast shutdown, which writes what is in memory to disk.
const FAST: Duration = Duration::from_secs(60);

/// Longest wait after that for an immediate one.
const IMMEDIATE: Duration = Duration::from_secs(10);

/// Lines of a log that an error shows.
const TAIL: usize = 20;

/// Whether any process of the server lives: it holds its lock, or one that somebody started by hand answers.
pub(super) fn lives(folders: &Folders) -> Result<bool, ClusterError> {
    Ok(locks::for_server(&folders.server())?.is_none() || answers(folders))
}

/// Waits for a server that lives to be ready; `false` if it has ended instead.
pub(super) fn settles(folders: &Folders, limit: Duration) -> Result<bool, ClusterError> {
    let began = Instant::now();
    while lives(folders)? {
        if is_ready(folders) && answers(folders) {
            return Ok(true);
        }
        if began.elapsed() > limit {
            return Err(ClusterError::Slow {
                folder: folders.home.clone(),
                limit,
                said: last_words(folders),
            });
        }
        thread::sleep(PAUSE);
    }
    Ok(false)
}

/// Starts the server and waits until it is ready. To be called in one's turn, when none lives.
pub(super) fn start(
    folders: &Folders,
    binaries: &Binaries,
    account: Option<&Account>,
    limit: Duration,
) -> Result<Child, ClusterError> {
    remove_stale(folders)?;
    let mut child = spawn(folders, binaries, account)?;
    let ready = await_start(folders, &mut child, limit);
    if ready.is_err() {
        signal(child.id().cast_signed(), Signal::SIGQUIT);
        let _ = child.wait();
    }
    ready.map(|()| child)
}

/// Stops the server and waits until it is gone. To be called in one's turn, when no host is attached.
pub(super) fn stop(folders: &Folders) -> Result<(), ClusterError> {
    for (order, limit) in [(Signal::SIGINT, FAST), (Signal::SIGQUIT, IMMEDIATE)] {
        let began = Instant::now();
        if let Some(process) = process(folders) {
            signal(process, order);
        }
        while began.elapsed() < limit {
            if !lives(folders)? {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
    }
    let process = process(folders).unwrap_or_default();
    Err(ClusterError::Stop { folder: folders.home.clone(), process })
}

/// Its group is its own, so that a Ctrl-C meant for the host does not end what others use.
fn spawn(folders: &Folders, binaries: &Binaries, account: Option<&Account>) -> Result<Child, ClusterError> {
    let words = folders.first_words();
    let log = File::create(&words).map_err(unusable(&words))?;
    let again = log.try_clone().map_err(unusable(&words))?;
    let lock = locks::for_server(&folders.server())?.ok_or(ClusterError::Interrupted)?;
    let program = binaries.program("postgres")?;
    command(&program, account, &folders.home)
        .arg("-D")
        .arg(&folders.home)
        .stdin(lock)
        .stdout(again)
        .stderr(log)
        .process_group(0)
        .spawn()
        .map_err(|reason| ClusterError::Spawn { program, reason })
}

fn await_start(folders: &Folders, child: &mut Child, limit: Duration) -> Result<(), ClusterError> {
    let began = Instant::now();
    let folder = || folders.home.clone();
    loop {
        if process(folders) == Some(child.id().cast_signed()) && is_ready(folders) {
            return Ok(());
        }
        if !matches!(child.try_wait(), Ok(None)) {
            return Err(ClusterError::Start { folder: folder(), said: last_words(folders) });
        }
        if began.elapsed() > limit {
            return Err(ClusterError::Slow { folder: folder(), limit, said: last_words(folders) });
        }
        thread::sleep(PAUSE);
    }
}

/// Lock files of a server that is gone: their process number may be another program's by now, and then Postgres
/// would not dare to start.
fn remove_stale(folders: &Folders) -> Result<(), ClusterError> {
    let mut socket_lock = folders.socket_file().into_os_string();
    socket_lock.push(".lock");
    for stale in [folders.data().join("postmaster.pid"), socket_lock.into(), folders.socket_file()] {
        if stale.exists() {
            fs::remove_file(&stale).map_err(unusable(&stale))?;
        }
    }
    Ok(())
}

fn answers(folders: &Folders) -> bool {
    UnixStream::connect(folders.socket_file()).is_ok()
}

/// A line of `postmaster.pid`: process, data folder, start time, port, socket folder, address, memory key, state.
fn line(folders: &Folders, number: usize) -> Option<String> {
    let file = fs::read_to_string(folders.data().join("postmaster.pid")).ok()?;
    file.lines().nth(number).map(|line| line.trim().to_owned())
}

fn process(folders: &Folders) -> Option<i32> {
    line(folders, 0)?.parse().ok().filter(|&process| process > 1)
}

fn is_ready(folders: &Folders) -> bool {
    line(folders, 7).is_some_and(|state| state == "ready")
}

/// One that is gone needs no signal.
fn signal(process: i32, signal: Signal) {
    let _ = kill(Pid::from_raw(process), signal);
}

/// End of what the server said last.
fn last_words(folders: &Folders) -> String {
    let logs = fs::read_dir(folders.log()).into_iter().flatten().flatten().map(|entry| entry.path());
    let changed = |path: &std::path::PathBuf| fs::metadata(path).and_then(|it| it.modified()).ok();
    let texts = [Some(folders.first_words()), logs.max_by_key(changed)];
    let said: String = texts.into_iter().flatten().filter_map(|path| fs::read_to_string(path).ok()).collect();
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(TAIL)..].join("\n")
}
