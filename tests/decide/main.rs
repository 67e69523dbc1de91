//! From an anomaly to a recorded decision.
