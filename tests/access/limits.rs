//! How much one may ask.

use reqwest::StatusCode;

use crate::support::{SOMETHING, get, guarded, key, problem, status};

#[tokio::test]
async fn who_asks_too_much_is_told_when_to_come_back() {
    let (_database, site) = guarded("rates").await;
    let site = site.with("VYOMO_SERVER__REQUESTS_PER_SECOND", "1").with("VYOMO_SERVER__BURST", "1");
    let (eager, calm) = (key(&site, "eager", "viewer"), key(&site, "calm", "viewer"));
    let serving = site.serve();
    let asked = (0..40).map(|_| get(&serving, SOMETHING, Some(&eager)));
    let answers = futures::future::join_all(asked).await;
    let refused: Vec<_> =
        answers.into_iter().filter(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS).collect();
    assert!(!refused.is_empty());
    for answer in refused {
        assert_eq!(answer.headers()["retry-after"], "1");
        assert_eq!(problem(answer).await["code"], "OVERLOADED");
    }
    assert_eq!(
        status(&serving, SOMETHING, Some(&calm)).await,
        StatusCode::NOT_FOUND,
        "others are not concerned"
    );
}

#[tokio::test]
async fn who_guesses_has_to_wait_and_who_knows_does_not() {
    let (_database, site) = guarded("guesses").await;
    let site = site.with("VYOMO_SERVER__FAILURES_PER_MINUTE", "3");
    let (key, unseen) = (key(&site, "desk", "viewer"), key(&site, "other", "viewer"));
    let serving = site.serve();
    let wrong = format!("vyk_{}", "A".repeat(43));
    let mut last = StatusCode::UNAUTHORIZED;
    for _ in 0..10 {
        assert_eq!(status(&serving, SOMETHING, Some(&key)).await, StatusCode::NOT_FOUND);
        let answer = get(&serving, SOMETHING, Some(&wrong)).await;
        last = answer.status();
        if last == StatusCode::TOO_MANY_REQUESTS {
            let wait: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=60).contains(&wait));
            break;
        }
        assert_eq!(last, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status(&serving, SOMETHING, Some(&key)).await, StatusCode::NOT_FOUND);
    assert_eq!(
        status(&serving, SOMETHING, Some(&unseen)).await,
        StatusCode::NOT_FOUND,
        "strangers lock out nobody"
    );
}
