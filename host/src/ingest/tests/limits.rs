//! What is read ends where it may not go on.

use std::{io::Write as _, ops::ControlFlow};

use flate2::{Compression, write::GzEncoder};

use super::*;
use crate::ingest::{Limits, read_within};

fn within(content: impl AsRef<[u8]>, limits: Limits) -> Result<Input, IngestError> {
    let folder = Folder::new();
    let sources = Sources { market: vec![folder.file("market.csv", content)], ..Sources::default() };
    read_within(&sources, limits, &|_, _| ControlFlow::Continue(()))
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn rows_are_counted_good_or_bad() {
    let text = "timestamp,symbol,close\n2024-01-01T09:15:00Z,A,100\nlater,A,1\n";
    let limits = |rows: u64| Limits { rows, ..Limits::NONE };
    assert_eq!(within(text, limits(2)).unwrap().bars.len(), 1);
    assert!(matches!(within(text, limits(1)), Err(IngestError::TooManyRows { most: 1, .. })));
}

#[test]
fn bytes_are_counted_as_they_are_unpacked() {
    let text = format!("timestamp,symbol,close\n2024-01-01T09:15:00Z,A,100{}\n", " ".repeat(900_000));
    let limits = |bytes: u64| Limits { bytes, ..Limits::NONE };
    for content in [text.clone().into_bytes(), packed(&text)] {
        assert_eq!(within(&content, limits(1 << 21)).unwrap().bars.len(), 1);
        let refused = within(&content, limits(1 << 19)).unwrap_err().to_string();
        assert!(refused.contains("more than 524288 bytes"), "{refused}");
    }
}

#[test]
fn who_wants_no_more_gets_no_more() {
    let folder = Folder::new();
    let file = folder.file("market.csv", "timestamp,symbol,close\n2024-01-01T09:15:00Z,A,100\n");
    let sources = Sources { market: vec![file], ..Sources::default() };
    let read = read_within(&sources, Limits::NONE, &|_, _| ControlFlow::Break(()));
    assert!(matches!(read, Err(IngestError::BrokenOff)));
}
