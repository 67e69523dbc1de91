//! The symbols that the bars are of.

/// A symbol and its scale.
pub(super) struct Instrument {
    pub(super) name: String,
    /// Price at the beginning.
    pub(super) price: f64,
    /// Standard deviation of a quiet bar's log return.
    pub(super) sigma: f64,
    /// Usual spread as a share of the price.
    pub(super) spread: f64,
}

/// Index futures: name, price, standard deviation, spread.
const FUTURES: [(&str, f64, f64, f64); 5] = [
    ("NIFTY", 24_000.0, 0.000_36, 0.000_04),
    ("BANKNIFTY", 52_000.0, 0.000_44, 0.000_05),
    ("FINNIFTY", 24_500.0, 0.000_42, 0.000_07),
    ("MIDCPNIFTY", 12_400.0, 0.000_48, 0.000_09),
    ("SENSEX", 79_000.0, 0.000_35, 0.000_05),
];

/// The symbol of that number: the futures, then further series of them.
pub(super) fn instrument(number: usize) -> Instrument {
    let (name, price, sigma, spread) = FUTURES[number % FUTURES.len()];
    let name = match number / FUTURES.len() {
        0 => name.to_owned(),
        series => format!("{name}-{}", series + 1),
    };
    Instrument { name, price, sigma, spread }
}
