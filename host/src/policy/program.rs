//! A family's policy, ready to run: the default's functions and settings with the family's own over them.

use std::collections::BTreeSet;

use rhai::{AST, CallFnOptions, Dynamic, FuncArgs, OptimizationLevel, Scope};

use super::{
    engine::ENGINE,
    error::{PolicyError, Problem, line_and_column},
    failure::{self, Failure},
    words,
};

/// A file as it was parsed.
pub(super) struct Parsed {
    pub(super) file: String,
    pub(super) text: String,
    pub(super) ast: AST,
}

impl Parsed {
    /// Parses a file.
    pub(super) fn new(file: &str, text: &str) -> Result<Self, Problem> {
        match ENGINE.compile(text) {
            Ok(ast) => Ok(Self { file: file.to_owned(), text: text.to_owned(), ast }),
            Err(error) => {
                let (message, help) = failure::of_syntax(&error);
                let problem = Problem::at(file, error.position(), message);
                Err(help.map_or(problem.clone(), |help| problem.help(help)))
            }
        }
    }

    fn functions(&self) -> BTreeSet<String> {
        self.ast.iter_functions().map(|function| function.name.to_owned()).collect()
    }
}

/// What runs for one family.
pub(super) struct Program {
    ast: AST,
    default: String,
    own: Option<(String, BTreeSet<String>)>,
}

impl Program {
    /// Joins the default and the family's own file, if it has one.
    pub(super) fn new(default: &Parsed, own: Option<&Parsed>) -> Result<Self, Problem> {
        let mut settings = words::scope();
        let mut ast = default.ast.clone_functions_only();
        for parsed in [Some(default), own].into_iter().flatten() {
            ENGINE.run_ast_with_scope(&mut settings, &parsed.ast.clone_statements_only()).map_err(
                |error| {
                    let failure = Failure::of("", *error);
                    Problem::at(&parsed.file, failure.position, failure.reason)
                },
            )?;
        }
        if let Some(own) = own {
            ast.combine(own.ast.clone_functions_only());
        }
        Ok(Self {
            // Functions see nothing but their arguments: settings and words take the place of their names here.
            ast: ENGINE.optimize_ast(&settings, ast, OptimizationLevel::Simple),
            default: default.file.clone(),
            own: own.map(|own| (own.file.clone(), own.functions())),
        })
    }

    /// Calls a function.
    pub(super) fn call(&self, function: &str, arguments: impl FuncArgs) -> Result<Dynamic, PolicyError> {
        let options = CallFnOptions::new().eval_ast(false);
        ENGINE
            .call_fn_with_options(options, &mut Scope::new(), &self.ast, function, arguments)
            .map_err(|error| self.failed(Failure::of(function, *error)))
    }

    /// That a function answered what it may not.
    pub(super) fn wrong(&self, function: &str, reason: String) -> PolicyError {
        let position = rhai::Position::NONE;
        self.failed(Failure { function: function.to_owned(), position, reason })
    }

    fn failed(&self, Failure { function, position, reason }: Failure) -> PolicyError {
        let position = line_and_column(position);
        let file = match &self.own {
            // Without a place it may be anywhere in the family's policy.
            Some((file, functions)) if position.is_none() || functions.contains(&function) => file,
            _ => &self.default,
        };
        let reason = match (&self.own, position) {
            (_, Some(_)) => reason,
            (None, None) => format!("{function}: {reason}"),
            (Some(_), None) => format!("{function}, or what it calls in {}: {reason}", self.default),
        };
        PolicyError { file: file.clone(), position, reason }
    }
}
