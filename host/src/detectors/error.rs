//! What can go wrong with a plugin, each with the way out.

use std::{path::PathBuf, time::Duration};

use wasmtime::Trap;

/// Why a plugin was not loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The bytes are no component.
    #[error("not a WebAssembly component: {reason}. Build it anew with `host plugin build`")]
    NotAComponent {
        /// What the parser said.
        reason: String,
    },
    /// The component exports none of the contract's interfaces.
    #[error("exports {found}, none of the worlds {worlds} of vyomo:plugin; write it against one of them")]
    WrongWorld {
        /// What it exports instead.
        found: String,
        /// The worlds there are.
        worlds: String,
    },
    /// The component was built for another version of the contract.
    #[error(
        "was built for vyomo:plugin {found}, and this host speaks {supported}; build it against that SDK"
    )]
    WrongVersion {
        /// Version in the component.
        found: String,
        /// Version of this host.
        supported: &'static str,
    },
    /// The component wants a power that nobody gives.
    #[error("imports {import}, which is given to no {family} plugin; remove what needs it")]
    UndeclaredImport {
        /// The import's name.
        import: String,
        /// The plugin's family.
        family: &'static str,
    },
    /// An agent where a detector is needed.
    #[error("decides and does not find; an agent runs beside the detectors, not among them")]
    NotADetector,
    /// The component does not compile or instantiate.
    #[error("cannot be compiled or started: {reason}")]
    Unusable {
        /// What the engine said.
        reason: String,
    },
    /// The manifest makes no sense.
    #[error("its manifest is wrong: {reason}")]
    Manifest {
        /// Which field, and why.
        reason: String,
    },
    /// The plugin refused its settings.
    #[error("setting refused: {reason}. `host plugin check` prints the settings it knows")]
    Settings {
        /// What the plugin said.
        reason: String,
    },
    /// A call during loading failed.
    #[error("failed while it was loaded: {0}")]
    Fault(#[from] Fault),
    /// The operator lists what may run, and this is not listed.
    #[error("is not listed in code.allow; its SHA-256 is {hash}")]
    NotAllowed {
        /// SHA-256 of its bytes, hex.
        hash: String,
    },
    /// A publisher's signature is asked for, and there is none.
    #[error("is not signed, as code.publishers asks for: there is no {path}; `host plugin sign` makes it")]
    Unsigned {
        /// Where the signature would be.
        path: PathBuf,
    },
    /// What should be a signature is none.
    #[error("{path} cannot be read as a signature: {reason}; `host plugin sign` makes one")]
    NoSignature {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The signature is of something else, or by somebody else.
    #[error(
        "{path} is no signature of this very component by one of code.publishers; sign it anew with `host plugin sign`"
    )]
    WrongSignature {
        /// Where it is.
        path: PathBuf,
    },
    /// Another file of the set has a plugin of the same name.
    #[error("{name} is also the name of {other}; rename or remove one, since neither was loaded")]
    DuplicateName {
        /// The name both carry.
        name: String,
        /// The other file.
        other: PathBuf,
    },
    /// Another file of the set is an agent too.
    #[error("is an agent, and so is {other}; remove one, since neither was loaded")]
    SecondAgent {
        /// The other file.
        other: PathBuf,
    },
}

/// How a call into a component failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It ran longer than one call may.
    #[error("ran into the deadline of {limit_ms} ms for one call")]
    Deadline {
        /// The limit, milliseconds.
        limit_ms: u128,
    },
    /// It trapped: a panic, an exhausted stack or memory, an illegal access.
    #[error("trapped: {reason}")]
    Trap {
        /// The engine's reason, or the limit it ran into.
        reason: String,
    },
    /// It answered more than any honest answer takes.
    #[error("answered more than {limit} bytes for {rows} rows")]
    TooMuchOutput {
        /// The bound, bytes.
        limit: usize,
        /// Rows of the batch.
        rows: usize,
    },
    /// Its answer breaks the contract.
    #[error("broke the contract: {reason}")]
    InvalidOutput {
        /// What is wrong with the answer.
        reason: String,
    },
}

/// What an engine or a parser said, without line breaks, and bounded.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

/// How the engine says that an answer exceeds what it may take; it has no public type for that.
const ANSWER_TOO_LONG: &str = "fuel allocated for hostcalls";

impl Fault {
    /// What the engine's error means for a call of so many rows that had this time and this many bytes for its answer.
    pub(super) fn of(error: &wasmtime::Error, deadline: Duration, limit: usize, rows: usize) -> Self {
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) => Self::Deadline { limit_ms: deadline.as_millis() },
            Some(Trap::UnreachableCodeReached) => {
                Self::Trap { reason: "it panicked, or could not get more memory (wasm `unreachable`)".into() }
            }
            Some(trap) => Self::Trap { reason: one_line(&trap.to_string()) },
            None if error.root_cause().to_string().contains(ANSWER_TOO_LONG) => {
                Self::TooMuchOutput { limit, rows }
            }
            None => Self::InvalidOutput { reason: one_line(&error.root_cause().to_string()) },
        }
    }
}
