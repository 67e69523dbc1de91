//! Delimited text, record by record (RFC 4180). Unlike a general reader it recovers from a quote that is
//! never closed: only the line on which it is opened is lost, not the rest of the file.

use std::{
    io::{self, Read},
    ops::Range,
};

use memchr::{memchr, memchr_iter, memchr2};

/// A quoted cell may run over several lines, up to this many bytes a record.
const LONGEST_QUOTED: usize = 64 * 1024;
/// A line longer than this is not a line of a table.
const LONGEST_LINE: usize = 1024 * 1024;
const CHUNK: usize = 256 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One record.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// Line on which it starts, from 1.
    pub(super) line: u64,
    text: &'a [u8],
    cells: &'a [Range<usize>],
    /// False if a quote in it is opened and not closed; it has no cells then.
    pub(super) closed: bool,
}

impl<'a> Record<'a> {
    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// One cell, unquoted.
    pub(super) fn cell(&self, index: usize) -> &'a [u8] {
        self.cells.get(index).map_or(&[], |cell| &self.text[cell.clone()])
    }
}

/// Reads records from bytes.
#[derive(Debug)]
pub(super) struct Records<R> {
    input: R,
    buffer: Vec<u8>,
    /// What is left to parse.
    rest: Range<usize>,
    at_end: bool,
    /// Line on which `rest` starts, from 1.
    line: u64,
    cells: Vec<Range<usize>>,
    /// Text of the last record that had quotes.
    unquoted: Vec<u8>,
}

impl<R: Read> Records<R> {
    /// Starts at the first byte; a byte order mark is skipped.
    pub(super) fn new(input: R) -> io::Result<Self> {
        let mut records = Self {
            input,
            buffer: vec![0; CHUNK],
            rest: 0..0,
            at_end: false,
            line: 1,
            cells: Vec::new(),
            unquoted: Vec::new(),
        };
        records.fill(BYTE_ORDER_MARK.len())?;
        if records.buffer[records.rest.clone()].starts_with(BYTE_ORDER_MARK) {
            records.rest.start += BYTE_ORDER_MARK.len();
        }
        Ok(records)
    }

