//! What one component instance may use.

use std::time::Duration;

/// Bounds of one instance and of each call into it.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Linear memory, bytes. An instance has one, with adapters two.
    pub memory: usize,
    /// Longest one call may run.
    pub deadline: Duration,
    /// Elements of each table.
    pub table_elements: usize,
    /// Wasm stack, bytes.
    pub stack: usize,
    /// What one finding may take in the answer, bytes.
    pub finding_bytes: usize,
    /// What an answer may take however many rows it is about, bytes.
    pub answer_bytes: usize,
    /// Longest message or kind of a finding, bytes.
    pub text_bytes: usize,
    /// Most evidence numbers of a finding.
    pub evidence: usize,
    /// Most skipped rows among 1,000 before a plugin is quarantined.
    pub skips_per_thousand: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            deadline: Duration::from_secs(10),
            table_elements: 20_000,
            stack: 512 << 10,
            finding_bytes: 4 << 10,
            answer_bytes: 64 << 20,
            text_bytes: 1 << 10,
            evidence: 32,
            skips_per_thousand: 10,
        }
    }
}
