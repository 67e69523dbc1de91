//! Parquet files as tables. Physical types are free: a time may be a timestamp of any unit, a date, an
//! integer of microseconds or text; a number any numeric type or text; text may be dictionary-encoded.

use std::{
    fs::{self, File},
    sync::Arc,
};

use arrow_array::{
    Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray,
    cast::AsArray,
    types::{Float64Type, Int64Type},
};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Schema, TimeUnit};
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use super::{
    cell::Cell,
    error::IngestError,
    limits::Room,
    parquet_pages,
    table::{Header, Holds, Visit, unreadable},
};

const BATCH: usize = 8192;

/// Rows that are unpacked at once where little may be read: a short file can say a long text again and again.
const SMALL_BATCH: usize = 64;

/// Reads all rows of a Parquet file; returns warnings.
pub(super) fn read<const N: usize>(
    header: &Header<'_, N>,
    room: &Room,
    visit: &mut Visit<'_, N>,
) -> Result<Vec<String>, IngestError> {
    let failed = |row: u64, error: String| unreadable(header.path, row, error);
    let file = File::open(header.path).map_err(|error| failed(1, error.to_string()))?;
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| failed(1, error.to_string()))?;
    let groups = builder.metadata().row_groups().iter();
    let unpacked = groups.map(|group| group.total_byte_size().unsigned_abs()).fold(0, u64::saturating_add);
    if room.lacks(unpacked) {
        return Err(failed(1, "it is too large, unpacked".to_owned()));
    }
    let schema = Arc::clone(builder.schema());
    let names: Vec<_> = schema.fields().iter().map(|field| field.name().clone()).collect();
    let (places, mut warnings) = header.locate(&names)?;
    warnings.extend(naive_times(header, &schema, &places));
    let mask = ProjectionMask::roots(builder.parquet_schema(), places.iter().flatten().copied());
    if room.is_bounded() {
        let bytes = fs::read(header.path).map_err(|error| failed(1, error.to_string()))?;
        parquet_pages::check(&bytes, builder.metadata(), &mask, room).map_err(|error| failed(1, error))?;
    }
    let batches: ParquetRecordBatchReader = builder
        .with_projection(mask)
        .with_batch_size(if room.is_bounded() { SMALL_BATCH } else { BATCH })
        .build()
        .map_err(|error| failed(1, error.to_string()))?;
    let mut row = 0;
    for batch in batches {
        let batch = batch.map_err(|error| failed(row + 1, error.to_string()))?;
        let size = batch.get_array_memory_size() as u64;
        room.take_bytes(size).map_err(|error| failed(row + 1, error.to_string()))?;
        let columns = columns(header, &batch).map_err(|error| failed(row + 1, error))?;
        for index in 0..batch.num_rows() {
            row += 1;
            visit(row, Ok(std::array::from_fn(|column| columns[column].cell(index))))?;
        }
    }
    Ok(warnings)
}

fn naive_times<const N: usize>(
    header: &Header<'_, N>,
    schema: &Schema,
    places: &[Option<usize>; N],
) -> Option<String> {
    let naive = |place: &Option<usize>| {
        let field = schema.fields().get((*place)?)?;
        matches!(field.data_type(), DataType::Timestamp(_, None)).then(|| field.name().clone())
    };
    let column = places.iter().find_map(naive)?;
    Some(format!("{}: `{column}` names no time zone and is read as UTC", header.path.display()))
}

/// The values of one column of one batch.
#[derive(Debug)]
enum Values {
    Absent,
    Integers(Int64Array),
    Numbers(Float64Array),
    Texts(StringArray),
}

impl Values {
    fn cell(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Integers(values) if values.is_valid(row) => Cell::Integer(values.value(row)),
            Self::Numbers(values) if values.is_valid(row) && !values.value(row).is_nan() => {
                Cell::Number(values.value(row))
            }
            Self::Texts(values) if values.is_valid(row) => Cell::from_text(values.value(row).as_bytes()),
            _ => Cell::Empty,
        }
    }
}

fn columns<const N: usize>(header: &Header<'_, N>, batch: &RecordBatch) -> Result<[Values; N], String> {
    let mut columns = [const { Values::Absent }; N];
    for (values, column) in columns.iter_mut().zip(header.columns) {
        if let Some(array) = batch.column_by_name(column.name) {
            *values = convert(array, column.holds)
                .map_err(|error| format!("column `{}` cannot be used: {error}", column.name))?;
        }
    }
    Ok(columns)
}

fn convert(array: &ArrayRef, holds: Holds) -> Result<Values, ArrowError> {
    let kind = array.data_type();
    match holds {
        Holds::Text => texts(array),
        Holds::Time | Holds::Number if is_text(kind) => texts(array),
        Holds::Time => Ok(Values::Integers(microseconds(array)?.as_primitive::<Int64Type>().clone())),
        Holds::Number => {
            Ok(Values::Numbers(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone()))
        }
    }
}

fn texts(array: &ArrayRef) -> Result<Values, ArrowError> {
    Ok(Values::Texts(cast(array, &DataType::Utf8)?.as_string::<i32>().clone()))
}

fn microseconds(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Timestamp(_, zone) => {
            let in_micros = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))?;
            cast(&in_micros, &DataType::Int64)
        }
        DataType::Date32 | DataType::Date64 => {
            let in_micros = cast(array, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
            cast(&in_micros, &DataType::Int64)
        }
        kind if kind.is_integer() => cast(array, &DataType::Int64),
        kind => Err(ArrowError::CastError(format!("{kind} is not a time"))),
    }
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_text(values),
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView => true,
        _ => false,
    }
}
