//! The agent: its component, its model, and what goes wrong with either.
