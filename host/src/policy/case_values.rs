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
    let mut map = map_of(anomaly)?;
    put(&mut map, "severity", Some(anomaly.severity));
    Ok(map.into())
}

fn of_context(context: &Context) -> Converted {
    let mut map = map_of(context)?;
    put_into(&mut map, "recent", "highest", context.recent.highest);
    put_into(&mut map, "conflict", "severity", context.conflict.as_ref().map(|conflict| conflict.severity));
    Ok(map.into())
}

/// Severities are values of their own, since as texts CRITICAL would come before LOW.
fn put(map: &mut Map, field: &str, severity: Option<Severity>) {
    map.insert(field.into(), severity.map_or(Dynamic::UNIT, Dynamic::from));
}

fn put_into(map: &mut Map, record: &str, field: &str, severity: Option<Severity>) {
    if let Some(mut record) = map.get_mut(record).and_then(Dynamic::write_lock::<Map>) {
        put(&mut record, field, severity);
    }
}

fn map_of(value: &impl Serialize) -> Result<Map, Box<EvalAltResult>> {
    Ok(to_dynamic(value)?.cast::<Map>())
}
