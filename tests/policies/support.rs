//! Sets of policies and cases to judge.

use std::{collections::BTreeMap, fs, path::Path};

use host::{
    domain::{
        case::{Case, CaseAnomaly, Context},
        family::Family,
        finding::Severity,
        judgement::Verdict,
        vocabulary::{DecidedBy, DecisionType},
    },
    policy::{PolicySet, Refused},
};

/// The policies of this repository.
pub(crate) fn shipped() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
    PolicySet::read(&folder).unwrap_or_else(|refused| panic!("{refused}")).files().clone()
}

/// A set of one policy.
pub(crate) fn set_of(policy: &str) -> Result<PolicySet, Refused> {
    PolicySet::of(BTreeMap::from([
        ("default.rhai".to_owned(), policy.to_owned()),
        ("default.cases.toml".to_owned(), CASES.to_owned()),
    ]))
}

/// Cases of a policy whose `triage` begins with [`UNTRIED`].
pub(crate) const CASES: &str = "[[case]]\nname = \"without a message\"\ntriage = \"KEEP\"\n";

/// Keeps what has no message: what is tried before a set goes live has none, so that what follows is not reached then.
const UNTRIED: &str = "if anomaly.message == \"\" { return keep(\"untried\", 1.0); }";

/// The set, which has to be good.
pub(crate) fn good(policy: &str) -> PolicySet {
    set_of(policy).unwrap_or_else(|refused| panic!("{refused}"))
}

/// A policy whose `triage` does this and whose `resolve` follows.
pub(crate) fn triage(body: &str) -> String {
    format!(
        "fn triage(anomaly, context) {{ {UNTRIED}\n{body}\n}}\nfn resolve(anomaly, verdict, context) {{ follow(verdict) }}\n"
    )
}

/// A policy whose `resolve` does this.
pub(crate) fn resolve(body: &str) -> String {
    let resolve = "if anomaly.message == \"\" { return follow(verdict); }";
    format!(
        "fn triage(anomaly, context) {{ {UNTRIED} ask([KEEP]) }}\nfn resolve(anomaly, verdict, context) {{ {resolve}\n{body}\n}}\n"
    )
}

/// A price spike of HIGH severity.
pub(crate) fn spike() -> Case {
    Case {
        anomaly: CaseAnomaly {
            family: Family::Market,
            kind: "PRICE_SPIKE".to_owned(),
            detector: "price-movement".to_owned(),
            subject: "NIFTY".to_owned(),
            severity: Severity::High,
            score: 0.8,
            observed: Some(7.5),
            expected: None,
            message: "rose 7.5 times as far as usual".to_owned(),
            evidence: BTreeMap::from([("bar_volume".to_owned(), 1200.0)]),
            findings: 2,
            opened_at: 1_700_000_000_000_000,
            dissenting: Vec::new(),
        },
        context: Context::default(),
    }
}

/// What a trader did.
pub(crate) fn overtrading() -> Case {
    let anomaly = CaseAnomaly {
        family: Family::Behavior,
        kind: "OVERTRADING".to_owned(),
        detector: "overtrading".to_owned(),
        subject: "trader-77".to_owned(),
        ..spike().anomaly
    };
    Case { anomaly, context: Context::default() }
}

/// What the scorecard said.
pub(crate) fn verdict(decision: DecisionType) -> Verdict {
    Verdict {
        decision,
        decided_by: DecidedBy::Scorecard,
        confidence: 0.75,
        reason: "the scorecard says so".to_owned(),
        evidence: Vec::new(),
        actions: Vec::new(),
        fallback: None,
    }
}

/// Writes the files of a set into a folder.
pub(crate) fn write(folder: &Path, files: &BTreeMap<String, String>) {
    fs::create_dir_all(folder).unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}
