//! What a decision looks up about an anomaly's surroundings: one statement for all anomalies of a batch.

use std::collections::HashMap;

use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use super::{change::Change, columns::column, error::Result};
use crate::domain::{case::Recent, finding::Severity, time::Timestamp};

/// From where to look, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewpoint {
    /// The anomaly, which does not count itself.
    pub anomaly: Uuid,
    /// Its symbol or trader.
    pub subject: String,
    /// Whether it is a trader.
    pub is_trader: bool,
    /// Its kind.
    pub kind: String,
    /// The moment.
    pub now: Timestamp,
}

/// How far to look.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Microseconds in which others of other kinds are one event with it.
    pub at_once: i64,
    /// Others that count, the newest.
    pub most: i64,
    /// How long a conflict is open after its last finding, microseconds.
    pub conflict_open: i64,
}

/// What is around an anomaly.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// Other anomalies of its symbol or trader.
    pub recent: Recent,
    /// The newest conflict about its symbol that is open.
    pub conflict: Option<OpenConflict>,
}

/// A conflict about a symbol.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OpenConflict {
    /// Severity.
    pub severity: Severity,
    /// Percent.
    pub disagreement: f64,
    /// When it opened.
    pub opened_at: Timestamp,
}

/// What is around each anomaly, by its id.
///
/// # Errors
///
/// If the database fails.
pub async fn around(
    change: &mut Change<'_>,
    views: &[Viewpoint],
    reach: Reach,
) -> Result<HashMap<Uuid, Surroundings>> {
    let rows = sqlx::query!(
        r#"SELECT given.anomaly AS "anomaly!", others.*, conflict.severity AS "conflict_severity?: Severity",
                  conflict.disagreement AS "disagreement?", conflict.opened_at AS "conflict_opened_at?: Timestamp"
           FROM UNNEST($1::uuid[], $2::text[], $3::boolean[], $4::text[], $5::timestamptz[])
               AS given (anomaly, subject, is_trader, kind, now)
           CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE opened_at > now - interval '1 hour') AS "hour!",
                      count(*) AS "day!",
                      count(*) FILTER (WHERE other.kind = given.kind AND opened_at > now - interval '1 hour')
                          AS "same_kind_hour!",
                      count(*) FILTER (WHERE other.kind = given.kind) AS "same_kind_day!",
                      count(*) FILTER (WHERE other.kind <> given.kind AND opened_at > now - $6::interval)
                          AS "other_kinds_now!",
                      max(severity) AS "highest: Severity"
               FROM (
                   (SELECT kind, severity, opened_at FROM anomaly_detections
                    WHERE NOT is_trader AND symbol = subject AND id <> anomaly
                      AND opened_at <= now AND opened_at > now - interval '24 hours'
                    ORDER BY opened_at DESC LIMIT $7)
                   UNION ALL
                   (SELECT kind, severity, opened_at FROM algorithm_conflicts
                    WHERE NOT is_trader AND symbol = subject AND id <> anomaly
                      AND opened_at <= now AND opened_at > now - interval '24 hours'
                    ORDER BY opened_at DESC LIMIT $7)
                   UNION ALL
                   (SELECT kind, severity, opened_at FROM behavior_anomalies
                    WHERE is_trader AND user_id = subject AND id <> anomaly
                      AND opened_at <= now AND opened_at > now - interval '24 hours'
                    ORDER BY opened_at DESC LIMIT $7)
                   ORDER BY opened_at DESC LIMIT $7
               ) AS other
           ) AS others
           LEFT JOIN LATERAL (
               SELECT severity, disagreement, opened_at, last_at FROM algorithm_conflicts
               WHERE NOT is_trader AND symbol = subject AND id <> anomaly
                 AND opened_at <= now AND opened_at > now - interval '24 hours'
               ORDER BY opened_at DESC LIMIT 1
           ) AS conflict ON conflict.last_at > now - $8::interval"#,
        &column(views, |view| view.anomaly),
        &column(views, |view| view.subject.as_str()) as &[&str],
        &column(views, |view| view.is_trader),
        &column(views, |view| view.kind.as_str()) as &[&str],
        &column(views, |view| view.now) as &[Timestamp],
        interval(reach.at_once),
        reach.most,
        interval(reach.conflict_open),
    )
    .fetch_all(change.connection())
    .await?;
    let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let around = rows.into_iter().map(|row| {
        let recent = Recent {
            hour: count(row.hour),
            day: count(row.day),
            same_kind_hour: count(row.same_kind_hour),
            same_kind_day: count(row.same_kind_day),
            other_kinds_now: count(row.other_kinds_now),
            highest: row.highest,
        };
        let conflict = row.conflict_severity.zip(row.disagreement).zip(row.conflict_opened_at);
        let conflict = conflict.map(|((severity, disagreement), opened_at)| OpenConflict {
            severity,
            disagreement,
            opened_at,
        });
        (row.anomaly, Surroundings { recent, conflict })
    });
    Ok(around.collect())
}

const fn interval(microseconds: i64) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds }
}
