//! Decision agents: a case in, a verdict out.
//!
//! An agent may ask the language model that the host lends it, if the configuration grants one. It judges each case
//! by itself: nothing is kept from one to the next.

mod case;
mod verdict;

use crate::settings::{self, Settings};

pub use case::{Anomaly, Case, Context, Recent, Record};
pub use verdict::{DecidedBy, Decision, Verdict};

/// Decides what becomes of an anomaly.
pub trait DecisionAgent: Sized {
    /// Unique name, kebab-case.
    const NAME: &'static str;
    /// Powers it asks for; the configuration grants them.
    const POWERS: &'static [&'static str] = &[LANGUAGE_MODEL];
    /// Its settings.
    type Settings: Settings;

    /// An agent that is ready.
    fn new(settings: &Self::Settings) -> Self;

    /// Judges one case.
    fn decide(&self, case: &Case, allowed: &Allowed, model: &Model<'_>) -> Verdict;
}

/// The power to ask a language model.
pub const LANGUAGE_MODEL: &str = "language-model";

/// Asks the language model: its answer as JSON, or why there is none.
pub type Model<'a> = dyn Fn(&Request) -> Result<String, ModelError> + 'a;

/// What a language model is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What it is to do; equal for all cases, so that it is read once and kept.
    pub instructions: String,
    /// The case.
    pub question: String,
    /// JSON Schema that the answer keeps.
    pub answer_schema: String,
}

/// Why a language model did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// None is granted or configured.
    NotGranted,
    /// It was to answer and did not. One line for a person.
    NoAnswer(String),
}

/// What may be answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Actions that may be suggested, as in `HALT_SYMBOL`.
    pub actions: Vec<String>,
}

impl Allowed {
    /// Reads the names of decisions.
    ///
    /// # Errors
    /// Names the one that is none.
    pub fn named(decisions: &[String], actions: Vec<String>) -> Result<Self, String> {
        let decision =
            |name: &String| Decision::parse(name).ok_or_else(|| format!("no decision is called {name:?}"));
        Ok(Self { decisions: decisions.iter().map(decision).collect::<Result<_, _>>()?, actions })
    }
}

/// An agent's description of itself; the export macro puts it into the component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Unique name, kebab-case.
    pub name: &'static str,
    /// The plugin crate's version.
    pub version: &'static str,
    /// Powers it asks for.
    pub powers: &'static [&'static str],
    /// JSON Schema of its settings.
    pub settings_schema: String,
}

/// Runs one agent.
pub struct Runner<A> {
    agent: A,
}

impl<A: DecisionAgent> Default for Runner<A> {
    fn default() -> Self {
        Self::with(&A::Settings::default())
    }
}

impl<A: DecisionAgent> Runner<A> {
    fn with(settings: &A::Settings) -> Self {
        Self { agent: A::new(settings) }
    }

    /// With settings as a JSON object; the empty text gives the defaults.
    ///
    /// # Errors
    /// Names the setting and what is wrong with it.
    pub fn configure(json: &str) -> Result<Self, String> {
        settings::read(json).map(|settings| Self::with(&settings))
    }

    /// What the agent says about itself.
    pub fn manifest(&self, version: &'static str) -> Manifest {
        Manifest {
            name: A::NAME,
            version,
            powers: A::POWERS,
            settings_schema: settings::schema::<A::Settings>(),
        }
    }

    /// Judges a case, a JSON object.
    ///
    /// # Errors
    /// Says why the case cannot be read.
    pub fn decide(&self, case: String, allowed: &Allowed, model: &Model<'_>) -> Result<Verdict, String> {
        Ok(self.agent.decide(&Case::read(case)?, allowed, model))
    }
}
