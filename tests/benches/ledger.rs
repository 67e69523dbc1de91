//! Durable signed appends, by hosts of their own on a private cluster that a user would have, and the disk's fsync
//! beside.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use host::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::{keys::HostKey, trust::Possession},
    store::{Store, blocks, change::About, journal::Journal, migrate::migrate},
};
use serde_json::json;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::measure::{figure, median, say};

const REPETITIONS: usize = 5;
const HOSTS: u32 = 2;
const CONNECTIONS: u32 = 8;
const BLOCKS: u32 = 64;
const CHANGES: u32 = 100;
const SINGLE: usize = 2_000;

pub(crate) fn run() -> anyhow::Result<()> {
    say("\nLEDGER: a private cluster with fsync, blocks of 430 bytes, two hosts with 8 connections each");
    let cluster = Cluster::start()?;
    figure("fsync of 8 KB", &format!("{:.2} ms", milliseconds(fsync(cluster.folder.path())?)), "");
    let runtime = Runtime::new()?;
    let ledger = runtime.block_on(Ledger::begin(&cluster))?;
    let mut rates = Vec::new();
    for _ in 0..REPETITIONS {
        rates.push(ledger.append_at_once()?);
    }
    rates.sort_by(f64::total_cmp);
    figure(
        "blocks a second, 64 in a transaction",
        &format!("{:.0}", rates[REPETITIONS / 2]),
        "at least 10,000",
    );
    let mut times = runtime.block_on(ledger.append_one_by_one())?;
    times.sort();
    figure("one append, median", &format!("{:.2} ms", milliseconds(times[SINGLE / 2])), "");
    figure("one append, p99", &format!("{:.2} ms", milliseconds(times[SINGLE * 99 / 100])), "at most 5 ms");
    let size = runtime.block_on(ledger.size())?;
    ledger.verify(&cluster, size)?;
    start_times()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Median time of writing 8 KB and having them on the disk.
fn fsync(folder: &Path) -> anyhow::Result<Duration> {
    let mut file = File::create(folder.join("fsync"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        file.write_all(&[1; 8192])?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    median(times)
}

/// `host db run` in a data folder of its own.
pub(crate) struct Cluster {
    folder: TempDir,
    host: Child,
    url: String,
}

impl Cluster {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()?;
        let (host, url) = start(folder.path())?;
        Ok(Self { folder, host, url })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.host.stdin.take());
        if let Err(error) = self.host.wait() {
            say(&format!("the cluster did not stop: {error}"));
        }
    }
}

/// The running host and the URL that it says.
fn start(folder: &Path) -> anyhow::Result<(Child, String)> {
    let mut host = Command::new(binary("host")?)
        .args(["db", "run", "--until-stdin-closes"])
        .env("VYOMO_DATA_DIR", folder)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    // The pipe stays open: the host may say more.
    BufReader::new(host.stdout.as_mut().context("standard output")?).read_line(&mut url)?;
    ensure!(!url.is_empty(), "the cluster did not start");
    Ok((host, url.trim().to_owned()))
}

/// From the command to the answer, the first time and later.
fn start_times() -> anyhow::Result<()> {
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let folder = tempfile::Builder::new()
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .tempdir()?;
        for times in [&mut first, &mut later] {
            let began = Instant::now();
            let (mut host, _) = start(folder.path())?;
            times.push(began.elapsed());
            drop(host.stdin.take());
            host.wait()?;
        }
    }
    figure("first start of the cluster", &format!("{:.2} s", median(first)?.as_secs_f64()), "at most 5 s");
    figure("later start", &format!("{:.2} s", median(later)?.as_secs_f64()), "at most 1 s");
    Ok(())
}

/// Beside this benchmark's own binary.
fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let path = own.ancestors().nth(2).context("a target folder")?.join(name);
    ensure!(path.exists(), "{} is not built; `make bench` builds it", path.display());
    Ok(path)
}

