//! Words that callers hand in: bounded, and without the name of a trader where they are kept for ever.

use super::{Result, ServiceError};
use crate::domain::anonymous::hide;

/// Characters of a reason.
pub(super) const REASON: usize = 1_000;

/// Characters of a name.
pub(super) const NAME: usize = 200;

/// Goes on if a text says something, and at most `most` characters.
pub(super) fn check(field: &str, text: &str, most: usize) -> Result<()> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(ServiceError::invalid(field, "say something"));
    }
    if length > most {
        let reason = format!("this has {length} characters; at most {most} are kept");
        return Err(ServiceError::invalid(field, reason));
    }
    Ok(())
}

/// Goes on if a text does not name the trader: it is kept for ever, and people may be forgotten.
pub(super) fn check_anonymous(field: &str, text: &str, trader: Option<&str>) -> Result<()> {
    let names = |trader: &&str| hide(text, trader, "") != text;
    if trader.as_ref().is_some_and(names) {
        return Err(ServiceError::invalid(
            field,
            "this names the trader, and is kept for ever; leave the name out",
        ));
    }
    Ok(())
}
