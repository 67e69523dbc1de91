//! What can be wrong with policies.

use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use rhai::Position;

use super::source::Files;

/// Why a policy gave no answer: the anomaly is reviewed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct PolicyError {
    /// File.
    pub file: String,
    /// Line and column, both from 1; `None` where it cannot be told.
    pub position: Option<(usize, usize)>,
    /// One line.
    pub reason: String,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        located(&self.file, self.position, &self.reason, formatter)
    }
}

/// As in `market.rhai:12:5: why`.
fn located(
    file: &str,
    position: Option<(usize, usize)>,
    message: &str,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match position {
        Some((line, column)) => write!(formatter, "{file}:{line}:{column}: {message}"),
        None => write!(formatter, "{file}: {message}"),
    }
}

/// One thing that is wrong with a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File.
    pub file: String,
    /// Line and column, both from 1; `None` if it is about the whole file.
    pub position: Option<(usize, usize)>,
    /// What is wrong.
    pub message: String,
    /// The way out, where it is known.
    pub help: Option<String>,
}

impl Problem {
    /// About a whole file.
    pub(super) fn of_file(file: &str, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), position: None, message: message.into(), help: None }
    }

    /// About a place in a policy.
    pub(super) fn at(file: &str, position: Position, message: impl Into<String>) -> Self {
        Self { position: line_and_column(position), ..Self::of_file(file, message) }
    }

    /// With a way out.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// In words, with the line it is about and a caret.
    fn render(&self, files: &Files) -> String {
        let title = format!("{}: {}", self.file, self.message);
        let Some((source, (line, column))) = files.get(&self.file).zip(self.position) else {
            let help = self.help.as_ref().map(|help| format!("\n  = help: {help}"));
            return format!("error: {title}{}", help.unwrap_or_default());
        };
        let span = span(source, line, column);
        let snippet =
            Snippet::source(source.as_str()).path(&self.file).annotation(AnnotationKind::Primary.span(span));
        let mut group = Level::ERROR.primary_title(&self.message).element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        Renderer::plain().decor_style(DecorStyle::Ascii).render(&[group])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        located(&self.file, self.position, &self.message, formatter)
    }
}

/// Both from 1.
pub(super) fn line_and_column(position: Position) -> Option<(usize, usize)> {
    position.line().map(|line| (line, position.position().unwrap_or(1)))
}

/// The bytes of the word, or of the one character, at a place.
fn span(source: &str, line: usize, column: usize) -> std::ops::Range<usize> {
    let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let here = &source[start..];
    let start = start
        + here.chars().take(column - 1).take_while(|one| *one != '\n').map(char::len_utf8).sum::<usize>();
    start..start + token(&source[start..])
}

/// Bytes of the text, word or single character that begins here.
fn token(here: &str) -> usize {
    let first = here.chars().next();
    if first == Some('"') {
        let text = here.lines().next().unwrap_or_default();
        return text[1..].find('"').map_or(1, |end| end + 2);
    }
    let word: usize =
        here.chars().take_while(|one| one.is_alphanumeric() || *one == '_').map(char::len_utf8).sum();
    if word == 0 { first.map_or(0, char::len_utf8) } else { word }
}

/// A set that cannot be used, with all that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Everything that was found, at least one.
    pub problems: Vec<Problem>,
    files: Files,
}

impl Refused {
    /// By these problems of these files.
    pub(super) fn new(mut problems: Vec<Problem>, files: Files) -> Self {
        problems.sort_by(|one, other| (&one.file, one.position).cmp(&(&other.file, other.position)));
        problems.dedup();
        Self { problems, files }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            writeln!(formatter, "{}\n", problem.render(&self.files))?;
        }
        let count = self.problems.len();
        let things = if count == 1 { "1 problem" } else { &format!("{count} problems") };
        write!(formatter, "the policies are refused: {things}")
    }
}

impl std::error::Error for Refused {}
