//! Going on after a block.

use host::{
    feed::{DecisionInterest, Interest},
    service::ServiceError,
};

use crate::scene::{Scene, all_anomalies, minute, of_symbol};

#[tokio::test]
async fn who_resumes_gets_what_was_missed_and_then_what_happens() {
    let scene = Scene::new("resume").await;
    let mut first = 0;
    for hundred in 0..12 {
        first = scene.writer.anomalies(hundred * 100..hundred * 100 + 100).await;
    }
    let mut all = scene.subscribe(all_anomalies(), Some(0)).await;
    let mut some = scene.subscribe(of_symbol("S4"), Some(first)).await;
    assert_eq!(all.numbers(700).await, (0..700).collect::<Vec<_>>());
    scene.writer.anomalies(1_200..1_300).await;
    assert_eq!(all.numbers(600).await, (700..1_300).collect::<Vec<_>>());
    let expected: Vec<u32> = (1_101..1_300).filter(|number| number % 10 == 4).collect();
    assert_eq!(some.numbers(expected.len()).await, expected);
}

#[tokio::test]
async fn nobody_resumes_after_a_block_that_is_not_there() {
    let scene = Scene::new("resume_future").await;
    let newest = scene.writer.anomalies([1]).await;
    let refused = scene.feed.subscribe(all_anomalies(), Some(newest + 1)).await.err();
    let Some(ServiceError::Invalid { field, reason }) = refused else { panic!("{refused:?}") };
    assert_eq!(
        (field.as_str(), reason.contains(&format!("newest is {newest}"))),
        ("startAfter", true),
        "{reason}"
    );
    scene.feed.subscribe(all_anomalies(), Some(newest)).await.unwrap();
}

#[tokio::test]
async fn nobody_resumes_before_what_is_kept() {
    let scene = Scene::new("resume_expired").await;
    let first = scene.writer.anomalies(0..10).await;
    scene.writer.anomalies(10..20).await;
    scene.writer.clean_up(minute(8)).await;
    for after in [0, first, first + 6] {
        let refused = scene.feed.subscribe(all_anomalies(), Some(after)).await.err();
        let Some(ServiceError::Expired { reason }) = refused else { panic!("{after}: {refused:?}") };
        assert!(reason.ends_with(&format!("resume after is {}", first + 7)), "{reason}");
    }
    let mut heard = scene.subscribe(all_anomalies(), Some(first + 7)).await;
    assert_eq!(heard.numbers(12).await, (8..20).collect::<Vec<_>>());
    // There never was a decision that could be missed.
    scene.subscribe(Interest::Decisions(DecisionInterest::default()), Some(0)).await;
}

#[tokio::test]
async fn what_is_cleaned_up_before_a_slow_reader_gets_there_ends_in_an_error() {
    let scene = Scene::new("resume_overtaken").await;
    scene.writer.anomalies(0..600).await;
    let mut heard = scene.subscribe(all_anomalies(), Some(0)).await;
    assert_eq!(heard.numbers(1).await, [0]);
    scene.writer.clean_up(minute(500)).await;
    let mut numbers = 1;
    let last = loop {
        match heard.next().await {
            Some(Ok(_)) => numbers += 1,
            last => break last,
        }
    };
    assert!(matches!(last, Some(Err(ServiceError::Expired { .. }))), "{last:?} after {numbers}");
    assert!((1..500).contains(&numbers), "{numbers}");
    assert!(heard.next().await.is_none());
}
