//! What policies build their answers with, and how they compare severities.

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map as RhaiMap, Position};
use serde_json::{Map, Value, json};

use super::answer::{Action, Answer, Message, Question, SharedAnswer};
use crate::domain::{
    finding::Severity,
    judgement::Verdict,
    vocabulary::{ActionType, DecisionType, NotificationPriority},
};

/// Minutes that a control may last: four weeks.
const LONGEST_MINUTES: i64 = 28 * 24 * 60;
/// Bounds of a factor.
const FACTORS: std::ops::RangeInclusive<f64> = 0.01..=100.0;

type Answered<T> = Result<T, Box<EvalAltResult>>;

/// Adds all of it.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<SharedAnswer>("answer").register_type_with_name::<Question>("question");
    engine.register_type_with_name::<Action>("action").register_type_with_name::<Message>("message");
    register_answers(engine);
    register_actions(engine);
    register_messages(engine);
    register_severity(engine);
}

fn register_answers(engine: &mut Engine) {
    for (name, decision) in
        [("keep", DecisionType::Keep), ("review", DecisionType::Review), ("fix", DecisionType::Fix)]
    {
        engine.register_fn(name, move |reason: &str, confidence: Dynamic| {
            new_answer(decision, reason, number(&confidence, "confidence")?)
        });
    }
    engine
        .register_fn("ask", |decisions: Array| Question::new(&decisions, &Array::new()).map_err(error))
        .register_fn("ask", |decisions: Array, actions: Array| {
            Question::new(&decisions, &actions).map_err(error)
        })
        .register_fn("follow", |verdict: RhaiMap| -> Answered<SharedAnswer> {
            let verdict: Verdict = rhai::serde::from_dynamic(&verdict.into())?;
            new_answer(verdict.decision, &verdict.reason, verdict.confidence)
        })
        .register_fn("act", |answer: &mut SharedAnswer, action: Action| {
            answer.add(|answer| answer.act(action)).map_err(error)
        })
        .register_fn("tell", |answer: &mut SharedAnswer, message: Message| {
            answer.add(|answer| answer.tell(message)).map_err(error)
        });
}

fn new_answer(decision: DecisionType, reason: &str, confidence: f64) -> Answered<SharedAnswer> {
    Answer::new(decision, reason, confidence).map(SharedAnswer::from).map_err(error)
}

fn register_actions(engine: &mut Engine) {
    let action = |action_type, subject, parameters: Value| Action {
        action_type,
        subject,
        parameters: if let Value::Object(parameters) = parameters { parameters } else { Map::new() },
    };
    for (name, kind) in [
        ("halt_symbol", ActionType::HaltSymbol),
        ("cool_down_user", ActionType::CoolDownUser),
        ("require_confirmation", ActionType::RequireConfirmation),
    ] {
        engine.register_fn(name, move |for_minutes: Dynamic| -> Answered<Action> {
            Ok(action(kind, None, json!({ "minutes": minutes(&for_minutes)? })))
        });
    }
    for (name, kind) in [
        ("widen_limits", ActionType::WidenLimits),
        ("reduce_limit", ActionType::ReduceLimit),
        ("adjust_threshold", ActionType::AdjustThreshold),
    ] {
        engine.register_fn(name, move |by: Dynamic, for_minutes: Dynamic| -> Answered<Action> {
            Ok(action(kind, None, json!({ "factor": factor(&by)?, "minutes": minutes(&for_minutes)? })))
        });
    }
    engine
        .register_fn("pause_algorithm", move |algorithm: &str, for_minutes: Dynamic| -> Answered<Action> {
            let parameters = json!({ "minutes": minutes(&for_minutes)? });
            Ok(action(ActionType::PauseAlgorithm, Some(algorithm.to_owned()), parameters))
        })
        .register_fn(
            "reduce_weight",
            move |algorithm: &str, by: Dynamic, for_minutes: Dynamic| -> Answered<Action> {
                let parameters = json!({ "factor": factor(&by)?, "minutes": minutes(&for_minutes)? });
                Ok(action(ActionType::ReduceWeight, Some(algorithm.to_owned()), parameters))
            },
        )
        .register_fn("discard_bar", move || action(ActionType::DiscardBar, None, json!({})))
        .register_fn("queue_for_review", move || action(ActionType::QueueForReview, None, json!({})))
        .register_fn("webhook", move |event: &str| {
            action(ActionType::Webhook, None, json!({ "event": event }))
        });
}

