//! Relay connections (GraphQL Cursor Connections Specification).

use async_graphql::{
    OutputType,
    connection::{Connection, Edge},
};

use crate::service::page::Listed;

/// A page as a connection.
pub(super) fn connection<T: OutputType>(listed: Listed<T>, is_first: bool) -> Connection<String, T> {
    let mut connection = Connection::new(!is_first, listed.has_more);
    connection.edges.extend(listed.items.into_iter().map(|(cursor, item)| Edge::new(cursor, item)));
    connection
}
