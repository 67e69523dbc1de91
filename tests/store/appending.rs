//! Appending from several processes at once, and being killed in the middle of it.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use host::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::{block::Block, hash::Hash, keys::HostKey, trust::Possession},
    store::{Store, blocks, change::About, journal::Journal},
};
use tempfile::TempDir;
use tests::database::{self, Database};

const WRITERS: u32 = 4;
const BLOCKS: u32 = 3;

/// A ledger of its own, its first block written, and the keys of two hosts that may continue it.
struct Ledger {
    database: Database,
    folder: TempDir,
}

impl Ledger {
    async fn begin(name: &str) -> Self {
        let ledger = Self { database: database::fresh(name).await, folder: TempDir::new().unwrap() };
        let (one, other) = (HostKey::generate().unwrap(), HostKey::generate().unwrap());
        one.save(&ledger.key(1)).unwrap();
        other.save(&ledger.key(2)).unwrap();
        let journal = Journal::open(ledger.store(), one, &ledger.head(1)).await.unwrap();
        let mut first = journal.begin(Timestamp(1)).await.unwrap();
        first.note(BlockType::PolicyChanged, &serde_json::json!({}), About::default()).unwrap();
        assert_eq!(first.commit().await.unwrap(), 1..2);
        let origin = blocks::head(&ledger.store()).await.unwrap().unwrap().origin().to_owned();
        assert_eq!(journal.admit(&Possession::prove(&other, &origin), Timestamp(2)).await.unwrap(), 2);
        ledger
    }

    fn store(&self) -> Store {
        Store::new(self.database.pool.clone())
    }

    fn key(&self, host: u32) -> PathBuf {
        self.folder.path().join(format!("host-{host}.pem"))
    }

    fn head(&self, host: u32) -> PathBuf {
        self.folder.path().join(format!("head-{host}"))
    }

    /// Starts a host that appends; what it acknowledges goes to a file.
    fn append(&self, host: u32, changes: u32, acknowledged: &Path) -> Child {
        Command::new(tests::binary().with_file_name("appender"))
            .arg(self.database.url.expose())
            .arg(self.key(host))
            .arg(self.head(host))
            .args([WRITERS, BLOCKS, changes].map(|number| number.to_string()))
            .stdout(Stdio::from(File::create(acknowledged).unwrap()))
            .spawn()
            .unwrap()
    }

    async fn chain(&self) -> BTreeMap<u64, Block> {
        let (store, mut chain) = (self.store(), BTreeMap::new());
        loop {
            let next = blocks::in_range(&store, chain.len() as u64, 10_000).await.unwrap();
            if next.is_empty() {
                return chain;
            }
            chain.extend(next.into_iter().map(|stored| (stored.block.number, stored.block)));
        }
    }

    /// Whether blocks are numbered without gap, linked, signed, and end where the head says.
    async fn assert_whole(&self) -> BTreeMap<u64, Block> {
        let chain = self.chain().await;
        let head = blocks::head(&self.store()).await.unwrap().unwrap();
        let mut previous = Hash::ZERO;
        for (number, block) in (0..).zip(chain.values()) {
            assert_eq!((block.number, block.previous), (number, previous));
            assert_eq!(block.digest(), block.hash);
            assert!(block.is_signed_by(head.trust.known(&block.key).unwrap()), "block {number}");
            previous = block.hash;
        }
        assert_eq!((head.size(), head.hash), (chain.len() as u64, previous));
        chain
    }
}

/// Lines that were written whole.
fn acknowledged(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).unwrap();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(str::to_owned).collect()
}

/// Every acknowledged change is in the chain where it was said to be.
fn assert_kept(chain: &BTreeMap<u64, Block>, process: u32, lines: &[String]) {
    for line in lines {
        let words: Vec<u64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
        let [first, end, writer, change] = words[..] else { unreachable!("{line}") };
        for (place, number) in (first..end).enumerate() {
            let payload = String::from_utf8(chain[&number].payload.clone()).unwrap();
            let id = format!("\"{process}-{writer}-{change}-{place}\"");
            assert!(payload.contains(&id), "block {number} should be {id}: {payload}");
        }
    }
}

async fn append_at_once(name: &str, changes: u32) {
    let ledger = Ledger::begin(name).await;
    let files = [1, 2].map(|host| ledger.folder.path().join(format!("acknowledged-{host}")));
    let mut hosts = [1, 2].map(|host| ledger.append(host, changes, &files[host as usize - 1]));
    assert!(hosts.iter_mut().all(|host| host.wait().unwrap().success()));
    let chain = ledger.assert_whole().await;
    assert_eq!(chain.len() as u32, 3 + 2 * WRITERS * changes * BLOCKS);
    for (host, file) in hosts.iter().zip(&files) {
        let lines = acknowledged(file);
        assert_eq!(lines.len() as u32, WRITERS * changes);
        assert_kept(&chain, host.id(), &lines);
    }
}

async fn kill(name: &str, times: usize) {
    let ledger = Ledger::begin(name).await;
    let mut kept = Vec::new();
    for round in 0..times {
        let file = ledger.folder.path().join(format!("acknowledged-{round}"));
        let mut host = ledger.append(1 + round as u32 % 2, 0, &file);
        // Another number of changes each time, so that it dies at other places.
        while acknowledged(&file).len() < 1 + round * 7 % 23 {
            assert_eq!(host.try_wait().unwrap(), None, "it ended by itself");
            thread::sleep(Duration::from_millis(1));
        }
        host.kill().unwrap();
        host.wait().unwrap();
        kept.push((host.id(), acknowledged(&file)));
    }
    let chain = ledger.assert_whole().await;
    for (process, lines) in kept {
        assert_kept(&chain, process, &lines);
    }
}

#[tokio::test]
async fn two_hosts_append_at_once_without_fork_or_gap() {
    append_at_once("two_hosts", 50).await;
}

#[tokio::test]
async fn a_killed_host_loses_nothing_that_it_acknowledged() {
    kill("killed", 10).await;
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn two_hosts_append_for_minutes() {
    append_at_once("two_hosts_long", 20_000).await;
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn a_host_is_killed_a_hundred_times() {
    kill("killed_long", 100).await;
}
