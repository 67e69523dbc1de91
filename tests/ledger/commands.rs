//! Commands of the ledger, from the first key to proofs that need no database.

use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command};

use host::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::keys::HostKey,
    store::{Store, change::About, journal::Journal},
};
use serde_json::json;
use tempfile::TempDir;
use tests::database::{self, Database};

struct Host {
    database: Option<Database>,
    folder: TempDir,
}

impl Host {
    /// Without a database.
    fn alone() -> Self {
        Self { database: None, folder: TempDir::new().unwrap() }
    }

    async fn with_database(name: &str) -> Self {
        Self { database: Some(database::fresh(name).await), ..Self::alone() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(tests::binary());
        command.arg("ledger").args(arguments).current_dir(self.folder.path());
        command.env("VYOMO_DATA_DIR", self.folder.path()).env_remove("VYOMO_LEDGER__KEY");
        match &self.database {
            Some(database) => command.env("VYOMO_DATABASE__URL", database.url.expose()),
            None => command.env("VYOMO_DATABASE__URL", "postgres://nobody@127.0.0.1:1/nothing"),
        };
        let output = command.output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), text)
    }

    fn succeed(&self, arguments: &[&str]) -> String {
        let (code, said) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {said}");
        said
    }

    /// Appends findings as a host does, with the key that the command made.
    async fn append(&self, blocks: u32) {
        let store = Store::new(self.database.as_ref().unwrap().pool.clone());
        let key = HostKey::load(&self.path("ledger/key.pem")).unwrap();
        let journal = Journal::open(store, key, &self.path("ledger/head")).await.unwrap();
        let mut change = journal.begin(Timestamp::now()).await.unwrap();
        for number in 0..blocks {
            change.note(BlockType::AnomalyDetected, &json!({ "number": number }), About::default()).unwrap();
        }
        change.commit().await.unwrap();
    }
}