struct Ledger {
    url: String,
    pool: PgPool,
    folder: TempDir,
}

impl Ledger {
    /// A ledger that two hosts may continue.
    async fn begin(cluster: &Cluster) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(2).connect(cluster.url()).await?;
        migrate(&pool).await?;
        let ledger = Self { url: cluster.url().to_owned(), pool, folder: TempDir::new()? };
        let first = HostKey::generate()?;
        fs::write(ledger.first_public_key(), first.public().to_pem()?)?;
        let journal = ledger.journal(first).await?;
        let mut change = journal.begin(Timestamp::now()).await?;
        change.note(BlockType::PolicyChanged, &json!({}), About::default())?;
        change.commit().await?;
        let head = blocks::head(journal.store()).await?.context("a head")?;
        for host in 0..HOSTS {
            let key = HostKey::generate()?;
            key.save(&ledger.key(host))?;
            journal.admit(&Possession::prove(&key, head.origin()), Timestamp::now()).await?;
        }
        Ok(ledger)
    }

    async fn journal(&self, key: HostKey) -> anyhow::Result<Journal> {
        let head = self.folder.path().join(format!("head-{}", key.id()));
        Ok(Journal::open(Store::new(self.pool.clone()), key, &head).await?)
    }

    fn first_public_key(&self) -> PathBuf {
        self.folder.path().join("first.pub.pem")
    }

    fn key(&self, host: u32) -> PathBuf {
        self.folder.path().join(format!("{host}.pem"))
    }

    /// Blocks a second of all hosts together.
    fn append_at_once(&self) -> anyhow::Result<f64> {
        let began = Instant::now();
        let hosts: Vec<Child> = (0..HOSTS).map(|host| self.append(host)).collect::<anyhow::Result<_>>()?;
        for mut host in hosts {
            ensure!(host.wait()?.success(), "a host failed");
        }
        Ok(f64::from(HOSTS * CONNECTIONS * BLOCKS * CHANGES) / began.elapsed().as_secs_f64())
    }

    fn append(&self, host: u32) -> anyhow::Result<Child> {
        let appender = Command::new(binary("appender")?)
            .arg(&self.url)
            .arg(self.key(host))
            .arg(self.folder.path().join(format!("head-{host}")))
            .args([CONNECTIONS, BLOCKS, CHANGES].map(|number| number.to_string()))
            .stdout(Stdio::null())
            .spawn()?;
        Ok(appender)
    }

    async fn size(&self) -> anyhow::Result<u64> {
        let head = blocks::head(&Store::new(self.pool.clone())).await?;
        Ok(head.context("a head")?.size())
    }

    /// A whole `host ledger verify` of all that was appended, with the first key pinned.
    fn verify(&self, cluster: &Cluster, blocks: u64) -> anyhow::Result<()> {
        let began = Instant::now();
        let verified = Command::new(binary("host")?)
            .args(["ledger", "verify", "--public-key"])
            .arg(self.first_public_key())
            .env("VYOMO_DATA_DIR", cluster.folder.path())
            .env("VYOMO_DATABASE__URL", &self.url)
            .output()?;
        ensure!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
        let rate = blocks as f64 / began.elapsed().as_secs_f64();
        figure("blocks verified a second, whole process", &format!("{rate:.0}"), "at least 40,000");
        Ok(())
    }

    async fn append_one_by_one(&self) -> anyhow::Result<Vec<Duration>> {
        let journal = self.journal(HostKey::load(&self.key(0))?).await?;
        let mut times = Vec::with_capacity(SINGLE);
        for number in 0..SINGLE {
            let began = Instant::now();
            let mut change = journal.begin(Timestamp::now()).await?;
            change.note(BlockType::PolicyChanged, &json!({ "number": number }), About::default())?;
            change.commit().await?;
            times.push(began.elapsed());
        }
        Ok(times)
    }
}
