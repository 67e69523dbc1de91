use uuid::Uuid;

use crate::{
    domain::{family::Family, time::Timestamp},
    ledger::hash::Hash,
    store::{
        Store,
        change::Change,
        columns::column,
        error::Result,
        page::{Cursor, Page, Window},
    },
};

/// A row that a detector could not take.
#[derive(Clone, Debug, PartialEq)]
pub struct SkippedRow {
    /// Version 7.
    pub id: Uuid,
    /// Name of the detector.
    pub detector: String,
    /// Its component.
    pub plugin_hash: Option<Hash>,
    /// What the row is about: bars, signals or trades.
    pub family: Family,
    /// Its symbol or trader.
    pub subject: String,
    /// Its time.
    pub at: Timestamp,
    /// Why it was not taken.
    pub reason: String,
    /// When that was.
    pub recorded_at: Timestamp,
}

/// Keeps rows that a detector could not take, and answers how many are new.
///
/// # Errors
///
/// If the database fails.
pub async fn insert_skipped(change: &mut Change<'_>, rows: &[SkippedRow]) -> Result<u64> {
    let inserted = sqlx::query!(
        "INSERT INTO skipped_rows (id, detector, plugin_hash, family, subject, at, reason, recorded_at)
         SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::bytea[], $4::family[], $5::text[], $6::timestamptz[],
                              $7::text[], $8::timestamptz[])
                       AS new (id)
         ORDER BY id
         ON CONFLICT DO NOTHING",
        &column(rows, |row| row.id),
        &column(rows, |row| row.detector.clone()),
        &column(rows, |row| row.plugin_hash) as &[Option<Hash>],
        &column(rows, |row| row.family) as &[Family],
        &column(rows, |row| row.subject.clone()),
        &column(rows, |row| row.at) as &[Timestamp],
        &column(rows, |row| row.reason.clone()),
        &column(rows, |row| row.recorded_at) as &[Timestamp],
    );
    Ok(inserted.execute(change.connection()).await?.rows_affected())
}

/// Rows that a detector, or any, could not take, newest first.
///
/// # Errors
///
/// If the database fails.
pub async fn skipped(store: &Store, detector: Option<&str>, window: Window) -> Result<Page<SkippedRow>> {
    let items = sqlx::query_as!(
        SkippedRow,
        r#"SELECT id, detector, plugin_hash AS "plugin_hash: Hash", family, subject, at, reason, recorded_at
           FROM skipped_rows
           WHERE ($1::text IS NULL OR detector = $1)
             AND ($2::timestamptz IS NULL OR (recorded_at, id) < ($2, $3::uuid))
           ORDER BY recorded_at DESC, id DESC
           LIMIT $4"#,
        detector,
        window.at() as Option<Timestamp>,
        window.id(),
        window.rows(),
    )
    .fetch_all(store.pool())
    .await?;
    Ok(Page::cut(items, window, |row| Cursor { at: row.recorded_at, id: row.id }))
}
