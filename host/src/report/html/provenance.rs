//! What went in, so that the run can be repeated and checked.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use super::{super::words, escape::Text};
use crate::backtest::result::BacktestResult;

pub(super) fn write(out: &mut String, result: &BacktestResult) -> fmt::Result {
    let provenance = &result.provenance;
    write!(out, "<section><h2>Provenance</h2><dl>")?;
    entry(out, "Host", &provenance.versions.host)?;
    entry(out, "Plugin contract", &provenance.versions.contract)?;
    if let Some(built_in) = provenance.generated {
        let text = format!(
            "seed {}, {} days, {}",
            built_in.seed,
            built_in.days,
            words::plural(built_in.symbols as u64, "symbol")
        );
        entry(out, "Built-in data", &text)?;
    }
    for file in &provenance.files {
        let text = format!("{}, {}, sha256 {}", file.path, words::plural(file.rows, "row"), file.sha256);
        entry(out, "File", &text)?;
    }
    for (rule, symbols) in sessions(result) {
        entry(out, "Sessions", &format!("{rule}: {}", symbols.join(", ")))?;
    }
    for (policy, sha256) in &provenance.policies {
        entry(out, "Policy", &format!("{policy}, sha256 {sha256}"))?;
    }
    entry(out, "Traders' days", &provenance.time_zone)?;
    for (component, settings) in &provenance.settings {
        entry(out, &format!("Settings of {component}"), &settings.to_string())?;
    }
    write!(out, "</dl></section>")
}

/// Symbols by how their sessions were told apart.
fn sessions(result: &BacktestResult) -> BTreeMap<String, Vec<&str>> {
    let mut rules: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (symbol, rule) in &result.provenance.calendar {
        let words = rule.as_object().into_iter().flat_map(|fields| fields.values());
        let words: Vec<String> =
            words.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect();
        rules.entry(words.join(" ")).or_default().push(symbol);
    }
    rules
}

fn entry(out: &mut String, name: &str, value: &str) -> fmt::Result {
    if value.is_empty() {
        return Ok(());
    }
    write!(out, "<dt>{}</dt><dd>{}</dd>", Text(name), Text(value))
}
