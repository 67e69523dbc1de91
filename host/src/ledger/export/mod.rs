//! A whole chain as a text file: a header, a line for each block, and the signed head. Each line is canonical
//! JSON, so a chain has exactly one export and any other byte is noticed.

mod line;
mod read;

use std::io::{self, Write};

use super::{block::Block, checkpoint::SignedCheckpoint};
use line::Line;

pub use read::verify;

/// Names the format in the header.
const FORMAT: &str = "vyomo-ledger-export-v1";

/// Writes one chain, in the order of its blocks.
#[derive(Debug)]
pub struct Exporter<W> {
    out: W,
}

impl<W: Write> Exporter<W> {
    /// Begins a file with the header; `head` is the one that will end it.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn begin(out: W, head: &SignedCheckpoint) -> io::Result<Self> {
        let mut exporter = Self { out };
        let checkpoint = head.checkpoint();
        exporter.line(&Line::header(checkpoint.size, &checkpoint.origin))?;
        Ok(exporter)
    }

    /// What it writes to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes the next block.
    ///
    /// # Errors
    /// If it cannot be written; a payload that is no text, and so no JSON, has no place in an export.
    pub fn block(&mut self, block: &Block) -> io::Result<()> {
        let line = Line::block(block).ok_or_else(|| {
            let number = block.number;
            io::Error::other(format!("block {number} was damaged; `host ledger verify` tells what is wrong"))
        })?;
        self.line(&line)
    }

    /// Writes the head.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self, head: &SignedCheckpoint) -> io::Result<W> {
        self.line(&Line::head(head))?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, line: &Line) -> io::Result<()> {
        self.out.write_all(&line.encode()?)
    }
}

/// The line of a block by itself; none if its payload is no text.
pub(super) fn encode_block(block: &Block) -> Option<Vec<u8>> {
    Line::block(block)?.encode().ok()
}

/// The block of such a line.
pub(super) fn decode_block(line: &[u8]) -> Option<Block> {
    match Line::decode(line)? {
        Line::Block(line) => line.read(),
        Line::Head(_) | Line::Header(_) => None,
    }
}

#[cfg(test)]
mod tests;
