//! The report as one HTML file that needs nothing else: no network, no other files.
//!
//! Names and messages come from outside; all of them pass [`escape::Text`], and a content security policy lets
//! nothing run but the page's own script.

mod accuracy;
mod calibration;
mod components;
mod curves;
mod days;
mod decisions;
mod escape;
mod header;
mod heat_map;
mod palette;
mod price;
mod provenance;
mod scale;
mod series;
mod spark;
mod table;
#[cfg(test)]
mod tests;

use std::{
    fmt::{self, Write as _},
    fs, io,
    path::Path,
};

use sha2::{Digest as _, Sha256};

pub use heat_map::HeatMap;

use crate::{
    backtest::result::BacktestResult,
    domain::{names::Names, rows::Bar},
};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the page shows beside the result.
#[derive(Clone, Copy, Default)]
pub struct ReportData<'a> {
    /// Symbols of the bars by id.
    pub symbols: Option<&'a Names>,
    /// Bars in time order; none leave out the charts of prices.
    pub bars: &'a [Bar],
    /// A sweep over two settings.
    pub heat_map: Option<&'a HeatMap>,
}

/// Writes the page.
///
/// # Errors
/// Returns the error of the file system.
pub fn write(result: &BacktestResult, data: &ReportData<'_>, path: &Path) -> io::Result<()> {
    let page = page(result, data).map_err(io::Error::other)?;
    fs::write(path, page)
}

/// The page as text.
fn page(result: &BacktestResult, data: &ReportData<'_>) -> Result<String, fmt::Error> {
    let series = series::by_symbol(data);
    let mut out = String::with_capacity(1 << 19);
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'sha256-{}'\"><title>Vyomo backtest</title><style>{STYLE}</style></head><body><main>",
        base64(&Sha256::digest(SCRIPT)),
    )?;
    header::write(&mut out, result)?;
    price::write(&mut out, result, &series)?;
    days::write(&mut out, result)?;
    decisions::write(&mut out, result)?;
    accuracy::write(&mut out, result)?;
    curves::write(&mut out, result)?;
    calibration::write(&mut out, result)?;
    if let Some(heat_map) = data.heat_map {
        heat_map::write(&mut out, heat_map)?;
    }
    table::write(&mut out, result, &series)?;
    components::write(&mut out, result)?;
    provenance::write(&mut out, result)?;
    write!(out, "</main><script>{SCRIPT}</script></body></html>")?;
    Ok(out)
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * position) & 63) as usize];
            text.push(if position <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}
