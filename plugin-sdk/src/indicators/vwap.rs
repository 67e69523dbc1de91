/// Volume-weighted average price of a session, and how far trades scatter around it.
///
/// Weighs each bar's typical price (mean of high, low and close) by its volume; starts anew with each
/// session. Warm-up: the first bar with volume. NaN: skipped.
#[derive(Clone, Debug, Default)]
pub struct Vwap {
    session: Option<u32>,
    anchor: f64,
    volume: f64,
    offset: f64,
    offset_squared: f64,
}

/// What [`Vwap`] says about a bar, quote currency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VwapValue {
    /// Average price of the session so far.
    pub price: f64,
    /// Volume-weighted standard deviation of prices around it.
    pub deviation: f64,
}

impl Vwap {
    /// Takes the next bar of the given session.
    pub fn push(&mut self, session: u32, high: f64, low: f64, close: f64, volume: f64) -> Option<VwapValue> {
        if (high + low + close + volume).is_nan() {
            return None;
        }
        let typical = (high + low + close) / 3.0;
        if self.session != Some(session) {
            *self = Self { session: Some(session), anchor: typical, ..Self::default() };
        }
        let offset = typical - self.anchor;
        self.volume += volume;
        self.offset += volume * offset;
        self.offset_squared += volume * offset * offset;
        (self.volume > 0.0).then(|| {
            let mean = self.offset / self.volume;
            let variance = (self.offset_squared / self.volume - mean * mean).max(0.0);
            VwapValue { price: self.anchor + mean, deviation: variance.sqrt() }
        })
    }
}
