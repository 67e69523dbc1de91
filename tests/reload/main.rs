//! Code and policies that change while the host runs.
