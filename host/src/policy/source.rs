//! The files of a set: which there may be, how large, and the set's hash.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _},
    path::Path,
};

use super::{
    error::Problem,
    families::{self, DEFAULT_FILE},
};
use crate::{domain::family::Family, ledger::hash::Hash};

/// Bytes of one file.
const MAX_BYTES: u64 = 65_536;
/// First bytes of what a set's hash is taken over.
const DOMAIN: &[u8] = b"vyomo policy set v1\0";

/// Files by name.
pub(super) type Files = BTreeMap<String, String>;

/// Names of all policies that a set may hold, the default first.
pub(super) fn policies() -> impl Iterator<Item = &'static str> {
    [DEFAULT_FILE].into_iter().chain(Family::ALL.into_iter().map(families::file))
}

/// The file with a policy's cases, as in `market.cases.toml`.
pub(super) fn cases_of(policy: &str) -> String {
    format!("{}.cases.toml", policy.trim_end_matches(".rhai"))
}

/// Reads the `*.rhai` and `*.cases.toml` of a folder.
pub(super) fn read(folder: &Path) -> Result<Files, Vec<Problem>> {
    let entries = fs::read_dir(folder).map_err(|error| vec![unreadable(folder, &error)])?;
    let (mut files, mut problems) = (Files::new(), Vec::new());
    for entry in entries {
        let path = match entry {
            Ok(entry) => entry.path(),
            Err(error) => {
                problems.push(unreadable(folder, &error));
                continue;
            }
        };
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if !is_part(name) {
            continue;
        }
        match read_bounded(&path) {
            Ok(text) => drop(files.insert(name.to_owned(), text)),
            Err(error) => problems.push(Problem::of_file(name, format!("cannot be read: {error}"))),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// Whether a file belongs to the set: editors leave others beside them.
fn is_part(name: &str) -> bool {
    let kind = name.split_once('.').map(|(_, kind)| kind);
    !name.starts_with('.') && matches!(kind, Some("rhai" | "cases.toml"))
}

fn read_bounded(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    Ok(text)
}

fn unreadable(folder: &Path, error: &io::Error) -> Problem {
    Problem::of_file(
        &folder.display().to_string(),
        format!("cannot be read as a folder of policies: {error}"),
    )
}

/// What is wrong with the names and sizes of the files.
pub(super) fn check(files: &Files) -> Vec<Problem> {
    let known: Vec<String> = policies().flat_map(|name| [name.to_owned(), cases_of(name)]).collect();
    let mut problems = Vec::new();
    for (name, text) in files {
        if !known.contains(name) {
            problems
                .push(Problem::of_file(name, format!("is no file of a set; there are {}", known.join(", "))));
        }
        if text.len() as u64 > MAX_BYTES {
            problems.push(Problem::of_file(name, format!("has more than {MAX_BYTES} bytes")));
        }
    }
    for policy in policies() {
        let cases = cases_of(policy);
        match (files.contains_key(policy), files.contains_key(&cases)) {
            (true, false) => {
                problems.push(Problem::of_file(&cases, format!("is missing: {policy} needs cases")));
            }
            (false, true) => {
                problems.push(Problem::of_file(policy, format!("is missing, though there is {cases}")));
            }
            (false, false) if policy == DEFAULT_FILE => problems.push(Problem::of_file(policy, "is missing")),
            _ => {}
        }
    }
    problems
}

/// SHA-256 over `vyomo policy set v1` and a zero byte, the number of files, and for each file in the order of names
/// (bytewise) its name and its bytes. Numbers and lengths are 64 bits, big-endian; each text is preceded by its length
/// in bytes.
pub(super) fn hash(files: &Files) -> Hash {
    let length = |length: usize| (length as u64).to_be_bytes();
    let mut bytes = DOMAIN.to_vec();
    bytes.extend(length(files.len()));
    for text in files.iter().flat_map(|(name, text)| [name, text]) {
        bytes.extend(length(text.len()));
        bytes.extend(text.as_bytes());
    }
    Hash::of(&bytes)
}
