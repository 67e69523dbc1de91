//! Numbers and names as people read them.

use crate::domain::{family::Family, finding::Severity};

/// With thousands separators: `11,700`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as `95.7%`; a dash where it is not known.
pub(super) fn percent(share: Option<f64>, decimals: usize) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.decimals$}%", 100.0 * share))
}

/// A number with as many decimals as its size needs; a dash where it is not known.
pub(super) fn number(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value.abs() < 1e15 && (value.abs() >= 10_000.0 || value.fract() == 0.0) => {
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", count(value.abs().round() as u64))
        }
        Some(value) if value.abs() >= 100.0 => format!("{value:.1}"),
        Some(value) if value.abs() >= 0.1 => format!("{value:.2}"),
        Some(value) if value.abs() >= 0.001 => format!("{value:.4}"),
        Some(value) => format!("{value:.2e}"),
    }
}

/// Seconds as people say them: `45 s`, `2 min`, `1.5 h`.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        0.0 => "0 s".to_owned(),
        seconds if seconds < 0.001 => format!("{:.0} us", seconds * 1e6),
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1e3),
        seconds if seconds < 10.0 => format!("{seconds:.2} s"),
        seconds if seconds < 120.0 => format!("{seconds:.0} s"),
        seconds if seconds < 7200.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{:.1} h", seconds / 3600.0),
    }
}

/// Kinds in the order of reports, and what their anomalies are called in the plural.
const KINDS: [(&str, &str); 15] = [
    ("PRICE_SPIKE", "Price Spikes"),
    ("PRICE_DROP", "Price Drops"),
    ("VOLUME_SURGE", "Volume Surges"),
    ("SPREAD_EXPLOSION", "Spread Explosions"),
    ("OI_ANOMALY", "OI Anomalies"),
    ("IV_SPIKE", "IV Spikes"),
    ("ALGORITHM_CONFLICT", "Conflicts"),
    ("REVENGE_TRADING", "Revenge Trading"),
    ("OVERTRADING", "Overtrading"),
    ("POSITION_ANOMALY", "Position Anomalies"),
    ("RISK_BREACH", "Risk Breaches"),
    ("POST_LOSS_BEHAVIOR", "Post-Loss Behavior"),
    ("TIME_ANOMALY", "Time Anomalies"),
    ("FREQUENCY_SPIKE", "Frequency Spikes"),
    ("WIN_STREAK_ESCALATION", "Win Streak Escalation"),
];

/// What anomalies of a kind are called: `Price Spikes`.
pub(super) fn kind(kind: &str) -> String {
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    known.map_or_else(|| title(kind), |(_, called)| (*called).to_owned())
}

/// The place of a kind in reports; those that nobody named come last.
pub(super) fn place(kind: &str) -> usize {
    KINDS.iter().position(|(name, _)| *name == kind).unwrap_or(KINDS.len())
}

/// `WIN_STREAK` as `Win Streak`.
fn title(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters.map(|letter| letter.to_ascii_lowercase())).collect::<String>()
    };
    name.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// What a severity is called in a family.
pub(super) const fn severity(family: Family, severity: Severity) -> &'static str {
    match (family, severity) {
        (Family::Conflict, Severity::Low) => "MINOR",
        (Family::Conflict, Severity::Medium) => "WARNING",
        (_, severity) => severity.name(),
    }
}

/// `1 row`, `2 rows`.
pub(super) fn plural(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// The day and minute of an RFC 3339 time in UTC.
pub(super) fn minute(rfc3339: &str) -> String {
    rfc3339.get(..16).unwrap_or(rfc3339).replace('T', " ")
}

/// Text from outside on one line without control characters, so that it cannot move the cursor or forge lines.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_have_separators() {
        let written: Vec<String> = [0, 999, 1_000, 11_700, 1_234_567].map(count).into();
        assert_eq!(written, ["0", "999", "1,000", "11,700", "1,234,567"]);
    }

    #[test]
    fn numbers_have_the_decimals_they_need() {
        let written =
            [None, Some(-12_345.6), Some(345.67), Some(0.5), Some(0.0), Some(0.0209), Some(0.00012)]
                .map(number);
        assert_eq!(written, ["-", "-12,346", "345.7", "0.50", "0", "0.0209", "1.20e-4"]);
    }

    #[test]
    fn kinds_nobody_named_are_readable() {
        assert_eq!(kind("PRICE_SPIKE"), "Price Spikes");
        assert_eq!(kind("QUOTE_STUFFING"), "Quote Stuffing");
    }

    #[test]
    fn control_characters_cannot_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[2Jb\nc"), "a [2Jb c");
    }
}
