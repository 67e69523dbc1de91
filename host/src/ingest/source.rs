//! Files as bytes: what format they are in, and what they hash to.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

/// How a file's bytes are to be read. Told by the bytes, not by the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    GzippedText,
    Parquet,
}

/// An open file that hashes what is read from it.
pub(super) type Source = BufReader<Hashing<File>>;

/// Opens a file and looks at its first bytes.
pub(super) fn open(path: &Path) -> io::Result<(Source, Format)> {
    let mut source =
        BufReader::with_capacity(64 * 1024, Hashing { input: File::open(path)?, hash: Sha256::new() });
    let start = source.fill_buf()?;
    let format = if start.starts_with(&[0x1f, 0x8b]) {
        Format::GzippedText
    } else if start.starts_with(b"PAR1") {
        Format::Parquet
    } else {
        Format::Text
    };
    Ok((source, format))
}

/// The text of a source, unpacked.
pub(super) fn text(source: &mut Source, format: Format) -> Box<dyn Read + '_> {
    if format == Format::GzippedText { Box::new(MultiGzDecoder::new(source)) } else { Box::new(source) }
}

/// SHA-256 of the whole file, in hex, read to its end.
pub(super) fn finish(mut source: Source) -> io::Result<String> {
    io::copy(&mut source, &mut io::sink())?;
    Ok(hex(&source.into_inner().hash.finalize()))
}

/// Bytes in hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hashes all bytes on their way.
#[derive(Debug)]
pub(super) struct Hashing<R> {
    input: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.hash.update(&out[..count]);
        Ok(count)
    }
}
