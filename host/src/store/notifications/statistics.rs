use std::collections::BTreeMap;

use crate::{
    domain::{
        time::Timestamp,
        vocabulary::{NotificationChannel, NotificationPriority, NotificationStatus},
    },
    store::{Store, error::Result, page::Period},
};

/// How many notifications there are; what does not occur is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotificationStatistics {
    /// In all.
    pub total: i64,
    /// By how far they are.
    pub by_status: BTreeMap<NotificationStatus, i64>,
    /// By how urgent they are.
    pub by_priority: BTreeMap<NotificationPriority, i64>,
    /// By the kind of what they are about.
    pub by_kind: BTreeMap<String, i64>,
}

/// Counts notifications that were made in a period.
///
/// # Errors
///
/// If the database fails.
pub async fn statistics(store: &Store, created: Period) -> Result<NotificationStatistics> {
    let counts = sqlx::query!(
        r#"SELECT status AS "status?", priority AS "priority?", kind AS "kind?", count(*) AS "notifications!"
           FROM notifications
           WHERE ($1::timestamptz IS NULL OR created_at >= $1) AND ($2::timestamptz IS NULL OR created_at < $2)
           GROUP BY GROUPING SETS ((), (status), (priority), (kind))"#,
        created.from as Option<Timestamp>,
        created.until as Option<Timestamp>,
    )
    .fetch_all(store.pool())
    .await?;
    let mut statistics = NotificationStatistics::default();
    for count in counts {
        match (count.status, count.priority, count.kind) {
            (Some(status), _, _) => drop(statistics.by_status.insert(status, count.notifications)),
            (_, Some(priority), _) => drop(statistics.by_priority.insert(priority, count.notifications)),
            (_, _, Some(kind)) => drop(statistics.by_kind.insert(kind, count.notifications)),
            _ => statistics.total = count.notifications,
        }
    }
    Ok(statistics)
}

/// How often deliveries arrive.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryRate {
    /// Their channel; `None` for all channels together.
    pub channel: Option<NotificationChannel>,
    /// How many arrived.
    pub delivered: i64,
    /// How many were given up.
    pub failed: i64,
    /// Share that arrived of those that are over, 0 to 1; `None` if none is.
    pub rate: Option<f64>,
}

/// Success rates of deliveries of notifications that were made in a period: all channels together, then each that
/// occurs.
///
/// # Errors
///
/// If the database fails.
pub async fn delivery_success_rate(store: &Store, created: Period) -> Result<Vec<DeliveryRate>> {
    let rates = sqlx::query_as!(
        DeliveryRate,
        r#"SELECT channel AS "channel?", delivered AS "delivered!", failed AS "failed!",
                  delivered::float8 / NULLIF(delivered + failed, 0) AS rate
           FROM (
               SELECT channel, count(*) FILTER (WHERE delivery.status = 'DELIVERED') AS delivered,
                      count(*) FILTER (WHERE delivery.status = 'FAILED') AS failed
               FROM notification_deliveries AS delivery
               JOIN notifications AS notification ON notification.id = notification_id
               WHERE ($1::timestamptz IS NULL OR created_at >= $1)
                 AND ($2::timestamptz IS NULL OR created_at < $2)
               GROUP BY ROLLUP (channel)
           ) AS counts
           ORDER BY channel NULLS FIRST"#,
        created.from as Option<Timestamp>,
        created.until as Option<Timestamp>,
    );
    Ok(rates.fetch_all(store.pool()).await?)
}
