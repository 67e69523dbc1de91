//! Flags a bar that trades far more than this symbol usually does.

use plugin_sdk::prelude::*;

settings! {
    /// Settings of volume-surge.
    pub struct VolumeSurgeSettings {
        /// How many times the recent mean volume counts as a surge.
        pub threshold: f64 [1.0, 1000.0] = 8.0,
    }
}

/// State of one symbol.
pub struct VolumeSurge {
    threshold: f64,
    usual: f64,
}

impl MarketDetector for VolumeSurge {
    const NAME: &'static str = "volume-surge";
    const READS: &'static [Column] = &[Column::Volume];
    const EMITS: &'static [&'static str] = &["VOLUME_SURGE"];
    type Settings = VolumeSurgeSettings;

    fn warm_up(_: &VolumeSurgeSettings) -> WarmUp {
        WarmUp::rows(400)
    }

    fn new(settings: &VolumeSurgeSettings) -> Self {
        Self { threshold: settings.threshold, usual: f64::NAN }
    }

    fn on_bar(&mut self, bar: &Bar) -> Option<Finding> {
        let ratio = bar.volume / self.usual;
        self.usual =
            if self.usual.is_nan() { bar.volume } else { self.usual + 0.05 * (bar.volume - self.usual) };
        (ratio > self.threshold).then(|| {
            Finding::new("VOLUME_SURGE", Score::from_excess(ratio, self.threshold))
                .observed(bar.volume)
                .expected(bar.volume / ratio)
                .message(format!("{ratio:.1} times the usual volume"))
        })
    }
}

plugin_sdk::export!(market VolumeSurge);
