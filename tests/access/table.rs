//! Every endpoint, query, mutation and subscription, with no key, a wrong one, an expired one, and each scope.

use std::{collections::BTreeMap, iter};

use host::access::Scope;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::query;
use tests::{
    database::Database,
    serving::{Serving, Site},
};

use crate::{
    asking::{Request, Verdict, ask, subscribe},
    samples,
    support::{client, guarded, key},
};

/// Who may ask something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// Anybody, without a key.
    Anybody,
    /// Whoever has a key.
    Known,
    /// Whose scopes cover this one.
    For(Scope),
}

use Asks::{Anybody, For, Known};

const VIEWER: Asks = For(Scope::Viewer);
const OPERATOR: Asks = For(Scope::Operator);
const INGEST: Asks = For(Scope::Ingest);
const ADMIN: Asks = For(Scope::Admin);

const REST: &[(&str, Asks)] = &[
    ("GET /api/actions", VIEWER),
    ("POST /api/actions", OPERATOR),
    ("GET /api/actions/export", VIEWER),
    ("GET /api/actions/stats", VIEWER),
    ("GET /api/actions/{id}", VIEWER),
    ("POST /api/actions/{id}/rollback", OPERATOR),
    ("GET /api/anomalies", VIEWER),
    ("POST /api/anomalies/detect", INGEST),
    ("GET /api/anomalies/export", VIEWER),
    ("GET /api/anomalies/stats", VIEWER),
    ("GET /api/anomalies/stats/behavior", VIEWER),
    ("GET /api/anomalies/stats/conflicts", VIEWER),
    ("GET /api/anomalies/{id}", VIEWER),
    ("GET /api/anomalies/{id}/blocks", VIEWER),
    ("POST /api/anomalies/{id}/mark", OPERATOR),
    ("GET /api/anomalies/{id}/proof", VIEWER),
    ("GET /api/backtest", VIEWER),
    ("POST /api/backtest/run", OPERATOR),
    ("POST /api/backtest/uploads", OPERATOR),
    ("GET /api/backtest/{id}", VIEWER),
    ("GET /api/backtest/{id}/result", VIEWER),
    ("GET /api/blockchain", VIEWER),
    ("GET /api/blockchain/export", VIEWER),
    ("GET /api/blockchain/head", VIEWER),
    ("GET /api/blockchain/stats", VIEWER),
    ("POST /api/blockchain/verify", VIEWER),
    ("GET /api/blockchain/{id}", VIEWER),
    ("GET /api/blockchain/{id}/proof", VIEWER),
    ("GET /api/controls", VIEWER),
    ("GET /api/controls/automation", VIEWER),
    ("POST /api/controls/automation/resume", OPERATOR),
    ("POST /api/controls/automation/stop", OPERATOR),
    ("GET /api/dashboard", VIEWER),
    ("GET /api/dashboard/metrics", VIEWER),
    ("GET /api/dashboard/realtime", VIEWER),
    ("GET /api/decisions", VIEWER),
    ("POST /api/decisions", OPERATOR),
    ("GET /api/decisions/export", VIEWER),
    ("GET /api/decisions/models", VIEWER),
    ("GET /api/decisions/review", VIEWER),
    ("GET /api/decisions/stats", VIEWER),
    ("GET /api/decisions/{id}", VIEWER),
    ("GET /api/decisions/{id}/actions", VIEWER),
    ("POST /api/decisions/{id}/override", OPERATOR),
    ("GET /api/decisions/{id}/revisions", VIEWER),
    ("GET /api/health", VIEWER),
    ("GET /api/health/live", Anybody),
    ("GET /api/health/ready", Anybody),
    ("POST /api/ingest/bars", INGEST),
    ("GET /api/ingest/feed", INGEST),
    ("POST /api/ingest/signals", INGEST),
    ("POST /api/ingest/trades", INGEST),
    ("GET /api/jobs", VIEWER),
    ("POST /api/jobs/export", OPERATOR),
    ("GET /api/jobs/{id}", VIEWER),
    ("POST /api/jobs/{id}/cancel", OPERATOR),
    ("GET /api/jobs/{id}/result", VIEWER),
    ("GET /api/keys", ADMIN),
    ("POST /api/keys", ADMIN),
    ("DELETE /api/keys/{id}", ADMIN),
    ("GET /api/notifications", VIEWER),
    ("POST /api/notifications", OPERATOR),
    ("GET /api/notifications/recipients", VIEWER),
    ("POST /api/notifications/recipients", OPERATOR),
    ("DELETE /api/notifications/recipients/{id}", OPERATOR),
    ("GET /api/notifications/recipients/{id}", VIEWER),
    ("PATCH /api/notifications/recipients/{id}", OPERATOR),
    ("GET /api/notifications/stats", VIEWER),
    ("GET /api/notifications/{id}", VIEWER),
    ("GET /api/plugins", VIEWER),
    ("POST /api/plugins/reload", ADMIN),
    ("POST /api/plugins/rollback", ADMIN),
    ("GET /api/plugins/versions", VIEWER),
    ("GET /api/policies", VIEWER),
    ("POST /api/policies/dry-run", OPERATOR),
    ("GET /api/policies/live", VIEWER),
    ("POST /api/policies/reload", ADMIN),
    ("POST /api/policies/rollback", ADMIN),
    ("GET /api/policies/{hash}", VIEWER),
    ("GET /api/version", Anybody),
    ("GET /metrics", VIEWER),
];

