//! Rows that come in while the host runs.
