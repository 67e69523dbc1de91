//! The examples of docs/SUBSCRIPTIONS.md.

use std::fs;

use crate::{
    client::{Said, TODAY},
    sockets::Running,
};

#[tokio::test]
async fn every_example_is_a_subscription_of_the_host() {
    let text = fs::read_to_string(tests::repository().join("docs/SUBSCRIPTIONS.md")).unwrap();
    let examples: Vec<&str> =
        text.split("```graphql\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() >= 7);
    let running = Running::new("ws_documented", &[]).await;
    for example in examples {
        let mut client = running.open(TODAY).await;
        client.subscribe("example", example).await;
        client.subscribe("settled", "{ __typename }").await;
        loop {
            match client.next().await {
                Said::Message(message) if message["id"] == "example" => {
                    assert!(message["payload"]["errors"].is_null(), "{example}\n{message}");
                    assert_eq!(message["type"], "next", "{example}\n{message}");
                }
                Said::Message(message) if message["type"] == "complete" => break,
                Said::Message(_) => {}
                other => panic!("{example}\n{other:?}"),
            }
        }
    }
}
