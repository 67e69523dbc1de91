//! Attacks on a real database by somebody who owns it, and what `host ledger verify` says of them.

use std::{fs, path::PathBuf, process::Command};

use host::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::{hash::Hash, keys::HostKey, seal::Head},
    store::{Store, blocks, change::About, error::StoreError, journal::Journal},
};
use serde_json::json;
use sqlx::AssertSqlSafe;
use tempfile::TempDir;
use tests::database::{self, Database};

/// What keeps a thief out, and what an owner can take away.
const UNLOCK: &str = "ALTER TABLE blockchain_blocks DISABLE TRIGGER USER;
    ALTER TABLE ledger_head DISABLE TRIGGER USER;
    ALTER TABLE blockchain_blocks DROP CONSTRAINT blockchain_blocks_previous_block_hash_key;
    ALTER TABLE blockchain_blocks DROP CONSTRAINT blockchain_blocks_block_hash_key;";

/// A ledger of 31 blocks, its key, and the head that the host has kept.
struct Ledger {
    database: Database,
    folder: TempDir,
}

/// What a verification said, and its exit code.
struct Said {
    code: i32,
    text: String,
}

impl Ledger {
    async fn begin(name: &str) -> Self {
        let ledger = Self { database: database::fresh(name).await, folder: TempDir::new().unwrap() };
        let key = HostKey::generate().unwrap();
        fs::create_dir(ledger.path("ledger")).unwrap();
        key.save(&ledger.path("ledger/key.pem")).unwrap();
        fs::write(ledger.path("key.pub.pem"), key.public().to_pem().unwrap()).unwrap();
        ledger.append(6).await;
        ledger
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn store(&self) -> Store {
        Store::new(self.database.pool.clone())
    }

    /// Appends changes of five blocks each, as a host does.
    async fn append(&self, changes: i64) {
        self.try_to_append(changes).await.unwrap();
    }

    async fn try_to_append(&self, changes: i64) -> Result<(), StoreError> {
        let key = HostKey::load(&self.path("ledger/key.pem")).unwrap();
        let journal = Journal::open(self.store(), key, &self.path("ledger/head")).await?;
        for number in 0..changes {
            let mut change = journal.begin(Timestamp(1_000_000 * (1 + number))).await.unwrap();
            for place in 0..5 {
                let payload = json!({ "anomaly": { "change": number, "place": place, "score": 0.5 } });
                change.note(BlockType::AnomalyDetected, &payload, About::default()).unwrap();
            }
            change.commit().await?;
        }
        Ok(())
    }

    async fn head(&self) -> Head {
        blocks::head(&self.store()).await.unwrap().unwrap()
    }

    /// Runs statements as the owner of the database, its guards taken away.
    async fn attack(&self, statements: &str) {
        sqlx::raw_sql(AssertSqlSafe(format!("{UNLOCK}{statements}")))
            .execute(&self.database.pool)
            .await
            .unwrap();
    }

    async fn put_head_back(&self, head: &Head) {
        sqlx::query("UPDATE ledger_head SET size = $1, at = to_timestamp($2), block_hash = $3, tree = $4, checkpoint = $5")
            .bind(head.size() as i64)
            .bind(head.time as f64 / 1e6)
            .bind(head.hash.as_bytes().as_slice())
            .bind(head.tree.encode())
            .bind(head.checkpoint.text())
            .execute(&self.database.pool)
            .await
            .unwrap();
    }

    fn host(&self, arguments: &[&str]) -> Said {
        let output = Command::new(tests::binary())
            .args(arguments)
            .current_dir(self.folder.path())
            .env("VYOMO_DATA_DIR", self.folder.path())
            .env("VYOMO_DATABASE__URL", self.database.url.expose())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        Said { code: output.status.code().unwrap(), text: String::from_utf8(text).unwrap() }
    }

    fn verify(&self) -> Said {
        self.host(&["ledger", "verify", "--public-key", "key.pub.pem"])
    }

    /// Verification finds these faults, each a line that begins so, and no other.
    fn assert_faults(&self, faults: &[&str]) {
        let said = self.verify();
        let lines: Vec<&str> = said.text.lines().collect();
        assert_eq!(said.code, 1, "{}", said.text);
        assert_eq!(lines.len(), faults.len() + 1, "{}", said.text);
        for (line, fault) in lines.iter().zip(faults) {
            assert!(line.starts_with(fault), "not `{fault}`: {}", said.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_ledger_is_whole() {
    let ledger = Ledger::begin("untouched").await;
    let said = ledger.verify();
    assert_eq!(
        (said.code, said.text.contains("31 blocks, 31 of them checked: no fault")),
        (0, true),
        "{}",
        said.text
    );
    let unpinned = ledger.host(&["ledger", "verify"]);
    assert_eq!((unpinned.code, unpinned.text.contains("self-consistent, not authenticated")), (2, true));
    let status = blocks::integrity_status(&ledger.store()).await.unwrap();
    assert_eq!((status.unverified, status.last.unwrap().faults), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_cannot_be_touched_while_the_guards_stand() {
    let ledger = Ledger::begin("guarded").await;
    for statement in [
        "UPDATE blockchain_blocks SET payload = '{}' WHERE block_number = 3",
        "DELETE FROM blockchain_blocks WHERE block_number = 30",
        "TRUNCATE blockchain_blocks CASCADE",
        "UPDATE ledger_head SET size = 3",
        "DELETE FROM ledger_head",
        "SET session_replication_role = replica; DELETE FROM blockchain_blocks",
    ] {
        let refused = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&ledger.database.pool).await;
        assert!(refused.is_err(), "{statement}");
    }
    assert_eq!(ledger.verify().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_payload_is_named() {
    let ledger = Ledger::begin("edited-payload").await;
    ledger
        .attack("UPDATE blockchain_blocks SET payload = replace(encode(payload, 'escape'), '0.5', '0.6')::bytea WHERE block_number = 17")
        .await;
    ledger.assert_faults(&["block 17: its hash is not that of what is stored"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_edited_column_is_named() {
    let ledger = Ledger::begin("edited-columns").await;
    ledger
        .attack(
            "UPDATE blockchain_blocks SET at = at + interval '1 microsecond' WHERE block_number = 4;
             UPDATE blockchain_blocks SET type = 'DECISION_MADE' WHERE block_number = 8;
             UPDATE blockchain_blocks SET key_id = sha256('other') WHERE block_number = 12;
             UPDATE blockchain_blocks SET previous_block_hash = sha256('other') WHERE block_number = 16;
             UPDATE blockchain_blocks SET signature = set_byte(signature, 5, 255 - get_byte(signature, 5)) WHERE block_number = 20;
             UPDATE blockchain_blocks SET at = 'infinity' WHERE block_number = 24",
        )
        .await;
    ledger.assert_faults(&[
        "block 4: its hash",
        "block 8: its hash",
        "block 12: its hash",
        "block 16: its hash",
        "block 20: the key it names did not sign",
        "block 24: cannot be read: it has no finite time",
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn swapped_blocks_are_named() {
    let ledger = Ledger::begin("swapped").await;
    ledger
        .attack(
            "ALTER TABLE block_references DROP CONSTRAINT IF EXISTS block_references_block_number_fkey;
             UPDATE blockchain_blocks SET block_number = 1000 WHERE block_number = 9;
             UPDATE blockchain_blocks SET block_number = 9 WHERE block_number = 21;
             UPDATE blockchain_blocks SET block_number = 21 WHERE block_number = 1000",
        )
        .await;
    let said = ledger.verify();
    assert_eq!(said.code, 1);
    assert!(
        said.text.contains("block 9: its hash") && said.text.contains("block 21: its hash"),
        "{}",
        said.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_middle_is_named() {
    let ledger = Ledger::begin("removed").await;
    ledger
        .attack(
            "DELETE FROM block_references WHERE block_number BETWEEN 11 AND 13;
             DELETE FROM blockchain_blocks WHERE block_number BETWEEN 11 AND 13",
        )
        .await;
    ledger.assert_faults(&["blocks 11 to 13: not there"]);
}

const CUT: &str = "DELETE FROM block_references WHERE block_number >= 26;
    DELETE FROM blockchain_blocks WHERE block_number >= 26;";

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_is_named() {
    let ledger = Ledger::begin("cut").await;
    ledger.attack(CUT).await;
    // By the head in the database and by the host's own.
    ledger.assert_faults(&["blocks 26 to 30: not there", "blocks 26 to 30: not there"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_tail_with_its_old_head_put_back_is_named() {
    let ledger = Ledger::begin("put-back").await;
    let old = ledger.head().await;
    ledger.append(1).await;
    ledger
        .attack(
            "DELETE FROM block_references WHERE block_number >= 31; DELETE FROM blockchain_blocks WHERE block_number >= 31;",
        )
        .await;
    ledger.put_head_back(&old).await;
    let kept = ledger.path("ledger/head");
    ledger.assert_faults(&[&format!(
        "blocks 31 to 35: not there, but {} vouches for 36 blocks",
        kept.display()
    )]);

    // Without the copy nobody can know.
    fs::remove_file(kept).unwrap();
    assert_eq!(ledger.verify().code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_signed_again_with_another_key_are_named() {
    let ledger = Ledger::begin("resigned").await;
    let (store, thief) = (ledger.store(), HostKey::generate().unwrap());
    let mut forged: Vec<_> =
        blocks::in_range(&store, 0, 100).await.unwrap().into_iter().map(|stored| stored.block).collect();
    ledger.attack("").await;
    for number in 22..forged.len() {
        let before = forged[number - 1].hash;
        let block = &mut forged[number];
        (block.key, block.previous, block.payload) = (thief.id(), before, br#"{"anomaly":null}"#.to_vec());
        block.hash = block.digest();
        block.signature = thief.sign(&host::ledger::block::signed_message(&block.hash));
        sqlx::query(
            "UPDATE blockchain_blocks SET key_id = $2, previous_block_hash = $3, payload = $4, block_hash = $5, signature = $6
             WHERE block_number = $1",
        )
        .bind(block.number as i64)
        .bind(block.key.0.as_bytes().as_slice())
        .bind(block.previous.as_bytes().as_slice())
        .bind(&block.payload)
        .bind(block.hash.as_bytes().as_slice())
        .bind(block.signature.as_slice())
        .execute(store.pool())
        .await
        .unwrap();
    }
    ledger.assert_faults(&[&format!("blocks 22 to 30: signed by key {}", thief.id())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_block_is_named() {
    let ledger = Ledger::begin("replayed").await;
    ledger
        .attack(
            "INSERT INTO blockchain_blocks SELECT 31, at, type, payload, previous_block_hash, block_hash, signature, key_id
             FROM blockchain_blocks WHERE block_number = 7",
        )
        .await;
    ledger.assert_faults(&[
        "block 31: its hash",
        "block 31: the head kept with the blocks vouches for 31 blocks only",
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_new_ledger_is_not_the_pinned_one() {
    let (ledger, other) = (Ledger::begin("original").await, Ledger::begin("made-anew").await);
    let head = other.head().await;
    fs::write(ledger.path("theirs.txt"), head.checkpoint.text()).unwrap();
    fs::copy(ledger.path("key.pub.pem"), other.path("key.pub.pem")).unwrap();
    other.assert_faults(&["no pinned key signed the first block or the head"]);
    let said = ledger.host(&["ledger", "verify", "--checkpoint", "theirs.txt"]);
    assert!(said.code == 1 && said.text.contains("another ledger"), "{}", said.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_head_is_named_and_not_built_on() {
    let ledger = Ledger::begin("edited-head").await;
    ledger.attack("UPDATE ledger_head SET tree = set_byte(tree, 20, 255 - get_byte(tree, 20))").await;
    ledger.assert_faults(&["tree, keys or last hash beside the signed head are not those of the blocks"]);
    let refused = ledger.try_to_append(1).await.unwrap_err().to_string();
    assert!(refused.contains("its head is not as it was signed"), "{refused}");
    let mut forged = ledger.head().await.checkpoint.checkpoint().clone();
    forged.root = Hash::ZERO;
    let forged = forged.sign(&HostKey::generate().unwrap()).unwrap();
    sqlx::query("UPDATE ledger_head SET checkpoint = $1")
        .bind(forged.text())
        .execute(&ledger.database.pool)
        .await
        .unwrap();
    let said = ledger.verify();
    assert!(said.code == 1 && said.text.contains("not signed by a key trusted there"), "{}", said.text);
}
