use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What GraphQL shows, and how much may be asked at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GraphqlConfig {
    /// Whether clients may ask for the schema. Development mode always allows it; `host/schema.graphql` has it too.
    pub introspection: bool,
    /// Whether `/graphiql` is a page to try queries with, which loads its scripts from unpkg.com. Development mode
    /// always shows it.
    pub graphiql: bool,
    /// Fields within fields. GraphiQL's own question for the schema is 13 deep.
    pub max_depth: usize,
    /// What one operation may cost: its fields, those of lists times the rows that are asked for. The usual bound is
    /// about 1,000 anomalies with decisions and actions.
    pub max_complexity: usize,
    /// Operations in one request. Their fields count against the key's rate.
    pub max_batch: usize,
    /// How long one operation may take, seconds.
    pub timeout_seconds: NonZeroU32,
}

impl Default for GraphqlConfig {
    fn default() -> Self {
        Self {
            introspection: false,
            graphiql: false,
            max_depth: 16,
            max_complexity: 200_000,
            max_batch: 10,
            timeout_seconds: NonZeroU32::MIN.saturating_add(29),
        }
    }
}
