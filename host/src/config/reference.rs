//! All settings, for people.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::schema::{resolved, schema};

/// All settings with their defaults, as Markdown.
pub fn reference() -> String {
    let schema = schema();
    let mut text = include_str!("introduction.md").to_owned();
    let nothing = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&nothing);
    let (sections, single): (Vec<_>, Vec<_>) =
        properties.iter().partition(|(_, node)| is_section(resolved(&schema, node)));
    text.push_str("\n## Outside of sections\n");
    table(&mut text, &schema, &[], single);
    for (name, node) in sections {
        section(&mut text, &schema, std::slice::from_ref(name), node);
    }
    text
}

fn is_section(node: &Value) -> bool {
    node.get("properties").is_some() || node.get("additionalProperties").is_some_and(Value::is_object)
}

/// A heading, what it is about, a table of its settings, and then the sections in it.
fn section(text: &mut String, schema: &Value, path: &[String], node: &Value) {
    let target = resolved(schema, node);
    if let Some(of_any_name) = target.get("additionalProperties").filter(|node| node.is_object()) {
        let path: Vec<String> = path.iter().cloned().chain(["NAME".to_owned()]).collect();
        heading(text, &path, node);
        return body(text, schema, &path, resolved(schema, of_any_name));
    }
    heading(text, path, node);
    body(text, schema, path, target);
}

fn heading(text: &mut String, path: &[String], node: &Value) {
    let about = node["description"].as_str().unwrap_or_default();
    let _ = write!(text, "\n## `[{}]`\n\n{}\n", path.join("."), one_line(about));
}

fn body(text: &mut String, schema: &Value, path: &[String], node: &Value) {
    let Some(properties) = node["properties"].as_object() else { return };
    let (sections, settings): (Vec<_>, Vec<_>) =
        properties.iter().partition(|(_, property)| resolved(schema, property).get("properties").is_some());
    table(text, schema, path, settings);
    for (name, node) in sections {
        let path: Vec<String> = path.iter().cloned().chain([name.clone()]).collect();
        section(text, schema, &path, node);
    }
}

fn table(text: &mut String, schema: &Value, path: &[String], settings: Vec<(&String, &Value)>) {
    text.push_str("\n| setting | default | |\n|---|---|---|\n");
    for (name, node) in settings {
        let default = default(path, node);
        let about = one_line(node["description"].as_str().unwrap_or_default());
        let _ = writeln!(text, "| `{name}` | {default} | {about}{} |", range(resolved(schema, node)));
    }
}

/// Outside of sections it depends on who asks, as the text says.
fn default(path: &[String], node: &Value) -> String {
    match node.get("default") {
        Some(Value::Null) => String::new(),
        Some(value) => format!("`{value}`"),
        None if path.is_empty() => String::new(),
        None => "must be given".to_owned(),
    }
}

/// What may be chosen, or between what a number has to be.
fn range(node: &Value) -> String {
    let of = |list: &Value, word: fn(&Value) -> &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().map(|one| format!("`{}`", word(one))).collect()
    };
    let choices = [of(&node["oneOf"], |one| &one["const"]), of(&node["enum"], |one| one)].concat();
    if !choices.is_empty() {
        return format!(" One of {}.", choices.join(", "));
    }
    match (node["minimum"].as_f64(), node["maximum"].as_f64()) {
        (Some(least), Some(most)) if most < f64::from(u16::MAX) => format!(" {least} to {most}."),
        (Some(least), _) if least > 0.0 => format!(" At least {least}."),
        _ => String::new(),
    }
}

/// Cells of a table have no line ends, and bars end them.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
