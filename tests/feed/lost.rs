//! What is not heard is looked up.

use sqlx::PgPool;

use crate::scene::{LONG, Scene, all_anomalies};

/// Connections that listen.
const LISTENING: &str =
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";

async fn listening(pool: &PgPool) -> Vec<i32> {
    sqlx::query_scalar(LISTENING).fetch_all(pool).await.unwrap()
}

#[tokio::test]
async fn a_lost_connection_is_made_again() {
    let scene = Scene::new("lost_connection").await;
    let mut heard = scene.subscribe(all_anomalies(), None).await;
    scene.writer.anomalies([1]).await;
    assert_eq!(heard.numbers(1).await, [1]);
    let before = wait_for_listener(&scene.database.pool, &[]).await;
    sqlx::query(sqlx::AssertSqlSafe(format!("SELECT pg_terminate_backend({})", before[0])))
        .execute(&scene.database.pool)
        .await
        .unwrap();
    scene.writer.anomalies([2]).await;
    assert_eq!(heard.numbers(1).await, [2]);
    wait_for_listener(&scene.database.pool, &before).await;
    scene.writer.anomalies([3]).await;
    assert_eq!(heard.numbers(1).await, [3]);
}

async fn wait_for_listener(pool: &PgPool, gone: &[i32]) -> Vec<i32> {
    let looking = async {
        loop {
            let now: Vec<i32> = listening(pool).await.into_iter().filter(|pid| !gone.contains(pid)).collect();
            if !now.is_empty() {
                return now;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, looking).await.unwrap()
}

#[tokio::test]
async fn a_notification_that_never_comes_is_not_needed() {
    let scene = Scene::new("lost_notification").await;
    let mut heard = scene.subscribe(all_anomalies(), None).await;
    let listener = wait_for_listener(&scene.database.pool, &[]).await;
    // The channel is deaf from here on: the connection is there, but no longer listens.
    sqlx::query("CREATE SCHEMA deaf").execute(&scene.database.pool).await.unwrap();
    sqlx::query("CREATE FUNCTION deaf.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT'")
        .execute(&scene.database.pool)
        .await
        .unwrap();
    let deaf = scene.database.url.options().unwrap().options([("search_path", "deaf,pg_catalog,public")]);
    let pool = sqlx::postgres::PgPoolOptions::new().max_connections(2).connect_lazy_with(deaf);
    let writer = crate::scene::Writer::new(
        host::store::Store::new(pool),
        host::ledger::keys::HostKey::from_seed(&[7; 32]),
    )
    .await;
    writer.anomalies([1]).await;
    assert_eq!(heard.numbers(1).await, [1]);
    assert_eq!(listening(&scene.database.pool).await, listener);
}
