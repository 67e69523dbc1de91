//! Thrift's compact protocol, as far as headers of Parquet's pages use it.

use std::collections::BTreeMap;

/// Structs within each other: a page's header, one of its kind, and statistics.
const DEEPEST: usize = 3;

/// Bytes of the longest varint of 64 bits.
const LONGEST_VARINT: u32 = 10;

/// A value, as far as anybody wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Flag(bool),
    Integer(i32),
    Struct(Fields),
    Other,
}

/// Values of a struct, by the ids of its fields; the last one where an id comes twice.
pub(super) type Fields = BTreeMap<i16, Value>;

/// Takes a struct off the beginning of some bytes; `None` if there is none.
pub(super) fn take_struct(bytes: &mut &[u8]) -> Option<Fields> {
    fields(bytes, 0)
}

fn fields(bytes: &mut &[u8], depth: usize) -> Option<Fields> {
    if depth == DEEPEST {
        return None;
    }
    let (mut fields, mut id) = (Fields::new(), 0_i16);
    loop {
        let (step, kind) = halves(byte(bytes)?);
        if kind == 0 {
            return Some(fields);
        }
        id = if step == 0 { i16::try_from(integer(bytes)?).ok()? } else { id.checked_add(step.into())? };
        fields.insert(id, value(bytes, kind, depth)?);
    }
}

fn value(bytes: &mut &[u8], kind: u8, depth: usize) -> Option<Value> {
    Some(match kind {
        1 => Value::Flag(true),
        2 => Value::Flag(false),
        5 => Value::Integer(i32::try_from(integer(bytes)?).ok()?),
        12 => Value::Struct(self::fields(bytes, depth + 1)?),
        3 => other(bytes, 1)?,
        4 | 6 => integer(bytes).map(|_| Value::Other)?,
        7 => other(bytes, 8)?,
        8 => {
            let length = varint(bytes)?;
            other(bytes, usize::try_from(length).ok()?)?
        }
        // Lists, sets and maps are in no header.
        _ => return None,
    })
}

fn halves(byte: u8) -> (u8, u8) {
    (byte >> 4, byte & 0xf)
}

fn other(bytes: &mut &[u8], length: usize) -> Option<Value> {
    *bytes = bytes.get(length..)?;
    Some(Value::Other)
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..LONGEST_VARINT {
        let next = byte(bytes)?;
        number |= u64::from(next & 0x7f) << (7 * place);
        if next < 0x80 {
            return Some(number);
        }
    }
    None
}

/// An integer with a sign, in zigzag.
fn integer(bytes: &mut &[u8]) -> Option<i64> {
    let number = varint(bytes)?;
    Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_header_may_have_is_read_and_nothing_else() {
        let header = [0x15, 0, 0x15, 0xd0, 0x0f, 0x3c, 0x18, 2, 7, 7, 0x12, 0x11, 0, 0, 9];
        let mut rest = &header[..];
        let inner = Fields::from([(1, Value::Other), (2, Value::Flag(false)), (3, Value::Flag(true))]);
        let fields = [(1, Value::Integer(0)), (2, Value::Integer(1_000)), (5, Value::Struct(inner))];
        assert_eq!(take_struct(&mut rest), Some(Fields::from(fields)));
        assert_eq!(rest, [9]);
        for length in 0..header.len() - 1 {
            assert_eq!(take_struct(&mut &header[..length]), None, "{length}");
        }
        let list = [0x19, 0x15, 0, 0];
        let endless = [&[0x15][..], &[0xff; 20]].concat();
        let deep = [0x1c; 100];
        for wrong in [&list[..], &endless, &deep, &[0x18, 0xff, 0xff, 0xff, 0xff, 0x7f, 0]] {
            assert_eq!(take_struct(&mut &*wrong), None, "{wrong:?}");
        }
    }
}