    /// Line on which the next record starts.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next record that is not blank; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        loop {
            let Some(text) = self.next_line()? else { return Ok(None) };
            let bytes = &self.buffer[text.clone()];
            if bytes.trim_ascii().is_empty() {
                self.skip_line(text.end);
            } else if memchr(b'"', bytes).is_none() {
                let line = self.line;
                self.cells.clear();
                split_plain(bytes, &mut self.cells);
                self.skip_line(text.end);
                return Ok(Some(Record { line, text: &self.buffer[text], cells: &self.cells, closed: true }));
            } else {
                return self.quoted(text.end).map(Some);
            }
        }
    }

    /// The record at the start of `rest`, whose first line ends at `line_end` and has quotes.
    fn quoted(&mut self, line_end: usize) -> io::Result<Record<'_>> {
        let first_line = line_end - self.rest.start;
        self.fill(LONGEST_QUOTED)?;
        let line = self.line;
        self.cells.clear();
        self.unquoted.clear();
        let bytes = &self.buffer[self.rest.clone()];
        let window = &bytes[..bytes.len().min(LONGEST_QUOTED)];
        let closed = match split_quoted(window, &mut self.cells, &mut self.unquoted) {
            Some(length) if length < window.len() || self.at_end => {
                self.line += memchr_iter(b'\n', &window[..length]).count() as u64;
                self.skip_line(self.rest.start + length);
                true
            }
            _ => {
                self.cells.clear();
                self.skip_line(self.rest.start + first_line);
                false
            }
        };
        Ok(Record { line, text: &self.unquoted, cells: &self.cells, closed })
    }

    /// Bounds of the line at the start of `rest`, without its end.
    fn next_line(&mut self) -> io::Result<Option<Range<usize>>> {
        let mut searched = 0;
        loop {
            let bytes = &self.buffer[self.rest.clone()];
            if let Some(found) = memchr(b'\n', &bytes[searched..]) {
                return Ok(Some(self.rest.start..self.rest.start + searched + found));
            }
            searched = bytes.len();
            if self.at_end {
                return Ok((searched > 0).then(|| self.rest.clone()));
            }
            if searched > LONGEST_LINE {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a line is longer than 1 MiB; this is not a CSV file",
                ));
            }
            self.fill(searched + 1)?;
        }
    }

    /// Moves past a line end at `end` (or to the end of the input).
    fn skip_line(&mut self, end: usize) {
        self.rest.start = (end + 1).min(self.rest.end);
        self.line += 1;
    }

    /// Reads until `rest` has `wanted` bytes or the input ends.
    fn fill(&mut self, wanted: usize) -> io::Result<()> {
        if self.rest.len() >= wanted || self.at_end {
            return Ok(());
        }
        self.buffer.copy_within(self.rest.clone(), 0);
        self.rest = 0..self.rest.len();
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted + CHUNK, 0);
        }
        while self.rest.len() < wanted && !self.at_end {
            match self.input.read(&mut self.buffer[self.rest.end..]) {
                Ok(0) => self.at_end = true,
                Ok(count) => self.rest.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn split_plain(line: &[u8], cells: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for comma in memchr_iter(b',', line) {
        cells.push(start..comma);
        start = comma + 1;
    }
    cells.push(start..line.len());
}

/// Splits the record at the start of `bytes`, its cells unquoted into `text`. Returns its length without the
/// line end; `None` if a quote is not closed, or is followed by something other than a comma or a line end.
fn split_quoted(bytes: &[u8], cells: &mut Vec<Range<usize>>, text: &mut Vec<u8>) -> Option<usize> {
    let mut at = 0;
    loop {
        let start = text.len();
        let blanks = bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let end = if bytes.get(at + blanks) == Some(&b'"') {
            let end = unquote(bytes, at + blanks + 1, text)?;
            end + bytes[end..].iter().take_while(|byte| matches!(byte, b' ' | b'\r')).count()
        } else {
            let end = memchr2(b',', b'\n', &bytes[at..]).map_or(bytes.len(), |found| at + found);
            text.extend_from_slice(&bytes[at..end]);
            end
        };
        cells.push(start..text.len());
        match bytes.get(end) {
            Some(b',') => at = end + 1,
            Some(b'\n') | None => return Some(end),
            Some(_) => return None,
        }
    }
}

/// Copies a quoted cell from `at`, just behind its opening quote; returns the place behind the closing one.
fn unquote(bytes: &[u8], mut at: usize, text: &mut Vec<u8>) -> Option<usize> {
    loop {
        let quote = at + memchr(b'"', bytes.get(at..)?)?;
        text.extend_from_slice(&bytes[at..quote]);
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote + 1);
        }
        text.push(b'"');
        at = quote + 2;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives one byte a time, so that every boundary is met.
    struct Dribble<'a>(&'a [u8]);

    impl Read for Dribble<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(1);
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn parse(text: &str) -> Vec<(u64, Option<Vec<String>>)> {
        let mut records = Records::new(Dribble(text.as_bytes())).unwrap();
        let mut all = Vec::new();
        while let Some(record) = records.next().unwrap() {
            let cells = (0..record.len())
                .map(|cell| String::from_utf8_lossy(record.cell(cell)).into_owned())
                .collect();
            all.push((record.line, record.closed.then_some(cells)));
        }
        all
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Option<Vec<String>>) {
        (line, Some(cells.iter().map(|cell| (*cell).to_owned()).collect()))
    }

    #[test]
    fn quotes_may_hold_commas_quotes_and_line_ends() {
        assert_eq!(
            parse("\u{feff}a,b\n\"x,1\",\"say \"\"hi\"\"\"\r\n\n\"two\nlines\",2\n3,"),
            [
                row(1, &["a", "b"]),
                row(2, &["x,1", "say \"hi\""]),
                row(4, &["two\nlines", "2"]),
                row(6, &["3", ""])
            ]
        );
    }

    #[test]
    fn an_open_quote_costs_one_line() {
        assert_eq!(
            parse("a,b\n\"x,1\ny,2\n\"z,3\nw,4\n"),
            [row(1, &["a", "b"]), (2, None), row(3, &["y", "2"]), (4, None), row(5, &["w", "4"])]
        );
    }

    #[test]
    fn a_file_without_lines_is_refused() {
        let mut records = Records::new(io::repeat(b'x')).unwrap();
        assert!(records.next().is_err());
    }

    proptest! {
        #[test]
        fn well_formed_text_is_read_back(table in prop::collection::vec(prop::collection::vec("[a-z \",\n]{0,6}", 3), 1..6)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for cells in &table {
                writer.write_record(cells).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let read: Vec<_> = parse(&text).into_iter().filter_map(|(_, cells)| cells).collect();
            prop_assert_eq!(read, table);
        }
    }
}
