//! Fields of cases, as in `context.record.precision`.

use rhai::{ASTFlags, Expr, Position};

use super::{
    super::shape::{Field, Shape},
    suggest::{listed, similar},
    walk::{Value, Walker},
};

/// What a list holds.
pub(super) fn element(list: &'static Field) -> Value {
    match &list.shape {
        Shape::List(element) => Some(element),
        _ => None,
    }
}

impl Walker<'_> {
    /// What follows a dot.
    pub(super) fn dot(&mut self, base: Value, rest: &Expr) -> Value {
        match rest {
            Expr::Property(name, position) => self.property(base, &name.2, *position),
            Expr::MethodCall(call, position) => {
                self.expressions(&call.args);
                self.function(&call.name, call.args.len() + 1, *position);
                None
            }
            Expr::Dot(parts, ..) => {
                let next = self.dot(base, &parts.lhs);
                self.dot(next, &parts.rhs)
            }
            Expr::Index(parts, flags, _) => {
                let next = self.dot(base, &parts.lhs);
                self.index(next, &parts.rhs, flags.contains(ASTFlags::BREAK))
            }
            other => self.expression(other),
        }
    }

    /// What stands between brackets, and what follows it unless it is the `last` of its chain.
    pub(super) fn index(&mut self, base: Value, rest: &Expr, last: bool) -> Value {
        match rest {
            Expr::Dot(parts, ..) if !last => {
                let next = self.at(base, &parts.lhs);
                self.dot(next, &parts.rhs)
            }
            Expr::Index(parts, flags, _) if !last => {
                let next = self.at(base, &parts.lhs);
                self.index(next, &parts.rhs, flags.contains(ASTFlags::BREAK))
            }
            other => self.at(base, other),
        }
    }

    fn at(&mut self, base: Value, index: &Expr) -> Value {
        self.expression(index);
        match index {
            Expr::StringConstant(name, position) => self.property(base, name, *position),
            _ => base.and_then(element),
        }
    }

    fn property(&mut self, base: Value, name: &str, position: Position) -> Value {
        match &base?.shape {
            Shape::Record(fields) => {
                let field = fields.get(name);
                if field.is_none() {
                    let known = || fields.keys().map(String::as_str);
                    let help = similar(name, known()).unwrap_or_else(|| listed(known()));
                    self.wrong_but(position, format!("there is no field `{name}`"), Some(help));
                }
                field
            }
            Shape::Number { .. } | Shape::Words(..) => {
                self.wrong(
                    position,
                    format!("there is no field `{name}`: what stands before it is one value"),
                );
                None
            }
            Shape::Numbers | Shape::List(_) | Shape::Text => None,
        }
    }
}
