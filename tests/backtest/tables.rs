//! One table in other shapes.

use std::{fs::File, io::Write as _, sync::Arc};

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use flate2::{Compression, write::GzEncoder};
use parquet::arrow::ArrowWriter;
use tests::Scratch;

/// A CSV file as names and rows.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) names: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

const TIMES: [&str; 3] = ["timestamp", "start", "end"];
const TEXTS: [&str; 9] =
    ["symbol", "user_id", "algorithm", "signal", "side", "order_id", "family", "subject", "kind"];

impl Table {
    pub(crate) fn read(scratch: &Scratch, name: &str) -> Self {
        let mut csv = csv::Reader::from_path(scratch.path(name)).unwrap();
        let owned = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
        Self {
            names: owned(csv.headers().unwrap()),
            rows: csv.records().map(|record| owned(&record.unwrap())).collect(),
        }
    }

    pub(crate) fn text(&self) -> String {
        let rows = std::iter::once(&self.names).chain(&self.rows);
        rows.map(|row| row.join(",") + "\n").collect()
    }

    /// The columns, and with them every row, in other places.
    pub(crate) fn arranged(&self, arrange: impl Fn(&mut Vec<String>)) -> Self {
        let mut table = self.clone();
        arrange(&mut table.names);
        table.rows.iter_mut().for_each(arrange);
        table
    }

    pub(crate) fn without(&self, column: &str) -> Self {
        let place = self.names.iter().position(|name| name == column).unwrap();
        self.arranged(|row| drop(row.remove(place)))
    }

    /// The rows whose number from 0 is `wanted`.
    pub(crate) fn part(&self, wanted: impl Fn(usize) -> bool) -> Self {
        let rows = self.rows.iter().enumerate().filter(|(number, _)| wanted(*number));
        Self { names: self.names.clone(), rows: rows.map(|(_, row)| row.clone()).collect() }
    }

    pub(crate) fn write_gz(&self, scratch: &Scratch, name: &str) {
        let mut gz = GzEncoder::new(File::create(scratch.path(name)).unwrap(), Compression::fast());
        gz.write_all(self.text().as_bytes()).unwrap();
        gz.finish().unwrap();
    }

    pub(crate) fn write_parquet(&self, scratch: &Scratch, name: &str) {
        let columns = self.names.iter().enumerate().map(|(place, name)| (name, self.column(name, place)));
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let file = File::create(scratch.path(name)).unwrap();
        let mut parquet = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        parquet.write(&batch).unwrap();
        parquet.close().unwrap();
    }

    fn column(&self, name: &str, place: usize) -> ArrayRef {
        let cells = self.rows.iter().map(|row| (!row[place].is_empty()).then_some(row[place].as_str()));
        let time = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_microsecond();
        match name {
            name if TIMES.contains(&name) => {
                let times: TimestampMicrosecondArray = cells.map(|cell| cell.map(time)).collect();
                Arc::new(times.with_timezone("UTC"))
            }
            name if TEXTS.contains(&name) => Arc::new(cells.collect::<StringArray>()),
            _ => Arc::new(cells.map(|cell| cell.map(|text| text.parse().unwrap())).collect::<Float64Array>()),
        }
    }
}