const GRAPHQL: &[(&str, Asks)] = &[
    ("Query.action", VIEWER),
    ("Query.actionHistory", VIEWER),
    ("Query.anomalies", VIEWER),
    ("Query.anomaly", VIEWER),
    ("Query.automation", VIEWER),
    ("Query.backtestResults", VIEWER),
    ("Query.behaviorStats", VIEWER),
    ("Query.blockchain", VIEWER),
    ("Query.blockchainStats", VIEWER),
    ("Query.conflictStats", VIEWER),
    ("Query.controls", VIEWER),
    ("Query.dashboard", VIEWER),
    ("Query.decision", VIEWER),
    ("Query.decisions", VIEWER),
    ("Query.health", VIEWER),
    ("Query.job", VIEWER),
    ("Query.jobs", VIEWER),
    ("Query.metrics", VIEWER),
    ("Query.notificationRecipients", VIEWER),
    ("Query.notifications", VIEWER),
    ("Query.plugins", VIEWER),
    ("Query.policies", VIEWER),
    ("Query.reviewQueue", VIEWER),
    ("Query.verifyBlockchain", VIEWER),
    ("Query.version", Known),
    ("Mutation.cancelJob", OPERATOR),
    ("Mutation.detectAnomalies", INGEST),
    ("Mutation.executeAction", OPERATOR),
    ("Mutation.makeDecision", OPERATOR),
    ("Mutation.markAnomalyAsReal", OPERATOR),
    ("Mutation.overrideDecision", OPERATOR),
    ("Mutation.registerRecipient", OPERATOR),
    ("Mutation.reloadPlugins", ADMIN),
    ("Mutation.reloadPolicies", ADMIN),
    ("Mutation.resumeAutomation", OPERATOR),
    ("Mutation.rollbackAction", OPERATOR),
    ("Mutation.runBacktest", OPERATOR),
    ("Mutation.uploadFile", OPERATOR),
    ("Mutation.sendNotification", OPERATOR),
    ("Mutation.startExport", OPERATOR),
    ("Mutation.stopAutomation", OPERATOR),
    ("Mutation.updateRecipientPreferences", OPERATOR),
    ("Subscription.actionExecuted", VIEWER),
    ("Subscription.anomalyDetected", VIEWER),
    ("Subscription.blockAdded", VIEWER),
    ("Subscription.dashboardUpdated", VIEWER),
    ("Subscription.decisionMade", VIEWER),
    ("Subscription.notificationSent", VIEWER),
];

/// Credentials of all kinds, and what each opens.
struct Credentials {
    wrong: [Option<String>; 3],
    scopes: Vec<(Scope, String)>,
}

