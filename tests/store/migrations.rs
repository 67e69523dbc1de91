//! Migrations on databases that hold data already, and that others use.

use host::store::migrate::{MIGRATOR, MigrationError, migrate};
use sqlx::{Connection as _, PgConnection, query_scalar, raw_sql};
use tests::database::{self, Database};

/// What the tables of each version take, so that the next ones find data.
const DATA: [(i64, &str); 5] = [
    (
        2,
        "INSERT INTO anomaly_detections (id, type, kind, detector, symbol, severity, score, message, findings, opened_at,
                                         last_at, recorded_at)
         SELECT gen_random_uuid(), 'PRICE_DROP', 'PRICE_DROP', 'price-movement', 'NIFTY', 'HIGH', 0.8, 'fell', 1, at, at, at
         FROM generate_series(timestamptz '2026-01-01', '2026-01-02', '1 h') AS at",
    ),
    (
        3,
        "INSERT INTO anomaly_decisions (id, market_anomaly_id, decision, status, decided_by, reason, latency, decided_at)
         SELECT gen_random_uuid(), id, 'FIX', 'DECIDED', 'POLICY', 'far off', 40, opened_at FROM anomaly_detections",
    ),
    (
        4,
        "INSERT INTO action_executions (id, decision_id, type, status, subject_type, subject, idempotency_key, requested_at)
         SELECT gen_random_uuid(), id, 'HALT_SYMBOL', 'PENDING', 'SYMBOL', 'NIFTY', id::text, decided_at
         FROM anomaly_decisions",
    ),
    (
        5,
        "INSERT INTO notifications (id, market_anomaly_id, kind, priority, status, title, body, created_at)
         SELECT gen_random_uuid(), id, kind, 'HIGH', 'PENDING', 'fell', '', opened_at FROM anomaly_detections",
    ),
    (
        6,
        "INSERT INTO blockchain_blocks
         VALUES (0, now(), 'GENESIS', '', sha256('a'), sha256('b'), decode(repeat('00', 64), 'hex'), sha256('c'));
         INSERT INTO block_references (block_number, market_anomaly_id) SELECT 0, id FROM anomaly_detections LIMIT 1",
    ),
];

/// A database as a host of an earlier version left it, with data.
async fn of_version(version: i64) -> Database {
    let database = database::empty(&format!("version_{version}")).await;
    let mut connection = PgConnection::connect(database.url.expose()).await.unwrap();
    MIGRATOR.run_direct(Some(version), &mut connection, false).await.unwrap();
    for (_, statements) in DATA.iter().filter(|(since, _)| *since <= version) {
        raw_sql(*statements).execute(&mut connection).await.unwrap();
    }
    database
}

/// Every version that is not the newest, and those that follow it.
fn versions() -> Vec<(i64, Vec<i64>)> {
    let all: Vec<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    (1..all.len()).map(|place| (all[place - 1], all[place..].to_vec())).collect()
}

#[tokio::test]
async fn every_earlier_version_is_brought_up_to_date_with_its_data() {
    for (version, pending) in versions() {
        let database = of_version(version).await;
        let applied = migrate(&database.pool).await.unwrap();
        let versions: Vec<i64> = applied.iter().map(|step| step.version).collect();
        assert_eq!(versions, pending);
        for (since, table) in [(2, "anomaly_detections"), (3, "anomaly_decisions"), (5, "notifications")] {
            let statement = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
            let rows: i64 = query_scalar(statement).fetch_one(&database.pool).await.unwrap();
            assert_eq!(rows, if since <= version { 25 } else { 0 }, "{table} since version {version}");
        }
    }
}

#[tokio::test]
async fn a_table_in_use_is_waited_for_briefly_and_left_as_it_was() {
    let database = of_version(7).await;
    let mut reader = PgConnection::connect(database.url.expose()).await.unwrap();
    raw_sql("BEGIN; SELECT * FROM block_references").execute(&mut reader).await.unwrap();
    let refused = migrate(&database.pool).await.unwrap_err();
    assert!(matches!(refused, MigrationError::Locked { .. }), "{refused}");
    let made: bool =
        query_scalar("SELECT to_regclass('api_keys') IS NOT NULL").fetch_one(&database.pool).await.unwrap();
    assert!(!made, "nothing of the migration remains");
    raw_sql("COMMIT").execute(&mut reader).await.unwrap();
    let applied = migrate(&database.pool).await.unwrap();
    assert_eq!(applied[0].version, 8);
}
