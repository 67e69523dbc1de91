use crate::{
    domain::{family::Family, finding::Severity, time::Timestamp, vocabulary::AnomalyType},
    store::{Store, error::Result, page::Period},
};

/// How many anomalies of one sort there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnomalyCount {
    /// The day they were opened on, counted from 1970-01-01 by the clock of the time zone asked for.
    pub day: Option<i32>,
    /// Their family.
    pub family: Family,
    /// Their type.
    pub anomaly_type: AnomalyType,
    /// Their severity.
    pub severity: Severity,
    /// How many.
    pub count: i64,
}

/// How many there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeverityCounts {
    /// LOW.
    pub low: i64,
    /// MEDIUM.
    pub medium: i64,
    /// HIGH.
    pub high: i64,
    /// CRITICAL.
    pub critical: i64,
}

/// Counts the anomalies opened in a period by family, type and severity; where a time zone is named (as in the
/// IANA's database), also by day, a day being as long as its clocks make it.
///
/// # Errors
///
/// If the database fails, or does not know the time zone.
pub async fn statistics(store: &Store, opened: Period, time_zone: Option<&str>) -> Result<Vec<AnomalyCount>> {
    let counts = sqlx::query_as!(
        AnomalyCount,
        r#"SELECT (opened_at AT TIME ZONE $3::text)::date - DATE '1970-01-01' AS day, family AS "family!",
                  type AS "anomaly_type!", severity AS "severity!", COUNT(*) AS "count!"
           FROM (SELECT 'MARKET'::family AS family, type, severity, opened_at FROM anomaly_detections
                 UNION ALL SELECT 'CONFLICT', type, severity, opened_at FROM algorithm_conflicts
                 UNION ALL SELECT 'BEHAVIOR', type, severity, opened_at FROM behavior_anomalies) AS anomalies
           WHERE ($1::timestamptz IS NULL OR opened_at >= $1) AND ($2::timestamptz IS NULL OR opened_at < $2)
           GROUP BY 1, 2, 3, 4
           ORDER BY 1, 2, 3, 4"#,
        opened.from as Option<Timestamp>,
        opened.until as Option<Timestamp>,
        time_zone,
    )
    .fetch_all(store.pool())
    .await?;
    Ok(counts)
}
