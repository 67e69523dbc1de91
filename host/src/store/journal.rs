//! Appending to the ledger. The head's row is the last lock of every change and is held over nothing but sealing,
//! one INSERT and the commit, so appends of any number of hosts form one line.

use std::{ops::Range, path::Path, sync::Arc};

use serde_json::Value;
use sqlx::{PgConnection, Postgres, Transaction};
use tracing::{Span, field::Empty};
use uuid::Uuid;

use super::{
    Store, blocks,
    change::{About, Change},
    error::{Result, StoreError},
    head_copy::HeadCopy,
    tally::Tally,
};
use crate::{
    domain::time::Timestamp,
    ledger::{
        block::Block,
        checkpoint::SignedCheckpoint,
        hash::Hash,
        keys::{HostKey, KeyId, PublicKey},
        seal::{self, Head, Sealed},
        tree::Frontier,
    },
};

/// What writes: a store, the key that signs, and what this host has seen of the ledger.
#[derive(Clone)]
pub struct Journal {
    store: Store,
    key: Arc<HostKey>,
    copy: Arc<HeadCopy>,
    tally: Tally,
}

impl Journal {
    /// A journal that signs with `key` and keeps the newest head in `head_file`. The first change of an empty ledger
    /// begins with its first block.
    ///
    /// # Errors
    ///
    /// If the database holds another ledger, or an older state, than the file has seen.
    pub async fn open(store: Store, key: HostKey, head_file: &Path) -> Result<Self> {
        let copy = HeadCopy::open(head_file)?;
        copy.check(blocks::head(&store).await?.as_ref())?;
        Ok(Self { store, key: Arc::new(key), copy: Arc::new(copy), tally: Tally::default() })
    }

    /// The same through at most so many connections of its own.
    #[must_use]
    pub fn apart(&self, connections: u32) -> Self {
        Self { store: self.store.apart(connections), ..self.clone() }
    }

    /// Where it writes.
    pub const fn store(&self) -> &Store {
        &self.store
    }

    /// Begins a change at a moment.
    ///
    /// # Errors
    ///
    /// If the database cannot be reached.
    pub async fn begin(&self, now: Timestamp) -> Result<Change<'_>> {
        Change::begin(self, now).await
    }

    /// The key that checks what it signs.
    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    /// What was decided so far.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Which key it signs with.
    pub fn key_id(&self) -> KeyId {
        self.key.id()
    }

    pub(super) fn key(&self) -> &HostKey {
        &self.key
    }

    /// Whether the database's head is as it was signed, and can follow what this host has seen.
    pub(super) fn check(&self, head: Option<&Head>) -> Result<()> {
        if let Some(head) = head {
            head.check().map_err(|error| StoreError::Damaged(error.to_string()))?;
        }
        self.copy.check(head)
    }

    /// Appends a change's blocks and commits it.
    #[tracing::instrument(name = "commit", skip_all, fields(blocks.first = Empty, blocks.last = Empty))]
    pub(super) async fn append(&self, change: Change<'_>) -> Result<Committed> {
        let now = change.now();
        let Change { mut transaction, entries, .. } = change;
        if entries.is_empty() {
            transaction.commit().await?;
            return Ok(Committed { blocks: 0..0, head: None });
        }
        let head = lock_head(&mut transaction).await?;
        self.check(head.as_ref())?;
        let decided: Vec<_> = entries.iter().filter_map(|entry| entry.decided).collect();
        let (drafts, about): (Vec<_>, Vec<_>) =
            entries.into_iter().map(|entry| (entry.draft, entry.about)).unzip();
        let sealed = seal::seal(head.as_ref(), drafts, &self.key, now.0)?;
        insert(&mut transaction, &sealed, &about).await?;
        transaction.commit().await?;
        self.tally.add(&decided);
        let size = sealed.head.size();
        let first = size - about.len() as u64;
        Span::current().record("blocks.first", first).record("blocks.last", size - 1);
        Ok(Committed { blocks: first..size, head: Some(sealed.head.checkpoint) })
    }

    /// Keeps the head of what was committed outside the database, and gives the numbers of its blocks.
    pub fn keep(&self, committed: Committed) -> Range<u64> {
        if let Some(head) = &committed.head {
            self.copy_head(head);
        }
        committed.blocks
    }

    fn copy_head(&self, head: &SignedCheckpoint) {
        // What is committed stays committed; an older copy still proves what it proved.
        if let Err(error) = self.copy.keep(head) {
            tracing::warn!("the ledger's head is not kept outside the database: {error}");
        }
    }

    /// Writes what was sealed, commits, and keeps the new head.
    pub(super) async fn finish(
        &self,
        mut transaction: Transaction<'static, Postgres>,
        sealed: &Sealed,
        about: &[About],
    ) -> Result<()> {
        insert(&mut transaction, sealed, about).await?;
        transaction.commit().await?;
        self.copy_head(&sealed.head.checkpoint);
        Ok(())
    }
}

