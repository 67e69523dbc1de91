//! Cases beside policies: what an operator expects of them.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use toml::{Spanned, Table};

use super::{PolicySet, error::Problem, families, source};
use crate::domain::{
    case::Case,
    family::Family,
    judgement::{Resolution, Triage, Verdict},
    vocabulary::{ActionType, DecisionType, NotificationPriority},
};

/// What `*.cases.toml` holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CasesFile {
    #[serde(default, rename = "case")]
    cases: Vec<CaseText>,
}

/// One case: fields that matter, and what is expected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseText {
    name: Spanned<String>,
    #[serde(default)]
    anomaly: Table,
    #[serde(default)]
    context: Table,
    verdict: Option<Table>,
    triage: Option<Expected>,
    decision: Option<DecisionType>,
    actions: Option<Vec<ActionType>>,
    notifications: Option<Vec<NotificationPriority>>,
}

/// What triage is to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Expected {
    Keep,
    Review,
    Fix,
    Ask,
}

/// Runs the cases of a policy. Gives how many there are, or what fails.
pub(super) fn run(set: &PolicySet, policy: &str) -> Result<usize, Vec<Problem>> {
    let file = source::cases_of(policy);
    let text = set.files().get(&file).map(String::as_str).unwrap_or_default();
    let at = |offset: usize, message: String| Problem {
        position: Some(place(text, offset)),
        ..Problem::of_file(&file, message)
    };
    let cases = toml::from_str::<CasesFile>(text).map_err(|error| {
        vec![at(error.span().map_or(0, |span| span.start), error.message().trim().replace('\n', " "))]
    })?;
    if cases.cases.is_empty() {
        return Err(vec![Problem::of_file(&file, format!("has no [[case]]; {policy} needs at least one"))]);
    }
    let problems: Vec<Problem> = cases
        .cases
        .iter()
        .filter_map(|case| {
            let reason = case.run(set, families::of_file(policy)).err()?;
            Some(at(case.name.span().start, format!("case \"{}\": {reason}", case.name.get_ref())))
        })
        .collect();
    if problems.is_empty() { Ok(cases.cases.len()) } else { Err(problems) }
}

/// Line and column of a byte, both from 1.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

impl CaseText {
    fn run(&self, set: &PolicySet, family: Option<Family>) -> Result<(), String> {
        if self.triage.is_none() && self.expects_no_resolution() {
            return Err("expects nothing; say `triage`, `decision`, `actions` or `notifications`".to_owned());
        }
        let case = case(&self.anomaly, &self.context, family)?;
        let triage = set.triage(&case).map_err(|error| error.to_string())?;
        if let Some(expected) = self.triage {
            same("triage", expected, of(&triage))?;
        }
        if self.expects_no_resolution() {
            return Ok(());
        }
        let verdict = self.verdict(triage)?;
        let resolution = set.resolve(&case, &verdict).map_err(|error| error.to_string())?;
        self.compare(&resolution)
    }

    const fn expects_no_resolution(&self) -> bool {
        self.decision.is_none() && self.actions.is_none() && self.notifications.is_none()
    }

    /// The one that is given, or triage's own.
    fn verdict(&self, triage: Triage) -> Result<Verdict, String> {
        match (&self.verdict, triage) {
            (Some(given), _) => {
                let usual = json!({
                    "decision": "REVIEW", "decided_by": "SCORECARD", "confidence": 0.8, "reason": "as the case says"
                });
                read(&over(usual, given)?, "verdict")
            }
            (None, Triage::Decide { decision, confidence, reason }) => {
                Ok(Verdict::of_policy(decision, confidence, reason))
            }
            (None, Triage::Ask(_)) => {
                Err("triage asks, so the case has to say what the `verdict` is".to_owned())
            }
        }
    }

    fn compare(&self, resolution: &Resolution) -> Result<(), String> {
        if let Some(expected) = self.decision {
            same("decision", expected.name(), resolution.decision.name())?;
        }
        if let Some(expected) = &self.actions {
            let found: Vec<_> = resolution.actions.iter().map(|one| one.action_type.name()).collect();
            same(
                "actions",
                expected.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "),
                found.join(", "),
            )?;
        }
        if let Some(expected) = &self.notifications {
            let found: Vec<_> = resolution.notifications.iter().map(|one| one.priority.name()).collect();
            same(
                "notifications",
                expected.iter().map(|one| one.name()).collect::<Vec<_>>().join(", "),
                found.join(", "),
            )?;
        }
        Ok(())
    }
}

const fn of(triage: &Triage) -> Expected {
    match triage {
        Triage::Ask(_) => Expected::Ask,
        Triage::Decide { decision: DecisionType::Keep, .. } => Expected::Keep,
        Triage::Decide { decision: DecisionType::Review, .. } => Expected::Review,
        Triage::Decide { decision: DecisionType::Fix, .. } => Expected::Fix,
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, expected: T, found: T) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let word = |value: T| match format!("{value:?}").trim_matches('"') {
        "" => "none".to_owned(),
        text => text.to_uppercase(),
    };
    Err(format!("expects {what} {}, and it is {}", word(expected), word(found)))
}

/// A case of these fields, as usual otherwise.
fn case(anomaly: &Table, context: &Table, family: Option<Family>) -> Result<Case, String> {
    let family = match family {
        Some(family) => family,
        None => anomaly
            .get("family")
            .and_then(toml::Value::as_str)
            .and_then(Family::parse)
            .unwrap_or(Family::Market),
    };
    let anomaly = over(usual(family), anomaly)?;
    let context = over(json!({}), context)?;
    read(&json!({ "anomaly": anomaly, "context": context }), "case")
}

/// An anomaly of a family.
pub(super) fn usual(family: Family) -> Value {
    let (kind, detector, subject) = match family {
        Family::Market => ("PRICE_SPIKE", "price-movement", "NIFTY"),
        Family::Conflict => ("ALGORITHM_CONFLICT", "conflict-panel", "NIFTY"),
        Family::Behavior => ("OVERTRADING", "overtrading", "trader-1"),
    };
    json!({
        "family": family.name(), "kind": kind, "detector": detector, "subject": subject, "severity": "MEDIUM",
        "score": 0.5
    })
}

fn over(usual: Value, given: &Table) -> Result<Value, String> {
    let given = serde_json::to_value(given).map_err(|error| error.to_string())?;
    let fields = |value| if let Value::Object(fields) = value { fields } else { Map::new() };
    let mut all = fields(usual);
    all.extend(fields(given));
    Ok(Value::Object(all))
}

fn read<T: for<'a> Deserialize<'a>>(value: &Value, what: &str) -> Result<T, String> {
    T::deserialize(value).map_err(|error| format!("its {what} cannot be read: {error}"))
}
