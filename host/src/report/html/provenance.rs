//! What went in, so that the run can be repeated and checked.

use std::fmt::{self, Write};

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
    for (symbol, rule) in &provenance.calendar {
        entry(out, &format!("Sessions of {symbol}"), rule.as_str().unwrap_or(&rule.to_string()))?;
    }
    entry(out, "Traders' days", &provenance.time_zone)?;
    for (component, settings) in &provenance.settings {
        entry(out, &format!("Settings of {component}"), &settings.to_string())?;
    }
    write!(out, "</dl></section>")
}

fn entry(out: &mut String, name: &str, value: &str) -> fmt::Result {
    if value.is_empty() {
        return Ok(());
    }
    write!(out, "<dt>{}</dt><dd>{}</dd>", Text(name), Text(value))
}