/// A change that is durable, of whose head there is no copy yet: see [`Journal::keep`].
#[derive(Clone, Debug)]
#[must_use = "its head is not kept outside the database before `keep`"]
pub struct Committed {
    /// Numbers of its blocks.
    pub blocks: Range<u64>,
    head: Option<SignedCheckpoint>,
}

/// A head as the database gives it.
pub(super) struct HeadRow {
    pub(super) at: Option<Timestamp>,
    pub(super) block_hash: Option<Hash>,
    pub(super) tree: Option<Vec<u8>>,
    pub(super) trust: Option<Value>,
    pub(super) checkpoint: Option<String>,
}

/// The head, locked until the transaction ends; `None` before the first block.
pub(super) async fn lock_head(connection: &mut PgConnection) -> Result<Option<Head>> {
    let row = sqlx::query_as!(
        HeadRow,
        r#"SELECT at, block_hash AS "block_hash: Hash", tree, trust, checkpoint FROM ledger_head FOR UPDATE"#
    );
    into_head(row.fetch_one(connection).await?)
}

pub(super) fn into_head(row: HeadRow) -> Result<Option<Head>> {
    let (Some(at), Some(hash), Some(tree), Some(trust), Some(checkpoint)) =
        (row.at, row.block_hash, row.tree, row.trust, row.checkpoint)
    else {
        return Ok(None);
    };
    let damaged = |what: &str| StoreError::Damaged(format!("the {what} of its head cannot be read"));
    Ok(Some(Head {
        time: at.0,
        hash,
        tree: Frontier::decode(&tree).map_err(|_| damaged("tree"))?,
        trust: serde_json::from_value(trust).map_err(|_| damaged("list of keys"))?,
        checkpoint: SignedCheckpoint::parse(&checkpoint).map_err(|_| damaged("checkpoint"))?,
    }))
}

/// Writes blocks, their links and the new head in one statement: one round trip under the lock. Whoever
/// [listens](super::feed::Listener) is told the new size with the commit.
async fn insert(connection: &mut PgConnection, sealed: &Sealed, about: &[About]) -> Result<()> {
    let Sealed { blocks, head } = sealed;
    // A ledger's first block is nobody's.
    let about: Vec<About> = [About::default()]
        .into_iter()
        .cycle()
        .take(blocks.len() - about.len())
        .chain(about.iter().copied())
        .collect();
    let column = |value: fn(&Block) -> Vec<u8>| blocks.iter().map(value).collect::<Vec<_>>();
    let link = |value: fn(&About) -> Option<Uuid>| about.iter().map(value).collect::<Vec<_>>();
    sqlx::query!(
        r#"WITH head AS (
               UPDATE ledger_head SET size = $16, at = $17, block_hash = $18, tree = $19, trust = $20,
                      checkpoint = $21
               RETURNING pg_notify('vyomo_blocks', size::text)
           ), blocks AS (
               INSERT INTO blockchain_blocks
                   (block_number, at, type, payload, previous_block_hash, block_hash, signature, key_id)
               SELECT * FROM UNNEST($1::bigint[], $2::timestamptz[], $3::text[]::block_type[], $4::bytea[], $5::bytea[],
                                    $6::bytea[], $7::bytea[], $8::bytea[])
           )
           INSERT INTO block_references
               (block_number, market_anomaly_id, conflict_id, behavior_id, decision_id, action_id, notification_id,
                backtest_run_id)
           SELECT * FROM UNNEST($1::bigint[], $9::uuid[], $10::uuid[], $11::uuid[], $12::uuid[], $13::uuid[],
                                $14::uuid[], $15::uuid[])"#,
        &blocks.iter().map(|block| block.number as i64).collect::<Vec<_>>(),
        &blocks.iter().map(|block| Timestamp(block.time)).collect::<Vec<_>>() as &[Timestamp],
        &blocks.iter().map(|block| block.kind.to_string()).collect::<Vec<_>>(),
        &column(|block| block.payload.clone()),
        &column(|block| block.previous.as_bytes().to_vec()),
        &column(|block| block.hash.as_bytes().to_vec()),
        &column(|block| block.signature.to_vec()),
        &column(|block| block.key.0.as_bytes().to_vec()),
        &link(|about| about.market_anomaly) as &[Option<Uuid>],
        &link(|about| about.conflict) as &[Option<Uuid>],
        &link(|about| about.behavior) as &[Option<Uuid>],
        &link(|about| about.decision) as &[Option<Uuid>],
        &link(|about| about.action) as &[Option<Uuid>],
        &link(|about| about.notification) as &[Option<Uuid>],
        &link(|about| about.backtest_run) as &[Option<Uuid>],
        head.size() as i64,
        Timestamp(head.time) as Timestamp,
        head.hash as Hash,
        head.tree.encode(),
        serde_json::to_value(&head.trust).map_err(|error| StoreError::Damaged(error.to_string()))?,
        head.checkpoint.text(),
    )
    .execute(connection)
    .await?;
    Ok(())
}