impl Credentials {
    async fn new(site: &Site, database: &Database) -> Self {
        let expired = key(site, "expired", "admin");
        query("UPDATE api_keys SET created_at = now() - interval '2 days', expires_at = now() - interval '1 day'")
            .execute(&database.pool)
            .await
            .unwrap();
        let wrong = format!("vyk_{}", "A".repeat(43));
        let scopes = Scope::ALL.map(|scope| (scope, key(site, scope.name(), scope.name())));
        Self { wrong: [None, Some(wrong), Some(expired)], scopes: scopes.into() }
    }

    /// Each credential with what is to come of it.
    fn expected(&self, asks: Asks) -> impl Iterator<Item = (Option<&str>, Verdict)> {
        let unknown = if asks == Anybody { Verdict::Heard } else { Verdict::Unknown };
        let wrong = self.wrong.iter().map(move |wrong| (wrong.as_deref(), unknown));
        let scopes = self.scopes.iter().map(move |(scope, key)| {
            let may = match asks {
                Anybody | Known => true,
                For(needed) => scope.covers(needed),
            };
            (Some(key.as_str()), if may { Verdict::Heard } else { Verdict::Forbidden })
        });
        wrong.chain(scopes)
    }

    /// For people who read what failed.
    fn name(&self, credential: Option<&str>) -> String {
        let scopes = self.scopes.iter().map(|(scope, key)| (Some(key.as_str()), scope.name()));
        let wrong = self.wrong.iter().map(Option::as_deref).zip(["no key", "a wrong key", "an expired key"]);
        wrong.chain(scopes).find(|(one, _)| *one == credential).unwrap().1.to_owned()
    }
}

async fn open(name: &str) -> (Database, Credentials, Serving) {
    let (database, site) = guarded(name).await;
    let site = site
        .with("VYOMO_SERVER__FAILURES_PER_MINUTE", "1000000")
        .with("VYOMO_GRAPHQL__INTROSPECTION", "true");
    let credentials = Credentials::new(&site, &database).await;
    let serving = site.serve();
    (database, credentials, serving)
}

/// Both ways: nothing is missing in the table, and nothing is in it that there is not.
fn assert_complete(table: &BTreeMap<&str, Asks>, there: &BTreeMap<String, impl Sized>) {
    let missing: Vec<_> = there.keys().filter(|name| !table.contains_key(name.as_str())).collect();
    let gone: Vec<_> = table.keys().filter(|name| !there.contains_key(**name)).collect();
    assert!(
        missing.is_empty() && gone.is_empty(),
        "not in the table: {missing:?}; no longer there: {gone:?}"
    );
}

