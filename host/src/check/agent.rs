//! Proves what an agent promises: within what was allowed, whatever that is, and the same for the same case.

use std::path::Path;

use crate::{
    agent::within_bounds,
    detectors::{
        agent::{AgentPlugin, ModelError},
        artifact::Artifact,
        folder::SettingsByName,
        plugin::Loader,
    },
    domain::{
        case::{Case, CaseAnomaly, Context},
        family::Family,
        finding::Severity,
        judgement::Allowed,
        vocabulary::{ActionType, DecidedBy, DecisionType},
    },
};

use super::{Broken, Checked};

pub(super) fn check(
    loader: &Loader,
    path: &Path,
    artifact: &Artifact,
    settings: &SettingsByName,
) -> Result<Checked, Broken> {
    let agent = AgentPlugin::load(loader, path.into(), artifact)?;
    let own = settings.get(&agent.manifest.name).cloned().unwrap_or_default();
    let agent = agent.configured(serde_json::Value::Object(own).to_string())?;
    let cases = cases();
    for (case, allowed) in &cases {
        judge(&agent, case, allowed).map_err(Broken::Agent)?;
    }
    Ok(Checked {
        name: agent.manifest.name.clone(),
        version: agent.manifest.version.clone(),
        hash: agent.hash.clone(),
        rows: cases.len(),
        answers: cases.len(),
    })
}

/// Without a model, twice.
fn judge(agent: &AgentPlugin, case: &Case, allowed: &Allowed) -> Result<(), String> {
    let json = serde_json::to_string(case).map_err(|error| error.to_string())?;
    let verdict = || {
        let raw = agent.decide(&json, allowed, Box::new(|_| Err(ModelError::NotGranted)));
        let verdict = within_bounds(raw.map_err(|fault| fault.to_string())?, case, allowed);
        verdict.map_err(|failure| failure.reason)
    };
    let (first, second) = (verdict()?, verdict()?);
    if first != second {
        return Err(format!("it judges one case in two ways: {first:?} and {second:?}"));
    }
    if first.decided_by != DecidedBy::Scorecard {
        return Err("it calls a verdict the model's where there is none".into());
    }
    Ok(())
}

/// Every family and score, with every set of decisions that can be allowed.
fn cases() -> Vec<(Case, Allowed)> {
    let mut cases = Vec::new();
    for family in Family::ALL {
        for score in [0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.95, 1.0] {
            for allowed in 1_u8..8 {
                cases.push((case(family, score), subset(allowed)));
            }
        }
    }
    cases
}

fn subset(bits: u8) -> Allowed {
    let decisions = (0..).zip(DecisionType::ALL).filter(|(bit, _)| bits >> bit & 1 == 1);
    let actions = if bits & 1 == 0 { ActionType::ALL.to_vec() } else { Vec::new() };
    Allowed { decisions: decisions.map(|(_, decision)| *decision).collect(), actions }
}

fn case(family: Family, score: f64) -> Case {
    Case {
        anomaly: CaseAnomaly {
            family,
            kind: "PROBE".into(),
            detector: "probe".into(),
            subject: "PROBE".into(),
            severity: if score < 0.8 { Severity::Low } else { Severity::Medium },
            score,
            observed: Some(2.0),
            expected: Some(1.0),
            message: "twice as much as usual".into(),
            evidence: [("times_expected".to_owned(), 2.0)].into(),
            findings: 1,
            opened_at: 0,
            dissenting: Vec::new(),
        },
        context: Context::default(),
    }
}
