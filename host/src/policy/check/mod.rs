//! What is wrong with policies, told before they run.

mod chains;
mod compare;
mod settings;
mod signatures;
mod suggest;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use rhai::Dynamic;

use super::{error::Problem, families, program::Parsed, words};
use crate::domain::family::Family;
use settings::Setting;
use walk::Walker;

/// The kinds of detectors of one's own, where a set has some: a list of texts.
const OWN_KINDS: &str = "OWN_KINDS";

/// What a file's functions may name.
pub(super) struct Known {
    /// Words and settings, with their values where they are literal.
    names: BTreeMap<String, Option<Dynamic>>,
    /// Functions of policies, with how many parameters they have.
    functions: BTreeSet<(String, usize)>,
    /// Kinds that anomalies may have.
    kinds: Vec<String>,
}

/// Everything that is wrong with the files of a set, of which `own` are the families'.
pub(super) fn check(default: &Parsed, own: &[(Family, &Parsed)]) -> Vec<Problem> {
    let mut problems = signatures::check(default, own);
    let mut settings = settings::of(default, &mut problems);
    for (_, parsed) in own {
        settings.extend(settings::of(parsed, &mut problems));
    }
    let mut used = BTreeSet::new();
    for (file, family) in
        [(default, None)].into_iter().chain(own.iter().map(|(family, file)| (*file, Some(*family))))
    {
        let known = known(default, file, family, &settings);
        let mut walker = Walker::new(file, &known);
        walker.file();
        used.append(&mut walker.used);
        problems.append(&mut walker.problems);
    }
    problems.extend(settings::unused(&settings, &used));
    problems
}

fn known(default: &Parsed, file: &Parsed, family: Option<Family>, settings: &[Setting]) -> Known {
    let visible = |setting: &&Setting| setting.file == default.file || setting.file == file.file;
    let values = settings.iter().filter(visible).map(|one| (one.name.clone(), one.value.clone()));
    let own_kinds: Vec<String> =
        settings.iter().filter(visible).filter(|one| one.name == OWN_KINDS).flat_map(kinds).collect();
    Known {
        names: words::all().map(|word| (word.name, Some(word.value))).chain(values).collect(),
        functions: [default, file].into_iter().flat_map(functions).collect(),
        kinds: match family {
            Some(family) => {
                families::kinds(family).map(|kind| kind.name().to_owned()).chain(own_kinds).collect()
            }
            None => Family::ALL
                .into_iter()
                .flat_map(families::kinds)
                .map(|kind| kind.name().to_owned())
                .chain(own_kinds)
                .collect(),
        },
    }
}

fn functions(parsed: &Parsed) -> impl Iterator<Item = (String, usize)> {
    parsed.ast.iter_functions().map(|function| (function.name.to_owned(), function.params.len()))
}

fn kinds(setting: &Setting) -> Vec<String> {
    let list = setting.value.clone().and_then(|value| value.into_array().ok()).unwrap_or_default();
    list.into_iter().filter_map(|kind| kind.into_string().ok()).collect()
}
