//! What a decision looks up about an anomaly's surroundings: one statement for all anomalies of a batch.

use std::collections::HashMap;

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
    /// Its kind.
    pub kind: String,
    /// The moment.
    pub now: Timestamp,
}

/// A conflict about a symbol.
#[derive(Clone, Debug, PartialEq)]
pub struct ConflictView {
    /// The symbol.
    pub symbol: String,
    /// Severity.
    pub severity: Severity,
    /// Percent.
    pub disagreement: f64,
    /// When it opened.
    pub opened_at: Timestamp,
}

/// How far back others count, and how many of them: the rules of `decide::facts`.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Microseconds in which others of other kinds are one event with it.
    pub at_once: i64,
    /// Others that count, the newest.
    pub most: i64,
}

struct Row {
    anomaly: Uuid,
    hour: i64,
    day: i64,
    same_kind_hour: i64,
    same_kind_day: i64,
    other_kinds_now: i64,
    highest: Option<Severity>,
}

impl Row {
    fn recent(&self) -> Recent {
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        Recent {
            hour: count(self.hour),
            day: count(self.day),
            same_kind_hour: count(self.same_kind_hour),
            same_kind_day: count(self.same_kind_day),
            other_kinds_now: count(self.other_kinds_now),
            highest: self.highest,
        }
    }
}

/// Counts the others of each viewpoint's subject, of which `$others` gives kind, severity and time, newest first.
macro_rules! recent {
    ($change:expr, $views:expr, $reach:expr, $others:literal) => {
        sqlx::query_as!(
            Row,
            r#"SELECT given.anomaly AS "anomaly!",
                      count(*) FILTER (WHERE opened_at > now - interval '1 hour') AS "hour!",
                      count(opened_at) AS "day!",
                      count(*) FILTER (WHERE other.kind = given.kind AND opened_at > now - interval '1 hour')
                          AS "same_kind_hour!",
                      count(*) FILTER (WHERE other.kind = given.kind) AS "same_kind_day!",
                      count(*) FILTER (WHERE other.kind <> given.kind AND opened_at > now - $5::interval)
                          AS "other_kinds_now!",
                      max(severity) AS highest
               FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::timestamptz[])
                   AS given (anomaly, subject, kind, now)
               LEFT JOIN LATERAL ("# + $others + r#" ORDER BY opened_at DESC LIMIT $6) AS other ON true
               GROUP BY given.anomaly"#,
            &column($views, |view: &Viewpoint| view.anomaly),
            &column($views, |view: &Viewpoint| view.subject.as_str()) as &[&str],
            &column($views, |view: &Viewpoint| view.kind.as_str()) as &[&str],
            &column($views, |view: &Viewpoint| view.now) as &[Timestamp],
            interval($reach.at_once),
            $reach.most,
        )
        .fetch_all($change.connection())
        .await?
    };
}

/// Other anomalies about the same symbols, market and conflict, by the anomaly from which one looks.
///
/// # Errors
///
/// If the database fails.
pub async fn of_symbols(
    change: &mut Change<'_>,
    views: &[Viewpoint],
    reach: Reach,
) -> Result<HashMap<Uuid, Recent>> {
    let rows = recent!(
        change,
        views,
        reach,
        "(SELECT kind, severity, opened_at FROM anomaly_detections
          WHERE symbol = given.subject AND opened_at <= now AND opened_at > now - interval '24 hours'
            AND id <> given.anomaly
          ORDER BY opened_at DESC LIMIT $6)
         UNION ALL
         (SELECT kind, severity, opened_at FROM algorithm_conflicts
          WHERE symbol = given.subject AND opened_at <= now AND opened_at > now - interval '24 hours'
            AND id <> given.anomaly
          ORDER BY opened_at DESC LIMIT $6)"
    );
    Ok(rows.iter().map(|row| (row.anomaly, row.recent())).collect())
}

/// Other anomalies of the same traders, by the anomaly from which one looks.
///
/// # Errors
///
/// If the database fails.
pub async fn of_traders(
    change: &mut Change<'_>,
    views: &[Viewpoint],
    reach: Reach,
) -> Result<HashMap<Uuid, Recent>> {
    let rows = recent!(
        change,
        views,
        reach,
        "SELECT kind, severity, opened_at FROM behavior_anomalies
         WHERE user_id = given.subject AND opened_at <= now AND opened_at > now - interval '24 hours'
           AND id <> given.anomaly"
    );
    Ok(rows.iter().map(|row| (row.anomaly, row.recent())).collect())
}

/// The newest conflict about each symbol of which there was a finding after `since`.
///
/// # Errors
///
/// If the database fails.
pub async fn conflicts(
    change: &mut Change<'_>,
    symbols: &[&str],
    since: Timestamp,
) -> Result<Vec<ConflictView>> {
    let conflicts = sqlx::query_as!(
        ConflictView,
        "SELECT conflict.symbol, severity, disagreement, opened_at
         FROM UNNEST($1::text[]) AS given (symbol)
         CROSS JOIN LATERAL (
             SELECT symbol, severity, disagreement, opened_at FROM algorithm_conflicts AS newest
             WHERE newest.symbol = given.symbol AND last_at > $2 AND opened_at > $2::timestamptz - interval '1 hour'
             ORDER BY opened_at DESC LIMIT 1
         ) AS conflict",
        symbols as &[&str],
        since as Timestamp,
    );
    Ok(conflicts.fetch_all(change.connection()).await?)
}

fn interval(microseconds: i64) -> sqlx::postgres::types::PgInterval {
    sqlx::postgres::types::PgInterval { months: 0, days: 0, microseconds }
}
