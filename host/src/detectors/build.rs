//! Plugin crates become components.
