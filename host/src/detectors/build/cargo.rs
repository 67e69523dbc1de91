//! One run of cargo: people see on standard error what it says, and the first error is kept for those who do not.

use std::{
    io::{self, BufRead as _, BufReader, IsTerminal as _, Read},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use serde::Deserialize;

use super::BuildError;
use crate::detectors::error::one_line;

/// Longest line of cargo's that is looked at, bytes.
const LONGEST_LINE: u64 = 4 << 20;

/// A line of cargo's standard output (`--message-format=json`, The Cargo Book, External Tools).
#[derive(Deserialize)]
struct Line {
    target: Option<Target>,
    message: Option<Diagnostic>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// A diagnostic of the compiler (The rustc book, JSON Output).
#[derive(Deserialize)]
struct Diagnostic {
    level: String,
    message: String,
    code: Option<Code>,
    spans: Vec<Span>,
    rendered: Option<String>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    line_start: u64,
    column_start: u64,
    is_primary: bool,
}

/// What stands in the way of a crate.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// Name of the library.
    library: String,
    /// As in `src/lib.rs:12:5: `, from the workspace's folder; empty where no place is to blame.
    place: String,
    message: String,
}

/// Runs cargo in a workspace; `name` gives the crate of a library.
pub(super) fn run(
    mut cargo: Command,
    workspace: &Path,
    name: impl Fn(&str) -> String,
) -> Result<(), BuildError> {
    let failed = |reason: String| BuildError::Cargo { workspace: workspace.into(), reason };
    let format = if io::stderr().is_terminal() { "json-diagnostic-rendered-ansi" } else { "json" };
    let started = cargo
        .current_dir(workspace)
        .arg(format!("--message-format={format}"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|reason| failed(format!("it cannot be started: {reason}")))?;
    let (faults, last) = listen(&mut child);
    let status = child.wait().map_err(|reason| failed(reason.to_string()))?;
    if status.success() {
        return Ok(());
    }
    let Some(Fault { library, place, message }) = faults.first() else {
        return Err(failed(last.unwrap_or_else(|| format!("it ended with {status}"))));
    };
    let place = if place.is_empty() { String::new() } else { workspace.join(place).display().to_string() };
    let more = match faults.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    Err(BuildError::Source { name: name(library), error: format!("{place}{message}{more}") })
}

/// Errors of the compiler, and else what cargo itself calls one.
fn listen(child: &mut Child) -> (Vec<Fault>, Option<String>) {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let said = scope.spawn(|| err.and_then(own_error));
        let faults = out.map(faults).unwrap_or_default();
        (faults, said.join().ok().flatten())
    })
}

/// Passes on what the compiler says, and gives its errors.
fn faults(out: impl Read) -> Vec<Fault> {
    let mut faults = Vec::new();
    each_line(out, |line| {
        let Ok(Line { target, message: Some(message) }) = serde_json::from_str(line) else { return };
        if let Some(rendered) = &message.rendered {
            eprint!("{rendered}");
        }
        let library = target.map(|target| target.name).unwrap_or_default();
        faults.extend(fault(library, &message));
    });
    faults
}

/// An error; its last word, which only counts the others, has neither code nor place.
fn fault(library: String, message: &Diagnostic) -> Option<Fault> {
    if message.level != "error" || message.message.starts_with("aborting due to") {
        return None;
    }
    let place = message.spans.iter().find(|span| span.is_primary).map_or_else(String::new, |span| {
        format!("{}:{}:{}: ", span.file_name, span.line_start, span.column_start)
    });
    let code = message.code.as_ref().map_or_else(String::new, |code| format!(" ({})", code.code));
    Some(Fault { library, place, message: format!("{}{code}", one_line(&message.message)) })
}

/// Passes on what cargo says, and gives its own first error.
fn own_error(err: impl Read) -> Option<String> {
    let mut first = None;
    each_line(err, |line| {
        eprintln!("{line}");
        if first.is_none() {
            first = line.strip_prefix("error: ").map(one_line);
        }
    });
    first
}

/// Each line, up to the longest one; the rest of that is dropped.
fn each_line(from: impl Read, mut take: impl FnMut(&str)) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while let Ok(1..) = from.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
        take(String::from_utf8_lossy(&line).trim_end_matches('\n'));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_from_warnings_and_from_their_count() {
        let lines = r#"{"reason":"compiler-artifact","target":{"name":"plugin_sdk"}}
{"reason":"compiler-message","target":{"name":"spikes"},"message":{"level":"warning","message":"unused","code":null,"spans":[]}}
{"reason":"compiler-message","target":{"name":"spikes"},"message":{"level":"error","message":"mismatched\ntypes","code":{"code":"E0308"},"spans":[{"file_name":"a.rs","line_start":1,"column_start":1,"is_primary":false},{"file_name":"spikes/src/lib.rs","line_start":12,"column_start":5,"is_primary":true}]}}
{"reason":"compiler-message","target":{"name":"spikes"},"message":{"level":"error","message":"aborting due to 1 previous error","code":null,"spans":[]}}
{"reason":"build-finished","success":false}
"#;
        let place = "spikes/src/lib.rs:12:5: ".to_owned();
        let fault = Fault { library: "spikes".into(), place, message: "mismatched types (E0308)".into() };
        assert_eq!(faults(lines.as_bytes()), [fault]);
    }

    #[test]
    fn what_cargo_itself_calls_an_error_is_the_first_one() {
        let said = "   Compiling spikes\nerror: failed to parse manifest\n\nerror: another\n";
        assert_eq!(own_error(said.as_bytes()).as_deref(), Some("failed to parse manifest"));
    }
}
