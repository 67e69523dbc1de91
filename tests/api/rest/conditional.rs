use reqwest::{
    Method,
    header::{ACCEPT_ENCODING, IF_NONE_MATCH},
};
use serde_json::json;

use super::{Answer, Rest, id, seeded};

async fn if_changed(rest: &Rest, path: &str, tag: &str) -> Answer {
    let request = rest.request(Method::GET, path).header(IF_NONE_MATCH, tag);
    Answer::of(request.header(ACCEPT_ENCODING, "identity")).await
}

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let rest = seeded("rest_conditional").await;
    let anomaly = rest.first("/api/anomalies").await;
    let of_anomaly = format!("/api/anomalies/{}", id(&anomaly));
    for path in
        [&of_anomaly, "/api/blockchain/0", "/api/blockchain/0/proof", "/api/version", "/api/openapi.json"]
    {
        let first = rest.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
        assert_eq!(first.header("cache-control"), "private, no-cache");
        let again = if_changed(&rest, path, &format!("\"other\", {tag}")).await;
        assert_eq!((again.status.as_u16(), again.text.as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), tag);
        assert_eq!(if_changed(&rest, path, "\"other\"").await.status, 200);
    }
    let tag = rest.get(&of_anomaly).await.header("etag").to_owned();
    rest.post(&format!("{of_anomaly}/mark"), &json!({ "isReal": true })).await.json();
    let marked = if_changed(&rest, &of_anomaly, &tag).await;
    assert_eq!(marked.json()["isReal"], true);
    assert_ne!(marked.header("etag"), tag);
}