fn register_messages(engine: &mut Engine) {
    engine
        .register_fn("notify", |priority: Dynamic, title: &str| message(&priority, title, None))
        .register_fn("notify", |priority: Dynamic, title: &str, body: &str| {
            message(&priority, title, Some(body.to_owned()))
        });
}

fn message(priority: &Dynamic, title: &str, body: Option<String>) -> Answered<Message> {
    if title.trim().is_empty() {
        return Err(error("the title of a message is empty".to_owned()));
    }
    let priority = match priority.clone().try_cast::<Severity>() {
        Some(severity) => of_severity(severity),
        None => NotificationPriority::parse(&priority.to_string()).ok_or_else(|| {
            error(format!("there is no priority {priority}; there are LOW, NORMAL, HIGH, URGENT"))
        })?,
    };
    Ok(Message { priority, title: title.to_owned(), body })
}

/// How urgent something that serious is.
const fn of_severity(severity: Severity) -> NotificationPriority {
    match severity {
        Severity::Low => NotificationPriority::Low,
        Severity::Medium => NotificationPriority::Normal,
        Severity::High => NotificationPriority::High,
        Severity::Critical => NotificationPriority::Urgent,
    }
}

fn register_severity(engine: &mut Engine) {
    engine
        .register_type_with_name::<Severity>("severity")
        .register_fn("to_string", |severity: &mut Severity| severity.name())
        .register_fn("to_debug", |severity: &mut Severity| severity.name());
    compare(engine, "==", |one, other| one == other);
    compare(engine, "!=", |one, other| one != other);
    compare(engine, "<", |one, other| one < other);
    compare(engine, "<=", |one, other| one <= other);
    compare(engine, ">", |one, other| one > other);
    compare(engine, ">=", |one, other| one >= other);
}

/// Severities compare with each other, and with their names, from LOW to CRITICAL.
fn compare(engine: &mut Engine, operator: &str, holds: fn(Severity, Severity) -> bool) {
    let parse = |name: &str| {
        let unknown = || error(format!("there is no severity \"{name}\"; there are LOW, MEDIUM, HIGH, CRITICAL"));
        Severity::parse(name).ok_or_else(unknown)
    };
    engine
        .register_fn(operator, move |one: Severity, other: Severity| holds(one, other))
        .register_fn(operator, move |one: Severity, other: ImmutableString| -> Answered<bool> {
            Ok(holds(one, parse(&other)?))
        })
        .register_fn(operator, move |one: ImmutableString, other: Severity| -> Answered<bool> {
            Ok(holds(parse(&one)?, other))
        });
}

fn minutes(value: &Dynamic) -> Answered<i64> {
    match value.as_int() {
        Ok(minutes @ 1..=LONGEST_MINUTES) => Ok(minutes),
        _ => Err(error(format!("{value} minutes; a whole number from 1 to {LONGEST_MINUTES} is needed"))),
    }
}

fn factor(value: &Dynamic) -> Answered<f64> {
    let factor = number(value, "factor")?;
    if FACTORS.contains(&factor) {
        return Ok(factor);
    }
    Err(error(format!("factor {factor}; it goes from {} to {}", FACTORS.start(), FACTORS.end())))
}

fn number(value: &Dynamic, what: &str) -> Answered<f64> {
    let number = value.as_float().or_else(|_| value.as_int().map(|whole| whole as f64));
    number.map_err(|found| error(format!("{what} is of type {found}; it is a number")))
}

fn error(reason: String) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(reason.into(), Position::NONE))
}
