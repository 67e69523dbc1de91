//! What the model is asked. The instructions are the same for every case, byte for byte, so that the model's host can
//! keep them; the case goes into the question, as data.

use plugin_sdk::agent::{Allowed, Case, Decision, Request};
use serde_json::{Value, json};

/// What the model is to do.
const INSTRUCTIONS: &str = include_str!("instructions.md");

/// The request about one case.
pub(crate) fn request(case: &Case, allowed: &Allowed) -> Request {
    Request {
        instructions: INSTRUCTIONS.into(),
        question: question(case, allowed),
        answer_schema: schema(case, allowed),
    }
}

/// The case as one JSON document between marks that nothing in it can imitate: `<` is escaped.
fn question(case: &Case, allowed: &Allowed) -> String {
    let decisions: Vec<&str> = allowed.decisions.iter().copied().map(Decision::name).collect();
    let actions = if allowed.actions.is_empty() { "none".into() } else { allowed.actions.join(", ") };
    let case = case.json.replace('<', "\\u003c");
    format!(
        "Allowed decisions: {}. Allowed actions: {actions}.\n\n<case>\n{case}\n</case>\n\nJudge this case.",
        decisions.join(", ")
    )
}

/// The answer's form, with nothing but what is allowed and known. A list that could only be empty is left out.
fn schema(case: &Case, allowed: &Allowed) -> String {
    let decisions: Vec<Value> = allowed.decisions.iter().map(|decision| decision.name().into()).collect();
    let evidence: Vec<Value> = case.anomaly.evidence.keys().map(|name| name.as_str().into()).collect();
    let actions: Vec<Value> = allowed.actions.iter().map(|action| action.as_str().into()).collect();
    let mut properties = vec![
        ("reason", json!({"type": "string", "description": "One sentence, at most 200 characters."})),
        ("decision", json!({"type": "string", "enum": decisions})),
        ("confidence", json!({"type": "number", "description": "0 to 1."})),
    ];
    for (name, names) in [("evidence", evidence), ("actions", actions)] {
        if !names.is_empty() {
            properties.push((name, json!({"type": "array", "items": {"type": "string", "enum": names}})));
        }
    }
    object(&properties)
}

/// The schema of an object whose properties keep their order: the model writes them in it, reason first.
fn object(properties: &[(&str, Value)]) -> String {
    let members: Vec<String> =
        properties.iter().map(|(name, schema)| format!("{}:{schema}", json!(name))).collect();
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    format!(
        r#"{{"type":"object","properties":{{{}}},"required":{},"additionalProperties":false}}"#,
        members.join(","),
        json!(required)
    )
}
