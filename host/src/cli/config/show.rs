//! Settings as TOML, each with where it comes from.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::config::Sources;

/// Column of the remarks, unless the value reaches beyond it.
const REMARKS: usize = 48;

/// The settings as TOML.
pub(super) fn toml(settings: &Value, sources: &Sources) -> String {
    let mut text = String::new();
    if let Some(settings) = settings.as_object() {
        table(&mut text, &[], settings, sources);
    }
    text
}

/// Values first, then the tables in it, as TOML wants it.
fn table(text: &mut String, path: &[String], values: &Map<String, Value>, sources: &Sources) {
    let (tables, leaves): (Vec<_>, Vec<_>) = values.iter().partition(|(_, value)| value.is_object());
    if !path.is_empty() && !leaves.is_empty() {
        let names: Vec<String> = path.iter().map(|name| key(name)).collect();
        let _ = writeln!(text, "\n[{}]", names.join("."));
    }
    for (name, value) in leaves {
        let origin = sources.origin(&beneath(path, name));
        let line = if value.is_null() {
            format!("# {} is not set", key(name))
        } else {
            format!("{} = {}", key(name), literal(value))
        };
        let _ = writeln!(text, "{line:<REMARKS$} # {origin}");
    }
    for (name, value) in tables {
        if let Some(values) = value.as_object() {
            table(text, &beneath(path, name), values, sources);
        }
    }
}

fn beneath(path: &[String], name: &str) -> Vec<String> {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

/// A JSON text is a TOML text too, and so are numbers, booleans and lists of them.
fn literal(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{} = {}", key(name), literal(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        value => value.to_string().replace('\u{7f}', "\\u007f"),
    }
}

fn key(name: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        Value::from(name).to_string()
    }
}
