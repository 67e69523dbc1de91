//! The report on a terminal, 80 columns wide.

mod accuracy;
mod decisions;
mod families;
mod notes;
mod performance;
mod style;
mod summary;

use std::io::{self, Write};

pub use style::Style;

use crate::backtest::result::BacktestResult;

/// Columns of a line.
const WIDTH: usize = 80;

/// Prints the report. Sections for which the run has nothing are left out.
///
/// # Errors
/// Returns the error of the writer.
pub fn print(result: &BacktestResult, out: &mut impl Write, style: Style) -> io::Result<()> {
    let mut page = Page { out, style };
    writeln!(page.out, "\n{}", style.title("VYOMO ANOMALY DETECTION - BACKTEST RESULTS"))?;
    writeln!(page.out, "{}", style.faint(&"=".repeat(WIDTH)))?;
    summary::print(result, &mut page)?;
    families::print(result, &mut page)?;
    decisions::print(result, &mut page)?;
    accuracy::print(result, &mut page)?;
    performance::print(result, &mut page)?;
    notes::print(result, &mut page)?;
    page.out.flush()
}

/// Where sections write.
struct Page<'a, W> {
    out: &'a mut W,
    style: Style,
}

impl<W: Write> Page<'_, W> {
    /// The heading of a section.
    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n{}", self.style.title(text))?;
        writeln!(self.out, "{}", self.style.faint(&"-".repeat(WIDTH)))
    }

    /// A name and its value.
    fn line(&mut self, name: &str, value: &str) -> io::Result<()> {
        writeln!(self.out, "{:<24}{value}", format!("{name}:"))
    }

    /// A sentence of any length, wrapped and indented after a dash.
    fn item(&mut self, text: &str) -> io::Result<()> {
        for (number, line) in wrap(text, WIDTH - 4).iter().enumerate() {
            writeln!(self.out, "{}{line}", if number == 0 { "  - " } else { "    " })?;
        }
        Ok(())
    }
}

/// Breaks text into lines of at most `width` characters; a longer word has a line to itself.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests;
