//! What fields a case and a verdict have, from the docs of their types.

use std::{collections::BTreeMap, sync::LazyLock};

use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use super::words::Group;
use crate::domain::{case::Case, judgement::Verdict};

/// The parameters of `triage` and `resolve`, which every function may have under these names.
pub(super) struct Parameters {
    pub(super) anomaly: Field,
    pub(super) context: Field,
    pub(super) verdict: Field,
}

/// A value that a policy is given.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) shape: Shape,
    /// Whether it is `()` where nothing is known.
    pub(super) is_optional: bool,
    pub(super) doc: String,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// With these fields.
    Record(BTreeMap<String, Field>),
    /// Numbers by name, whatever the names.
    Numbers,
    /// Of equal elements.
    List(Box<Field>),
    /// One of some words, and what they are about.
    Words(Vec<String>, Option<Group>),
    /// A number.
    Number { is_whole: bool },
    /// A text.
    Text,
}

/// The fields of all parameters.
pub(super) static PARAMETERS: LazyLock<Parameters> = LazyLock::new(|| {
    let (mut case, verdict) = (record::<Case>(), root::<Verdict>());
    let mut take = |name| case.remove(name).unwrap_or_else(unknown);
    let mut anomaly = take("anomaly");
    if let Shape::Record(fields) = &mut anomaly.shape
        && let Some(kind) = fields.get_mut("kind")
    {
        kind.shape = Shape::Words(names(Group::Kind), Some(Group::Kind));
    }
    Parameters { anomaly, context: take("context"), verdict }
});

impl Parameters {
    /// The parameter of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Field> {
        match name {
            "anomaly" => Some(&self.anomaly),
            "context" => Some(&self.context),
            "verdict" => Some(&self.verdict),
            _ => None,
        }
    }
}

/// Names of a group's words.
pub(super) fn names(group: Group) -> Vec<String> {
    group.words().into_iter().map(|word| word.text()).collect()
}

fn root<T: JsonSchema>() -> Field {
    let schema = schema_for!(T).to_value();
    field(&schema, &schema)
}

fn record<T: JsonSchema>() -> BTreeMap<String, Field> {
    match root::<T>().shape {
        Shape::Record(fields) => fields,
        _ => BTreeMap::new(),
    }
}

fn unknown() -> Field {
    Field { shape: Shape::Text, is_optional: false, doc: String::new() }
}

fn field(schema: &Value, root: &Value) -> Field {
    let nullable =
        |name: &str| schema[name].as_array().and_then(|any| any.iter().find(|one| one["type"] != "null"));
    let types = schema["type"].as_array();
    let is_optional =
        types.is_some_and(|types| types.contains(&"null".into())) || schema.get("anyOf").is_some();
    let named = schema["$ref"].as_str().and_then(|path| root.pointer(path.trim_start_matches('#')));
    let inner = named.or_else(|| nullable("anyOf"));
    let shape = match inner {
        Some(inner) => field(inner, root).shape,
        None => shape(schema, root),
    };
    let doc = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
    Field { shape, is_optional, doc }
}

fn shape(schema: &Value, root: &Value) -> Shape {
    let words: Vec<String> = match (&schema["enum"], &schema["oneOf"]) {
        (Value::Array(words), _) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        (_, Value::Array(words)) => {
            words.iter().filter_map(|one| one["const"].as_str()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };
    if !words.is_empty() {
        let group = Group::ALL.into_iter().find(|group| names(*group) == words);
        return Shape::Words(words, group);
    }
    if let Value::Object(fields) = &schema["properties"] {
        return Shape::Record(fields.iter().map(|(name, one)| (name.clone(), field(one, root))).collect());
    }
    let is = |name: &str| {
        schema["type"] == name || schema["type"].as_array().is_some_and(|types| types.contains(&name.into()))
    };
    if is("array") {
        Shape::List(Box::new(field(&schema["items"], root)))
    } else if is("object") {
        Shape::Numbers
    } else if is("number") || is("integer") {
        Shape::Number { is_whole: is("integer") }
    } else {
        Shape::Text
    }
}
