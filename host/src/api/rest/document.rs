//! The OpenAPI document: what the handlers say about themselves, and what holds for all of them.

use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use super::problem::{Fault, PROBLEM, Problem};

/// What every operation may answer besides its own.
const REFUSALS: [(&str, &str); 11] = [
    ("400", "The request cannot be read."),
    ("401", "No key, or none that counts."),
    ("403", "The key lacks the scope."),
    ("404", "There is no such record."),
    (
        "409",
        "The record is not in the state that this asks for, or the first request of this Idempotency-Key is under way.",
    ),
    ("413", "The body is too large."),
    ("415", "The body is not of a type that this takes."),
    ("422", "A value is not what its field takes, or the Idempotency-Key was used for another request."),
    ("429", "Too much is asked at once; `Retry-After` says when to try again."),
    ("500", "Something failed inside; the log has it under the request's id."),
    ("503", "Something that this needs is away; `Retry-After` says when to try again."),
];

/// The operation whose answer is not kept, as it has a secret.
const ANSWERED_ONCE: &str = "keys_create";

/// The frame of the document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Vyomo",
        description = "Anomalies of markets, algorithms and traders: found, decided about, acted on, proven. Times \
            are RFC 3339; money and quantities are exact decimals in strings; lists come in pages that `nextCursor` \
            and `Link: rel=next` continue."
    ),
    components(schemas(Problem, Fault)),
    tags(
        (name = "anomalies"), (name = "decisions"), (name = "actions"), (name = "blockchain"),
        (name = "notifications"), (name = "dashboard"), (name = "backtest"), (name = "jobs"), (name = "ingest"),
        (name = "controls"), (name = "keys"), (name = "plugins"), (name = "policies"), (name = "health"),
    )
)]
pub(super) struct Frame;

/// The document as JSON, in one spelling.
pub fn document() -> Value {
    let api = super::operations().into_openapi();
    let mut document = serde_json::to_value(api).unwrap_or_default();
    document["info"]["version"] = json!(env!("CARGO_PKG_VERSION"));
    document["info"]["license"] = json!({ "name": "MIT", "identifier": "MIT" });
    document["components"]["securitySchemes"]["key"] = json!({
        "type": "http", "scheme": "bearer",
        "description": "An API key of `host key create`, or a token of the configured issuer. What an operation lists \
            is the scope that it asks for."
    });
    if let Some(paths) = document["paths"].as_object_mut() {
        for operations in paths.values_mut().filter_map(Value::as_object_mut) {
            for (method, operation) in operations {
                complete(method, operation);
            }
        }
    }
    document
}

/// Adds what an operation shares with its like, and makes its name unique.
fn complete(method: &str, operation: &mut Value) {
    let words =
        [&operation["tags"][0], &operation["operationId"]].map(|word| word.as_str().unwrap_or_default());
    operation["operationId"] = json!(words.join("_"));
    let scope = operation["security"][0]["key"][0].as_str().map(ToOwned::to_owned);
    let is_write = method != "get";
    let has_body = operation.get("requestBody").is_some();
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let asks_for_one = parameters.iter().any(|parameter| parameter["required"] == true);
    let may = |status: &str| match status {
        "404" => asks_for_one || is_write,
        "409" => is_write,
        "413" | "415" => has_body,
        "422" => has_body || is_write || !parameters.is_empty(),
        "400" | "401" | "403" | "429" => scope.is_some(),
        _ => true,
    };
    for (status, description) in REFUSALS.into_iter().filter(|(status, _)| may(status)) {
        operation["responses"][status] = problem(description);
    }
    if let Some(scope) = &scope {
        let described = operation["description"].as_str().unwrap_or_default();
        let separator = if described.is_empty() { "" } else { "\n\n" };
        operation["description"] = json!(format!("{described}{separator}Scope: {scope}."));
    }
    let is_kept = operation["operationId"] != ANSWERED_ONCE;
    if is_write && is_kept && scope.is_some() {
        add_parameter(operation, idempotency_key());
    }
    if method == "get"
        && scope.is_some()
        && operation["responses"]["200"]["content"]["application/json"].is_object()
    {
        add_parameter(operation, if_none_match());
        operation["responses"]["304"] = json!({ "description": "As the client has it already." });
    }
}

fn problem(description: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": description, "content": { PROBLEM: { "schema": schema } } })
}

fn add_parameter(operation: &mut Value, parameter: Value) {
    if let Some(operation) = operation.as_object_mut() {
        let parameters = operation.entry("parameters").or_insert_with(|| Value::Array(Vec::new()));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(parameter);
        }
    }
}

fn idempotency_key() -> Value {
    header(
        "Idempotency-Key",
        "Makes it safe to send the same request again: within 24 hours it is done once, and answered as the first time.",
        &json!({ "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" }),
    )
}

fn if_none_match() -> Value {
    header("If-None-Match", "The `ETag` of an answer that the client has.", &json!({ "type": "string" }))
}

fn header(name: &str, description: &str, schema: &Value) -> Value {
    let parts = [("name", name), ("in", "header"), ("description", description)];
    let mut header: Map<String, Value> =
        parts.map(|(key, text)| (key.to_owned(), json!(text))).into_iter().collect();
    header.insert("required".to_owned(), json!(false));
    header.insert("schema".to_owned(), schema.clone());
    Value::Object(header)
}
