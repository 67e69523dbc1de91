//! What did not go as usual.

use std::io::{self, Write};

use super::{
    super::{notes, words},
    Page,
};
use crate::backtest::result::BacktestResult;

pub(super) fn print(result: &BacktestResult, page: &mut Page<'_, impl Write>) -> io::Result<()> {
    let notes = notes::of(result);
    if notes.is_empty() {
        return Ok(());
    }
    page.heading("NOTES")?;
    notes.iter().try_for_each(|note| page.item(&words::printable(note)))
}
