//! What operators set up, check and run.
