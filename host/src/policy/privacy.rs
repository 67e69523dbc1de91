//! Texts of policies go to the ledger, which names no trader.

use std::borrow::Cow;

use crate::domain::{
    anonymous::hide,
    case::{CaseAnomaly, TRADER},
    family::Family,
};

/// The text with the trader's id taken out.
pub(super) fn without_trader<'a>(text: &'a str, anomaly: &CaseAnomaly) -> Cow<'a, str> {
    match anomaly.family {
        Family::Behavior => hide(text, &anomaly.subject, TRADER),
        Family::Market | Family::Conflict => Cow::Borrowed(text),
    }
}
