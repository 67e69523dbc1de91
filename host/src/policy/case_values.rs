//! A case as a policy's values.

use rhai::{Dynamic, EvalAltResult, Map, serde::to_dynamic};
use serde::Serialize;

use crate::domain::{
    case::{Case, CaseAnomaly, Context},
    finding::Severity,
    judgement::Verdict,
};

type Converted = Result<Dynamic, Box<EvalAltResult>>;

/// The arguments of `triage`.
pub(super) fn of_case(case: &Case) -> Result<(Dynamic, Dynamic), Box<EvalAltResult>> {
    Ok((of_anomaly(&case.anomaly)?, of_context(&case.context)?))
}

/// The second argument of `resolve`.
pub(super) fn of_verdict(verdict: &Verdict) -> Converted {
    to_dynamic(verdict)
}

fn of_anomaly(anomaly: &CaseAnomaly) -> Converted {
    with_severity(anomaly, "severity", Some(anomaly.severity))
}

fn of_context(context: &Context) -> Converted {
    let mut map = map_of(context)?;
    map.insert("recent".into(), with_severity(&context.recent, "highest", context.recent.highest)?);
    if let Some(conflict) = &context.conflict {
        map.insert("conflict".into(), with_severity(conflict, "severity", Some(conflict.severity))?);
    }
    Ok(map.into())
}

/// Severities are values of their own, since as texts CRITICAL would come before LOW.
fn with_severity(value: &impl Serialize, field: &str, severity: Option<Severity>) -> Converted {
    let mut map = map_of(value)?;
    map.insert(field.into(), severity.map_or(Dynamic::UNIT, Dynamic::from));
    Ok(map.into())
}

fn map_of(value: &impl Serialize) -> Result<Map, Box<EvalAltResult>> {
    Ok(to_dynamic(value)?.cast::<Map>())
}
