//! The little of Markdown that the tests read.

use std::fs;

use tests::repository;

/// Documents that are tested, by path from the root.
pub(crate) const DOCUMENTS: &[&str] = &[
    "README.md",
    "docs/ACCESS.md",
    "docs/ACTIONS.md",
    "docs/AGENT.md",
    "docs/ARCHITECTURE.md",
    "docs/CONFIGURATION.md",
    "docs/DEPLOY.md",
    "docs/GRAPHQL.md",
    "docs/LEDGER.md",
    "docs/NOTIFICATIONS.md",
    "docs/PERFORMANCE.md",
    "docs/POLICIES.md",
    "docs/STORE.md",
    "docs/SUBSCRIPTIONS.md",
    "docs/writing-a-detector.md",
    "policies/README.md",
];

/// A file of the repository.
#[expect(clippy::panic, reason = "a document that is not there fails the test")]
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|reason| panic!("{path}: {reason}"))
}

/// The fenced blocks of one language.
pub(crate) fn blocks(document: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let opened = |position: usize| position == 0 || document[..position].ends_with('\n');
    document
        .match_indices(&fence)
        .filter(|&(position, _)| opened(position))
        .filter_map(|(position, _)| document[position + fence.len()..].split_once("```"))
        .map(|(block, _)| block.to_owned())
        .collect()
}
