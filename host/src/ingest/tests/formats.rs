//! The same rows, whatever the file is made of.

use std::{io::Write, sync::Arc};

use arrow_array::{
    ArrayRef, Decimal128Array, DictionaryArray, Float32Array, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
    types::Int8Type,
};
use flate2::{Compression, write::GzEncoder};
use parquet::arrow::ArrowWriter;
use sha2::{Digest, Sha256};

use super::*;
use crate::{domain::rows::Bar, ingest::source::hex};

const CSV: &str = "timestamp,symbol,close,volume\n\
    2024-01-01T00:00:00Z,A,100.5,3\n2024-01-01T00:01:00Z,A,101.25,\n";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, values)| (name, values, true)),
    );
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// Bars so that unknown values are equal too.
fn bars(input: &Input) -> Vec<String> {
    input.bars.iter().map(|bar: &Bar| format!("{bar:?}")).collect()
}

#[test]
fn gzip_is_told_by_content_and_may_have_several_members() {
    let (first, second) = CSV.split_at(60);
    let packed = [gzip(first), gzip(second)].concat();
    let input = market(&packed).unwrap();
    assert_eq!(bars(&input), bars(&market(CSV).unwrap()));
    assert_eq!(input.intake.files[0].sha256, hex(&Sha256::digest(&packed)));
}

#[test]
fn a_cut_gzip_stops_the_run_with_its_line() {
    let row = |row: u32| format!("{row},A,{}", 1 + row * 7919 % 1000);
    let lines: Vec<_> =
        ["timestamp,symbol,close".to_owned()].into_iter().chain((0..50_000).map(row)).collect();
    let packed = gzip(&lines.join("\n"));
    let text = market(&packed[..packed.len() / 2]).unwrap_err().to_string();
    assert!(text.contains("market.csv, line "), "{text}");
}

#[test]
fn parquet_may_use_any_physical_types() {
    let seconds = 1_704_067_200;
    let times: [ArrayRef; 5] = [
        Arc::new(TimestampSecondArray::from(vec![seconds, seconds + 60]).with_timezone("UTC")),
        Arc::new(
            TimestampMillisecondArray::from(vec![seconds * 1_000, (seconds + 60) * 1_000])
                .with_timezone("+05:30"),
        ),
        Arc::new(TimestampNanosecondArray::from(vec![
            seconds * 1_000_000_000,
            (seconds + 60) * 1_000_000_000,
        ])),
        Arc::new(Int64Array::from(vec![seconds * 1_000_000, (seconds + 60) * 1_000_000])),
        Arc::new(StringArray::from(vec!["2024-01-01T05:30:00+05:30", "2024-01-01 00:01:00Z"])),
    ];
    let closes: [ArrayRef; 5] = [
        Arc::new(Float64Array::from(vec![100.5, 101.25])),
        Arc::new(Float32Array::from(vec![100.5, 101.25])),
        Arc::new(Decimal128Array::from(vec![10_050, 10_125]).with_precision_and_scale(10, 2).unwrap()),
        Arc::new(StringArray::from(vec!["100.5", "101.25"])),
        Arc::new(Float64Array::from(vec![100.5, 101.25])),
    ];
    let symbols: ArrayRef = Arc::new(vec!["A", "A"].into_iter().collect::<DictionaryArray<Int8Type>>());
    let volumes: ArrayRef = Arc::new(Int32Array::from(vec![Some(3), None]));
    let expected = bars(&market(CSV).unwrap());
    for (time, close) in times.into_iter().zip(closes) {
        let columns = vec![
            ("volume", Arc::clone(&volumes)),
            ("timestamp", time),
            ("close", close),
            ("symbol", Arc::clone(&symbols)),
        ];
        let input = market(parquet(columns)).unwrap();
        assert_eq!(bars(&input), expected);
        assert_eq!(input.intake.rejects, []);
    }
}

#[test]
fn parquet_rows_are_checked_like_others() {
    let columns = |close: Vec<Option<f64>>| -> Vec<(&str, ArrayRef)> {
        vec![
            ("timestamp", Arc::new(TimestampSecondArray::from(vec![0, 60, 120]))),
            ("symbol", Arc::new(StringArray::from(vec!["A"; 3]))),
            ("close", Arc::new(Float64Array::from(close))),
            ("extra", Arc::new(Int32Array::from(vec![1; 3]))),
        ]
    };
    let input = market(parquet(columns(vec![Some(1.0), None, Some(-2.0)]))).unwrap();
    assert_eq!(
        rejects(&input),
        [(2, "close is empty".to_owned()), (3, "close -2 is not a positive number".to_owned())]
    );
    let warnings = input.intake.warnings.join("; ");
    assert!(warnings.contains("unknown columns ignored: `extra`"), "{warnings}");
    assert!(warnings.contains("`timestamp` names no time zone and is read as UTC"), "{warnings}");
}

#[test]
fn a_parquet_column_that_cannot_be_a_time_or_is_missing_stops_the_run() {
    let symbols = || -> (&str, ArrayRef) { ("symbol", Arc::new(StringArray::from(vec!["A"]))) };
    let closes = || -> (&str, ArrayRef) { ("close", Arc::new(Float64Array::from(vec![1.0]))) };
    let text = market(parquet(vec![symbols(), closes()])).unwrap_err().to_string();
    assert!(text.contains("no column `timestamp`; found symbol, close"), "{text}");
    let text = market(parquet(vec![symbols(), closes(), ("timestamp", closes().1)])).unwrap_err().to_string();
    assert!(text.contains("column `timestamp` cannot be used"), "{text}");
    let text = market(b"PAR1 and nothing more").unwrap_err().to_string();
    assert!(text.contains("cannot read"), "{text}");
}
