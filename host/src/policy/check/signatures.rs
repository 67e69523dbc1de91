//! The functions that a policy has to have, and those that replace others.

use rhai::{Position, ScriptFnMetadata};

use super::{
    super::{error::Problem, library, program::Parsed},
    suggest::values,
};
use crate::domain::family::Family;

/// What every set has to answer.
const REQUIRED: [(&str, &[&str]); 2] =
    [("triage", &["anomaly", "context"]), ("resolve", &["anomaly", "verdict", "context"])];

pub(super) fn check(default: &Parsed, own: &[(Family, &Parsed)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, parameters) in REQUIRED {
        if !default.ast.iter_functions().any(|function| function.name == name) {
            let missing = format!("has no `fn {name}({})`", parameters.join(", "));
            problems.push(Problem::of_file(&default.file, missing));
        }
    }
    for parsed in [default].into_iter().chain(own.iter().map(|(_, parsed)| *parsed)) {
        problems.extend(parsed.ast.iter_functions().filter_map(|function| wrong(default, parsed, &function)));
    }
    problems
}

fn wrong(default: &Parsed, parsed: &Parsed, function: &ScriptFnMetadata) -> Option<Problem> {
    let at =
        |message: String| Some(Problem::at(&parsed.file, position(&parsed.text, function.name), message));
    let name = function.name;
    if let Some((_, needed)) = REQUIRED.iter().find(|(required, _)| *required == name) {
        let given = function.params.join(", ");
        let needed = needed.join(", ");
        return if given == needed {
            None
        } else {
            at(format!("`{name}` takes ({needed}), and here ({given})"))
        };
    }
    if library::functions().any(|known| known.name() == name) {
        return at(format!("`{name}` is a function that every policy has; choose another name"));
    }
    let replaced = default.ast.iter_functions().find(|other| other.name == name);
    match replaced {
        Some(other) if other.params.len() != function.params.len() => at(format!(
            "`{name}` takes {} in {}, and here {}, so it would not replace that one",
            values(other.params.len()),
            default.file,
            function.params.len()
        )),
        _ => None,
    }
}

/// Where a function is defined.
pub(super) fn position(text: &str, name: &str) -> Position {
    let is_here = |rest: &str| {
        let rest = rest.trim_start();
        rest.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with('('))
    };
    for (line, content) in (1..=u16::MAX).zip(text.lines()) {
        let start = content.len() - content.trim_start().len();
        if let Some(rest) = content.trim_start().strip_prefix("fn ")
            && is_here(rest)
        {
            let column = start + 4 + rest.len() - rest.trim_start().len();
            return Position::new(line, u16::try_from(column).unwrap_or(u16::MAX));
        }
    }
    Position::NONE
}
