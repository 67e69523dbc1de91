use crate::domain::vocabulary::{ActionType, SubjectType};

/// Why an action cannot be done as it is asked for. Its text goes into the ledger, so it names no trader.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EffectError {
    /// It is done to another kind of thing.
    #[error("{} is done to a {}, not to a {}", .action.name(), .wanted.name(), .given.name())]
    Subject {
        /// The action.
        action: ActionType,
        /// What it is done to.
        wanted: SubjectType,
        /// What it was to be done to.
        given: SubjectType,
    },
    /// It is done to nothing.
    #[error("{} names nothing that it is done to", .0.name())]
    NoSubject(ActionType),
    /// It knows no such parameter.
    #[error("{} has no parameter `{name}`; it takes {known}", .action.name())]
    Unknown {
        /// The action.
        action: ActionType,
        /// The parameter, cut to a readable length.
        name: String,
        /// Those that it has.
        known: String,
    },
    /// A parameter that it needs is not there.
    #[error("{} needs the parameter `{name}`", .action.name())]
    Missing {
        /// The action.
        action: ActionType,
        /// The parameter.
        name: &'static str,
    },
    /// A parameter is something else.
    #[error("`{name}` of {} is not {wanted}", .action.name())]
    Kind {
        /// The action.
        action: ActionType,
        /// The parameter.
        name: &'static str,
        /// What it has to be.
        wanted: &'static str,
    },
    /// A number is too small or too large.
    #[error("`{name}` of {} is {given}; it has to be from {least} to {most}", .action.name())]
    Bounds {
        /// The action.
        action: ActionType,
        /// The parameter.
        name: &'static str,
        /// What was given.
        given: f64,
        /// The smallest it takes.
        least: f64,
        /// The largest it takes.
        most: f64,
    },
    /// A parameter names a person, and parameters go into the ledger.
    #[error("`{name}` of {} names the trader; parameters are kept for ever, so they name nobody", .action.name())]
    Trader {
        /// The action.
        action: ActionType,
        /// The parameter.
        name: &'static str,
    },
    /// There is more to tell than a message may hold.
    #[error("the message has {bytes} bytes; receivers take at most {most}")]
    Large {
        /// What it has.
        bytes: usize,
        /// What it may have.
        most: usize,
    },
}
