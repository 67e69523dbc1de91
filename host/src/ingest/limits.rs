use std::{
    cell::Cell,
    io::{self, Read},
    path::Path,
};

use super::error::IngestError;

/// How much may be read, of all files together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rows.
    pub rows: u64,
    /// Bytes, unpacked.
    pub bytes: u64,
}

impl Limits {
    /// As much as there is.
    pub const NONE: Self = Self { rows: u64::MAX, bytes: u64::MAX };
}

/// What may still be read.
#[derive(Debug)]
pub(super) struct Room {
    limits: Limits,
    rows: Cell<u64>,
    bytes: Cell<u64>,
}

impl Room {
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, rows: Cell::new(limits.rows), bytes: Cell::new(limits.bytes) }
    }

    /// Whether there is an end to it.
    pub(super) fn is_bounded(&self) -> bool {
        self.limits != Limits::NONE
    }

    /// Whether so many bytes are too many by themselves.
    pub(super) fn lacks(&self, bytes: u64) -> bool {
        bytes > self.bytes.get()
    }

    /// Whether so many rows are too many by themselves.
    pub(super) fn lacks_rows(&self, rows: u64) -> bool {
        rows > self.rows.get()
    }

    /// Takes the room of one row.
    pub(super) fn take_row(&self, path: &Path) -> Result<(), IngestError> {
        let left = self.rows.get().checked_sub(1);
        let too_many = || IngestError::TooManyRows { path: path.into(), most: self.limits.rows };
        self.rows.set(left.ok_or_else(too_many)?);
        Ok(())
    }

    /// Takes the room of some bytes.
    pub(super) fn take_bytes(&self, count: u64) -> io::Result<()> {
        let left = self.bytes.get().checked_sub(count);
        let too_many = || {
            let reason = format!("all files together have more than {} bytes, unpacked", self.limits.bytes);
            io::Error::new(io::ErrorKind::FileTooLarge, reason)
        };
        self.bytes.set(left.ok_or_else(too_many)?);
        Ok(())
    }

    /// The same bytes, as long as there is room for them.
    pub(super) const fn bound<R>(&self, input: R) -> Bounded<'_, R> {
        Bounded { input, room: self }
    }
}

/// Lets through what there is room for.
pub(super) struct Bounded<'a, R> {
    input: R,
    room: &'a Room,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(out)?;
        self.room.take_bytes(count as u64)?;
        Ok(count)
    }
}
