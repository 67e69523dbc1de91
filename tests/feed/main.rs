//! What subscribers hear.
