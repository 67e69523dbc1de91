//! What commands that use the database set up alike: settings, the runtime, the database, and leaving in order
//! when a signal comes.

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use tokio::{
    runtime::Runtime,
    select,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::{
    cluster::{self, Database},
    config::Config,
};

/// Done when a signal asks to end.
pub(super) type Stopped = WaitForCancellationFutureOwned;

/// Told each time a signal asks to read code anew.
pub(super) type Reload = mpsc::Receiver<()>;

/// Number of the signal by which services are told to read their files anew.
const HANG_UP: u8 = SignalKind::hangup().as_raw_value() as u8;

/// How a command ended.
pub(super) enum Ended<T> {
    /// By itself.
    Done(T),
    /// By the signal of this number.
    Signalled(u8),
}

/// A shell's code for a command that a signal ended is this much over the signal's number (POSIX.1-2024, 2.8.2).
const SIGNALLED: u8 = 128;

/// Runs a command on the database and leaves the database in order, however the command ends.
pub(super) fn with_database(
    config: Option<&Path>,
    work: impl AsyncFnOnce(&Config, &Database) -> anyhow::Result<ExitCode>,
) -> anyhow::Result<ExitCode> {
    match until_signal(config, work)? {
        Ended::Done(code) => Ok(code),
        Ended::Signalled(number) => Ok(ExitCode::from(SIGNALLED + number)),
    }
}

/// The same, and says whether a signal ended it.
pub(super) fn until_signal<T>(
    config: Option<&Path>,
    work: impl AsyncFnOnce(&Config, &Database) -> anyhow::Result<T>,
) -> anyhow::Result<Ended<T>> {
    let config = Config::load(config)?;
    let runtime = Runtime::new().context("the asynchronous runtime cannot be started")?;
    runtime.block_on(async {
        let mut stop = Stop::listen()?;
        let database = select! {
            opened = cluster::open(&config) => opened?,
            number = stop.asked() => return Ok(Ended::Signalled(number)),
        };
        let ended = select! {
            done = work(&config, &database) => done.map(Ended::Done),
            number = stop.asked() => Ok(Ended::Signalled(number)),
        };
        let closed = database.close().await;
        let ended = ended?;
        closed?;
        Ok(ended)
    })
}

/// Runs a command that is told when a signal asks it to end, and that ends in its own time.
pub(super) fn serving(
    config: Option<&Path>,
    work: impl AsyncFnOnce(Config, &Database, Stopped, Reload) -> anyhow::Result<()>,
) -> anyhow::Result<ExitCode> {
    let config = Config::load(config)?;
    let runtime = Runtime::new().context("the asynchronous runtime cannot be started")?;
    runtime.block_on(async {
        let mut stop = Stop::listen()?;
        let database = select! {
            opened = cluster::open(&config) => opened?,
            number = stop.asked() => return Ok(ExitCode::from(SIGNALLED + number)),
        };
        let token = CancellationToken::new();
        let told = token.clone();
        let (tell, reload) = mpsc::channel(1);
        let listening = tokio::spawn(async move {
            while stop.asked().await == HANG_UP {
                // One that waits already does for both.
                let _ = tell.try_send(());
            }
            told.cancel();
            // A second signal does not wait for what is under way.
            let number = stop.asked().await;
            std::process::exit(i32::from(SIGNALLED + number));
        });
        let ended = work(config, &database, token.cancelled_owned(), reload).await;
        listening.abort();
        let closed = database.close().await;
        ended?;
        closed?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The signals that ask a command to end.
struct Stop {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl Stop {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("signals cannot be listened to");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    /// The number of the signal that came.
    async fn asked(&mut self) -> u8 {
        let kind = select! {
            _ = self.interrupt.recv() => SignalKind::interrupt(),
            _ = self.terminate.recv() => SignalKind::terminate(),
            _ = self.hang_up.recv() => SignalKind::hangup(),
        };
        kind.as_raw_value().unsigned_abs() as u8
    }
}
