//! Dissents of single algorithms: reported with their precision, never scored as anomalies.

use super::{
    accuracy::DissentScore,
    tally::share,
    truth::{Book, Truth},
};
use crate::domain::{
    family::{ALGORITHM_CONFLICT, ALGORITHMS, Family},
    finding::Finding,
    names::Names,
};

/// The dissents of all 13 algorithms; empty if nobody dissented or no conflict is labelled.
pub(super) fn dissents(findings: &[Finding], book: &Book<'_>, symbols: &Names) -> Vec<DissentScore> {
    if !book.labels_family(Family::Conflict) || !findings.iter().any(Finding::is_dissent) {
        return Vec::new();
    }
    ALGORITHMS.iter().map(|algorithm| dissent(algorithm, findings, book, symbols)).collect()
}

fn dissent(algorithm: &str, findings: &[Finding], book: &Book<'_>, symbols: &Names) -> DissentScore {
    let own = || findings.iter().filter(|it| it.is_dissent() && *it.detector == *algorithm);
    let truth = |it: &Finding| {
        book.judge(Family::Conflict, symbols.name(it.subject), ALGORITHM_CONFLICT, &[it.at]).truth
    };
    let count = |wanted| own().filter(|it| truth(it) == wanted).count() as u64;
    let (right, wrong, ignored) = (count(Truth::True), count(Truth::False), count(Truth::Ignored));
    DissentScore {
        algorithm: algorithm.to_owned(),
        dissents: right + wrong + ignored,
        right,
        ignored,
        precision: share(right, right + wrong),
    }
}
