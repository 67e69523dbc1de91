//! Decides what becomes of an anomaly.
//!
//! Where a language model is granted, it is asked, and its answer is held against what was allowed and against the
//! case. Where there is none, or it gives no answer that can be used, a scorecard decides, and the verdict says so.

mod answer;
mod prompt;
mod scorecard;

use answer::Fault;
use plugin_sdk::{
    agent::{Allowed, Case, DecidedBy, Decision, DecisionAgent, Model, ModelError, Verdict},
    export, settings,
};

settings! {
    /// Settings of ai-decision.
    pub struct AiDecisionSettings {
        /// Probability of being true from which the scorecard says FIX, odds of 9 to 1: from there on the policies ask
        /// whether to. Acting on a false alarm stops honest trading for a while; reviewing all of these takes a person's day.
        pub fix_from: f64 [0.5, 1.0] = 0.9,
        /// Probability of being true below which the scorecard says KEEP, odds of 3 to 1: beneath, a person would look at
        /// one false alarm for two or three true anomalies, all of LOW severity.
        pub keep_below: f64 [0.0, 0.95] = 0.75,
    }
}

/// The agent.
pub struct AiDecision {
    settings: AiDecisionSettings,
}

impl DecisionAgent for AiDecision {
    const NAME: &'static str = "ai-decision";
    type Settings = AiDecisionSettings;

    fn new(settings: &AiDecisionSettings) -> Self {
        Self { settings: settings.clone() }
    }

    fn decide(&self, case: &Case, allowed: &Allowed, model: &Model<'_>) -> Verdict {
        let scorecard = || scorecard::decide(&self.settings, case, allowed);
        match model(&prompt::request(case, allowed)) {
            Ok(text) => match answer::read(&text, case, allowed) {
                Ok(verdict) => verdict,
                Err(Fault::NotAllowed(what)) => out_of_bounds(what),
                Err(Fault::Unusable(what)) => Verdict { fallback: Some(what), ..scorecard() },
            },
            Err(ModelError::NotGranted) => scorecard(),
            Err(ModelError::NoAnswer(why)) => Verdict { fallback: Some(why), ..scorecard() },
        }
    }
}

/// A person looks at what the model was not allowed to say.
fn out_of_bounds(what: String) -> Verdict {
    Verdict {
        decision: Decision::Review,
        decided_by: DecidedBy::Neither,
        confidence: 0.0,
        reason: format!("for a person to decide, since {what}"),
        evidence: Vec::new(),
        actions: Vec::new(),
        fallback: Some(what),
    }
}

export!(agent AiDecision);

#[cfg(test)]
mod tests;