#[tokio::test]
async fn every_endpoint_asks_for_its_scope() {
    let (_database, credentials, serving) = open("rest_table").await;
    let document: Value = serde_json::to_value(host::api::rest::document()).unwrap();
    let requests = requests(&document);
    let table: BTreeMap<_, _> = REST.iter().copied().collect();
    assert_complete(&table, &requests);
    assert_eq!(table, documented(&document), "the document names other scopes");
    let mut wrong = Vec::new();
    for (name, request) in &requests {
        for (credential, expected) in credentials.expected(table[name.as_str()]) {
            let verdict = request.ask(&serving, credential).await;
            // Who may not ask is not told what is wrong with the body.
            let malformed = request.ask_badly(&serving, credential).await;
            if (verdict, malformed) != (expected, expected) {
                let name = format!("{name} with {}", credentials.name(credential));
                wrong.push(format!("{name}: {verdict:?}, with a malformed body {malformed:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// All requests of the document, by method and path.
fn requests(document: &Value) -> BTreeMap<String, Request> {
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, operations)| {
        let operations = operations.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (method.to_uppercase(), path, operation))
    });
    let request = |(method, path, operation): (String, &String, &Value)| {
        let body = operation["requestBody"]["content"]["application/json"].get("schema");
        let request = Request {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path: with_parameters(document, path, operation),
            body: body.map(|schema| samples::of_schema(document, schema)),
        };
        (format!("{method} {path}"), request)
    };
    operations.map(request).collect()
}

/// What the document says of whom each operation is for.
fn documented(document: &Value) -> BTreeMap<&str, Asks> {
    let asks = |operation: &Value| match operation["security"][0]["key"][0].as_str() {
        Some(scope) => For(Scope::parse(scope).unwrap()),
        None => Anybody,
    };
    let named = REST.iter().map(|(name, _)| (*name, name.split_once(' ').unwrap()));
    let operation = |path, method: &str| &document["paths"][path][method.to_lowercase()];
    named.map(|(name, (method, path))| (name, asks(operation(path, method)))).collect()
}

fn with_parameters(document: &Value, path: &str, operation: &Value) -> String {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let required = parameters.filter(|parameter| parameter["required"] == true);
    let (mut path, mut query) = (path.to_owned(), Vec::new());
    for parameter in required {
        let name = parameter["name"].as_str().unwrap();
        let value = match samples::of_schema(document, &parameter["schema"]) {
            // What is named by no id is named by its hash.
            Value::String(word) if word == samples::WORD => "0".repeat(64),
            Value::String(text) => text,
            other => other.to_string(),
        };
        match parameter["in"].as_str().unwrap() {
            "path" => path = path.replace(&format!("{{{name}}}"), &value),
            "query" => query.push(format!("{name}={value}")),
            _ => {}
        }
    }
    if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
}

#[tokio::test]
async fn every_query_mutation_and_subscription_asks_for_its_scope() {
    let (_database, credentials, serving) = open("graphql_table").await;
    let operations = operations(&serving, &credentials).await;
    let table: BTreeMap<_, _> = GRAPHQL.iter().copied().collect();
    assert_complete(&table, &operations);
    let mut wrong = Vec::new();
    for (name, query) in &operations {
        for (credential, expected) in credentials.expected(table[name.as_str()]) {
            let verdict = if name.starts_with("Subscription") {
                subscribe(&serving, query, credential, expected).await
            } else {
                ask(&serving, query, credential).await
            };
            if verdict != expected {
                wrong.push(format!("{query} with {}: {verdict:?}", credentials.name(credential)));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// All fields of the three roots, each with a query that asks for no more than that.
async fn operations(serving: &Serving, credentials: &Credentials) -> BTreeMap<String, String> {
    let field = "name args { ...Input } type { kind ofType { kind ofType { kind ofType { kind } } } }";
    let query = format!(
        "{{ __schema {{ types {{ name kind fields {{ {field} }} inputFields {{ ...Input }} enumValues {{ name }} }} }} }} \
         fragment Input on __InputValue {{ name defaultValue type {{ kind name ofType {{ kind name }} }} }}"
    );
    let (_, admin) = credentials.scopes.last().unwrap();
    let url = format!("{}/graphql", serving.url);
    let asked = client().post(url).bearer_auth(admin).json(&json!({ "query": query })).send().await;
    let mut answer: Value = asked.unwrap().json().await.unwrap();
    assert!(answer["errors"].is_null(), "{answer}");
    let types = answer["data"]["__schema"]["types"].take();
    let roots = [("Query", "query"), ("Mutation", "mutation"), ("Subscription", "subscription")];
    let fields = roots.into_iter().flat_map(|root| {
        let known = types.as_array().unwrap().iter().find(|known| known["name"] == root.0).unwrap();
        iter::repeat(root).zip(known["fields"].as_array().unwrap())
    });
    let operation = |((root, keyword), field): ((&str, &str), &Value)| {
        let name = field["name"].as_str().unwrap();
        let selected = if innermost(&field["type"]) == "OBJECT" { " { __typename }" } else { "" };
        let arguments = samples::of_arguments(&types, field);
        (format!("{root}.{name}"), format!("{keyword} {{ {name}{arguments}{selected} }}"))
    };
    fields.map(operation).collect()
}

fn innermost(kind: &Value) -> &str {
    if kind["ofType"].is_null() { kind["kind"].as_str().unwrap() } else { innermost(&kind["ofType"]) }
}
