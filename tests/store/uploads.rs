//! Files that were handed in, for a day.

use host::store::uploads;

use crate::support::{id, journal, second};

const DAY: i64 = 24 * 3_600;

#[tokio::test]
async fn files_make_room_when_they_are_a_day_old_and_not_before() {
    let journal = journal("uploads").await;
    let put = async |number: u128, at: i64, content: &[u8]| {
        let mut change = journal.begin(second(at)).await.unwrap();
        let is_kept = uploads::put(&mut change, id(number), content, 10).await.unwrap();
        change.commit().await.unwrap();
        is_kept
    };
    assert!(put(1, 0, b"six...").await);
    assert!(!put(2, 1, b"five.").await, "it does not fit");
    assert!(put(3, 2, b"four").await);
    assert!(!put(4, DAY, b".").await);
    assert!(put(5, DAY + 1, b"six...").await, "the first is a day old by now");
    assert_eq!(uploads::known(journal.store(), &[1, 2, 3, 4, 5].map(id)).await.unwrap(), [id(3), id(5)]);
    assert_eq!(uploads::purge(journal.store(), second(2 * DAY)).await.unwrap(), 1);
}
