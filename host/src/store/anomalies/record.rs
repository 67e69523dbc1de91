//! What the records of all families have in common.

use std::collections::BTreeSet;

use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{AnomalyRef, Later};
use crate::{
    domain::{finding::Severity, time::Timestamp, vocabulary::BlockType},
    store::{change::Change, error::Result, pseudonyms},
};

/// A row of one of the three tables.
pub(super) trait Record: Clone + Serialize {
    /// Which anomaly it is.
    fn reference(&self) -> AnomalyRef;

    /// How serious it is.
    fn severity(&self) -> Severity;

    /// The ids of persons in it.
    fn people(&mut self) -> Vec<&mut String>;

    /// Takes in later findings, and says whether more has changed than how many there are and until when.
    fn join(&mut self, later: &Later) -> bool;

    /// Takes down what a person says.
    fn mark(&mut self, is_real: bool, by: &str, at: Timestamp);

    /// Those that there are, locked in the order of their ids.
    async fn lock(connection: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Self>>;

    /// Writes what [`Self::join`] and [`Self::mark`] change.
    async fn update(connection: &mut PgConnection, records: &[Self]) -> Result<()>;
}

/// Implements [`Record`] for the row of a table; its people are the fields named, and who marked it.
macro_rules! record {
    ($record:ident, $family:path, $table:literal, |$ids:ident| $lock:expr, |$row:ident| $people:expr) => {
        impl $crate::store::anomalies::record::Record for $record {
            fn reference(&self) -> $crate::store::anomalies::AnomalyRef {
                $family(self.id)
            }

            fn severity(&self) -> Severity {
                self.severity
            }

            fn people(&mut self) -> Vec<&mut String> {
                let $row = self;
                $people.into_iter().chain(&mut $row.marked_by).collect()
            }

            fn join(&mut self, later: &$crate::store::anomalies::Later) -> bool {
                let rises = later.severity > self.severity || later.score > self.score;
                self.findings = self.findings.saturating_add(later.findings);
                self.last_at = self.last_at.max(later.last_at);
                self.severity = self.severity.max(later.severity);
                if later.score > self.score {
                    self.score = later.score;
                    self.observed = later.observed;
                    self.expected = later.expected;
                    self.message.clone_from(&later.message);
                    self.evidence.clone_from(&later.evidence);
                }
                rises
            }

            fn mark(&mut self, is_real: bool, by: &str, at: Timestamp) {
                self.is_real = Some(is_real);
                self.marked_by = Some(by.to_owned());
                self.marked_at = Some(at);
            }

            async fn lock(connection: &mut sqlx::PgConnection, $ids: &[Uuid]) -> Result<Vec<Self>> {
                Ok($lock.fetch_all(connection).await?)
            }

            async fn update(connection: &mut sqlx::PgConnection, records: &[Self]) -> Result<()> {
                sqlx::query!(
                    "UPDATE " + $table + r#" AS old
                     SET findings = new.findings, last_at = new.last_at, severity = new.severity, score = new.score,
                         observed = new.observed, expected = new.expected, message = new.message,
                         evidence = new.evidence, is_real = new.is_real, marked_by = new.marked_by,
                         marked_at = new.marked_at
                     FROM UNNEST($1::uuid[], $2::int4[], $3::timestamptz[], $4::anomaly_severity[], $5::float8[],
                                 $6::float8[], $7::float8[], $8::text[], $9::jsonb[], $10::boolean[], $11::text[],
                                 $12::timestamptz[])
                         AS new (id, findings, last_at, severity, score, observed, expected, message, evidence,
                                 is_real, marked_by, marked_at)
                     WHERE old.id = new.id"#,
                    &column(records, |record| record.id),
                    &column(records, |record| record.findings),
                    &column(records, |record| record.last_at) as &[Timestamp],
                    &column(records, |record| record.severity) as &[Severity],
                    &column(records, |record| record.score),
                    &column(records, |record| record.observed) as &[Option<f64>],
                    &column(records, |record| record.expected) as &[Option<f64>],
                    &column(records, |record| record.message.as_str()) as &[&str],
                    &column(records, |record| record.evidence.clone()),
                    &column(records, |record| record.is_real) as &[Option<bool>],
                    &column(records, |record| record.marked_by.as_deref()) as &[Option<&str>],
                    &column(records, |record| record.marked_at) as &[Option<Timestamp>],
                )
                .execute(connection)
                .await?;
                Ok(())
            }
        }
    };
}

pub(super) use record;

/// Locks records, takes a step with each, writes them, and adds a block for those whose step was worth one. Gives
/// the anomalies that there are.
pub(super) async fn revise<R: Record>(
    change: &mut Change<'_>,
    kind: BlockType,
    ids: &[Uuid],
    mut step: impl FnMut(&mut R) -> bool,
) -> Result<Vec<AnomalyRef>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut records = R::lock(change.connection(), ids).await?;
    let worth: Vec<bool> = records.iter_mut().map(&mut step).collect();
    R::update(change.connection(), &records).await?;
    let references = records.iter().map(R::reference).collect();
    let noted = records.into_iter().zip(worth).filter_map(|(record, worth)| worth.then_some(record));
    note(change, kind, noted.collect()).await?;
    Ok(references)
}

/// Adds a block for each record, with pseudonyms in the place of persons.
pub(super) async fn note<R: Record>(
    change: &mut Change<'_>,
    kind: BlockType,
    mut records: Vec<R>,
) -> Result<()> {
    let people: BTreeSet<String> =
        records.iter_mut().flat_map(R::people).map(|person| person.clone()).collect();
    let pseudonyms = pseudonyms::of(change, people).await?;
    for mut record in records {
        pseudonyms.replace(record.people());
        change.note(kind, &Noted { anomaly: &record }, record.reference().about())?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Noted<'a, R> {
    anomaly: &'a R,
}
