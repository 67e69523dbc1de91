//! A set of policies: all that decides.

use std::{collections::BTreeMap, fmt, path::Path};

use super::{
    call, case_values, cases, check,
    error::{PolicyError, Problem, Refused},
    families,
    privacy::without_trader,
    probe,
    program::{Parsed, Program},
    source::{self, Files},
};
use crate::{
    domain::{
        case::{Case, CaseAnomaly},
        family::Family,
        judgement::{Resolution, Triage, Verdict},
    },
    ledger::hash::Hash,
};

/// A set of policies that passed its checks. It never changes, and any number of threads may use it.
pub struct PolicySet {
    files: Files,
    hash: Hash,
    programs: [Program; 3],
    cases: BTreeMap<String, usize>,
}

impl PolicySet {
    /// Reads and checks a folder of `*.rhai` and `*.cases.toml` files. Files of other names are left alone.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read(folder: &Path) -> Result<Self, Refused> {
        Self::of(source::read(folder).map_err(|problems| Refused::new(problems, Files::new()))?)
    }

    /// Checks files, by name, tries them on anomalies of every kind, and runs their cases.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn of(files: BTreeMap<String, String>) -> Result<Self, Refused> {
        let mut set = Self::unproven(files)?;
        let mut problems = probe::run(&set);
        if !problems.is_empty() {
            // Every case would say the same once more.
            return Err(Refused::new(problems, set.files));
        }
        let policies: Vec<&str> = source::policies().filter(|name| set.files.contains_key(*name)).collect();
        for policy in policies {
            match cases::run(&set, policy) {
                Ok(count) => drop(set.cases.insert(source::cases_of(policy), count)),
                Err(failed) => problems.extend(failed),
            }
        }
        if problems.is_empty() { Ok(set) } else { Err(Refused::new(problems, set.files)) }
    }

    /// What [`Self::read`] finds without running anything.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the folder.
    pub fn check(folder: &Path) -> Result<(), Refused> {
        let files = source::read(folder).map_err(|problems| Refused::new(problems, Files::new()))?;
        Self::unproven(files).map(drop)
    }

    fn unproven(files: Files) -> Result<Self, Refused> {
        match programs(&files) {
            Ok(programs) => Ok(Self { hash: source::hash(&files), programs, files, cases: BTreeMap::new() }),
            Err(problems) => Err(Refused::new(problems, files)),
        }
    }

    /// How many cases passed, by file.
    pub const fn cases(&self) -> &BTreeMap<String, usize> {
        &self.cases
    }

    /// SHA-256 over the files, cases included: over `vyomo policy set v1` and a zero byte, the number of files, and
    /// for each file in the order of names (bytewise) its name and its bytes. Numbers and lengths are 64 bits,
    /// big-endian; each text is preceded by its length in bytes.
    pub const fn hash(&self) -> Hash {
        self.hash
    }

    /// The files, by name.
    pub const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// What is to be done at first sight.
    ///
    /// # Errors
    ///
    /// If the policy fails, exceeds a limit or answers what it may not: the anomaly is to be reviewed then.
    pub fn triage(&self, case: &Case) -> Result<Triage, PolicyError> {
        let program = self.program(case.anomaly.family);
        let answer = case_values::of_case(case)
            .map_err(|error| program.wrong("triage", error.to_string()))
            .and_then(|arguments| program.call("triage", arguments))
            .and_then(|value| {
                call::triage(value, &case.anomaly).map_err(|reason| program.wrong("triage", reason))
            });
        answer.map_err(|error| private(error, &case.anomaly))
    }

    /// The last word, after triage or the agent said `verdict`.
    ///
    /// # Errors
    ///
    /// If the policy fails, exceeds a limit or answers what it may not: the anomaly is to be reviewed then.
    pub fn resolve(&self, case: &Case, verdict: &Verdict) -> Result<Resolution, PolicyError> {
        let program = self.program(case.anomaly.family);
        let answer = case_values::of_case(case)
            .and_then(|(anomaly, context)| Ok((anomaly, case_values::of_verdict(verdict)?, context)))
            .map_err(|error| program.wrong("resolve", error.to_string()))
            .and_then(|arguments| program.call("resolve", arguments))
            .and_then(|value| {
                call::resolution(value, &case.anomaly).map_err(|reason| program.wrong("resolve", reason))
            });
        answer.map_err(|error| private(error, &case.anomaly))
    }

    const fn program(&self, family: Family) -> &Program {
        &self.programs[family as usize]
    }
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("PolicySet").field(&self.hash).finish()
    }
}

fn private(error: PolicyError, anomaly: &CaseAnomaly) -> PolicyError {
    PolicyError { reason: without_trader(&error.reason, anomaly).into_owned(), ..error }
}

fn programs(files: &Files) -> Result<[Program; 3], Vec<Problem>> {
    let mut problems = source::check(files);
    let mut parsed = BTreeMap::new();
    for name in source::policies() {
        if let Some(text) = files.get(name) {
            match Parsed::new(name, text) {
                Ok(one) => drop(parsed.insert(name, one)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    let Some(default) = parsed.get(families::DEFAULT_FILE) else { return Err(problems) };
    let own: Vec<(Family, &Parsed)> = Family::ALL
        .into_iter()
        .filter_map(|family| Some((family, parsed.get(families::file(family))?)))
        .collect();
    problems.extend(check::check(default, &own));
    let programs = Family::ALL.map(|family| Program::new(default, parsed.get(families::file(family))));
    match programs {
        [Ok(market), Ok(conflict), Ok(behavior)] if problems.is_empty() => Ok([market, conflict, behavior]),
        programs => {
            problems.extend(programs.into_iter().filter_map(Result::err));
            Err(problems)
        }
    }
}
