//! What the interpreter says, in words of an operator.

use rhai::{EvalAltResult, ParseError, ParseErrorType, Position};

use super::engine::{MAX_CALL_LEVELS, MAX_ELEMENTS, MAX_OPERATIONS, MAX_TEXT};

/// Where a call failed: the innermost function, the place in it, and why.
pub(super) struct Failure {
    pub(super) function: String,
    pub(super) position: Position,
    pub(super) reason: String,
}

impl Failure {
    /// Of a call of `function`.
    pub(super) fn of(function: &str, error: EvalAltResult) -> Self {
        let (mut function, mut error) = (function.to_owned(), error);
        let mut outer = error.position();
        while let EvalAltResult::ErrorInFunctionCall(name, _, inner, position) = error {
            // Functions of the host have no text in which to point at a place.
            if inner.position().is_none() {
                outer = outer.or_else(position);
            } else {
                function = name;
                outer = inner.position();
            }
            error = *inner;
        }
        let position = error.take_position().or_else(outer);
        Self { function, position, reason: one_line(&words(&error)) }
    }
}

fn words(error: &EvalAltResult) -> String {
    match error {
        EvalAltResult::ErrorTooManyOperations(_) => {
            format!("stopped after {MAX_OPERATIONS} steps; is there a loop without end?")
        }
        EvalAltResult::ErrorStackOverflow(_) => {
            format!("functions call each other more than {MAX_CALL_LEVELS} deep; does one call itself?")
        }
        EvalAltResult::ErrorDataTooLarge(what, _) if what.contains("string") => {
            format!("a text grows too large; it may have {MAX_TEXT} bytes")
        }
        EvalAltResult::ErrorDataTooLarge(..) => {
            format!("a list or map grows too large; it may have {MAX_ELEMENTS} elements")
        }
        EvalAltResult::ErrorRuntime(value, _) => value.to_string(),
        EvalAltResult::ErrorFunctionNotFound(signature, _) => {
            format!("there is no {signature}; README.md lists what there is and of which types")
        }
        EvalAltResult::ErrorPropertyNotFound(name, _) => format!("there is no field `{name}`"),
        other => other.to_string(),
    }
}

/// What is wrong with a text that cannot be parsed, and the way out where it is known.
pub(super) fn of_syntax(error: &ParseError) -> (String, Option<String>) {
    let help = match error.err_type() {
        ParseErrorType::Reserved(word) if word == "switch" => Some("write `if ... else if ...`"),
        ParseErrorType::Reserved(_) => Some("a policy has no output, no imports and no evaluation of texts"),
        ParseErrorType::UnexpectedEOF => Some("is a `}` or `)` missing?"),
        _ => None,
    };
    let mut message = error.err_type().to_string();
    if let Some(first) = message.get(..1).map(str::to_lowercase) {
        message.replace_range(..1, &first);
    }
    (format!("syntax: {message}"), help.map(str::to_owned))
}

fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}
