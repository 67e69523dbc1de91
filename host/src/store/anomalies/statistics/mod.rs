pub(super) mod behavior;
pub(super) mod conflicts;
pub(super) mod counts;
