//! Comparisons that can be told to be wrong, and questions that nobody could answer.

use rhai::{Expr, FnCallExpr, Position};

use super::{
    super::{
        shape::{self, Field, Shape},
        words::Group,
    },
    walk::{Value, Walker},
};

/// Looks at an operator's two sides.
pub(super) fn operator(walker: &mut Walker, call: &FnCallExpr, values: &[Value]) {
    let ([one, other], [first, second]) = (&*call.args, values) else { return };
    match call.name.as_str() {
        "==" | "!=" => {
            equal(walker, *first, one, other);
            equal(walker, *second, other, one);
        }
        "<" | "<=" | ">" | ">=" => {
            for (value, side, across) in [(first, one, other), (second, other, one)] {
                known(walker, *value, side);
                ordered(walker, *value, side);
                equal(walker, *value, side, across);
            }
        }
        "+" | "-" | "*" | "/" | "%" | "**" if !matches!((one, other), (Expr::StringConstant(..), _)) => {
            known(walker, *first, one);
            known(walker, *second, other);
        }
        _ => {}
    }
}

/// A value that may be `()` is compared as false, whatever the other side.
fn known(walker: &mut Walker, value: Value, side: &Expr) {
    if value.is_some_and(|field| field.is_optional) {
        let message = "this is () where nothing is known, and every comparison with that fails";
        walker.wrong_but(
            side.start_position(),
            message,
            Some("write `(... ?? 0.0)` with what is to stand for it".into()),
        );
    }
}

/// Words have no order but severities.
fn ordered(walker: &mut Walker, value: Value, side: &Expr) {
    let Some(Field { shape: Shape::Words(_, group), .. }) = value else { return };
    if *group != Some(Group::Severity) {
        walker.wrong(side.start_position(), "this is a word without an order; compare with `==`");
    }
}

fn equal(walker: &mut Walker, value: Value, side: &Expr, across: &Expr) {
    let Some(Field { shape: Shape::Words(words, group), .. }) = value else { return };
    match text(walker, across) {
        Some((word, position)) => {
            let known = if *group == Some(Group::Kind) { walker.known.kinds.clone() } else { words.clone() };
            walker.one_of(&called(side), &word, &known, position);
        }
        None if matches!(
            across,
            Expr::IntegerConstant(..) | Expr::FloatConstant(..) | Expr::BoolConstant(..)
        ) =>
        {
            walker.wrong(across.start_position(), format!("{} is a word, and this is none", called(side)));
        }
        None => {}
    }
}

/// An element of a list is one of the list's words.
pub(super) fn contains(walker: &mut Walker, call: &FnCallExpr, values: &[Value]) {
    let ([list, element], [listed, value]) = (&*call.args, values) else { return };
    if let Expr::Array(words, _) = list {
        words.iter().for_each(|word| equal(walker, *value, element, word));
    }
    equal(walker, listed.and_then(super::chains::element), list, element);
}

/// The text of a literal, a word or a setting, and where it stands.
fn text(walker: &Walker, expression: &Expr) -> Option<(String, Position)> {
    match expression {
        Expr::StringConstant(text, position) => Some((text.to_string(), *position)),
        Expr::Variable(name, _, position) => {
            let value = walker.known.names.get(name.1.as_str())?.clone()?;
            if value.type_name().ends_with("Severity") {
                return Some((name.1.to_string(), *position));
            }
            Some((value.into_string().ok()?, *position))
        }
        _ => None,
    }
}

/// An expression by its last name.
fn called(side: &Expr) -> String {
    match side {
        Expr::Variable(name, ..) => format!("`{}`", name.1),
        Expr::Property(name, _) => format!("`{}`", name.2),
        Expr::Dot(parts, ..) => called(&parts.rhs),
        Expr::Index(parts, ..) => called(&parts.lhs),
        _ => "this".to_owned(),
    }
}

/// A question names decisions and actions that there are.
pub(super) fn ask(walker: &mut Walker, call: &FnCallExpr, position: Position) {
    for (argument, group) in call.args.iter().zip([Group::Decision, Group::Action]) {
        let Expr::Array(words, _) = argument else { continue };
        if words.is_empty() && group == Group::Decision {
            walker.wrong(position, "this question allows no decision, so nobody could answer it");
        }
        let what = if group == Group::Decision { "a decision" } else { "an action" };
        for word in words {
            if let Some((text, position)) = text(walker, word) {
                walker.one_of(what, &text, &shape::names(group), position);
            }
        }
    }
}
