//! Parquet files that are handed in, sound ones and lying ones.

use std::{io::Write as _, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use axum::body::Bytes;
use flate2::{Compression as Level, write::GzEncoder};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, GzipLevel, ZstdLevel},
    column::writer::ColumnCloseResult,
    file::{
        metadata::ColumnChunkMetaData,
        properties::{WriterProperties, WriterVersion},
        writer::SerializedFileWriter,
    },
    schema::{parser::parse_message_type, types::SchemaDescriptor},
};
use serde_json::{Value, json};

use crate::jobs::Running;

const ROWS: i32 = 300;

/// Microseconds since 1970 of 2026-01-05T04:00:00Z.
const BEGIN: i64 = 1_767_585_600_000_000;

fn times() -> impl Iterator<Item = i64> {
    (0..ROWS).map(|minute| BEGIN + i64::from(minute) * 60_000_000)
}

fn closes() -> impl Iterator<Item = f64> {
    (0..ROWS).map(|minute| 100.0 + f64::from(minute % 7) * 0.01)
}

async fn job(running: &Running, file: Vec<u8>) -> Value {
    let upload = running.upload(file).await;
    running.over(&running.run(&json!({"uploads": [{"id": upload["id"], "role": "MARKET"}]})).await).await
}

#[tokio::test]
async fn files_as_others_write_them_are_read() {
    let running = Running::new("parquet_sound").await;
    let symbols: ArrayRef = Arc::new(StringArray::from(vec!["NIFTY"; ROWS as usize]));
    let columns = [
        ("timestamp", Arc::new(Int64Array::from_iter_values(times())) as ArrayRef),
        ("symbol", symbols),
        ("close", Arc::new(Float64Array::from_iter_values(closes()))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for codec in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(GzipLevel::default()),
            Compression::ZSTD(ZstdLevel::default()),
        ] {
            let properties = WriterProperties::builder().set_writer_version(version).set_compression(codec);
            let mut file = Vec::new();
            let mut writer =
                ArrowWriter::try_new(&mut file, batch.schema(), Some(properties.build())).unwrap();
            writer.write(&batch).unwrap();
            writer.close().unwrap();
            let job = job(&running, file).await;
            assert_eq!(
                (&job["status"], &job["result"]["rows"]),
                (&json!("SUCCEEDED"), &json!(ROWS)),
                "{job}"
            );
        }
    }
}

/// Pages of a column, byte by byte.
struct Column {
    codec: Compression,
    pages: Vec<u8>,
    /// Length of the first page, where that is a dictionary.
    dictionary: Option<usize>,
}

/// Fields of a struct in Thrift's compact protocol that are integers, one after the other.
fn integers(numbers: &[i32]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in numbers {
        bytes.push(0x15);
        let mut rest = number.cast_unsigned() << 1;
        while rest > 0x7f {
            bytes.push(0x80 | rest.to_le_bytes()[0] & 0x7f);
            rest >>= 7;
        }
        bytes.push(rest.to_le_bytes()[0]);
    }
    bytes
}

/// A page that claims to have so many bytes, unpacked, and so many values.
fn page(is_dictionary: bool, unpacked: i32, values: i32, content: &[u8]) -> Vec<u8> {
    let packed = i32::try_from(content.len()).unwrap();
    let (kind, own, rest) = if is_dictionary {
        (2, 0x4c, integers(&[values, 0]))
    } else {
        (0, 0x2c, integers(&[values, 0, 3, 3]))
    };
    [&integers(&[kind, unpacked, packed])[..], &[own], &rest, &[0, 0], content].concat()
}

fn honest(content: &[u8]) -> Column {
    let pages = page(false, i32::try_from(content.len()).unwrap(), ROWS, content);
    Column { codec: Compression::UNCOMPRESSED, pages, dictionary: None }
}

fn gzip(content: &[u8], times: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Level::fast());
    for _ in 0..times {
        packer.write_all(content).unwrap();
    }
    packer.finish().unwrap()
}

/// A file of bars with these closes.
fn file(close: &Column) -> Vec<u8> {
    let schema =
        "message bars { required int64 timestamp; required binary symbol (UTF8); required double close; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let described = SchemaDescriptor::new(Arc::clone(&schema));
    let time = honest(&times().flat_map(i64::to_le_bytes).collect::<Vec<_>>());
    let symbol = honest(&b"\x05\0\0\0NIFTY".repeat(ROWS as usize));
    let mut file = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut file, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (place, column) in [&time, &symbol, close].into_iter().enumerate() {
        let length = i64::try_from(column.pages.len()).unwrap();
        let offset = |length: usize| i64::try_from(length).unwrap();
        let metadata = ColumnChunkMetaData::builder(described.column(place))
            .set_compression(column.codec)
            .set_num_values(ROWS.into())
            .set_total_compressed_size(length)
            .set_total_uncompressed_size(2_400)
            .set_dictionary_page_offset(column.dictionary.map(|_| 0))
            .set_data_page_offset(column.dictionary.map_or(0, offset))
            .build()
            .unwrap();
        let closed = ColumnCloseResult {
            bytes_written: length.cast_unsigned(),
            rows_written: u64::from(ROWS.unsigned_abs()),
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        group.append_column(&Bytes::from(column.pages.clone()), closed).unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    file
}

#[tokio::test]
async fn what_pages_claim_is_not_believed() {
    let running = Running::new("parquet_lies").await;
    let values: Vec<u8> = closes().flat_map(f64::to_le_bytes).collect();
    let plain = |codec: Compression, pages: Vec<u8>| Column { codec, pages, dictionary: None };
    let packed = Compression::GZIP(GzipLevel::default());
    for sound in [honest(&values), plain(packed, page(false, 2_400, ROWS, &gzip(&values, 1)))] {
        let job = job(&running, file(&sound)).await;
        assert_eq!((&job["status"], &job["result"]["rows"]), (&json!("SUCCEEDED"), &json!(ROWS)), "{job}");
    }
    let dictionary = page(true, 2_400, i32::MAX, &values);
    let length = dictionary.len();
    let indices = page(false, 2, ROWS, &[0, 0]);
    let many = Column {
        codec: Compression::UNCOMPRESSED,
        pages: [dictionary, indices].concat(),
        dictionary: Some(length),
    };
    let bomb = gzip(&vec![0; 1 << 20], 512);
    for (lying, reason) in [
        (plain(Compression::SNAPPY, page(false, i32::MAX, ROWS, &values)), "too large, unpacked"),
        (plain(packed, page(false, 2_400, ROWS, &bomb)), "unpacks to more than it claims"),
        (many, "more values than fit"),
        (
            plain(Compression::UNCOMPRESSED, page(false, 2_400, i32::MAX, &values)),
            "more values than may be read",
        ),
        (plain(Compression::UNCOMPRESSED, vec![0x19, 0xff, 0xff, 0xff]), "no sound header"),
    ] {
        let before = running.host.peak_memory();
        let job = job(&running, file(&lying)).await;
        let said = job["error"].as_str().unwrap_or_default();
        assert!(job["status"] == "FAILED" && said.contains(reason), "{reason}: {job}");
        let grown = running.host.peak_memory() - before;
        assert!(grown < 128 << 20, "{reason}: {grown} bytes");
    }
}
