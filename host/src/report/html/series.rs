//! Bars of each symbol.

use super::ReportData;
use crate::domain::rows::Bar;

/// Bars of one symbol, in time order.
pub(super) struct Series<'a> {
    pub(super) symbol: &'a str,
    pub(super) bars: Vec<&'a Bar>,
}

impl Series<'_> {
    /// Place of the bar that holds a moment, or of the last one before it; 0 if there is none.
    pub(super) fn position(&self, at: i64) -> usize {
        self.bars.partition_point(|bar| bar.at <= at).saturating_sub(1)
    }
}

/// The bars of each symbol.
pub(super) fn by_symbol<'a>(data: &ReportData<'a>) -> Vec<Series<'a>> {
    let Some(names) = data.symbols else { return Vec::new() };
    let mut series: Vec<Series<'a>> = Vec::new();
    for id in 0..names.len() as u32 {
        series.push(Series { symbol: names.name(id), bars: Vec::new() });
    }
    for bar in data.bars {
        if let Some(series) = series.get_mut(bar.symbol as usize) {
            series.bars.push(bar);
        }
    }
    series.retain(|series| !series.bars.is_empty());
    series
}
