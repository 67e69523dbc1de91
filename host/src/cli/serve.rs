//! `host serve`.

use std::{net::SocketAddr, path::Path, process::ExitCode};

use clap::Args;

use super::{
    journal::begin_journal,
    session::{self, Reload, Stopped},
};
use crate::{cluster::Database, config::Config, observe::Observing, serve::Host};

/// Where to serve, and how.
#[derive(Args)]
pub(super) struct Arguments {
    /// Address and port, instead of server.listen.
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Answer whoever asks, without keys, on this machine alone; and build detectors whose sources change.
    #[arg(long)]
    dev: bool,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "write it as ADDRESS:PORT, as in 127.0.0.1:8080 or [::1]:8080".to_owned())
}

pub(super) fn run(arguments: &Arguments, config: Option<&Path>) -> anyhow::Result<ExitCode> {
    session::serving(config, async |mut config, database, stop, reload| {
        config.server.development |= arguments.dev;
        config.server.listen = arguments.listen.unwrap_or(config.server.listen);
        let observing = Observing::start(&config)?;
        let served = serve(config, database, arguments.dev, stop, reload).await;
        observing.finish().await;
        served
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
async fn serve(
    config: Config,
    database: &Database,
    builds: bool,
    stop: Stopped,
    reload: Reload,
) -> anyhow::Result<()> {
    if config.server.development {
        warn();
    }
    let journal = begin_journal(&config, database).await?;
    let host = Host::start(config, journal, builds).await?;
    let scheme = if host.speaks_tls() { "https" } else { "http" };
    println!("{scheme}://{}", host.address()?);
    host.run(stop, reload).await
}

/// Says loudly what development mode means.
fn warn() {
    let meaning = "DEVELOPMENT MODE: every program on this machine may see and do everything here without a key. \
                   Leave --dev and server.development away where others have accounts, and for anything real.";
    if tracing::enabled!(tracing::Level::WARN) {
        tracing::warn!("{meaning}");
    } else {
        eprintln!("warning: {meaning}");
    }
}
