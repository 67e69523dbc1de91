//! Through every statement and expression of a file.

use std::collections::BTreeSet;

use rhai::{AST, ASTFlags, ASTNode, Expr, FnCallExpr, Position, Stmt, StmtBlock};

use super::{
    super::{
        error::Problem,
        library,
        program::Parsed,
        shape::{Field, PARAMETERS},
    },
    Known, compare, signatures,
    suggest::{listed, similar, values},
};

/// What is known of a value: one of a case's fields, or nothing.
pub(super) type Value = Option<&'static Field>;

/// Reads one file.
pub(super) struct Walker<'a> {
    pub(super) file: &'a Parsed,
    pub(super) known: &'a Known,
    pub(super) problems: Vec<Problem>,
    pub(super) used: BTreeSet<String>,
    locals: Vec<(String, Value)>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(file: &'a Parsed, known: &'a Known) -> Self {
        Self { file, known, problems: Vec::new(), used: BTreeSet::new(), locals: Vec::new() }
    }

    /// All of the file.
    pub(super) fn file(&mut self) {
        for statement in self.file.ast.statements() {
            if let Stmt::Var(variable, ..) = statement {
                self.expression(&variable.1);
            }
        }
        for function in self.file.ast.iter_functions() {
            let is_it = |name: &str, count| name == function.name && count == function.params.len();
            let mut alone = self.file.ast.clone_functions_only();
            alone.retain_functions(|_, _, name, count| is_it(name, count));
            let position = signatures::position(&self.file.text, function.name);
            self.locals = Vec::new();
            for parameter in &function.params {
                self.define(parameter, PARAMETERS.get(parameter), position);
            }
            self.body(&alone);
        }
    }

    /// The statements of the one function that is there.
    fn body(&mut self, function: &AST) {
        let mut ended = false;
        function.walk(&mut |path: &[ASTNode]| {
            if let [ASTNode::Stmt(statement)] = path {
                self.next(statement, &mut ended);
            }
            true
        });
    }

    pub(super) fn wrong(&mut self, position: Position, message: impl Into<String>) {
        self.problems.push(Problem::at(&self.file.file, position, message));
    }

    pub(super) fn wrong_but(&mut self, position: Position, message: impl Into<String>, help: Option<String>) {
        let problem = Problem::at(&self.file.file, position, message);
        self.problems.push(match help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }

    /// A name of the function's own.
    fn define(&mut self, name: &str, value: Value, position: Position) {
        if self.known.names.contains_key(name) {
            self.wrong(position, format!("{name} is already a word or a setting; choose another name"));
        }
        self.locals.push((name.to_owned(), value));
    }

    fn block(&mut self, block: &StmtBlock) {
        let locals = self.locals.len();
        let mut ended = false;
        for statement in block.statements() {
            self.next(statement, &mut ended);
        }
        self.locals.truncate(locals);
    }

    /// The next statement of a block, which may have ended before.
    fn next(&mut self, statement: &Stmt, ended: &mut bool) {
        if *ended {
            self.wrong(start(statement), "this is never reached");
            *ended = false;
        }
        self.statement(statement);
        *ended = matches!(statement, Stmt::Return(..) | Stmt::BreakLoop(..));
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::If(flow, position) => {
                self.condition(&flow.expr, *position);
                self.block(&flow.body);
                self.block(&flow.branch);
            }
            Stmt::While(flow, _) | Stmt::Do(flow, ..) => {
                self.expression(&flow.expr);
                self.block(&flow.body);
            }
            Stmt::For(each, _) => self.each(each),
            Stmt::Var(variable, _, position) => {
                let value = self.expression(&variable.1);
                let place = if variable.0.pos.is_none() { *position } else { variable.0.pos };
                self.define(&variable.0.name, value, place);
            }
            Stmt::Assignment(assignment) => {
                self.assigned(&assignment.1.lhs);
                self.expression(&assignment.1.rhs);
            }
            Stmt::FnCall(call, position) => {
                self.call(call, *position);
            }
            Stmt::Block(block) => self.block(block),
            Stmt::TryCatch(flow, _) => {
                self.block(&flow.body);
                let locals = self.locals.len();
                if let Expr::Variable(name, _, position) = &flow.expr {
                    self.define(&name.1, None, *position);
                }
                self.block(&flow.branch);
                self.locals.truncate(locals);
            }
            Stmt::Expr(expression)
            | Stmt::Return(Some(expression), ..)
            | Stmt::BreakLoop(Some(expression), ..) => {
                self.expression(expression);
            }
            _ => {}
        }
    }

    fn each(&mut self, each: &(rhai::Ident, Option<rhai::Ident>, rhai::FlowControl)) {
        let (name, counter, flow) = each;
        let list = self.expression(&flow.expr);
        let locals = self.locals.len();
        self.define(&name.name, list.and_then(super::chains::element), name.pos);
        if let Some(counter) = counter {
            self.define(&counter.name, None, counter.pos);
        }
        self.block(&flow.body);
        self.locals.truncate(locals);
    }

    fn condition(&mut self, condition: &Expr, position: Position) {
        if let Expr::BoolConstant(value, _) = condition {
            let always = if *value { "always" } else { "never" };
            self.wrong(
                position,
                format!("this condition {always} holds, so one of its branches is never reached"),
            );
        }
        self.expression(condition);
    }

    fn assigned(&mut self, place: &Expr) {
        match place {
            Expr::Variable(name, _, position) if self.local(&name.1).is_none() => {
                if self.known.names.contains_key(name.1.as_str()) {
                    self.wrong(
                        *position,
                        format!("{} cannot be assigned here; its value stands at the top", name.1),
                    );
                } else {
                    self.expression(place);
                }
            }
            Expr::Dot(parts, ..) | Expr::Index(parts, ..) => {
                if self.expression(&parts.lhs).is_some() {
                    self.wrong(parts.lhs.start_position(), "a case is what happened and cannot be changed");
                }
            }
            other => {
                self.expression(other);
            }
        }
    }

    fn local(&self, name: &str) -> Option<Value> {
        self.locals.iter().rev().find(|(local, _)| local == name).map(|(_, value)| *value)
    }

    /// Reads an expression, and gives what is known of its value.
    pub(super) fn expression(&mut self, expression: &Expr) -> Value {
        match expression {
            Expr::Variable(name, _, position) => self.variable(&name.1, !name.2.is_empty(), *position),
            Expr::ThisPtr(position) => {
                self.wrong(*position, "there is no `this` in a policy");
                None
            }
            Expr::Dot(parts, ..) => {
                let base = self.expression(&parts.lhs);
                self.dot(base, &parts.rhs)
            }
            Expr::Index(parts, flags, _) => {
                let base = self.expression(&parts.lhs);
                self.index(base, &parts.rhs, flags.contains(ASTFlags::BREAK))
            }
            Expr::FnCall(call, position) => self.call(call, *position),
            Expr::InterpolatedString(parts, _) | Expr::Array(parts, _) => {
                self.expressions(parts.iter());
                None
            }
            Expr::Map(map, _) => {
                self.expressions(map.0.iter().map(|(_, value)| value));
                None
            }
            Expr::And(parts, _) | Expr::Or(parts, _) | Expr::Coalesce(parts, _) => {
                self.expressions(parts.iter());
                None
            }
            Expr::Stmt(block) => {
                self.block(block);
                None
            }
            _ => None,
        }
    }

    pub(super) fn expressions<'e>(&mut self, expressions: impl IntoIterator<Item = &'e Expr>) {
        for expression in expressions {
            self.expression(expression);
        }
    }

    fn variable(&mut self, name: &str, has_namespace: bool, position: Position) -> Value {
        if has_namespace {
            self.wrong(position, format!("there are no modules; write `{name}` alone"));
        } else if let Some(value) = self.local(name) {
            return value;
        } else if self.known.names.contains_key(name) {
            self.used.insert(name.to_owned());
        } else {
            let locals = self.locals.iter().map(|(local, _)| local.as_str());
            let help = similar(name, self.known.names.keys().map(String::as_str).chain(locals));
            self.wrong_but(position, format!("there is no `{name}`"), help);
        }
        None
    }

    fn call(&mut self, call: &FnCallExpr, position: Position) -> Value {
        let values: Vec<Value> = call.args.iter().map(|argument| self.expression(argument)).collect();
        if call.is_operator_call() {
            compare::operator(self, call, &values);
        } else {
            self.function(&call.name, call.args.len(), position);
            match call.name.as_str() {
                "ask" => compare::ask(self, call, position),
                // `element in list` as well.
                "contains" => compare::contains(self, call, &values),
                _ => {}
            }
        }
        None
    }

    /// That a function of this name takes as many values.
    pub(super) fn function(&mut self, name: &str, count: usize, position: Position) {
        let known = library::functions().map(|one| (one.name(), one.arity()));
        let own = self.known.functions.iter().map(|(name, count)| (name.as_str(), *count));
        let (all, same): (Vec<_>, Vec<_>) = {
            let all: Vec<(&str, usize)> = known.chain(own).collect();
            let same = all.iter().filter(|(one, _)| *one == name).map(|(_, count)| *count).collect();
            (all, same)
        };
        if same.contains(&count) {
            return;
        }
        if same.is_empty() {
            let help = similar(name, all.iter().map(|(one, _)| *one));
            self.wrong_but(position, format!("there is no function `{name}`"), help);
        } else {
            let counts: Vec<String> = same.iter().map(|count| values(*count)).collect();
            self.wrong(position, format!("`{name}` takes {}, and here {count}", counts.join(" or ")));
        }
    }

    /// That a word is one of a field's.
    pub(super) fn one_of(&mut self, what: &str, word: &str, known: &[String], position: Position) {
        if !known.iter().any(|one| one == word) {
            let known = || known.iter().map(String::as_str);
            let help = similar(word, known()).unwrap_or_else(|| listed(known()));
            self.wrong_but(position, format!("{what} is never {word}"), Some(help));
        }
    }
}

fn start(statement: &Stmt) -> Position {
    match statement {
        Stmt::Expr(expression) => expression.start_position(),
        other => other.position(),
    }
}
