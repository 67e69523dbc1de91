use sqlx::PgConnection;

use crate::{
    domain::time::Timestamp,
    store::{Store, change::Change, error::Result, page::Period},
};

/// What persons said about the anomalies of a detector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectorRecord {
    /// Name of the detector.
    pub detector: String,
    /// Anomalies marked real.
    pub real: i64,
    /// Anomalies marked not real.
    pub not_real: i64,
    /// Anomalies not marked, about which a person decided that nothing is to be done.
    pub dismissed: i64,
}

impl DetectorRecord {
    /// Share of real ones, 0 to 1; a dismissed one counts as not real.
    pub fn precision(&self) -> f64 {
        self.real as f64 / (self.real + self.not_real + self.dismissed) as f64
    }
}

/// The record of each of some detectors over the last so many of its anomalies that a person judged, of those opened
/// in a period. Detectors that nobody judged are left out.
///
/// # Errors
///
/// If the database fails.
pub async fn detector_record(
    store: &Store,
    detectors: &[String],
    opened: Period,
    last: i64,
) -> Result<Vec<DetectorRecord>> {
    read(&mut *store.pool().acquire().await?, detectors, opened, last).await
}

/// As [`detector_record`], within a change.
///
/// # Errors
///
/// If the database fails.
pub async fn detector_record_within(
    change: &mut Change<'_>,
    detectors: &[String],
    opened: Period,
    last: i64,
) -> Result<Vec<DetectorRecord>> {
    read(change.connection(), detectors, opened, last).await
}

async fn read(
    connection: &mut PgConnection,
    detectors: &[String],
    opened: Period,
    last: i64,
) -> Result<Vec<DetectorRecord>> {
    let records = sqlx::query_as!(
        DetectorRecord,
        r#"WITH judged AS (
               SELECT detector, opened_at, id, is_real FROM anomaly_detections WHERE is_real IS NOT NULL
               UNION ALL SELECT detector, opened_at, id, is_real FROM algorithm_conflicts WHERE is_real IS NOT NULL
               UNION ALL SELECT detector, opened_at, id, is_real FROM behavior_anomalies WHERE is_real IS NOT NULL
               UNION ALL SELECT detector, opened_at, anomaly.id, is_real
                         FROM anomaly_decisions JOIN anomaly_detections AS anomaly ON anomaly.id = market_anomaly_id
                         WHERE decision = 'KEEP' AND status = 'OVERRIDDEN' AND is_real IS NULL
               UNION ALL SELECT detector, opened_at, anomaly.id, is_real
                         FROM anomaly_decisions JOIN algorithm_conflicts AS anomaly ON anomaly.id = conflict_id
                         WHERE decision = 'KEEP' AND status = 'OVERRIDDEN' AND is_real IS NULL
               UNION ALL SELECT detector, opened_at, anomaly.id, is_real
                         FROM anomaly_decisions JOIN behavior_anomalies AS anomaly ON anomaly.id = behavior_id
                         WHERE decision = 'KEEP' AND status = 'OVERRIDDEN' AND is_real IS NULL
           ), ranked AS (
               SELECT detector, is_real, row_number() OVER (PARTITION BY detector ORDER BY opened_at DESC, id DESC) AS place
               FROM judged
               WHERE detector = ANY($1)
                 AND ($2::timestamptz IS NULL OR opened_at >= $2) AND ($3::timestamptz IS NULL OR opened_at < $3)
           )
           SELECT detector AS "detector!", COUNT(*) FILTER (WHERE is_real) AS "real!",
                  COUNT(*) FILTER (WHERE NOT is_real) AS "not_real!", COUNT(*) FILTER (WHERE is_real IS NULL) AS "dismissed!"
           FROM ranked
           WHERE place <= $4
           GROUP BY detector
           ORDER BY detector"#,
        detectors,
        opened.from as Option<Timestamp>,
        opened.until as Option<Timestamp>,
        last,
    )
    .fetch_all(connection)
    .await?;
    Ok(records)
}
