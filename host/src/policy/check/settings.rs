//! Settings: constants at the top of a file.

use std::collections::BTreeSet;

use rhai::{ASTFlags, Dynamic, Position, Stmt};

use super::{
    super::{error::Problem, program::Parsed, words},
    OWN_KINDS,
};

/// A setting.
pub(super) struct Setting {
    pub(super) file: String,
    pub(super) name: String,
    /// `None` where it is computed from others.
    pub(super) value: Option<Dynamic>,
    position: Position,
}

/// The settings of a file; what else stands at its top is wrong.
pub(super) fn of(parsed: &Parsed, problems: &mut Vec<Problem>) -> Vec<Setting> {
    let mut settings: Vec<Setting> = Vec::new();
    for statement in parsed.ast.statements() {
        let mut wrong =
            |position, message: String| problems.push(Problem::at(&parsed.file, position, message));
        let (name, value, position) = match statement {
            Stmt::Noop(_) => continue,
            Stmt::Var(variable, flags, position) if flags.contains(ASTFlags::CONSTANT) => {
                let position = if variable.0.pos.is_none() { *position } else { variable.0.pos };
                (variable.0.name.as_str(), variable.1.get_literal_value(None), position)
            }
            Stmt::Var(variable, _, position) => {
                let name = &variable.0.name;
                wrong(*position, format!("functions do not see `{name}`; write `const {name} = ...`"));
                continue;
            }
            other => {
                wrong(
                    other.position(),
                    "only settings (`const NAME = ...;`) and functions stand at the top".to_owned(),
                );
                continue;
            }
        };
        if name != name.to_uppercase() {
            wrong(position, format!("settings are written in capitals: `{}`", name.to_uppercase()));
        } else if words::all().any(|word| word.name == name) {
            wrong(position, format!("{name} is a word that every policy has; choose another name"));
        } else if settings.iter().any(|one| one.name == name) {
            wrong(position, format!("the setting {name} is given twice"));
        }
        settings.push(Setting { file: parsed.file.clone(), name: name.to_owned(), value, position });
    }
    settings
}

/// Settings that nothing reads: a misspelt one would change nothing, and nobody would know.
pub(super) fn unused(settings: &[Setting], used: &BTreeSet<String>) -> Vec<Problem> {
    let is_unused = |one: &&Setting| one.name != OWN_KINDS && !used.contains(&one.name);
    settings
        .iter()
        .filter(is_unused)
        .map(|one| {
            let read = used.iter().map(String::as_str);
            let problem =
                Problem::at(&one.file, one.position, format!("no function reads the setting {}", one.name));
            match super::suggest::similar(&one.name, read) {
                Some(help) => problem.help(help),
                None => problem,
            }
        })
        .collect()
}
