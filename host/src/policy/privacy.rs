//! Texts of policies go to the ledger, which names no trader.

use std::borrow::Cow;

use crate::domain::{case::CaseAnomaly, family::Family};

const STAND_IN: &str = "the trader";

/// The text with the trader's id taken out, wherever it stands.
pub(super) fn without_trader<'a>(text: &'a str, anomaly: &CaseAnomaly) -> Cow<'a, str> {
    let id = anomaly.subject.as_str();
    if anomaly.family == Family::Behavior && !id.is_empty() && text.contains(id) {
        Cow::Owned(text.replace(id, STAND_IN))
    } else {
        Cow::Borrowed(text)
    }
}
