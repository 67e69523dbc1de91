//! What operators write, and what becomes of it.
