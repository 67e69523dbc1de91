use async_graphql::SimpleObject;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::{hash, seal::Head, trust::Standing, verify::FaultKind},
    store::blocks::StoredBlock,
};

/// A block of the ledger.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// Its number, counted from 0.
    pub number: u64,
    /// When it was sealed.
    pub at: Timestamp,
    /// What it is about.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub block_type: BlockType,
    /// What it says. Users appear in it under pseudonyms.
    pub payload: Value,
    /// SHA-256, hexadecimal, over the layout in docs/LEDGER.md.
    pub hash: String,
    /// Hash of the block before; zeros in the first one.
    pub previous_hash: String,
    /// Ed25519 signature, hexadecimal.
    pub signature: String,
    /// The key that signed it.
    pub key_id: String,
    /// The anomaly that it is about, as long as that is kept.
    pub anomaly_id: Option<Uuid>,
    /// The decision that it is about, as long as that is kept.
    pub decision_id: Option<Uuid>,
    /// The action that it is about, as long as that is kept.
    pub action_id: Option<Uuid>,
    /// The notification that it is about, as long as that is kept.
    pub notification_id: Option<Uuid>,
    /// The recorded backtest that it is about, as long as that is kept.
    pub backtest_run_id: Option<Uuid>,
    /// When a verification first found it whole.
    pub verified_at: Option<Timestamp>,
    /// Notes beside the block, which nothing of the ledger vouches for.
    pub metadata: Value,
}

impl From<StoredBlock> for Block {
    fn from(stored: StoredBlock) -> Self {
        let StoredBlock { block, about, verified_at, metadata } = stored;
        Self {
            number: block.number,
            at: Timestamp(block.time),
            block_type: BlockType::parse(block.kind.as_str()).unwrap_or(BlockType::Genesis),
            payload: serde_json::from_slice(&block.payload).unwrap_or_default(),
            hash: block.hash.to_string(),
            previous_hash: block.previous.to_string(),
            signature: hash::encode(&block.signature),
            key_id: block.key.to_string(),
            anomaly_id: about.market_anomaly.or(about.conflict).or(about.behavior),
            decision_id: about.decision,
            action_id: about.action,
            notification_id: about.notification,
            backtest_run_id: about.backtest_run,
            verified_at,
            metadata,
        }
    }
}

/// How many blocks there are of a type.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockTypeCount {
    /// The type.
    #[serde(rename = "type")]
    #[graphql(name = "type")]
    pub block_type: BlockType,
    /// How many.
    pub blocks: i64,
}

/// How many blocks were sealed on a day.
#[derive(Clone, Copy, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockDayCount {
    /// First moment of the UTC day.
    pub day: Timestamp,
    /// How many.
    pub blocks: i64,
}

/// Figures about the chain.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlockchainStats {
    /// Blocks of the period asked for.
    pub total: i64,
    /// By type; types without blocks are missing.
    pub by_type: Vec<BlockTypeCount>,
    /// By UTC day, oldest first; days without blocks are missing.
    pub by_day: Vec<BlockDayCount>,
    /// Blocks of the whole chain.
    pub size: i64,
    /// Blocks after the last one that a verification covered.
    pub unverified: i64,
    /// When the newest verification ended.
    pub verified_at: Option<Timestamp>,
    /// How many faults it found.
    pub faults: Option<i64>,
}

/// What is wrong with the chain.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerFault {
    /// Its kind.
    pub kind: FaultKind,
    /// The first block concerned; none if it is the chain as a whole.
    pub first: Option<u64>,
    /// The last block concerned.
    pub last: Option<u64>,
    /// One line for a person.
    pub message: String,
}

/// What a verification found.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerVerification {
    /// Whether nothing is wrong.
    pub is_valid: bool,
    /// Blocks that the chain should have.
    pub blocks: u64,
    /// Blocks whose content was checked.
    pub checked: u64,
    /// Root of the tree over all blocks; none where faults leave it unknown.
    pub root: Option<String>,
    /// Whether this host's own key vouches for the chain; if not, it fits together, but anyone could have made it.
    pub is_authenticated: bool,
    /// The first faults, by block.
    pub faults: Vec<LedgerFault>,
    /// How many more there are.
    pub faults_omitted: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
}

/// A key that signs, or signed, blocks.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerKey {
    /// Its name.
    pub id: String,
    /// Number of the block that admitted it.
    pub since: u64,
    /// Whether it may sign now.
    pub is_trusted: bool,
}

/// The signed end of the chain.
#[derive(Clone, Debug, Serialize, SimpleObject, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerHead {
    /// Which ledger it is.
    pub origin: String,
    /// Number of blocks.
    pub size: u64,
    /// When the last block was sealed.
    pub at: Timestamp,
    /// Hash of the last block.
    pub hash: String,
    /// Root of the Merkle tree over all blocks.
    pub root: String,
    /// The signed checkpoint (c2sp.org/tlog-checkpoint): keep it where nobody with access to the database can
    /// change it.
    pub checkpoint: String,
    /// All keys that ever could sign.
    pub keys: Vec<LedgerKey>,
}

impl From<Head> for LedgerHead {
    fn from(head: Head) -> Self {
        let checkpoint = head.checkpoint.checkpoint();
        let key = |(id, member): (_, &crate::ledger::trust::Member)| LedgerKey {
            id: ToString::to_string(id),
            since: member.since,
            is_trusted: member.standing == Standing::Trusted,
        };
        Self {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            at: Timestamp(head.time),
            hash: head.hash.to_string(),
            root: checkpoint.root.to_string(),
            checkpoint: head.checkpoint.text().to_owned(),
            keys: head.trust.members().map(key).collect(),
        }
    }
}
