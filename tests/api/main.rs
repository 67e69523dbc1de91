//! GraphQL and REST, as clients use them.
