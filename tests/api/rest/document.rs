use std::{collections::BTreeSet, fs};

use serde_json::Value;
use tests::{database, repository, serving::Site};

use super::{client, seeded};

#[tokio::test]
async fn the_committed_document_is_what_the_code_says() {
    let database = database::empty("rest_document").await;
    let printed = Site::new(&database).host(&["schema", "openapi"]);
    let committed = fs::read_to_string(repository().join("host/openapi.json")).unwrap();
    assert!(printed.out == committed, "host schema openapi > host/openapi.json makes it current");
}

#[tokio::test]
async fn the_document_and_its_page_are_served_where_they_may_be() {
    let rest = seeded("rest_docs").await;
    let document = rest.get("/api/openapi.json").await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert!(rest.get("/api/docs/").await.text.contains("Swagger UI"));
    drop(rest.serving);
    let site = rest.site.with("VYOMO_SERVER__DEVELOPMENT", "false");
    let closed = site.serve();
    for path in ["/api/openapi.json", "/api/docs/"] {
        let answer = client().get(format!("{}{path}", closed.url)).send().await.unwrap();
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
    }
}

#[test]
fn every_operation_says_what_it_is() {
    let document = fs::read_to_string(repository().join("host/openapi.json")).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    let mut public = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(
                operation["summary"].as_str().is_some_and(|summary| summary.ends_with(['.', ' '])),
                "{name}"
            );
            assert!(operation["responses"]["500"].is_object(), "{name}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{name}: {parameter}");
            }
            match operation["security"][0]["key"][0].as_str() {
                Some(scope) => assert!(operation["description"].as_str().unwrap().contains(scope), "{name}"),
                None => drop(public.insert(path.clone())),
            }
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{name}: operationId is taken");
        }
    }
    assert!(names.len() >= 50, "{}", names.len());
    let open = ["/api/health/live", "/api/health/ready", "/api/version"];
    assert_eq!(public, open.map(ToOwned::to_owned).into());
}