#[test]
fn keygen_makes_a_key_once() {
    let host = Host::alone();
    let said = host.succeed(&["keygen"]);
    let (secret, public) = (host.path("ledger/key.pem"), host.path("ledger/key.pub.pem"));
    assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(said.contains(&fs::read_to_string(public).unwrap()), "{said}");
    let key = fs::read_to_string(&secret).unwrap();
    assert!(!said.contains(key.lines().nth(1).unwrap()), "the secret is not shown");
    let (code, said) = host.run(&["keygen"]);
    assert!(code == 1 && said.contains("left as it is"), "{said}");
    assert_eq!(fs::read_to_string(&secret).unwrap(), key);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_is_exported_and_checked_without_a_database() {
    let host = Host::with_database("export").await;
    host.succeed(&["keygen"]);
    host.append(9).await;
    host.succeed(&["export", "--out", "ledger.ndjson"]);
    let said = host.succeed(&["verify", "--export", "again.ndjson", "--public-key", "ledger/key.pub.pem"]);
    assert!(said.contains("10 blocks, 10 of them checked: no fault"), "{said}");
    let exported = fs::read(host.path("ledger.ndjson")).unwrap();
    assert_eq!(fs::read(host.path("again.ndjson")).unwrap(), exported, "a chain has one export");

    let stranger = Host::alone();
    fs::write(stranger.path("ledger.ndjson"), &exported).unwrap();
    fs::copy(host.path("ledger/key.pub.pem"), stranger.path("key.pub.pem")).unwrap();
    stranger.succeed(&["verify", "--file", "ledger.ndjson", "--public-key", "key.pub.pem"]);
    assert_eq!(stranger.run(&["verify", "--file", "ledger.ndjson"]).0, 2);
    let edited = String::from_utf8(exported).unwrap().replacen("\\\"number\\\":4", "\\\"number\\\":5", 1);
    fs::write(stranger.path("ledger.ndjson"), edited).unwrap();
    let (code, said) = stranger.run(&["verify", "--file", "ledger.ndjson", "--public-key", "key.pub.pem"]);
    assert!(code == 1 && said.starts_with("block 5: its hash"), "{said}");
}

#[test]
fn a_public_key_that_is_not_there_is_named_once_with_the_place_of_the_hosts_own() {
    let host = Host::alone();
    let (code, said) = host.run(&["verify", "--public-key", "nowhere.pem"]);
    let own = host.path("ledger/key.pub.pem");
    let expected = format!(
        "error: --public-key nowhere.pem cannot be read: No such file or directory (os error 2); `host serve` with \
         these settings keeps its own in {}\n",
        own.display()
    );
    assert_eq!((code, said), (1, expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn part_of_a_chain_is_checked() {
    let host = Host::with_database("part").await;
    host.succeed(&["keygen"]);
    host.append(9).await;
    let said = host.succeed(&["verify", "--from", "3", "--to", "5", "--public-key", "ledger/key.pub.pem"]);
    assert!(said.contains("10 blocks, 4 of them checked"), "three, and the first: {said}");
    assert_eq!(host.run(&["verify", "--from", "5", "--to", "3"]).0, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_proven_to_a_stranger() {
    let host = Host::with_database("prove").await;
    host.succeed(&["keygen"]);
    host.append(9).await;
    host.succeed(&["prove", "4", "--out", "finding.tlog-proof"]);
    let (code, said) = host.run(&["prove", "10"]);
    assert!(code == 1 && said.contains("there is no block 10: the ledger has 10"), "{said}");

    let stranger = Host::alone();
    for (from, to) in [("finding.tlog-proof", "finding.tlog-proof"), ("ledger/key.pub.pem", "key.pub.pem")] {
        fs::copy(host.path(from), stranger.path(to)).unwrap();
    }
    let said = stranger.succeed(&["check-proof", "finding.tlog-proof", "--public-key", "key.pub.pem"]);
    assert!(said.contains("block 4 is in the ledger") && said.contains(r#"{"number":3}"#), "{said}");
    assert!(!fs::read_to_string(stranger.path("finding.tlog-proof")).unwrap().contains(r#"{"number":4}"#));
    stranger.succeed(&["keygen", "--out", "other.pem"]);
    let (code, said) = stranger.run(&["check-proof", "finding.tlog-proof", "--public-key", "other.pub.pem"]);
    assert!(code == 1 && said.contains("not signed by the given public key"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_shown_to_continue_an_older_one() {
    let host = Host::with_database("consistency").await;
    host.succeed(&["keygen"]);
    host.append(4).await;
    host.succeed(&["checkpoint", "--out", "old.txt"]);
    host.append(6).await;
    host.succeed(&["checkpoint", "--out", "new.txt"]);
    host.succeed(&["consistency", "old.txt", "new.txt", "--out", "grown.json"]);
    assert_eq!(
        host.succeed(&["consistency", "old.txt"]),
        fs::read_to_string(host.path("grown.json")).unwrap()
    );
    let said = host.succeed(&["check-proof", "grown.json", "--public-key", "ledger/key.pub.pem"]);
    assert!(said.contains("of 11 blocks") && said.contains("same 5 blocks"), "{said}");
    let (code, said) = host.run(&["consistency", "new.txt", "old.txt"]);
    assert!(code == 1 && said.contains("named second"), "{said}");
    host.succeed(&["verify", "--checkpoint", "old.txt", "--public-key", "ledger/key.pub.pem"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_admitted_rotated_and_revoked() {
    let host = Host::with_database("keys").await;
    host.succeed(&["keygen"]);
    host.append(1).await;

    // Another host on the same database, with its own data folder.
    let other = TempDir::new().unwrap();
    let run_other = |arguments: &[&str]| {
        let output = Command::new(tests::binary())
            .arg("ledger")
            .args(arguments)
            .env("VYOMO_DATA_DIR", other.path())
            .env("VYOMO_DATABASE__URL", host.database.as_ref().unwrap().url.expose())
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let request = host.path("request.json").display().to_string();
    assert!(run_other(&["keygen"]).0);
    let (done, said) = run_other(&["key", "request", "--out", &request]);
    assert!(done, "{said}");
    let (done, said) = run_other(&["key", "admit", &request]);
    assert!(!done && said.contains("a trusted host admits it"), "{said}");

    assert!(host.succeed(&["key", "admit", "request.json"]).starts_with("block 2: key"));
    host.succeed(&["keygen", "--out", "next.pem"]);
    assert!(host.succeed(&["key", "rotate", "next.pem"]).starts_with("block 3: key"));
    let listed = host.succeed(&["key", "list"]);
    let standing = |what: &str| listed.lines().filter(|line| line.ends_with(what)).count();
    assert_eq!((standing("trusted"), standing("rotated in block 3")), (2, 1), "{listed}");
    let (code, said) = host.run(&["key", "admit", "request.json"]);
    assert!(code == 1 && said.contains("may not sign"), "the old key is gone: {said}");

    let next = HostKey::load(&host.path("next.pem")).unwrap().id().to_string();
    let (done, said) = run_other(&["key", "revoke", &next, "--reason", "lost"]);
    assert!(done && said.starts_with("block 4: key"), "{said}");
    host.succeed(&["verify", "--public-key", "ledger/key.pub.pem"]);
}
