//! Which settings there are, for programs.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use super::Config;

/// JSON schema of the settings (draft 2020-12).
pub fn schema() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Config>().to_value();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(forget_default);
    }
    schema.sort_all_objects();
    schema
}

/// The default of a section says what those of its settings say; that of the data folder depends on who asks.
fn forget_default(property: &mut Value) {
    if let Some(property) = property.as_object_mut() {
        property.remove("default");
    }
}

/// What the schema says of the setting at a path.
pub(super) fn node<'a>(schema: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(schema, |node, key| {
        let node = resolved(schema, node);
        let property = node.get("properties").and_then(|properties| properties.get(key));
        let of_any_name = || node.get("additionalProperties").filter(|node| node.is_object());
        let item = || node.get("items").filter(|_| key.parse::<usize>().is_ok());
        property.or_else(of_any_name).or_else(item)
    })
}

/// Follows references, and takes what is left of a choice without null.
pub(super) fn resolved<'a>(schema: &'a Value, node: &'a Value) -> &'a Value {
    if let Some(name) = node["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
        return resolved(schema, &schema["$defs"][name]);
    }
    let choices = node["anyOf"].as_array();
    choices
        .and_then(|choices| choices.iter().find(|choice| choice["type"] != "null"))
        .map_or(node, |choice| resolved(schema, choice))
}

/// Whether what stands at the path may be shown: it is a setting of its own, and no secret.
pub(super) fn is_open(path: &[String]) -> bool {
    let schema = schema();
    node(&schema, path).is_some_and(|node| {
        let node = resolved(&schema, node);
        let is_leaf = node.get("properties").is_none() && node.get("additionalProperties").is_none();
        is_leaf && node["writeOnly"] != true && node["type"] != "array"
    })
}
