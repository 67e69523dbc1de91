//! What is done, undone, refused and told to other systems.
