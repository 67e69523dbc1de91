//! Group commit: many requests at once, some of which fail.

use std::path::Path;

use futures::future::join_all;
use host::{
    domain::{time::Timestamp, vocabulary::BlockType},
    ledger::keys::HostKey,
    store::{Store, blocks, change::About, error::StoreError, group::Group, journal::Journal},
};
use tempfile::TempDir;
use tests::database::{self, Database};

async fn begin(database: &Database, folder: &Path) -> Journal {
    let store = Store::new(database.pool.clone());
    Journal::open(store, HostKey::generate().unwrap(), &folder.join("head")).await.unwrap()
}

#[tokio::test]
async fn requests_at_once_share_transactions_and_get_their_own_blocks() {
    let (database, folder) = (database::fresh("group").await, TempDir::new().unwrap());
    let journal = begin(&database, folder.path()).await;
    let group = Group::start(journal.clone(), || Timestamp(1_000_000));
    let requests = (0..200).map(|number| {
        group.submit(move |change| {
            Box::pin(async move {
                let payload = serde_json::json!({ "number": number });
                change.note(BlockType::PolicyChanged, &payload, About::default())?;
                if number % 10 == 3 { Err(StoreError::Overloaded) } else { Ok(number) }
            })
        })
    });
    let answers = join_all(requests).await;
    let chain = blocks::in_range(journal.store(), 0, 1_000).await.unwrap();
    for (number, answer) in answers.into_iter().enumerate() {
        if number % 10 == 3 {
            assert!(matches!(answer, Err(StoreError::Overloaded)));
            continue;
        }
        let (value, own) = answer.unwrap();
        assert_eq!((value, own.end - own.start), (number, 1));
        let payload = &chain[own.start as usize].block.payload;
        assert_eq!(String::from_utf8_lossy(payload), format!("{{\"number\":{number}}}"));
    }
    assert_eq!(chain.len(), 1 + 180, "the first block, and one for each request that did not fail");
    let transactions: i64 = sqlx::query_scalar("SELECT count(DISTINCT xmin::text) FROM blockchain_blocks")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert!(transactions < 60, "{transactions} transactions for 180 requests");
}

#[tokio::test]
async fn what_fails_in_the_database_leaves_the_others_alone() {
    let (database, folder) = (database::fresh("group_failure").await, TempDir::new().unwrap());
    let group = Group::start(begin(&database, folder.path()).await, || Timestamp(1));
    let bad = group.submit(|change| {
        Box::pin(async move {
            sqlx::query("INSERT INTO no_such_table DEFAULT VALUES").execute(change.connection()).await?;
            Ok(())
        })
    });
    let good = group.submit(|change| {
        Box::pin(
            async move { change.note(BlockType::PolicyChanged, &serde_json::json!({}), About::default()) },
        )
    });
    let (bad, good) = futures::join!(bad, good);
    assert!(matches!(bad, Err(StoreError::Database(_))));
    assert_eq!(good.unwrap().1, 1..2);
}

#[tokio::test]
async fn more_than_can_wait_is_refused() {
    let (database, folder) = (database::fresh("group_full").await, TempDir::new().unwrap());
    let group = Group::start(begin(&database, folder.path()).await, || Timestamp(1));
    let requests = (0..3_000).map(|_| {
        group.submit(|change| {
            Box::pin(async move {
                change.note(BlockType::PolicyChanged, &serde_json::json!({}), About::default())
            })
        })
    });
    let answers = join_all(requests).await;
    let refused = answers.iter().filter(|answer| matches!(answer, Err(StoreError::Overloaded))).count();
    let done = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(refused > 0);
    assert_eq!(refused + done, 3_000);
    let chain = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM blockchain_blocks");
    assert_eq!(chain.fetch_one(&database.pool).await.unwrap() as usize, 1 + done);
}
