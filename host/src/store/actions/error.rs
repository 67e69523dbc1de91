use uuid::Uuid;

use crate::domain::vocabulary::ActionStatus;

/// What cannot be done with an action, since it is not in the state for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// It was finished before.
    #[error("action {id} is {} already; its record says what came of it", .status.name())]
    Finished {
        /// Which.
        id: Uuid,
        /// How it ended.
        status: ActionStatus,
    },
    /// It was undone before.
    #[error("action {0} is rolled back already; its record says by whom and why")]
    RolledBack(Uuid),
    /// It cannot be undone, since it was not done.
    #[error("action {id} is {}; only one that succeeded can be rolled back", .status.name())]
    NotDone {
        /// Which.
        id: Uuid,
        /// How far it is.
        status: ActionStatus,
    },
    /// It cannot be undone, since nothing undoes it.
    #[error("action {0} has no compensation; what it did has to be undone by hand")]
    NoCompensation(Uuid),
}
