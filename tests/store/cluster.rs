//! The private cluster, through the command and its signals alone.

use sqlx::query_scalar;
use tests::database;

#[tokio::test]
async fn each_test_has_a_database_of_its_own() {
    let (one, other) = (database::fresh("one").await, database::fresh("other").await);
    let name = "SELECT current_database()::text";
    let names: [String; 2] = [
        query_scalar(name).fetch_one(&one.pool).await.unwrap(),
        query_scalar(name).fetch_one(&other.pool).await.unwrap(),
    ];
    assert_eq!(names, [one.url.database(), other.url.database()]);
    assert_ne!(names[0], names[1]);
}
