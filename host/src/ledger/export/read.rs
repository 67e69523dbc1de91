use std::io::{self, BufRead, Read as _};

use rayon::prelude::*;

use crate::ledger::{
    keys::PublicKey,
    verify::{Entry, FaultKind, LastHead, OutsideHead, Report, Verifier},
};

use super::line::Line;

/// Lines that are checked together.
const CHUNK: usize = 4096;

/// Bytes of one chunk, about, at most.
const CHUNK_BYTES: usize = 64 << 20;

/// No line is longer, bytes: the largest payload with every character escaped, and the rest.
const MAX_LINE: u64 = 8 << 20;

/// Checks an exported chain while it is read; see [`Verifier`]. `progress` hears of each chunk's lines.
///
/// # Errors
/// If the file cannot be read. What is wrong with its content is in the report.
pub fn verify(
    mut from: impl BufRead,
    pinned: Vec<PublicKey>,
    heads: Vec<OutsideHead>,
    mut progress: impl FnMut(u64),
) -> io::Result<Report> {
    let header = Line::decode(&read_line(&mut from)?);
    let mut reading = Reading { verifier: Verifier::new(pinned, heads), head: LastHead::Missing, lines: 0 };
    loop {
        let lines = read_chunk(&mut from)?;
        if lines.is_empty() {
            return Ok(reading.finish(header.as_ref()));
        }
        progress(lines.len() as u64);
        reading.take(&lines);
    }
}

struct Reading {
    verifier: Verifier,
    head: LastHead,
    /// After the header.
    lines: u64,
}

impl Reading {
    fn take(&mut self, lines: &[Vec<u8>]) {
        let decoded: Vec<Option<Line>> = lines.par_iter().map(|line| Line::decode(line)).collect();
        let entries = decoded.into_iter().filter_map(|line| self.entry(line)).collect();
        self.verifier.feed(entries);
    }

    fn entry(&mut self, line: Option<Line>) -> Option<Entry> {
        if self.head != LastHead::Missing {
            self.verifier.blame(FaultKind::Unreadable, "something follows the head in the file");
        }
        let number = self.lines;
        self.lines += 1;
        match line {
            Some(Line::Head(line)) => {
                self.head = line.read().map_or_else(LastHead::Unreadable, LastHead::Read);
                None
            }
            Some(Line::Block(line)) => Some(line.read().map_or_else(|| damaged(number), Entry::Block)),
            Some(Line::Header(_)) | None => Some(damaged(number)),
        }
    }

    fn finish(mut self, header: Option<&Line>) -> Report {
        let blocks = self.lines.saturating_sub(1);
        if header != Some(&Line::header(blocks, self.verifier.origin())) {
            let message =
                format!("the file's first line is not the header of this ledger with {blocks} blocks");
            self.verifier.blame(FaultKind::Unreadable, &message);
        }
        self.verifier.finish(&self.head)
    }
}

fn damaged(number: u64) -> Entry {
    Entry::Unreadable { number, reason: "its line is not what an export writes".to_owned() }
}

fn read_chunk(from: &mut impl BufRead) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    while lines.len() < CHUNK && bytes < CHUNK_BYTES {
        let line = read_line(from)?;
        if line.is_empty() {
            break;
        }
        bytes += line.len();
        lines.push(line);
    }
    Ok(lines)
}

/// The next line with its line feed, if it has one; a longer one comes in pieces, none of them a proper line.
fn read_line(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    from.take(MAX_LINE).read_until(b'\n', &mut line)?;
    Ok(line)
}
