use std::io;

use serde::{Deserialize, Serialize};

use crate::ledger::{
    block::{Block, BlockKind},
    checkpoint::SignedCheckpoint,
    hash::{self, Hash},
    keys::KeyId,
};

use super::FORMAT;

/// One line. Fields are in the order of their names, so that plain JSON is canonical: there are no numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Line {
    Block(BlockLine),
    Head(HeadLine),
    Header(HeaderLine),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeaderLine {
    blocks: String,
    format: String,
    origin: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockLine {
    hash: Hash,
    key: KeyId,
    kind: BlockKind,
    number: String,
    payload: String,
    previous: Hash,
    signature: String,
    time: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeadLine {
    checkpoint: String,
}

impl Line {
    pub(super) fn header(blocks: u64, origin: &str) -> Self {
        Self::Header(HeaderLine {
            blocks: blocks.to_string(),
            format: FORMAT.to_owned(),
            origin: origin.to_owned(),
        })
    }

    /// None if the payload is no text.
    pub(super) fn block(block: &Block) -> Option<Self> {
        Some(Self::Block(BlockLine {
            hash: block.hash,
            key: block.key,
            kind: block.kind.clone(),
            number: block.number.to_string(),
            payload: str::from_utf8(&block.payload).ok()?.to_owned(),
            previous: block.previous,
            signature: hash::encode(&block.signature),
            time: block.time.to_string(),
        }))
    }

    pub(super) fn head(head: &SignedCheckpoint) -> Self {
        Self::Head(HeadLine { checkpoint: head.text().to_owned() })
    }

    /// With its line feed.
    pub(super) fn encode(&self) -> io::Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// What [`Line::encode`] wrote; none for any other bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let json = bytes.strip_suffix(b"\n")?;
        let line = if json.starts_with(br#"{"hash""#) {
            Self::Block(serde_json::from_slice(json).ok()?)
        } else if json.starts_with(br#"{"checkpoint""#) {
            Self::Head(serde_json::from_slice(json).ok()?)
        } else {
            Self::Header(serde_json::from_slice(json).ok()?)
        };
        (line.encode().ok()? == bytes).then_some(line)
    }
}

impl BlockLine {
    /// The block; none if a number is not spelled as [`Line::block`] does.
    pub(super) fn read(self) -> Option<Block> {
        let number: u64 = self.number.parse().ok()?;
        let time: i64 = self.time.parse().ok()?;
        if number.to_string() != self.number || time.to_string() != self.time {
            return None;
        }
        Some(Block {
            number,
            time,
            kind: self.kind,
            key: self.key,
            previous: self.previous,
            payload: self.payload.into_bytes(),
            hash: self.hash,
            signature: hash::decode(&self.signature).ok()?,
        })
    }
}

impl HeadLine {
    pub(super) fn read(&self) -> Result<SignedCheckpoint, String> {
        SignedCheckpoint::parse(&self.checkpoint).map_err(|error| error.to_string())
    }
}
