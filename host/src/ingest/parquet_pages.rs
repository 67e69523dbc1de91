//! What pages of a Parquet file claim, looked at before anything is unpacked: whoever unpacks them believes them, and a
//! header of some bytes can claim gigabytes.

use std::io::{Read as _, copy, sink};

use flate2::read::MultiGzDecoder;
use parquet::{
    arrow::ProjectionMask,
    basic::{Compression, Type},
    file::metadata::{ColumnChunkMetaData, ParquetMetaData},
};

use super::{
    limits::Room,
    thrift::{Fields, Value, take_struct},
};

/// Types of pages, as `parquet.thrift` numbers them.
const DATA: i32 = 0;
const INDEX: i32 = 1;
const DICTIONARY: i32 = 2;
const DATA_V2: i32 = 3;

/// Encodings whose readers make room for as many values as the packed bytes claim.
const DELTA_OF_TEXTS: [i32; 2] = [6, 7];

/// Which fields of a header are integers, flags and structs; there are no others.
struct Shape {
    integers: &'static [i16],
    flags: &'static [i16],
    structs: &'static [i16],
}

const HEADER: Shape = Shape { integers: &[1, 2, 3, 4], flags: &[], structs: &[5, 6, 7, 8] };
const OF_DATA: Shape = Shape { integers: &[1, 2, 3, 4], flags: &[], structs: &[5] };
const OF_DICTIONARY: Shape = Shape { integers: &[1, 2], flags: &[3], structs: &[] };
const OF_DATA_V2: Shape = Shape { integers: &[1, 2, 3, 4, 5, 6], flags: &[7], structs: &[8] };

/// Goes on if the columns of a file that are read can be unpacked in the room there is.
///
/// # Errors
///
/// A sentence that says what is claimed.
pub(super) fn check(
    file: &[u8],
    metadata: &ParquetMetaData,
    wanted: &ProjectionMask,
    room: &Room,
) -> Result<(), String> {
    let columns = metadata.row_groups().iter().flat_map(|group| group.columns().iter().enumerate());
    let mut unpacked = 0_u64;
    for (_, column) in columns.filter(|(place, _)| wanted.leaf_included(*place)) {
        let named = |what: &str| format!("column `{}`: {what}", column.column_path());
        let mut pages = chunk(file, column).ok_or_else(|| named("it is not within the file"))?;
        while !pages.is_empty() {
            let page = Page::take(&mut pages).ok_or_else(|| named("a page has no sound header"))?;
            page.check(column, room).map_err(named)?;
            unpacked = unpacked.saturating_add(page.unpacked);
            if room.lacks(unpacked) {
                return Err("it is too large, unpacked".to_owned());
            }
        }
    }
    Ok(())
}

/// The bytes of a column's pages.
fn chunk<'a>(file: &'a [u8], column: &ColumnChunkMetaData) -> Option<&'a [u8]> {
    let from = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
    let (from, length) = (usize::try_from(from).ok()?, usize::try_from(column.compressed_size()).ok()?);
    file.get(from..from.checked_add(length)?)
}

/// A page as its header says that it is.
struct Page<'a> {
    kind: i32,
    /// Bytes, unpacked.
    unpacked: u64,
    /// Bytes at its beginning that are not packed.
    plain: usize,
    values: u64,
    encoding: i32,
    content: &'a [u8],
}

impl<'a> Page<'a> {
    /// Takes a page off the beginning of some bytes.
    fn take(bytes: &mut &'a [u8]) -> Option<Self> {
        let header = take_struct(bytes)?;
        HEADER.fits(&header)?;
        let kind = integer(&header, 1)?;
        let unpacked = u64::try_from(integer(&header, 2)?).ok()?;
        let (content, rest) = bytes.split_at_checked(usize::try_from(integer(&header, 3)?).ok()?)?;
        *bytes = rest;
        let (place, shape, encoding) = match kind {
            DATA => (5, OF_DATA, 2),
            DICTIONARY => (7, OF_DICTIONARY, 2),
            DATA_V2 => (8, OF_DATA_V2, 4),
            INDEX => return Some(Self { kind, unpacked: 0, plain: 0, values: 0, encoding: 0, content }),
            _ => return None,
        };
        let Some(Value::Struct(own)) = header.get(&place) else { return None };
        shape.fits(own)?;
        let levels = |id: i16| integer(own, id).and_then(|length| usize::try_from(length).ok());
        let plain = if kind == DATA_V2 { levels(5)?.checked_add(levels(6)?)? } else { 0 };
        let values = u64::try_from(integer(own, 1)?).ok()?;
        Some(Self { kind, unpacked, plain, values, encoding: integer(own, encoding)?, content })
    }

    fn check(&self, column: &ColumnChunkMetaData, room: &Room) -> Result<(), &'static str> {
        let is_dictionary = self.kind == DICTIONARY;
        if is_dictionary && self.values.saturating_mul(width(column)) > self.unpacked {
            return Err("a dictionary claims more values than fit into it");
        }
        if !is_dictionary && room.lacks_rows(self.values) {
            return Err("a page claims more values than may be read");
        }
        if DELTA_OF_TEXTS.contains(&self.encoding) {
            return Err("its texts are delta-encoded; write them plain or with a dictionary");
        }
        let is_gzip = matches!(column.compression(), Compression::GZIP(_));
        if is_gzip && !self.unpacks_to_what_it_claims() {
            return Err("a page unpacks to more than it claims");
        }
        Ok(())
    }

    /// The reader of gzip, alone among those of packed pages, goes on for as long as there is something.
    fn unpacks_to_what_it_claims(&self) -> bool {
        let Some(packed) = self.content.get(self.plain..) else { return false };
        let claimed = self.unpacked.saturating_sub(self.plain as u64);
        let mut unpacked = MultiGzDecoder::new(packed).take(claimed + 1);
        // What cannot be unpacked is told by whoever reads it.
        copy(&mut unpacked, &mut sink()).map_or(true, |length| length <= claimed)
    }
}

impl Shape {
    /// Something if the fields are of these kinds. A field of another kind may be read as one that is not there.
    fn fits(&self, fields: &Fields) -> Option<()> {
        let fits = |(id, value): (&i16, &Value)| match value {
            Value::Integer(_) => self.integers.contains(id),
            Value::Flag(_) => self.flags.contains(id),
            Value::Struct(_) => self.structs.contains(id),
            Value::Other => false,
        };
        fields.iter().all(fits).then_some(())
    }
}

fn integer(fields: &Fields, id: i16) -> Option<i32> {
    match fields.get(&id) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

/// Least bytes of a value of a dictionary.
fn width(column: &ColumnChunkMetaData) -> u64 {
    match column.column_type() {
        Type::BOOLEAN => 1,
        Type::INT64 | Type::DOUBLE => 8,
        Type::INT96 => 12,
        // A text has its length in front.
        Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 4,
        Type::FIXED_LEN_BYTE_ARRAY => column.column_descr().type_length().max(1).unsigned_abs().into(),
    }
}
