//! What policies build their answers with, and how they compare severities.

use std::ops::RangeInclusive;

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map as RhaiMap, Position};
use serde_json::{Map, Value, json};

use super::answer::{Action, Answer, Message, Question, SharedAnswer};
use crate::domain::{
    family,
    finding::Severity,
    vocabulary::{ActionType, DecisionType, NotificationPriority},
};

/// Minutes that a control may last: a day.
const LONGEST_MINUTES: i64 = 24 * 60;
/// Bytes of the name of an endpoint or event.
const LONGEST_NAME: usize = 64;

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
        .register_fn("follow", |verdict: RhaiMap| follow(&verdict))
        .register_fn("act", |answer: &mut SharedAnswer, action: Action| {
            answer.add(|answer| answer.act(action)).map_err(error)
        })
        .register_fn("tell", |answer: &mut SharedAnswer, message: Message| {
            answer.add(|answer| answer.tell(message)).map_err(error)
        });
}

/// The answer that a verdict is.
fn follow(verdict: &RhaiMap) -> Answered<SharedAnswer> {
    let text = |name: &str| verdict.get(name).and_then(Dynamic::read_lock::<ImmutableString>);
    let (decision, reason) = (text("decision"), text("reason"));
    let decision = decision.and_then(|word| DecisionType::parse(&word));
    let confidence = verdict.get("confidence").map(|value| number(value, "confidence")).transpose()?;
    match (decision, reason, confidence) {
        (Some(decision), Some(reason), Some(confidence)) => new_answer(decision, &reason, confidence),
        _ => Err(error("follow takes the verdict".to_owned())),
    }
}

fn new_answer(decision: DecisionType, reason: &str, confidence: f64) -> Answered<SharedAnswer> {
    Answer::new(decision, reason, confidence).map(SharedAnswer::from).map_err(error)
}

fn register_actions(engine: &mut Engine) {
    for (name, kind) in [
        ("halt_symbol", ActionType::HaltSymbol),
        ("cool_down_user", ActionType::CoolDownUser),
        ("require_confirmation", ActionType::RequireConfirmation),
    ] {
        engine.register_fn(name, move |for_minutes: Dynamic| -> Answered<Action> {
            Ok(action(kind, json!({ "minutes": minutes(&for_minutes)? })))
        });
    }
    for (name, kind, factors) in [
        ("widen_limits", ActionType::WidenLimits, 1.0..=10.0),
        ("reduce_limit", ActionType::ReduceLimit, 0.0..=1.0),
        ("adjust_threshold", ActionType::AdjustThreshold, 0.1..=10.0),
    ] {
        engine.register_fn(name, move |by: Dynamic, for_minutes: Dynamic| -> Answered<Action> {
            Ok(action(kind, json!({ "factor": factor(&by, &factors)?, "minutes": minutes(&for_minutes)? })))
        });
    }
    engine
        .register_fn("pause_algorithm", |algorithm: &str, for_minutes: Dynamic| -> Answered<Action> {
            let paused = action(ActionType::PauseAlgorithm, json!({ "minutes": minutes(&for_minutes)? }));
            of_algorithm(paused, algorithm)
        })
        .register_fn(
            "reduce_weight",
            |algorithm: &str, by: Dynamic, for_minutes: Dynamic| -> Answered<Action> {
                let parameters =
                    json!({ "factor": factor(&by, &(0.0..=1.0))?, "minutes": minutes(&for_minutes)? });
                of_algorithm(action(ActionType::ReduceWeight, parameters), algorithm)
            },
        )
        .register_fn("discard_bar", || action(ActionType::DiscardBar, json!({})))
        .register_fn("queue_for_review", || action(ActionType::QueueForReview, json!({})))
        .register_fn("webhook", || action(ActionType::Webhook, json!({})))
        .register_fn("webhook", |endpoint: &str| -> Answered<Action> {
            Ok(action(ActionType::Webhook, json!({ "endpoint": word(endpoint, "endpoint")? })))
        })
        .register_fn("webhook", |endpoint: &str, event: &str| -> Answered<Action> {
            let parameters =
                json!({ "endpoint": word(endpoint, "endpoint")?, "event": word(event, "event")? });
            Ok(action(ActionType::Webhook, parameters))
        });
}

/// An action whose subject is the anomaly's own.
fn action(kind: ActionType, parameters: Value) -> Action {
    let parameters = if let Value::Object(parameters) = parameters { parameters } else { Map::new() };
    Action { kind, subject: None, parameters }
}

fn of_algorithm(action: Action, algorithm: &str) -> Answered<Action> {
    if family::seat(algorithm).is_none() {
        let known = family::ALGORITHMS.join(", ");
        return Err(error(format!("there is no algorithm \"{algorithm}\"; there are {known}")));
    }
    Ok(Action { subject: Some(algorithm.to_owned()), ..action })
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
        let unknown =
            || error(format!("there is no severity \"{name}\"; there are LOW, MEDIUM, HIGH, CRITICAL"));
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

fn factor(value: &Dynamic, bounds: &RangeInclusive<f64>) -> Answered<f64> {
    let factor = number(value, "factor")?;
    if bounds.contains(&factor) {
        return Ok(factor);
    }
    Err(error(format!("factor {factor}; it goes from {} to {}", bounds.start(), bounds.end())))
}

fn word<'a>(text: &'a str, what: &str) -> Answered<&'a str> {
    let fits = |one: u8| one.is_ascii_alphanumeric() || matches!(one, b'.' | b'_' | b'-');
    if (1..=LONGEST_NAME).contains(&text.len()) && text.bytes().all(fits) {
        return Ok(text);
    }
    Err(error(format!(
        "\"{text}\" is no {what}: 1 to {LONGEST_NAME} letters, digits, dots, underscores, hyphens"
    )))
}

fn number(value: &Dynamic, what: &str) -> Answered<f64> {
    let number = value.as_float().or_else(|_| value.as_int().map(|whole| whole as f64));
    number.map_err(|found| error(format!("{what} is of type {found}; it is a number")))
}

#[expect(clippy::unnecessary_box_returns, reason = "the interpreter takes errors in boxes")]
fn error(reason: String) -> Box<EvalAltResult> {
    Box::new(EvalAltResult::ErrorRuntime(reason.into(), Position::NONE))
}
