//! Arguments and bodies that are taken, made from what the host says about itself.

use serde_json::{Map, Value, json};

/// Any text.
pub(crate) const WORD: &str = "word";

const ID: &str = "018f4f7e-0000-7000-8000-000000000000";

/// A value that a JSON schema of the document admits: the least there is.
pub(crate) fn of_schema(document: &Value, schema: &Value) -> Value {
    if let Some(path) = schema["$ref"].as_str() {
        return of_schema(document, document.pointer(path.trim_start_matches('#')).unwrap());
    }
    if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
        return example.clone();
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let mut ways = schema[choice].as_array().into_iter().flatten();
        if let Some(way) = ways.find(|way| way["type"] != "null") {
            return of_schema(document, way);
        }
    }
    if let Some(word) = schema["enum"].get(0) {
        return word.clone();
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].get(0)?.as_str());
    match kind.unwrap_or("object") {
        // What has a shape of its own is a hash.
        "string" if schema["pattern"].is_string() => json!("0".repeat(64)),
        "string" => of_format(schema["format"].as_str().unwrap_or_default()),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(1)),
        "boolean" => json!(true),
        "array" => json!([]),
        _ => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let field = |name: &str| (name.to_owned(), of_schema(document, &schema["properties"][name]));
            Value::Object(required.map(field).collect::<Map<_, _>>())
        }
    }
}

fn of_format(format: &str) -> Value {
    match format {
        "uuid" => json!(ID),
        "date-time" => json!("2026-01-31T09:15:00Z"),
        _ => json!(WORD),
    }
}

/// The arguments that a field asks for, in GraphQL, with brackets around.
pub(crate) fn of_arguments(types: &Value, field: &Value) -> String {
    let arguments = fields(types, &field["args"]);
    if arguments.is_empty() { String::new() } else { format!("({arguments})") }
}

fn fields(types: &Value, fields: &Value) -> String {
    let asked = fields
        .as_array()
        .unwrap()
        .iter()
        .filter(|field| field["type"]["kind"] == "NON_NULL" && field["defaultValue"].is_null());
    let written = asked.map(|field| {
        format!("{}: {}", field["name"].as_str().unwrap(), of_type(types, &field["type"]["ofType"]))
    });
    written.collect::<Vec<_>>().join(", ")
}

fn of_type(types: &Value, asked: &Value) -> String {
    let name = asked["name"].as_str().unwrap_or_default();
    let known = types.as_array().unwrap().iter().find(|known| known["name"] == name);
    match asked["kind"].as_str().unwrap() {
        "LIST" => "[]".to_owned(),
        "ENUM" => known.unwrap()["enumValues"][0]["name"].as_str().unwrap().to_owned(),
        "INPUT_OBJECT" => format!("{{ {} }}", fields(types, &known.unwrap()["inputFields"])),
        _ => match name {
            "Int" | "Float" => "1".to_owned(),
            "Boolean" => "true".to_owned(),
            "UUID" | "ID" => format!("{ID:?}"),
            "DateTime" => "\"2026-01-31T09:15:00Z\"".to_owned(),
            "JSON" => "{}".to_owned(),
            _ => format!("{WORD:?}"),
        },
    }
}
